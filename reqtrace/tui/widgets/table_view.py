"""A table of which one entry is chosen; a click chooses another."""

from __future__ import annotations

from typing import Protocol

from textual import events
from textual.message import Message

from reqtrace.render.canvas import Canvas
from reqtrace.render.table import TableDrawing
from reqtrace.tui.widgets.painted import Painted

__all__ = ["Draw", "TableView"]


class Draw(Protocol):
    """Draws the table at a size."""

    def __call__(self, *, width: int, height: int) -> TableDrawing:
        """The same size gives the same table."""


class TableView(Painted):
    """Draws once per subject, size and theme."""

    class Pointed(Message):
        """An entry was clicked."""

        def __init__(self, view: TableView, entry: int) -> None:
            super().__init__()
            self.view = view
            self.entry = entry

    class Wheeled(Message):
        """The wheel was turned: so many entries further down, or up if negative."""

        def __init__(self, view: TableView, rows: int) -> None:
            super().__init__()
            self.view = view
            self.rows = rows

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._draw: Draw | None = None
        self._subject: object = None
        self._drawing: TableDrawing | None = None

    def show(self, draw: Draw, subject: object) -> None:
        """Another table, or another entry of it; the same ``subject`` is not drawn again."""
        if self._draw is None or subject != self._subject:
            self._draw, self._subject = draw, subject
            self.redraw()

    def draw(self, width: int, height: int) -> Canvas:
        if self._draw is None:
            return Canvas(width, height)
        self._drawing = self._draw(width=width, height=height)
        return self._drawing.canvas

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.post_message(self.Wheeled(self, 1))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.post_message(self.Wheeled(self, -1))

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        entry = None if offset is None or self._drawing is None else self._drawing.entry_at(offset.y)
        if entry is not None:
            self.post_message(self.Pointed(self, entry))
