"""From what has arrived to what can be shown: drains a source into a store, a slice of time at a time."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence

from reqtrace.events.wire import LEVELS
from reqtrace.hub.arrival import Arrival
from reqtrace.trace.feed import Feed
from reqtrace.trace.model import OutputLine, ProcessFacts, RequestKey, RequestTrace
from reqtrace.trace.source import Source
from reqtrace.trace.store import TraceStore
from reqtrace.tui.board import Board

__all__ = ["Bridge"]

SLICE = 64
"""Lines drained at once; a line is a batch of events, so the clock is asked after every one."""

PATH, DEEP = LEVELS


class Bridge:
    """Owns the store; a paused screen only stops looking, it never stops the draining."""

    def __init__(self, source: Source, *, keep: int, clock: Callable[[], float] = time.perf_counter) -> None:
        self.source = source
        self.store = TraceStore(keep=keep)
        self._feed = Feed(self.store)
        self._clock = clock
        self._undone: deque[Arrival] = deque()
        self._last_note: tuple[int, str] | None = None

    def pump(self, budget: float) -> bool:
        """Take what has arrived for at most ``budget`` seconds; whether there is more."""
        end = self._clock() + budget
        while True:
            if not self._undone:
                self._undone.extend(self.source.drain(SLICE))
                if not self._undone:
                    return False
            self._feed.take(self._undone.popleft())
            if self._clock() >= end:
                return bool(self._undone) or self.source.backlog > 0

    @property
    def version(self) -> tuple[object, ...]:
        """Changes whenever there is something else to show."""
        source = self.source
        site = (source.title, source.address, source.notice, source.recording, source.level, source.holds)
        return self.store.version, source.dropped, *site

    def board(self) -> Board:
        """Everything but the picture, as it is now."""
        source, store = self.source, self.store
        return Board(
            title=source.title,
            address=source.address,
            is_live=source.is_live,
            notice=source.notice,
            recording=source.recording,
            is_deep=source.level == DEEP,
            holds=source.holds,
            site=store.site,
            total=store.total,
            dropped=max(store.dropped, source.dropped),
            summaries=store.summaries(),
        )

    def switch_level(self) -> bool | None:
        """The other level of detail; whether that is the deep one, or ``None`` if there is nothing to switch."""
        if not self.source.is_live:
            return None
        self.source.set_level(PATH if self.source.level == DEEP else DEEP)
        return self.source.level == DEEP

    def trace(self, key: RequestKey | None) -> RequestTrace | None:
        """The whole of a request, if it is still kept."""
        return None if key is None else self.store.trace(key)

    def output(self) -> Sequence[OutputLine]:
        """What the site has printed and the hub has remarked, in order, as far as it is kept."""
        return list(self.store.output)

    def new_notes(self) -> list[str]:
        """The remarks that came since this was asked last."""
        notes = list(self.store.notes)
        told = next((place for place, note in enumerate(notes) if note is self._last_note), -1)
        self._last_note = notes[-1] if notes else None
        return [text for _, text in notes[told + 1 :]]

    @property
    def is_ended(self) -> bool:
        """The site does not run any more, but could be started again."""
        return self.source.is_live and self.store.site is not None and self.store.site.is_ended

    def process_with_settings(self) -> ProcessFacts | None:
        """The newest process whose settings are known."""
        return next((facts for facts in reversed(self.store.processes()) if facts.settings), None)
