"""A rule with a title at its left and a remark at its right, where a whole border would cost two rows."""

from __future__ import annotations

from rich.cells import cell_len

from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas
from reqtrace.render.roles import Paint, Role
from reqtrace.tui.widgets.painted import Painted

__all__ = ["TitleRule"]


class TitleRule(Painted):
    """One row."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._title = ""
        self._remark = ""
        self._short = ""

    def show(self, title: str, remark: str, short: str = "") -> None:
        """Other words; the ``short`` title is for where the other does not fit."""
        if (title, remark, short) != (self._title, self._remark, self._short):
            self._title, self._remark, self._short = title, remark, short
            self.redraw()

    def draw(self, width: int, height: int) -> Canvas:
        canvas = Canvas(width, 1)
        canvas.fill(0, 0, width, Paint(Role.RULE), symbols.RULE)
        room = width - cell_len(self._remark) - 5
        title = self._short if self._short and cell_len(self._title) + 2 > room else self._title
        canvas.put(1, 0, f" {title} ", Paint(bold=True), width=room)
        if self._remark:
            x = width - cell_len(self._remark) - 3
            canvas.put(x, 0, f" {self._remark} ", Paint(Role.SKIP))
        return canvas
