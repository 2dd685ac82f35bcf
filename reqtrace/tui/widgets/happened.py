"""What just happened, in whole paragraphs, where there is room for them."""

from __future__ import annotations

import textwrap

from reqtrace.render.canvas import Canvas, Piece
from reqtrace.tui.widgets.painted import Painted
from reqtrace.tui.words import word

__all__ = ["Happened"]


class Happened(Painted):
    """Wraps paragraphs, one paint each."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._paragraphs: tuple[Piece, ...] = ()

    def on_mount(self) -> None:
        self.border_title = word("happened.title")

    def show(self, paragraphs: tuple[Piece, ...]) -> None:
        """Other paragraphs."""
        if paragraphs != self._paragraphs:
            self._paragraphs = paragraphs
            self.redraw()

    def draw(self, width: int, height: int) -> Canvas:
        canvas = Canvas(width, height)
        y = 0
        for text, paint in self._paragraphs:
            for line in textwrap.wrap(text, max(width - 2, 10)) or [""]:
                if y < height:
                    canvas.put(1, y, line, paint)
                y += 1
        return canvas
