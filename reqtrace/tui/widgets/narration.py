"""The two sentences that can be read aloud: what happens at this step, and why or what comes next."""

from __future__ import annotations

import re

from textual.geometry import Size

from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas, Phrase, phrase_width
from reqtrace.render.roles import Paint, Role, Surface
from reqtrace.render.wrapping import wrap_phrase
from reqtrace.tui.widgets.painted import Painted

__all__ = ["Narration", "fitted"]

BAR = "▌"
SHORTER = (
    (re.compile(r"(?<=\w)Middleware\b"), ""),
    (re.compile(r"^step (?=\d)"), ""),
    (re.compile(r"(?:(?<=_request, )|(?<=_view, )|(?<=_response, )|(?<=_exception, ))process_(?=\w)"), "_"),
)
"""One after the other until it fits: a layer as in the picture (``4 CsrfView``), the number, more hooks in short."""
ROWS = 2
SMALL = 80
"""Where sentences do not fit into a row each."""
ROWS_WHEN_SMALL = 3
MOST_ROWS = 4


class Narration(Painted):
    """Two rows with a bar at their left, or three where they are short; more where they are too few."""

    def __init__(self) -> None:
        super().__init__()
        self._phrases: tuple[Phrase, ...] = ()

    def show(self, *phrases: Phrase) -> None:
        """Other words."""
        if phrases != self._phrases:
            before, self._phrases = self._wanted(self.size.width), phrases
            self.redraw()
            if self._wanted(self.size.width) != before:
                self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return self._wanted(width)

    def _wanted(self, width: int) -> int:
        """As many rows as there always are, and more for what is longer."""
        least = ROWS if width >= SMALL else ROWS_WHEN_SMALL
        needed = sum(len(wrap_phrase(fitted(phrase, width - 3), width - 3)) for phrase in self._phrases)
        return min(max(needed, least), MOST_ROWS)

    def draw(self, width: int, height: int) -> Canvas:
        canvas = Canvas(width, height)
        ground = Paint(surface=Surface.BLOCK)
        for y in range(height):
            canvas.fill(0, y, width, ground)
            canvas.put(0, y, BAR, Paint(Role.TOKEN, Surface.BLOCK))
        for y, phrase in enumerate(_rows(self._phrases, width - 3, height)):
            canvas.put_phrase(2, y, ((text, paint.on(Surface.BLOCK)) for text, paint in phrase), width=width - 3)
        return canvas


def _rows(phrases: tuple[Phrase, ...], width: int, height: int) -> list[Phrase]:
    """Each sentence in rows of its own; the last ones have at least one, and what is cut has a mark."""
    rows: list[Phrase] = []
    shown = phrases[:height]
    for at, phrase in enumerate(shown):
        room = height - len(rows) - (len(shown) - at - 1)
        wrapped = list(wrap_phrase(fitted(phrase, width), width)) if room > 1 else [fitted(phrase, width)]
        if len(wrapped) > room:
            wrapped[room - 1] = (*wrapped[room - 1], (symbols.ELLIPSIS, wrapped[room - 1][-1][1]))
        rows += wrapped[:room]
    return rows


def fitted(phrase: Phrase, width: int) -> Phrase:
    """The phrase; if it is too long, in fewer words, as far as that helps."""
    shorter, plainest = phrase, phrase
    for pattern, words in SHORTER:
        if phrase_width(shorter) <= width:
            return shorter
        shorter = tuple((pattern.sub(words, text), paint) for text, paint in shorter)
        plainest = shorter if pattern is SHORTER[0][0] else plainest
    return shorter if phrase_width(shorter) <= width else plainest
