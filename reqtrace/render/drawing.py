"""What every picture of a request comes out as: a canvas, and where on it each stop is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reqtrace.render.canvas import Canvas

__all__ = ["MIN_WIDTH", "Drawing", "Target", "drawn"]

MIN_WIDTH = 40
"""Narrower pictures are drawn at this width and cut."""


@dataclass(frozen=True, slots=True)
class Target:
    """A rectangle of the picture that stands for a stop; ends are exclusive."""

    stop: int
    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A picture, and where its stops are."""

    canvas: Canvas
    stop_rows: Mapping[int, tuple[int, int]]
    """For each stop the first row and the row after the last that show it."""
    targets: tuple[Target, ...]

    def stop_at(self, x: int, y: int) -> int | None:
        """The stop a click on a cell means: the first one shown there."""
        row = [target for target in self.targets if target.top <= y < target.bottom]
        inside = [target for target in row if target.left <= x < target.right]
        chosen = inside or row
        return chosen[0].stop if chosen else None


def drawn(canvas: Canvas, targets: Iterable[Target], *, ascii_only: bool) -> Drawing:
    """The finished picture."""
    found = tuple(targets)
    return Drawing(
        canvas=canvas.to_ascii() if ascii_only else canvas,
        stop_rows={target.stop: (target.top, target.bottom) for target in found},
        targets=found,
    )
