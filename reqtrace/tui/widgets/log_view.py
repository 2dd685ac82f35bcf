"""What the site prints, in rows; only those in sight are drawn, and nothing in it is taken as markup."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from textual import events
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from reqtrace.analysis.output_entries import OutputEntry
from reqtrace.render.log_layout import LogLayout
from reqtrace.render.log_rows import draw_log_row, log_rows
from reqtrace.tui.strips import blank_strip, canvas_strips
from reqtrace.tui.widgets.scrolling import jump, set_extent

__all__ = ["LogView"]

MAX_CACHED = 500


class LogView(ScrollView, can_focus=False, inherit_bindings=False):
    """Keeps the chosen entry in sight, until somebody scrolls with the wheel."""

    class Pointed(Message):
        """A row of an entry was clicked."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    class Scrolled(Message):
        """The wheel, or the scrollbar, has moved the rows; ``is_at_end`` if the last one is in sight."""

        def __init__(self, *, is_at_end: bool) -> None:
            super().__init__()
            self.is_at_end = is_at_end

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._entries: Sequence[OutputEntry] = ()
        self._at = 0
        self._opened: Collection[int] = ()
        self._is_following = True
        self._layout = LogLayout(0)
        self._is_mine: Callable[[OutputEntry], bool] = lambda entry: False
        self._marks: object = None
        self._cache: dict[tuple[object, ...], list[Strip]] = {}
        self._is_revealing = False

    @property
    def below(self) -> int:
        """Rows below the last one in sight."""
        return max(self._layout.rows - self.scroll_offset.y - self.scrollable_content_region.height, 0)

    def show(self, entries: Sequence[OutputEntry], at: int, opened: Collection[int], *, is_following: bool) -> None:
        """The entries, the place of the chosen one, and the numbers of those that are open."""
        is_same = entries is self._entries and opened == self._opened
        if is_same and (at, is_following) == (self._at, self._is_following):
            return
        self._is_following = is_following
        self._entries, self._at, self._opened = entries, at, frozenset(opened)
        if is_same:
            self._reveal()
            self.refresh()
        else:
            self._settle()

    def mark(self, subject: object, is_mine: Callable[[OutputEntry], bool]) -> None:
        """Which entries have a mark; the same ``subject`` marks the same ones."""
        if subject != self._marks:
            self._marks, self._is_mine = subject, is_mine
            self._cache.clear()
            self.refresh()

    def _settle(self) -> None:
        region = self.scrollable_content_region
        if not region.width:
            return
        if self._layout.columns.width != region.width:
            self._layout = LogLayout(region.width)
            self._cache.clear()
        self._layout.take(self._entries, self._opened)
        self._is_revealing = True
        try:
            set_extent(self, max(self._layout.rows, 1))
        finally:
            self._is_revealing = False
        self._reveal()
        self.refresh()

    def _reveal(self) -> None:
        """The chosen entry in sight; of one that is higher than the view, as much as there is room for."""
        height, top = self.scrollable_content_region.height, self.scroll_offset.y
        if height <= 0 or not self._entries:
            return
        at = min(self._at, len(self._entries) - 1)
        rows = self._layout.rows_of(at)
        first, last = sorted((rows.start, rows.stop - height))
        wanted = min(max(top, first), last)
        if self._is_following:
            # The end of a traceback tells most, of a long line the beginning.
            is_long_line = len(rows) > height and not self._entries[at].is_traceback
            wanted = rows.start if is_long_line else max(rows.stop - height, 0)
        if wanted != top:
            self._jump(wanted)

    def move(self, direction: int) -> bool:
        """A row on in the chosen entry, up if negative; whether there was more of it in that direction."""
        rows, top = self._layout.rows_of(self._at) if self._entries else range(0), self.scroll_offset.y
        is_more = rows.start < top if direction < 0 else rows.stop > top + self.scrollable_content_region.height
        if is_more:
            self._jump(top + direction)
        return is_more

    def is_high(self, at: int) -> bool:
        """Whether the entry at a place has more rows than there are."""
        return len(self._layout.rows_of(at)) > self.scrollable_content_region.height

    def page(self, direction: int) -> int | None:
        """A page on, up if negative; the number of the entry that is then at that end of the view."""
        height = self.scrollable_content_region.height
        self._jump(self.scroll_offset.y + direction * max(height - 1, 1))
        row = self.scroll_offset.y + (height - 1 if direction > 0 else 0)
        found = self._layout.entry_at(min(row, self._layout.rows - 1))
        return None if found is None else found[0].number

    def _jump(self, row: int) -> None:
        """Not by the wheel, so nobody is told."""
        self._is_revealing = True
        try:
            jump(self, row)
        finally:
            self._is_revealing = False

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if not self._is_revealing and round(old_value) != round(new_value):
            self.post_message(self.Scrolled(is_at_end=self.below == 0))

    def on_resize(self) -> None:
        self._settle()
        self.call_after_refresh(self._settle)

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        found = self._layout.entry_at(y + self.scroll_offset.y)
        if found is None or self._layout.columns.width != width:
            return blank_strip(width, self.app.theme)
        entry, part = found
        is_here = bool(self._entries) and self._entries[self._at].number == entry.number
        key = (entry.number, len(entry.lines), self._layout.is_open(entry), is_here, self.app.theme)
        strips = self._cache.get(key)
        if strips is None:
            if len(self._cache) >= MAX_CACHED:
                self._cache.clear()
            strips = self._cache[key] = self._draw(entry, is_here=is_here)
        return strips[part]

    def _draw(self, entry: OutputEntry, *, is_here: bool) -> list[Strip]:
        """All rows of an entry, which are mostly needed together."""
        columns, is_mine = self._layout.columns, self._is_mine(entry)
        rows = log_rows(entry, columns.room, is_open=self._layout.is_open(entry))
        return [
            canvas_strips(
                draw_log_row(entry, row, columns, is_first=part == 0, is_here=is_here, is_mine=is_mine), self.app.theme
            )[0]
            for part, row in enumerate(rows)
        ]

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        found = None if offset is None else self._layout.entry_at(offset.y + self.scroll_offset.y)
        if found is not None:
            self.post_message(self.Pointed(found[0].number))
