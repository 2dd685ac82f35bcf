"""A page to read over the stack: what lint has found about a layer, or what came of a try in the lab."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import BindingType
from textual.strip import Strip

from reqtrace.render.canvas import Canvas
from reqtrace.render.exhibit import Exhibit
from reqtrace.render.framed import framed_exhibit
from reqtrace.tui.keys.stack import PAGE_KEYS
from reqtrace.tui.screens.reading import ReadingScreen
from reqtrace.tui.strips import blank_strip, canvas_strips
from reqtrace.tui.widgets.fitted import Fitted
from reqtrace.tui.widgets.scrolling import entitle, set_extent
from reqtrace.tui.words import word

__all__ = ["PageScreen", "PageText"]


class PageText(Fitted, can_focus=False, inherit_bindings=False):
    """A page that is drawn for the width there is."""

    def __init__(self, title: str, draw: Callable[[int], Canvas], *, name: tuple[object, ...]) -> None:
        super().__init__()
        self._title = title
        self._draw = draw
        self._name_words = name
        """What its files are named after."""
        self._strips: list[Strip] = []
        self._width = -1

    def on_mount(self) -> None:
        entitle(self, self._title, word("page.close"))

    def fit(self) -> None:
        width = self.scrollable_content_region.width
        if width != self._width:
            self._width = width
            self._strips = canvas_strips(self._draw(width), self.app.theme)
            set_extent(self, len(self._strips))
            self.refresh()

    def render_line(self, y: int) -> Strip:
        row = y + self.scroll_offset.y
        if row < len(self._strips):
            return self._strips[row]
        return blank_strip(self.scrollable_content_region.width, self.app.theme)

    def exhibit(self) -> Exhibit:
        """The whole page."""
        return framed_exhibit(self._draw, name=self._name_words, title=self._title)


class PageScreen(ReadingScreen):
    """Lies over the picture that it is about; its answer is what to do next, empty for nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [*PAGE_KEYS]

    def __init__(self, title: str, draw: Callable[[int], Canvas]) -> None:
        self._text = PageText(title, draw, name=("stack", title))
        super().__init__(self._text)

    def exhibit(self) -> Exhibit:
        """The page."""
        return self._text.exhibit()
