"""The requests, newest at the bottom; it follows, but never moves the cursor of a person who has moved it."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from reqtrace.trace.model import RequestKey, RequestSummary
from reqtrace.tui.request_row import row_canvas
from reqtrace.tui.strips import blank_strip, canvas_strips
from reqtrace.tui.widgets.scrolling import jump, set_extent

__all__ = ["RequestList"]

MAX_CACHED = 500


class RequestList(ScrollView, can_focus=False, inherit_bindings=False):
    """Draws only the rows in sight; a row is drawn again only when its request has changed."""

    class Chosen(Message):
        """A row was clicked."""

        def __init__(self, key: RequestKey) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._summaries: Sequence[RequestSummary] = ()
        self._selected: RequestKey | None = None
        self._cache: dict[RequestKey, tuple[tuple[object, ...], Strip]] = {}

    def show(self, summaries: Sequence[RequestSummary], selected: RequestKey | None) -> None:
        """The requests to list, and the one under the cursor."""
        old, was_selected = self._rows_in_sight(), self._selected
        length = len(self._summaries)
        self._summaries, self._selected = summaries, selected
        if len(summaries) != length:
            set_extent(self, len(summaries))
        if selected != was_selected or len(summaries) != length:
            self._reveal()
        self._refresh_changed(old, was_selected)

    def show_cursor(self) -> None:
        """Bring the selected row into sight (after the size has changed)."""
        self._reveal()

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width

    def _rows_in_sight(self) -> list[RequestSummary]:
        top = self.scroll_offset.y
        return list(self._summaries[top : top + self.scrollable_content_region.height])

    def _refresh_changed(self, old: Sequence[RequestSummary], was_selected: RequestKey | None) -> None:
        new = self._rows_in_sight()
        if len(new) != len(old):
            self.refresh()
            return
        top = self.scroll_offset.y
        for y, (before, after) in enumerate(zip(old, new, strict=True)):
            touched = after.key in (was_selected, self._selected) and was_selected != self._selected
            if before is not after or touched:
                self.refresh_line(top + y)

    def _reveal(self) -> None:
        height = self.scrollable_content_region.height
        row = self._row_of(self._selected)
        if row is None or height <= 0:
            return
        top = self.scroll_offset.y
        wanted = min(max(top, row - height + 1), row)
        if wanted != top:
            jump(self, wanted)

    def _row_of(self, key: RequestKey | None) -> int | None:
        if key is None or not self._summaries:
            return None
        if self._summaries[-1].key == key:
            return len(self._summaries) - 1
        return next((row for row, summary in enumerate(self._summaries) if summary.key == key), None)

    def render_line(self, y: int) -> Strip:
        row = y + self.scroll_offset.y
        width = self._width
        if not 0 <= row < len(self._summaries):
            return blank_strip(width, self.app.theme)
        summary = self._summaries[row]
        drawn_for = (summary, summary.key == self._selected, width, self.app.theme)
        cached = self._cache.get(summary.key)
        if cached is None or cached[0] != drawn_for:
            canvas = row_canvas(summary, width, is_selected=summary.key == self._selected)
            if len(self._cache) >= MAX_CACHED:
                self._cache.clear()
            cached = self._cache[summary.key] = (drawn_for, canvas_strips(canvas, self.app.theme)[0])
        return cached[1]

    def on_resize(self) -> None:
        set_extent(self, len(self._summaries))
        self.call_after_refresh(self._reveal)

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        row = None if offset is None else offset.y + self.scroll_offset.y
        if row is not None and row < len(self._summaries):
            self.post_message(self.Chosen(self._summaries[row].key))
