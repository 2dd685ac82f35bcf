"""Why, and why not: what did not run at a step and in the whole request, over everything else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen

from reqtrace.render.why_sections import Section
from reqtrace.tui.keys.overlays import WHY_KEYS
from reqtrace.tui.widgets.key_bar import KeyBar
from reqtrace.tui.widgets.sections import SectionsView
from reqtrace.tui.words import word

__all__ = ["WhyScreen"]


class WhyScreen(ModalScreen[None]):
    """Lies over the picture it explains."""

    BINDINGS: ClassVar[list[BindingType]] = [*WHY_KEYS]

    def __init__(self, title: str, sections: Sequence[Section]) -> None:
        super().__init__()
        self._title = title
        self._sections = sections
        self._text = SectionsView(id="why")

    def compose(self) -> ComposeResult:
        yield self._text
        yield KeyBar()

    def on_mount(self) -> None:
        self._text.show(self._title, word("why.close"), self._sections)

    def action_close(self) -> None:
        """Back to where you were."""
        self.dismiss()

    def action_scroll(self, rows: int) -> None:
        """Lines up or down."""
        self._text.scroll_rows(rows)

    def action_page(self, direction: int) -> None:
        """Pages up or down."""
        self._text.scroll_rows(direction * max(self._text.scrollable_content_region.height - 1, 1))
