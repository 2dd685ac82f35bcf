"""Two requests side by side, over everything else."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen
from textual.scroll_view import ScrollView
from textual.strip import Strip

from reqtrace.analysis.comparison_model import Comparison
from reqtrace.render.comparison_page import draw_comparison
from reqtrace.render.exhibit import Exhibit
from reqtrace.render.exhibit_comparison import comparison_exhibit
from reqtrace.tui.keys.comparison import COMPARISON_KEYS
from reqtrace.tui.strips import blank_strip, canvas_strips
from reqtrace.tui.widgets.key_bar import KeyBar
from reqtrace.tui.widgets.scrolling import entitle, jump, jump_by, set_extent
from reqtrace.tui.words import word

__all__ = ["ComparisonScreen"]

ABOVE = 2
"""Rows that stay in sight above the difference one jumps to."""


class ComparisonText(ScrollView, can_focus=False, inherit_bindings=False):
    """The page, drawn for the width there is."""

    def __init__(self, title: str, comparison: Comparison, names: tuple[str, str]) -> None:
        super().__init__()
        self._title = title
        self._comparison = comparison
        self._names = names
        self._is_whole = False
        self._lines: tuple[int, ...] = ()
        self._strips: list[Strip] = []

    def on_mount(self) -> None:
        entitle(self, self._title, word("compare.close"))

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        width = self.scrollable_content_region.width
        drawing = draw_comparison(self._comparison, width=width, names=self._names, is_whole=self._is_whole)
        self._lines = drawing.lines
        self._strips = canvas_strips(drawing.canvas, self.app.theme)
        set_extent(self, len(self._strips))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        row = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if row < len(self._strips):
            return self._strips[row].crop(0, width)
        return blank_strip(width, self.app.theme)

    def move(self, rows: int) -> None:
        """Scroll by rows."""
        jump_by(self, rows)

    def exhibit(self) -> Exhibit:
        """The page, folded or not as it is."""
        return comparison_exhibit(self._comparison, title=self._title, names=self._names, is_whole=self._is_whole)

    def switch_whole(self) -> None:
        """With every step that is the same, or folded again."""
        self._is_whole = not self._is_whole
        self._draw()

    def go_to_difference(self, direction: int) -> None:
        """Bring the next difference, or the one before, to the top."""
        top = self.scroll_offset.y + ABOVE
        if direction > 0:
            found = next((line for line in self._lines if line > top), None)
        else:
            found = next((line for line in reversed(self._lines) if line < top), None)
        if found is not None:
            jump(self, max(found - ABOVE, 0))


class ComparisonScreen(ModalScreen[None]):
    """Lies over the requests it compares."""

    BINDINGS: ClassVar[list[BindingType]] = [*COMPARISON_KEYS]

    def __init__(self, title: str, comparison: Comparison, names: tuple[str, str]) -> None:
        super().__init__()
        self._text = ComparisonText(title, comparison, names)

    def compose(self) -> ComposeResult:
        yield self._text
        yield KeyBar()

    def action_close(self) -> None:
        """Back to where you were."""
        self.dismiss()

    def action_scroll(self, rows: int) -> None:
        """Lines up or down."""
        self._text.move(rows)

    def action_page(self, direction: int) -> None:
        """Pages up or down."""
        self._text.move(direction * max(self._text.scrollable_content_region.height - 1, 1))

    def action_difference(self, direction: int) -> None:
        """The next difference, or the one before."""
        self._text.go_to_difference(direction)

    def exhibit(self) -> Exhibit:
        """The page."""
        return self._text.exhibit()

    def action_whole(self) -> None:
        """The steps that are the same, too, or not."""
        self._text.switch_whole()
