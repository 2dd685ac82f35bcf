"""In which characters the screen can be drawn."""

from __future__ import annotations

import codecs
import sys
from typing import Any

from rich.segment import Segment
from textual.app import App
from textual.color import Color
from textual.filter import LineFilter

from reqtrace.render.ascii import only_ascii, translate

__all__ = ["AsciiFilter", "draws_ascii", "is_utf8"]


def is_utf8() -> bool:
    """The stream the screen is painted on can carry every character."""
    encoding = getattr(sys.__stderr__, "encoding", None) or "ascii"
    return codecs.lookup(encoding).name == "utf-8"


def draws_ascii(app: App[Any]) -> bool:
    """Whether everything an app draws becomes ASCII."""
    return any(isinstance(one, AsciiFilter) for one in app.get_line_filters())


FRAMES: dict[int, str] = {
    **dict.fromkeys(range(0x2500, 0x2580), "+"),
    **dict.fromkeys(range(0x2580, 0x25A0), "#"),
    **{ord(glyph): "-" for glyph in "─━╌▁▔"},
    **{ord(glyph): "|" for glyph in "│┃╎▎▍▌▋▊▏▕"},
}
"""What Textual's own borders and scrollbars are made of, beyond the glyphs of the pictures."""


class AsciiFilter(LineFilter):
    """Everything any widget draws, borders included, in ASCII: one place, so nothing is forgotten."""

    def __init__(self, *, is_strict: bool) -> None:
        super().__init__()
        self._is_strict = is_strict

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment if segment.text.isascii() else segment._replace(text=self._change(segment.text))
            for segment in segments
        ]

    def _change(self, text: str) -> str:
        text = translate(text).translate(FRAMES)
        return only_ascii(text) if self._is_strict else text
