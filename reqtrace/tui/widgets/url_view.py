"""The rows of a page of the mode URLs; only those in sight are drawn, and only those that change again."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from reqtrace.render.urls_rows import RowColumns, UrlRow, columns_of, row_canvas
from reqtrace.tui.strips import blank_strip, canvas_strips
from reqtrace.tui.widgets.scrolling import jump, set_extent

__all__ = ["UrlView"]

MAX_CACHED = 1_000


class UrlView(ScrollView, can_focus=False, inherit_bindings=False):
    """Keeps the row under the cursor in sight."""

    class Pointed(Message):
        """A row was clicked."""

        def __init__(self, row: int) -> None:
            super().__init__()
            self.row = row

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: Sequence[UrlRow] = ()
        self._cursor = 0
        self._columns: RowColumns | None = None
        self._cache: dict[tuple[object, ...], Strip] = {}

    def show(self, rows: Sequence[UrlRow], cursor: int) -> None:
        """The rows, and the number of the one under the cursor."""
        if rows is not self._rows:
            self._rows, self._cursor = rows, cursor
            self._settle()
        elif cursor != self._cursor:
            before, self._cursor = self._cursor, cursor
            self.refresh_line(before)
            self.refresh_line(cursor)
            self._reveal()

    def _settle(self) -> None:
        self._columns = None
        self._cache.clear()
        set_extent(self, len(self._rows))
        self._reveal()
        self.refresh()

    def _reveal(self) -> None:
        height, top = self.scrollable_content_region.height, self.scroll_offset.y
        if height <= 0:
            return
        wanted = min(max(top, self._cursor - height + 1), self._cursor)
        if wanted != top:
            jump(self, wanted)

    def on_resize(self) -> None:
        self._settle()
        self.call_after_refresh(self._reveal)

    def render_line(self, y: int) -> Strip:
        number, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        if not 0 <= number < len(self._rows):
            return blank_strip(width, self.app.theme)
        if self._columns is None or self._columns.width != width:
            self._columns = columns_of(self._rows, width)
        key = (number, number == self._cursor, width, self.app.theme)
        strip = self._cache.get(key)
        if strip is None:
            if len(self._cache) >= MAX_CACHED:
                self._cache.clear()
            canvas = row_canvas(self._rows[number], self._columns, is_here=number == self._cursor)
            strip = self._cache[key] = canvas_strips(canvas, self.app.theme)[0]
        return strip

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        number = None if offset is None else offset.y + self.scroll_offset.y
        if number is not None and number < len(self._rows):
            self.post_message(self.Pointed(number))
