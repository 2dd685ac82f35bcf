"""Headings with lines below them, wrapped to the width, that can be scrolled."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from functools import lru_cache

from rich.cells import cell_len
from textual.strip import Strip

from reqtrace.render.canvas import Canvas, clip_start
from reqtrace.render.roles import Paint, Role
from reqtrace.render.why_sections import Line, Section
from reqtrace.tui.source_text import short_path
from reqtrace.tui.strips import blank_strip, pieces_strip
from reqtrace.tui.widgets.fitted import Fitted
from reqtrace.tui.widgets.scrolling import entitle, jump, jump_by, set_extent

__all__ = ["SectionsView", "sections_canvas"]

TITLE = Paint(Role.DOWN, bold=True)
HEADING = Paint(Role.UP, bold=True)
QUIET = Paint(Role.SKIP)
INDENT = 3
HANGING = "  "
"""In front of the further rows of a line: they begin under its words, not under its mark."""

MOST_WRAPPED = 1_024


class SectionsView(Fitted, can_focus=False, inherit_bindings=False):
    """The sections, one below the other."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._sections: Sequence[Section] = ()
        self._canvas = Canvas(0)
        self._strips: dict[int, Strip] = {}
        """The rows that have been in sight: of a hundred terms a few are."""
        self._drawn_for: tuple[int, str] | None = None

    def show(self, title: str, remark: str, sections: Sequence[Section]) -> None:
        """Other sections, from their beginning."""
        entitle(self, title, remark)
        if sections != self._sections:
            self._sections, self._drawn_for = sections, None
            jump(self, 0)
            self.fit()

    def fit(self) -> None:
        width = self.scrollable_content_region.width
        wanted = (width, self.app.theme)
        if width and wanted != self._drawn_for:
            self._canvas, self._strips = sections_canvas(self._sections, width), {}
            self._drawn_for = wanted
            set_extent(self, self._canvas.height)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        if self._drawn_for is not None and self._drawn_for[1] != self.app.theme:
            self.fit()
        row = y + self.scroll_offset.y
        if row >= self._canvas.height:
            return blank_strip(self.scrollable_content_region.width, self.app.theme)
        if row not in self._strips:
            self._strips[row] = pieces_strip(self._canvas.runs(row), self._canvas.width, self.app.theme)
        return self._strips[row]

    def scroll_rows(self, rows: int) -> None:
        """Scroll on, or back if negative."""
        jump_by(self, rows)


@lru_cache(maxsize=MOST_WRAPPED)
def wrapped(words: str, width: int, hanging: str = "") -> tuple[str, ...]:
    """The rows of a paragraph; the glossary has a hundred of them, and always the same."""
    return tuple(textwrap.wrap(words, width, subsequent_indent=hanging))


def sections_canvas(sections: Sequence[Section], width: int) -> Canvas:
    """A section without a title goes on with the one before."""
    canvas = Canvas(width)
    y = 0
    for number, section in enumerate(sections):
        y += number > 0 and bool(section.title)
        paint = TITLE if section.lines else HEADING
        for words in wrapped(section.title, max(width - 2, 10)):
            canvas.put(1, y, words, paint)
            y += 1
        for line in section.lines:
            y = _put_line(canvas, y, line, width)
    return canvas


def _put_line(canvas: Canvas, y: int, line: Line, width: int) -> int:
    """The line wrapped, its place behind it or below; the row after it."""
    x = INDENT
    for number, words in enumerate(wrapped(line.words, max(width - INDENT - 1, 10), HANGING)):
        y += number > 0
        x = canvas.put(INDENT, y, words, line.paint)
    place = short_path(line.place) if line.place.startswith(("/", "\\")) or ":\\" in line.place else line.place
    if place and cell_len(place) <= width - x - 3:
        canvas.put(x + 2, y, place, QUIET)
    elif place:
        y += 1
        canvas.put(INDENT, y, clip_start(place, width - INDENT - 1), QUIET)
    return y + 1
