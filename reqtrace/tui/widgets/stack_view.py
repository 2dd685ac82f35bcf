"""The picture of the mode Stack: a canvas with a row for each layer, which can be clicked."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from reqtrace.render.stack_loading import StackDrawing
from reqtrace.tui.strips import blank_strip, canvas_strips

__all__ = ["StackView"]

Draw = Callable[[int, int], StackDrawing]


class StackView(Widget, can_focus=False, inherit_bindings=False):
    """Draws once per subject, size and theme, and sends only the rows that differ to the terminal."""

    class Pointed(Message):
        """The row of a layer was clicked."""

        def __init__(self, layer: int) -> None:
            super().__init__()
            self.layer = layer

    class Wheeled(Message):
        """The wheel was turned: so many rows further down, or up if negative."""

        def __init__(self, rows: int) -> None:
            super().__init__()
            self.rows = rows

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._draw: Draw | None = None
        self._subject: tuple[object, ...] = ()
        self._drawing: StackDrawing | None = None
        self._strips: list[Strip] = []
        self._painted_for = ""

    def show(self, draw: Draw, subject: tuple[object, ...]) -> None:
        """Another picture; ``subject`` tells whether it is another one, each part compared by identity first."""
        if len(subject) == len(self._subject) and all(
            new is old or new == old for new, old in zip(subject, self._subject, strict=True)
        ):
            return
        self._draw, self._subject = draw, subject
        before = self._strips
        self._redraw()
        self._refresh_changed(before)

    def _redraw(self) -> None:
        width, height = self.content_size
        self._drawing = None if self._draw is None or not width else self._draw(width, height)
        self._paint()

    def _paint(self) -> None:
        self._painted_for = self.app.theme
        self._strips = [] if self._drawing is None else canvas_strips(self._drawing.canvas, self._painted_for)

    def _refresh_changed(self, before: list[Strip]) -> None:
        if len(before) != len(self._strips):
            self.refresh()
            return
        rows = [y for y, (old, new) in enumerate(zip(before, self._strips, strict=True)) if old != new]
        if rows:
            left, top = self.gutter.left, self.gutter.top
            self.refresh(*(Region(left, top + y, self.content_size.width, 1) for y in rows))

    def render_line(self, y: int) -> Strip:
        if self._painted_for != self.app.theme:
            self._paint()
        if y < len(self._strips):
            return self._strips[y]
        return blank_strip(self.content_size.width, self.app.theme)

    def on_resize(self) -> None:
        self._redraw()
        self.refresh()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.post_message(self.Wheeled(1))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.post_message(self.Wheeled(-1))

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        layer = None if offset is None or self._drawing is None else self._drawing.layer_at(offset.y)
        if layer is not None:
            self.post_message(self.Pointed(layer))
