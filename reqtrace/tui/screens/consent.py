"""Asks before something is done that may have effects."""

from __future__ import annotations

import textwrap
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from reqtrace.render.canvas import Canvas
from reqtrace.render.roles import Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.tui.keys.stack import CONSENT_KEYS
from reqtrace.tui.screens.overlay import Overlay
from reqtrace.tui.widgets.key_bar import KeyBar
from reqtrace.tui.widgets.painted import Painted

__all__ = ["ConsentScreen"]

MARGIN = 2


class ConsentText(Painted):
    """The question, and what keeps its effects small."""

    def __init__(self, title: str, *sentences: str) -> None:
        super().__init__()
        self._title = title
        self._sentences = sentences

    def draw(self, width: int, height: int) -> Canvas:
        canvas = Canvas(width, height)
        canvas.put(MARGIN, 1, f" {self._title} ", Paint(Role.WARN, bold=True, reverse=True))
        y = 3
        for sentence in self._sentences:
            for line in textwrap.wrap(sanitize(sentence), max(width - 2 * MARGIN, 20)):
                canvas.put(MARGIN, y, line)
                y += 1
            y += 1
        return canvas


class ConsentScreen(Overlay[bool]):
    """Lies over everything until it is answered."""

    BINDINGS: ClassVar[list[BindingType]] = [*CONSENT_KEYS]

    def __init__(self, title: str, *sentences: str) -> None:
        super().__init__()
        self._text = ConsentText(title, *sentences)

    def compose(self) -> ComposeResult:
        yield self._text
        yield KeyBar()

    def action_answer(self, is_agreed: bool) -> None:
        """Yes or no."""
        self.dismiss(is_agreed)
