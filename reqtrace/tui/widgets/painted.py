"""The base of widgets that are a picture of a fixed size: drawn as a canvas, kept as strips."""

from __future__ import annotations

from textual.strip import Strip
from textual.widget import Widget

from reqtrace.render.canvas import Canvas
from reqtrace.tui.strips import blank_strip, canvas_strips

__all__ = ["Painted"]


class Painted(Widget):
    """Draws once per subject, size and theme."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._strips: list[Strip] = []
        self._drawn_for: tuple[int, int, str] | None = None

    def draw(self, width: int, height: int) -> Canvas:
        """The picture; it may be lower than ``height``."""
        raise NotImplementedError

    def redraw(self) -> None:
        """What is shown has changed."""
        self._drawn_for = None
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        wanted = (width, height, self.app.theme)
        if wanted != self._drawn_for:
            self._strips = canvas_strips(self.draw(width, height), self.app.theme)
            self._drawn_for = wanted
        return self._strips[y] if y < len(self._strips) else blank_strip(width, self.app.theme)
