"""Why, and why not: what did not run at a step and in the whole request, over everything else."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen
from textual.scroll_view import ScrollView
from textual.strip import Strip

from reqtrace.render.canvas import Canvas, clip_start
from reqtrace.render.roles import Paint, Role
from reqtrace.render.why_sections import Line, Section
from reqtrace.tui.keys.overlays import WHY_KEYS
from reqtrace.tui.source_text import short_path
from reqtrace.tui.strips import blank_strip, canvas_strips
from reqtrace.tui.widgets.key_bar import KeyBar
from reqtrace.tui.widgets.scrolling import entitle, jump_by, set_extent
from reqtrace.tui.words import word

__all__ = ["WhyScreen"]

TITLE = Paint(Role.DOWN, bold=True)
HEADING = Paint(Role.UP, bold=True)
QUIET = Paint(Role.SKIP)
INDENT = 3
HANGING = "  "
"""In front of the further rows of a line: they begin under its words, not under its mark."""


class WhyText(ScrollView, can_focus=False, inherit_bindings=False):
    """The sections, one below the other."""

    def __init__(self, title: str, sections: Sequence[Section]) -> None:
        super().__init__()
        self._title = title
        self._sections = sections
        self._strips: list[Strip] = []

    def on_mount(self) -> None:
        entitle(self, self._title, word("why.close"))

    def on_resize(self) -> None:
        width = self.scrollable_content_region.width
        self._strips = canvas_strips(_why_canvas(self._sections, width), self.app.theme)
        set_extent(self, len(self._strips))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        row = y + self.scroll_offset.y
        if row < len(self._strips):
            return self._strips[row]
        return blank_strip(self.scrollable_content_region.width, self.app.theme)

    def move(self, rows: int) -> None:
        """Scroll by rows."""
        jump_by(self, rows)


def _why_canvas(sections: Sequence[Section], width: int) -> Canvas:
    canvas = Canvas(width)
    y = 0
    for number, section in enumerate(sections):
        y += number > 0
        paint = TITLE if section.lines else HEADING
        for words in textwrap.wrap(section.title, max(width - 2, 10)):
            canvas.put(1, y, words, paint)
            y += 1
        for line in section.lines:
            y = _put_line(canvas, y, line, width)
    return canvas


def _put_line(canvas: Canvas, y: int, line: Line, width: int) -> int:
    """The line wrapped, its place behind it or below; the row after it."""
    x = INDENT
    for number, words in enumerate(textwrap.wrap(line.words, max(width - INDENT - 1, 10), subsequent_indent=HANGING)):
        y += number > 0
        x = canvas.put(INDENT, y, words, line.paint)
    place = short_path(line.place) if line.place else ""
    if place and cell_len(place) <= width - x - 3:
        canvas.put(x + 2, y, place, QUIET)
    elif place:
        y += 1
        canvas.put(INDENT, y, clip_start(place, width - INDENT - 1), QUIET)
    return y + 1


class WhyScreen(ModalScreen[None]):
    """Lies over the picture it explains."""

    BINDINGS: ClassVar[list[BindingType]] = [*WHY_KEYS]

    def __init__(self, title: str, sections: Sequence[Section]) -> None:
        super().__init__()
        self._text = WhyText(title, sections)

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
