"""Which rows of a long list are shown when not all of them fit."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Window", "window"]


class Window(NamedTuple):
    """A part of a list; what is left out takes a row on each side that says how much."""

    start: int
    end: int
    above: int
    """Entries left out above."""
    below: int


def window(count: int, at: int, room: int) -> Window:
    """The part of ``count`` entries around ``at`` that fits into so many rows, with what is said of the rest."""
    if count <= room:
        return Window(0, count, 0, 0)
    size = max(room - 2, 1)
    start = min(max(at - size // 2, 0), count - size)
    # A row that would say "1 more" can as well show that one.
    if start <= 1:
        start, size = 0, max(room - 1, 1)
    elif start + size >= count - 1:
        size = max(room - 1, 1)
        start = count - size
    return Window(start, start + size, start, count - start - size)
