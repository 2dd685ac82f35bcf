"""The settings that decide what happens to a request."""

from __future__ import annotations

from textual.strip import Strip

from reqtrace.render.settings_page import draw_settings, settings_title
from reqtrace.trace.model import ProcessFacts
from reqtrace.tui.strips import blank_strip, canvas_strips
from reqtrace.tui.widgets.fitted import Fitted
from reqtrace.tui.widgets.scrolling import entitle, jump_by, set_extent

__all__ = ["SettingsView"]


class SettingsView(Fitted, can_focus=False, inherit_bindings=False):
    """Name in one colour, value below it, wrapped."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._process: ProcessFacts | None = None
        self._strips: list[Strip] = []
        self._drawn_for: tuple[int, str] | None = None

    def show(self, process: ProcessFacts | None) -> None:
        """The settings of another process, or as they are now."""
        entitle(self, settings_title(process))
        if process is not self._process:
            self._process, self._drawn_for = process, None
            self.fit()

    def move(self, rows: int) -> None:
        """Scroll by rows."""
        jump_by(self, rows)

    def fit(self) -> None:
        width = self.scrollable_content_region.width
        wanted = (width, self.app.theme)
        if width and wanted != self._drawn_for:
            self._strips = canvas_strips(draw_settings(self._process, width), self.app.theme)
            self._drawn_for = wanted
            set_extent(self, len(self._strips))
            self.refresh()

    def render_line(self, y: int) -> Strip:
        if self._drawn_for is not None and self._drawn_for[1] != self.app.theme:
            self.fit()
        row = y + self.scroll_offset.y
        if row < len(self._strips):
            return self._strips[row]
        return blank_strip(self.scrollable_content_region.width, self.app.theme)
