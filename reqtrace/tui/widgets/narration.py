"""The two lines that can be read aloud: what happens at this step, and why or what comes next."""

from __future__ import annotations

import re

from reqtrace.render.canvas import Canvas, Phrase, phrase_width
from reqtrace.render.roles import Paint, Role, Surface
from reqtrace.tui.widgets.painted import Painted

__all__ = ["Narration"]

BAR = "▌"
SUFFIX = re.compile(r"(?<=\w)Middleware\b")


class Narration(Painted):
    """Two rows with a bar at their left."""

    def __init__(self) -> None:
        super().__init__()
        self._phrases: tuple[Phrase, ...] = ()

    def show(self, *phrases: Phrase) -> None:
        """Other words."""
        if phrases != self._phrases:
            self._phrases = phrases
            self.redraw()

    def draw(self, width: int, height: int) -> Canvas:
        canvas = Canvas(width, height)
        ground = Paint(surface=Surface.BLOCK)
        for y in range(height):
            canvas.fill(0, y, width, ground)
            canvas.put(0, y, BAR, Paint(Role.TOKEN, Surface.BLOCK))
        for y, phrase in enumerate(self._phrases[:height]):
            on_block = ((text, paint.on(Surface.BLOCK)) for text, paint in _fitted(phrase, width - 3))
            canvas.put_phrase(2, y, on_block, width=width - 3)
        return canvas


def _fitted(phrase: Phrase, width: int) -> Phrase:
    """The phrase; if it is too long, with the middleware named as in the picture (``4 CsrfView``)."""
    if phrase_width(phrase) <= width:
        return phrase
    return tuple((SUFFIX.sub("", text), paint) for text, paint in phrase)
