"""The settings that decide what happens to a request."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator

from rich.cells import cell_len
from textual.scroll_view import ScrollView
from textual.strip import Strip

from reqtrace.render.canvas import Canvas
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.model import ProcessFacts
from reqtrace.tui.strips import blank_strip, canvas_strips
from reqtrace.tui.widgets.scrolling import entitle, jump_by, set_extent
from reqtrace.tui.words import word

__all__ = ["SettingsView"]

INDENT = 2


class SettingsView(ScrollView, can_focus=False, inherit_bindings=False):
    """Name in one colour, value below it, wrapped."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._process: ProcessFacts | None = None
        self._strips: list[Strip] = []
        self._theme = ""

    def show(self, process: ProcessFacts | None) -> None:
        """The settings of another process, or as they are now."""
        if process is not self._process:
            self._process = process
            self._draw()

    def move(self, rows: int) -> None:
        """Scroll by rows."""
        jump_by(self, rows)

    def _draw(self) -> None:
        process = self._process
        module = sanitize(process.settings_module) if process is not None else ""
        title = word("log.settings_of", module=module) if module else word("log.settings")
        entitle(self, title)
        width = self.scrollable_content_region.width
        self._theme = self.app.theme
        self._strips = canvas_strips(_settings_canvas(process, width), self._theme)
        set_extent(self, len(self._strips))
        self.refresh()

    def on_resize(self) -> None:
        self._draw()

    def render_line(self, y: int) -> Strip:
        if self._theme != self.app.theme:
            self._draw()
        row = y + self.scroll_offset.y
        if row < len(self._strips):
            return self._strips[row]
        return blank_strip(self.scrollable_content_region.width, self.app.theme)


def _settings_canvas(process: ProcessFacts | None, width: int) -> Canvas:
    canvas = Canvas(width)
    if process is None or not process.settings:
        for y, line in enumerate(_wrapped(word("log.no_settings"), width - 2)):
            canvas.put(1, y, line, Paint(Role.SKIP))
        return canvas
    y = 0
    for name, value in process.settings:
        x = canvas.put(1, y, sanitize(name), Paint(Role.DOWN, bold=True)) + 1
        lines = list(_value_lines(sanitize(value), width - INDENT - 2))
        if len(lines) == 1 and x + cell_len(lines[0]) < width:
            canvas.put(x, y, lines[0], INK)
        else:
            for line in lines:
                y += 1
                canvas.put(INDENT + 1, y, line, INK)
        y += 1
    return canvas


def _value_lines(value: str, width: int) -> Iterator[str]:
    """A list of texts item by item, as it is written in a settings file; anything else as it comes."""
    try:
        items = ast.literal_eval(value)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        items = None
    if isinstance(items, list | tuple) and len(items) > 1 and all(isinstance(item, str) for item in items):
        for item in items:
            yield from _wrapped(item, width)
    else:
        yield from _wrapped(value, width)


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, max(width, 10), break_on_hyphens=False) or [text]
