"""Two requests side by side, over everything else."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.scroll_view import ScrollView
from textual.strip import Strip

from reqtrace.analysis.comparison_model import Comparison
from reqtrace.render.comparison_page import draw_comparison
from reqtrace.render.exhibit import Exhibit
from reqtrace.render.exhibit_comparison import comparison_exhibit
from reqtrace.tui.keys.comparison import COMPARISON_KEYS
from reqtrace.tui.screens.reading import ReadingScreen
from reqtrace.tui.strips import blank_strip, canvas_strips
from reqtrace.tui.widgets.scrolling import entitle, jump, set_extent
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


class ComparisonScreen(ReadingScreen):
    """Lies over the requests it compares."""

    BINDINGS: ClassVar[list[BindingType]] = [*COMPARISON_KEYS]

    def __init__(self, title: str, comparison: Comparison, names: tuple[str, str]) -> None:
        self._text = ComparisonText(title, comparison, names)
        super().__init__(self._text)

    def action_difference(self, direction: int) -> None:
        """The next difference, or the one before."""
        self._text.go_to_difference(direction)

    def exhibit(self) -> Exhibit:
        """The page."""
        return self._text.exhibit()

    def action_whole(self) -> None:
        """The steps that are the same, too, or not."""
        self._text.switch_whole()
