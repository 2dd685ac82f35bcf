"""A row of the terminal, cell by cell, and where it differs from another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

__all__ = ["Row", "is_nearly", "spans"]

UNKNOWN = "\x00"
"""Stands for a cell of which nothing is known; no character that is written equals it."""
GAP = 5
"""So many unchanged cells cost no more than moving the cursor over them."""


class Row:
    """The cells of a row: what stands in each (nothing behind a wide character), and in which colours."""

    __slots__ = ("styles", "texts")

    def __init__(self, texts: list[str], styles: list[str]) -> None:
        self.texts = texts
        self.styles = styles

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Row) and self.texts == other.texts and self.styles == other.styles

    __hash__ = None  # type: ignore[assignment]

    def copy(self) -> Row:
        return Row(self.texts[:], self.styles[:])

    def differing(self, other: Row) -> list[int]:
        """The columns in which another row has something else."""
        cells = zip(self.texts, self.styles, other.texts, other.styles, strict=False)
        differing = [x for x, (text, style, its, its_style) in enumerate(cells) if text != its or style != its_style]
        return differing + list(range(len(self.texts), len(other.texts)))

    def put(self, x: int, texts: Sequence[str], styles: Sequence[str]) -> int:
        """Write cells; the column behind them."""
        end = x + len(texts)
        if end > len(self.texts):
            more = end - len(self.texts)
            self.texts += [UNKNOWN] * more
            self.styles += [""] * more
        for edge in (x, end):
            # Half of a wide character that was there: terminals do not agree what is left of it.
            if edge and edge < len(self.texts) and not self.texts[edge]:
                self.texts[edge - 1] = self.texts[edge] = UNKNOWN
        self.texts[x:end] = texts
        self.styles[x:end] = styles
        return end


def is_nearly(row: Row, other: Row | None) -> bool:
    """The same, apart from a scrollbar at its end."""
    return other is not None and row.texts[:-1] == other.texts[:-1] and row.styles[:-1] == other.styles[:-1]


def spans(row: Row, before: Row) -> list[tuple[int, int]]:
    """Where a row differs from what it was: first columns, and those behind the last, with whole wide characters."""
    # What nothing is known of cannot be written: part of a row was painted, and the rest before somebody else did.
    columns = [x for x in before.differing(row) if row.texts[x] != UNKNOWN]
    if not columns:
        return []
    breaks = [
        (one, another)
        for one, another in pairwise(columns)
        if another - one > GAP or UNKNOWN in row.texts[one + 1 : another]
    ]
    firsts = [columns[0], *(another for _, another in breaks)]
    lasts = [*(one for one, _ in breaks), columns[-1]]
    return [_whole(row, first, last + 1) for first, last in zip(firsts, lasts, strict=True)]


def _whole(row: Row, first: int, after: int) -> tuple[int, int]:
    while first and not row.texts[first]:
        first -= 1
    while after < len(row.texts) and not row.texts[after]:
        after += 1
    return first, after
