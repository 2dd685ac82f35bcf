"""What the site prints, line by line and harmless: nothing in it is taken as markup or sent to the terminal."""

from __future__ import annotations

import time
from collections.abc import Sequence

from textual.scroll_view import ScrollView
from textual.strip import Strip

from reqtrace.render.canvas import Canvas
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.model import OutputLine
from reqtrace.tui.ansi import without_colours
from reqtrace.tui.strips import blank_strip, canvas_strips
from reqtrace.tui.widgets.scrolling import entitle, jump, jump_by, set_extent
from reqtrace.tui.words import word

__all__ = ["LogView"]

MAX_CACHED = 500
CLOCK = 9
SHIFT = 20
"""Cells a long line moves sideways at once."""


class LogView(ScrollView, can_focus=False, inherit_bindings=False):
    """Follows the end until somebody scrolls up; at the end again, it follows again."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: Sequence[OutputLine] = ()
        self._is_following = True
        self._left = 0
        self._cache: dict[tuple[object, ...], Strip] = {}

    def show(self, lines: Sequence[OutputLine]) -> None:
        """The lines that are kept, oldest first."""
        if len(lines) == len(self._lines) and (not lines or lines[-1] is self._lines[-1]):
            return
        self._lines = lines
        self._settle()

    def follow(self) -> None:
        """To the end, and stay there."""
        self._is_following = True
        self._settle()

    def move(self, rows: int) -> None:
        """Scroll by rows; up ends following, reaching the end begins it again."""
        jump_by(self, rows)
        self._is_following = self.scroll_offset.y >= self.max_scroll_y
        self._entitle()

    def shift(self, direction: int) -> None:
        """Look further to the right in long lines, or back."""
        self._left = max(self._left + direction * SHIFT, 0)
        self.refresh()

    def _settle(self) -> None:
        region = self.scrollable_content_region
        set_extent(self, max(len(self._lines), 1))
        if self._is_following and region.height:
            jump(self, max(len(self._lines) - region.height, 0))
        self._entitle()
        self.refresh()

    def _entitle(self) -> None:
        below = len(self._lines) - self.scroll_offset.y - self.scrollable_content_region.height
        is_behind = not self._is_following and below > 0
        entitle(self, word("log.behind", n=below) if is_behind else word("log.title"))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        # The wheel scrolls without asking ``move``.
        if new_value < old_value:
            self._is_following = False
        elif self.scroll_offset.y >= self.max_scroll_y:
            self._is_following = True
        self._entitle()

    def on_resize(self) -> None:
        self._cache.clear()
        self._settle()

    def render_line(self, y: int) -> Strip:
        width, row = self.scrollable_content_region.width, y + self.scroll_offset.y
        if not self._lines and row == 0:
            canvas = Canvas(width, 1)
            canvas.put(1, 0, word("log.empty"), Paint(Role.SKIP))
            return canvas_strips(canvas, self.app.theme)[0]
        if row >= len(self._lines):
            return blank_strip(width, self.app.theme)
        line = self._lines[row]
        key = (line, width, self._left, self.app.theme)
        strip = self._cache.get(key)
        if strip is None:
            if len(self._cache) >= MAX_CACHED:
                self._cache.clear()
            strip = self._cache[key] = canvas_strips(_line_canvas(line, width, self._left), self.app.theme)[0]
        return strip


def _line_canvas(line: OutputLine, width: int, left: int) -> Canvas:
    canvas = Canvas(width, 1)
    clock = time.strftime("%H:%M:%S", time.localtime(line.unix_time // 1_000_000_000))
    canvas.put(0, 0, clock, Paint(Role.SKIP))
    text = sanitize(without_colours(line.text))
    canvas.put(CLOCK, 0, text[left:], INK)
    return canvas
