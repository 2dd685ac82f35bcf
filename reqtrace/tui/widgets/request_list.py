"""The requests, newest at the bottom, maybe in groups; it never moves the cursor of a person who has moved it."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from reqtrace.analysis.grouping import Group
from reqtrace.render.canvas import Canvas
from reqtrace.render.exhibit import Exhibit
from reqtrace.render.framed import framed_exhibit
from reqtrace.trace.model import RequestKey, RequestSummary
from reqtrace.tui.group_row import group_canvas
from reqtrace.tui.request_row import row_canvas
from reqtrace.tui.strips import blank_strip, canvas_strips
from reqtrace.tui.widgets.fitted import Fitted
from reqtrace.tui.widgets.scrolling import jump, set_extent

__all__ = ["RequestList", "Row"]

MAX_CACHED = 500

Row = RequestSummary | Group
"""A request, or the header of the group that begins here."""


class RequestList(Fitted, can_focus=False, inherit_bindings=False):
    """Draws only the rows in sight; a row is drawn again only when its request has changed."""

    class Chosen(Message):
        """A row was clicked."""

        def __init__(self, key: RequestKey) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: Sequence[Row] = ()
        self._selected: RequestKey | None = None
        self._marked: RequestKey | None = None
        self._cache: dict[tuple[object, ...], tuple[tuple[object, ...], Strip]] = {}
        self._fitted_to: Size | None = None

    def show(self, rows: Sequence[Row], selected: RequestKey | None) -> None:
        """The requests to list, and the one under the cursor."""
        old, was_selected = self._rows_in_sight(), self._selected
        length = len(self._rows)
        self._rows, self._selected = rows, selected
        if len(rows) != length:
            set_extent(self, len(rows))
        if selected != was_selected or len(rows) != length:
            self._reveal()
        self._refresh_changed(old, was_selected)

    def mark(self, key: RequestKey | None) -> None:
        """The request that others are compared with."""
        if key != self._marked:
            self._marked = key
            self._cache.clear()
            self.refresh()

    def show_cursor(self) -> None:
        """Bring the selected row into sight (after the size has changed)."""
        self._reveal()

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width

    def _rows_in_sight(self) -> list[Row]:
        top = self.scroll_offset.y
        return list(self._rows[top : top + self.scrollable_content_region.height])

    def _refresh_changed(self, old: Sequence[Row], was_selected: RequestKey | None) -> None:
        new = self._rows_in_sight()
        if len(new) != len(old):
            self.refresh()
            return
        top = self.scroll_offset.y
        for y, (before, after) in enumerate(zip(old, new, strict=True)):
            touched = _key(after) in (was_selected, self._selected) and was_selected != self._selected
            if touched or (before is not after and before != after):
                self.refresh_line(top + y)

    def _reveal(self) -> None:
        height = self.scrollable_content_region.height
        row = self._row_of(self._selected)
        if row is None or height <= 0:
            return
        top = self.scroll_offset.y
        # With its first request the header of a group comes into sight.
        first = row - 1 if height > 1 and row > 0 and isinstance(self._rows[row - 1], Group) else row
        wanted = min(max(top, row - height + 1), first)
        if wanted != top:
            jump(self, wanted)

    def _row_of(self, key: RequestKey | None) -> int | None:
        if key is None or not self._rows:
            return None
        if _key(self._rows[-1]) == key:
            return len(self._rows) - 1
        return next((number for number, row in enumerate(self._rows) if _key(row) == key), None)

    def render_line(self, y: int) -> Strip:
        number = y + self.scroll_offset.y
        width = self._width
        if not 0 <= number < len(self._rows):
            return blank_strip(width, self.app.theme)
        row = self._rows[number]
        place = (row.process, row.client) if isinstance(row, Group) else row.key
        drawn_for = (row, _key(row) == self._selected, width, self.app.theme)
        cached = self._cache.get(place)
        if cached is None or cached[0] != drawn_for:
            if len(self._cache) >= MAX_CACHED:
                self._cache.clear()
            cached = self._cache[place] = (drawn_for, canvas_strips(self._canvas(row, width), self.app.theme)[0])
        return cached[1]

    def _canvas(self, row: Row, width: int) -> Canvas:
        if isinstance(row, Group):
            return group_canvas(row, width)
        return row_canvas(row, width, is_selected=row.key == self._selected, is_marked=row.key == self._marked)

    def fit(self) -> None:
        room = self.scrollable_content_region.size
        if room != self._fitted_to:
            self._fitted_to = room
            set_extent(self, len(self._rows))
            self._reveal()

    def exhibit(self, title: str) -> Exhibit:
        """Every request of the list."""
        rows = tuple(self._rows)

        def draw(width: int) -> Canvas:
            canvas = Canvas(width)
            for y, row in enumerate(rows):
                canvas.paste(self._canvas(row, width), 0, y)
            return canvas

        return framed_exhibit(draw, name=("requests",), title=title)

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        number = None if offset is None else offset.y + self.scroll_offset.y
        key = _key(self._rows[number]) if number is not None and number < len(self._rows) else None
        if key is not None:
            self.post_message(self.Chosen(key))


def _key(row: Row) -> RequestKey | None:
    """The request of a row; a header has none."""
    return None if isinstance(row, Group) else row.key
