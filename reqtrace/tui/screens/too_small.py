"""What is shown when the terminal is too small to show anything else."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen

from reqtrace.render.canvas import Canvas
from reqtrace.render.roles import Paint
from reqtrace.tui.keys.overlays import SMALL_KEYS
from reqtrace.tui.widgets.painted import Painted
from reqtrace.tui.words import word

__all__ = ["MIN_HEIGHT", "MIN_WIDTH", "TooSmallScreen", "is_too_small"]

MIN_WIDTH = 60
MIN_HEIGHT = 18


def is_too_small(width: int, height: int) -> bool:
    """Nothing sensible fits."""
    return width < MIN_WIDTH or height < MIN_HEIGHT


class TooSmallText(Painted):
    """Says how big it is, and how big it has to be."""

    def draw(self, width: int, height: int) -> Canvas:
        text = word("small", width=width, height=height, needed_width=MIN_WIDTH, needed_height=MIN_HEIGHT)
        canvas = Canvas(width, height)
        y = max(height // 2 - 1, 0)
        canvas.put(max((width - len(text)) // 2, 0), y, text, Paint(bold=True))
        leave = word("small.quit")
        canvas.put(max((width - len(leave)) // 2, 0), y + 1, leave)
        return canvas


class TooSmallScreen(ModalScreen[None]):
    """Lies over whatever was open; the app takes it away when there is room again."""

    BINDINGS: ClassVar[list[BindingType]] = [*SMALL_KEYS]

    def compose(self) -> ComposeResult:
        yield TooSmallText()
