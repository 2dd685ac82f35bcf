"""Where the person is: which request, which of its stops, and whether the newest is followed.

Following never steals the cursor: every move ends it, and only ``follow`` (End at the last stop, or G) begins it
again. ``stop`` is ``None`` at the natural end of a request: the newest stop of one that is open, the finished
picture of one that is done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from reqtrace.analysis.interest import is_interesting, newest
from reqtrace.trace.model import RequestKey, RequestState, RequestSummary, RequestTrace

__all__ = ["Position"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """One place; moves give the next one."""

    selected: RequestKey | None = None
    stop: int | None = None
    is_following: bool = True

    # --- requests ----------------------------------------------------------------------------------------------

    def settled(self, shown: Sequence[RequestSummary]) -> Position:
        """The position after the list has changed: the newest if following, else the same request."""
        if not shown:
            return replace(self, selected=None, stop=None)
        if self.is_following:
            followed = self._followed(shown)
            return self if followed == self.selected else replace(self, selected=followed, stop=None)
        if self._row(shown) is None:
            return replace(self, selected=shown[0].key, stop=None)
        return self

    def _followed(self, shown: Sequence[RequestSummary]) -> RequestKey:
        """The newest request; but a held one is not left for others that come meanwhile."""
        row = self._row(shown)
        is_held = row is not None and shown[row].is_held
        return self.selected if is_held and self.selected is not None else newest(shown).key

    def follow(self, shown: Sequence[RequestSummary]) -> Position:
        """The newest request, now and whenever there is a newer one."""
        return replace(self, is_following=True, stop=None).settled(shown)

    def at_request(self, key: RequestKey) -> Position:
        """That request, at its natural end."""
        return replace(self, selected=key, stop=None, is_following=False)

    def by_requests(self, shown: Sequence[RequestSummary], distance: int) -> Position:
        """A number of requests further down, or up if negative; the list has ends."""
        if not shown:
            return self
        row = self._row(shown)
        target = 0 if row is None else min(max(row + distance, 0), len(shown) - 1)
        return self if target == row else self.at_request(shown[target].key)

    def to_interesting(self, shown: Sequence[RequestSummary], direction: int) -> Position | None:
        """The next request worth a look in that direction, if there is one."""
        row = self._row(shown)
        start = (-1 if direction > 0 else len(shown)) if row is None else row
        rows = range(start + 1, len(shown)) if direction > 0 else range(start - 1, -1, -1)
        found = next((shown[row].key for row in rows if is_interesting(shown[row])), None)
        return None if found is None else self.at_request(found)

    def newer(self, shown: Sequence[RequestSummary]) -> int:
        """How many requests of the list are newer than the selected one."""
        row = self._row(shown)
        return 0 if row is None else len(shown) - 1 - row

    def _row(self, shown: Sequence[RequestSummary]) -> int | None:
        if self.selected is None:
            return None
        if shown and shown[-1].key == self.selected:
            return len(shown) - 1
        return next((row for row, summary in enumerate(shown) if summary.key == self.selected), None)

    # --- stops -------------------------------------------------------------------------------------------------

    def forward(self, trace: RequestTrace) -> Position:
        """One stop on; a finished picture begins at its first stop."""
        is_open = trace.summary.state is RequestState.OPEN
        return self._to(trace, lambda last: (last if is_open else 0) if self.stop is None else self.stop + 1)

    def back(self, trace: RequestTrace) -> Position:
        """One stop back; a finished picture begins at its last stop."""
        is_open = trace.summary.state is RequestState.OPEN
        return self._to(trace, lambda last: (last - 1 if is_open else last) if self.stop is None else self.stop - 1)

    def first(self, trace: RequestTrace) -> Position:
        """The first stop."""
        return self._to(trace, lambda _: 0)

    def at_stop(self, trace: RequestTrace, stop: int) -> Position:
        """That stop."""
        return self._to(trace, lambda _: stop)

    def end(self, trace: RequestTrace | None, shown: Sequence[RequestSummary]) -> Position:
        """The last stop; from there, the newest request again."""
        if trace is None or self.stop is None or self.stop >= len(trace.stops) - 1:
            return self.follow(shown)
        return self._to(trace, lambda last: last)

    def _to(self, trace: RequestTrace, target: Callable[[int], int]) -> Position:
        if not trace.stops:
            return self
        last = len(trace.stops) - 1
        return replace(self, stop=min(max(target(last), 0), last), is_following=False)
