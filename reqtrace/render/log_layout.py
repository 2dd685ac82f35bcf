"""Which entry of the output is in which row, kept while lines are added at its end."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence

from reqtrace.analysis.output_entries import OutputEntry
from reqtrace.render.log_rows import columns_for, height_of

__all__ = ["LogLayout"]


class LogLayout:
    """For one width; an entry is measured once as long as it does not grow."""

    def __init__(self, width: int) -> None:
        self.columns = columns_for(width)
        self._entries: list[OutputEntry] = []
        self._starts: list[int] = []
        self._open: frozenset[int] = frozenset()
        self._heights: dict[tuple[int, int, bool], int] = {}
        self.rows = 0
        """How many there are."""

    def take(self, entries: Sequence[OutputEntry], opened: Collection[int]) -> None:
        """The entries as they are now, and the numbers of those that are open."""
        now_open = frozenset(opened)
        changed = now_open ^ self._open
        known = zip(self._entries, entries, strict=False)
        same = next(
            (at for at, (old, new) in enumerate(known) if old is not new or new.number in changed),
            min(len(self._entries), len(entries)),
        )
        if same < len(self._starts):
            self.rows = self._starts[same]
        del self._entries[same:], self._starts[same:]
        self._open = now_open
        if same == 0:
            self.rows = 0
            self._forget(entries[0].number if entries else 0)
        for entry in entries[same:]:
            self._entries.append(entry)
            self._starts.append(self.rows)
            self.rows += self._height(entry)

    def _forget(self, oldest: int) -> None:
        """What was measured of entries that are gone."""
        self._heights = {key: height for key, height in self._heights.items() if key[0] >= oldest}

    def _height(self, entry: OutputEntry) -> int:
        is_open = entry.number in self._open
        key = (entry.number, len(entry.lines), is_open)
        height = self._heights.get(key)
        if height is None:
            height = self._heights[key] = height_of(entry, self.columns.room, is_open=is_open)
        return height

    def entry_at(self, row: int) -> tuple[OutputEntry, int] | None:
        """The entry in a row, and which of its rows it is."""
        if not 0 <= row < self.rows:
            return None
        at = bisect_right(self._starts, row) - 1
        return self._entries[at], row - self._starts[at]

    def is_open(self, entry: OutputEntry) -> bool:
        """Whether an entry is laid out as a whole."""
        return entry.number in self._open

    def rows_of(self, at: int) -> range:
        """The rows of the entry at a place."""
        end = self._starts[at + 1] if at + 1 < len(self._starts) else self.rows
        return range(self._starts[at], end)
