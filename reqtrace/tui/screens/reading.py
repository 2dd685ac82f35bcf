"""What lies over a mode to be read."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.scroll_view import ScrollView

from reqtrace.tui.screens.overlay import Overlay
from reqtrace.tui.widgets.key_bar import KeyBar
from reqtrace.tui.widgets.scrolling import jump_by

__all__ = ["ReadingScreen"]


class ReadingScreen(Overlay[str]):
    """Scrolled by rows and by pages, and closed; its answer, where it has one, is what to do next."""

    def __init__(self, text: ScrollView) -> None:
        super().__init__()
        self._read = text

    def compose(self) -> ComposeResult:
        yield self._read
        yield KeyBar()

    def action_close(self) -> None:
        """Back to where you were."""
        self.dismiss("")

    def action_scroll(self, rows: int) -> None:
        """Lines up or down."""
        jump_by(self._read, rows)

    def action_page(self, direction: int) -> None:
        """Pages up or down."""
        jump_by(self._read, direction * max(self._read.scrollable_content_region.height - 1, 1))
