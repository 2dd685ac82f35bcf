"""Where a moment stands on an axis of cells, and how much of a cell a duration really fills."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas
from reqtrace.render.figures import format_duration
from reqtrace.render.roles import Paint, Role

__all__ = ["TimeScale"]

_GRID = Paint(Role.RULE)
_AXIS = Paint(Role.SKIP)
_ROOM_FOR_TICK = 9
"""Cells from one tick to the next, at least: what the longest label takes."""
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeScale:
    """A linear axis; times are nanoseconds of the process' clock."""

    begin: int
    end: int
    left: int
    """First cell."""
    right: int
    """The cell after the last."""

    @property
    def shortest(self) -> int:
        """Nanoseconds of half a cell: what is shorter gets a mark and no bar."""
        return ceil((self.end - self.begin) / max(2 * (self.right - self.left), 1))

    def cell(self, time: int) -> int:
        """The cell in which a moment lies."""
        return self.left + min(max(floor(self._offset(time)), 0), self.right - self.left - 1)

    def paint_bar(self, canvas: Canvas, y: int, start: int, end: int, paint: Paint) -> None:
        """A bar over the half cells that the time fills wholly; a mark if it fills none.

        So a bar is never longer than its time, but it may be up to a cell shorter.
        """
        first, after = ceil(2 * self._offset(start)), floor(2 * self._offset(end))
        if after <= first:
            canvas.put(self.cell(start), y, symbols.TOO_SHORT, paint)
            return
        for cell in range(first // 2, ceil(after / 2)):
            halves = first <= 2 * cell, 2 * cell + 1 < after
            canvas.put(self.left + cell, y, _HALVES[halves], paint, width=self.right - self.left - cell)

    def paint_wait(self, canvas: Canvas, y: int, start: int, end: int) -> None:
        """A dashed line over the cells that lie wholly inside."""
        first, after = ceil(self._offset(start)), floor(self._offset(end))
        canvas.fill(self.left + first, y, self.left + after, _GRID, symbols.STUB_LATER)

    def paint_axis(self, canvas: Canvas, y: int) -> None:
        """The ticks with their labels, counted from the beginning."""
        for offset, x in self._ticks():
            label = format_duration(offset) if offset else "0"
            fits = x + 1 + len(label) <= self.right
            canvas.put(x, y, f"{symbols.LANE_LATER}{label if fits else ''}", _AXIS)

    def paint_grid(self, canvas: Canvas, y: int) -> None:
        """The ticks as strokes through an empty row."""
        for _, x in self._ticks():
            canvas.put(x, y, symbols.LANE_LATER, _GRID)

    def _offset(self, time: int) -> float:
        return (time - self.begin) * (self.right - self.left) / max(self.end - self.begin, 1)

    def _ticks(self) -> list[tuple[int, int]]:
        """Nanoseconds and cell of each tick; the steps are 1, 2 or 5 of a decimal unit."""
        total, cells = max(self.end - self.begin, 1), self.right - self.left
        least = total * _ROOM_FOR_TICK / max(cells, 1)
        unit = 1
        while unit * _STEPS[-1] < least:
            unit *= 10
        step = next(unit * times for times in _STEPS if unit * times >= least)
        return [(offset, self.cell(self.begin + offset)) for offset in range(0, total, step)]


_HALVES = {
    (True, True): symbols.BAR_FULL,
    (True, False): symbols.BAR_LEFT,
    (False, True): symbols.BAR_RIGHT,
}
