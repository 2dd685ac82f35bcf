"""Sentences below a picture that can be read aloud; what is too long for a row goes on in the next."""

from __future__ import annotations

from textual.geometry import Size

from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas, Phrase
from reqtrace.render.roles import Paint, Role, Surface
from reqtrace.render.wrapping import wrap_phrase
from reqtrace.tui.widgets.painted import Painted

__all__ = ["Sentences"]

BAR = "▌"
GROUND = Paint(surface=Surface.BLOCK)
ROWS = 4
MOST_ROWS = 6


class Sentences(Painted):
    """A bar at their left; the first ones have the room if there is not enough for all."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._phrases: tuple[Phrase, ...] = ()

    def show(self, *phrases: Phrase) -> None:
        """Other sentences."""
        if phrases != self._phrases:
            before, self._phrases = self._wanted(self.size.width), phrases
            self.redraw()
            if self._wanted(self.size.width) != before:
                self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return self._wanted(width)

    def _wanted(self, width: int) -> int:
        """As many rows as there always are, and some for what is longer."""
        return min(max(len(self._wrapped(width)), ROWS), MOST_ROWS)

    def _wrapped(self, width: int) -> list[Phrase]:
        return [row for phrase in self._phrases if phrase for row in wrap_phrase(phrase, width - 3)]

    def draw(self, width: int, height: int) -> Canvas:
        canvas = Canvas(width, height)
        for y in range(height):
            canvas.fill(0, y, width, GROUND)
            canvas.put(0, y, BAR, Paint(Role.TOKEN, Surface.BLOCK))
        rows = self._wrapped(width)
        if len(rows) > height > 0:
            rows[height - 1] = (*rows[height - 1], (symbols.ELLIPSIS, rows[height - 1][-1][1]))
        for y, row in enumerate(rows[:height]):
            canvas.put_phrase(2, y, ((words, paint.on(Surface.BLOCK)) for words, paint in row), width=width - 3)
        return canvas
