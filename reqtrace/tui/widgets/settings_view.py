"""The settings that decide what happens to a request."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from reqtrace.render.canvas import Canvas
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.model import ProcessFacts
from reqtrace.tui.strips import blank_strip, canvas_strips
from reqtrace.tui.words import markup_safe, word

__all__ = ["SettingsView"]

INDENT = 2


class SettingsView(ScrollView, can_focus=False, inherit_bindings=False):
    """Name in one colour, value below it, wrapped."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._process: ProcessFacts | None = None
        self._strips: list[Strip] = []

    def show(self, process: ProcessFacts | None) -> None:
        """The settings of another process, or as they are now."""
        if process is not self._process:
            self._process = process
            self.redraw()

    def move(self, rows: int) -> None:
        """Scroll by rows."""
        self.scroll_to(y=self.scroll_offset.y + rows, animate=False, immediate=True)

    def redraw(self) -> None:
        """Draw again, for another size, theme or process."""
        process = self._process
        module = sanitize(process.settings_module) if process is not None else ""
        title = word("log.settings_of", module=module) if module else word("log.settings")
        self.border_title = markup_safe(title)
        width = self.scrollable_content_region.width
        canvas = _settings_canvas(process, width)
        self._strips = canvas_strips(canvas, self.app.theme)
        self.virtual_size = Size(width, len(self._strips))
        self.refresh()

    def on_resize(self) -> None:
        self.redraw()

    def render_line(self, y: int) -> Strip:
        row = y + self.scroll_offset.y
        if row < len(self._strips):
            return self._strips[row]
        return blank_strip(self.scrollable_content_region.width, self.app.theme)


def _settings_canvas(process: ProcessFacts | None, width: int) -> Canvas:
    canvas = Canvas(width)
    if process is None or not process.settings:
        for y, line in enumerate(_wrapped(word("log.no_settings"), width - 1)):
            canvas.put(1, y, line, Paint(Role.SKIP))
        return canvas
    y = 0
    for name, value in process.settings:
        x = canvas.put(1, y, sanitize(name), Paint(Role.DOWN, bold=True)) + 1
        value = sanitize(value)
        if x + len(value) < width:
            canvas.put(x, y, value, INK)
            y += 1
            continue
        for line in _wrapped(value, width - INDENT - 1):
            y += 1
            canvas.put(INDENT + 1, y, line, INK)
        y += 1
    return canvas


def _wrapped(text: str, width: int) -> Iterator[str]:
    yield from textwrap.wrap(text, max(width, 10), break_on_hyphens=False)
