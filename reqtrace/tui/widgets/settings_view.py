"""The settings that decide what happens to a request."""

from __future__ import annotations

from textual.scroll_view import ScrollView
from textual.strip import Strip

from reqtrace.render.settings_page import draw_settings, settings_title
from reqtrace.trace.model import ProcessFacts
from reqtrace.tui.strips import blank_strip, canvas_strips
from reqtrace.tui.widgets.scrolling import entitle, jump_by, set_extent

__all__ = ["SettingsView"]


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
        entitle(self, settings_title(process))
        width = self.scrollable_content_region.width
        self._theme = self.app.theme
        self._strips = canvas_strips(draw_settings(process, width), self._theme)
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
