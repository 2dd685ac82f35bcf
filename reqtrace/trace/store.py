"""Keeps the last requests of all processes within bounds: their events, their line in the list, their traces."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Container, Iterable, Mapping, Sequence
from itertools import groupby, islice
from operator import attrgetter
from typing import Any, NamedTuple

from reqtrace.events.kinds import (
    Event,
    EventsDropped,
    RequestEscaped,
    RequestFinished,
    RequestLineReceived,
    RequestStarted,
    UrlconfEntered,
    UrlResolved,
    UrlUnresolved,
)
from reqtrace.hub.arrival import HUB, SiteState
from reqtrace.trace.chains import ProcessRecord
from reqtrace.trace.fold import fold
from reqtrace.trace.model import (
    OutputLine,
    ProcessFacts,
    RequestKey,
    RequestSummary,
    RequestTrace,
)
from reqtrace.trace.record import Record
from reqtrace.trace.site_model import Chain
from reqtrace.trace.summary import Tally
from reqtrace.trace.url_sightings import UrlSightings

__all__ = ["ClosedRequest", "TraceStore"]

KEPT_OUTPUT = 5_000
KEPT_NOTES = 200
KEPT_FOLDS = 32
"""Traces that are remembered in folded form: the selected request, and where a person has just been."""
COSTLY = 0.01
"""Seconds above which folding is not repeated at once,"""
REST = 5
"""but only after this many times as long."""
MAX_EVENTS = 500_000
"""Events kept over all requests."""
BEGINNINGS = (RequestLineReceived, RequestStarted)
"""Kinds with which a request may appear, however high the numbers that are forgotten."""
TURNING_POINTS = frozenset(
    (RequestStarted, RequestLineReceived, RequestFinished, RequestEscaped, UrlconfEntered, UrlResolved, UrlUnresolved)
)
MAX_PROCESSES = 200
"""Ended processes (an autoreloader makes one a save) that are remembered while no request of theirs is kept."""


class Folded(NamedTuple):
    """A trace, and what it was made from."""

    version: int
    process: ProcessFacts
    trace: RequestTrace
    due: float
    """When it may be made again, should more events come."""


class ClosedRequest(NamedTuple):
    """A request nothing more is expected of, as it was told."""

    summary: RequestSummary
    chain: Chain | None
    events: list[Event]


class TraceStore:
    """What the watcher knows. Safe to fill from one thread and to read from another."""

    def __init__(self, keep: int = 2_000, *, keep_events: int = 20_000) -> None:
        """``keep`` requests, of each at most ``keep_events`` events."""
        self.keep = keep
        self.keep_events = keep_events
        self.version = 0
        """Increases with every change."""
        self.total = 0
        """Requests seen so far, those no longer kept included."""
        self.output: deque[OutputLine] = deque(maxlen=KEPT_OUTPUT)
        """What the watched command printed and the hub remarked, in order."""
        self.printed = 0
        """Lines that ever came, those no longer kept included."""
        self.notes: deque[tuple[int, str]] = deque(maxlen=KEPT_NOTES)
        """Remarks of the hub: time since the epoch in nanoseconds, text."""
        self.site: SiteState | None = None
        self.lost_lines = 0
        """Lines that never reached this store, because nobody drained the hub in time."""
        self._lock = threading.RLock()
        self._processes: dict[int, ProcessRecord] = {}
        self._records: OrderedDict[RequestKey, Record] = OrderedDict()
        self._open: dict[int, dict[int, Record]] = {}
        self._forgotten: dict[int, int] = {}
        """Highest number of an evicted request, by process: a late event does not bring it back."""
        self._held = 0
        self._lines: dict[RequestKey, RequestSummary] = {}
        self._stale: set[RequestKey] = set()
        self._listing: tuple[RequestSummary, ...] = ()
        self._folded: OrderedDict[RequestKey, Folded] = OrderedDict()

    # --- output ------------------------------------------------------------------------------------------------

    def add_output(self, line: OutputLine) -> None:
        """A line was printed."""
        self.output.append(line)
        self.printed += 1

    # --- processes ---------------------------------------------------------------------------------------------

    def add_process(self, number: int, header: Mapping[str, Any]) -> None:
        """A traced process appeared."""
        with self._lock:
            self._processes[number] = ProcessRecord(number, header)
            self._forget_processes()
            self.version += 1

    def end_process(self, number: int) -> None:
        """A traced process is gone; what it was doing is lost."""
        with self._lock:
            if number in self._processes:
                self._processes[number].end()
            for record in self._open.pop(number, {}).values():
                record.tally.lose()
                self._touch(record)
            self.version += 1

    def miss(self, number: int, lines: int = 1) -> None:
        """Something a process said is lost: its open requests are incomplete from here on."""
        with self._lock:
            self.lost_lines += lines
            if number != HUB:
                self._process(number).miss()
                self._tell_gap(number, EventsDropped(time=0, request=0, thread=0, count=0, requests=0))
            self.version += 1

    def processes(self) -> tuple[ProcessFacts, ...]:
        """All processes, in the order in which they appeared."""
        with self._lock:
            return tuple(process.facts() for process in self._processes.values())

    @property
    def dropped(self) -> int:
        """Everything known to be missing: events dropped by agents, lines lost or unreadable on the way."""
        with self._lock:
            return self.lost_lines + sum(one.dropped + one.untraced for one in self._processes.values())

    # --- events ------------------------------------------------------------------------------------------------

    def add(self, number: int, events: Iterable[Event]) -> None:
        """Take a batch of events of one process."""
        with self._lock:
            process = self._process(number)
            # A batch is a few requests with many events each.
            for request, its_events in groupby(events, key=attrgetter("request")):
                if request:
                    self._add_to_request(process, RequestKey(number, request), its_events)
                else:
                    for event in its_events:
                        self._add_to_process(process, event)
            self._evict()
            self.version += 1

    def _add_to_process(self, process: ProcessRecord, event: Event) -> None:
        process.take(event)
        if isinstance(event, EventsDropped):
            self._tell_gap(process.number, event)

    def _tell_gap(self, number: int, event: EventsDropped) -> None:
        """Which requests the loss concerns is not known: all that are under way."""
        for record in self._open.get(number, {}).values():
            self._held += record.keep(event, self.keep_events)
            record.tally.take(event)
            self._touch(record)

    def _add_to_request(self, process: ProcessRecord, key: RequestKey, events: Iterable[Event]) -> None:
        record = self._records.get(key)
        is_forgotten = key.request <= self._forgotten.get(process.number, 0)
        for event in events:
            if record is None:
                if is_forgotten and not isinstance(event, BEGINNINGS):
                    continue
                record = self._begin(process, key)
            self._held += record.keep(event, self.keep_events)
            record.tally.take(event)
            if type(event) in TURNING_POINTS:
                self._turn(process, record, event)
        if record is not None:
            self._touch(record)

    def _turn(self, process: ProcessRecord, record: Record, event: Event) -> None:
        """What an event says about more than its own request."""
        match event:
            case RequestStarted():
                record.chain = record.tally.chain = process.chains.get(event.chain)
                parent = self._records.get(record.tally.parent) if record.tally.parent is not None else None
                record.tally.parent_ordinal = parent.tally.ordinal if parent is not None else 0
            case RequestLineReceived():
                record.connection = process.connections.get(event.connection)
            case UrlconfEntered() | UrlResolved() | UrlUnresolved():
                process.urls.take(event)
            case _:
                self._open.get(process.number, {}).pop(event.request, None)

    def _begin(self, process: ProcessRecord, key: RequestKey) -> Record:
        self.total += 1
        record = self._records[key] = Record(Tally(key, self.total, process.clock_offset, process.pid))
        # Lines stay in the order in which they were put there.
        self._lines[key] = record.tally.summary()
        self._open.setdefault(key.process, {})[key.request] = record
        return record

    def _touch(self, record: Record) -> None:
        record.version += 1
        self._stale.add(record.tally.key)

    def _process(self, number: int) -> ProcessRecord:
        """The process; one whose header was not heard is known by its number only."""
        process = self._processes.get(number)
        if process is None:
            process = self._processes[number] = ProcessRecord(number, {})
        return process

    # --- bounds ------------------------------------------------------------------------------------------------

    def _evict(self) -> None:
        while len(self._records) > self.keep or (self._held > MAX_EVENTS and len(self._records) > 1):
            self._drop(self._oldest())

    def _oldest(self) -> RequestKey:
        """The oldest request that is over, or the oldest of all if none is."""
        finished = (key for key, record in self._records.items() if not record.is_open)
        return next(finished, next(iter(self._records)))

    def _drop(self, key: RequestKey) -> None:
        record = self._records.pop(key)
        self._held -= len(record.events)
        self._open.get(key.process, {}).pop(key.request, None)
        self._forgotten[key.process] = max(self._forgotten.get(key.process, 0), key.request)
        self._lines.pop(key, None)
        self._folded.pop(key, None)
        self._stale.add(key)

    def _forget_processes(self) -> None:
        if len(self._processes) <= MAX_PROCESSES:
            return
        in_use = {key.process for key in self._records}
        for number, process in list(self._processes.items()):
            if not process.is_alive and number not in in_use:
                del self._processes[number]
                self._forgotten.pop(number, None)

    # --- for whoever shows them --------------------------------------------------------------------------------

    def summaries(self) -> Sequence[RequestSummary]:
        """The list, oldest first; only lines of requests that changed are made anew."""
        with self._lock:
            if self._stale:
                for key in self._stale:
                    record = self._records.get(key)
                    if record is not None:
                        self._lines[key] = record.tally.summary()
                self._stale.clear()
                self._listing = tuple(self._lines.values())
            return self._listing

    @property
    def url_version(self) -> int:
        """Increases with every request that a URLconf has been asked for."""
        with self._lock:
            return sum(process.urls.taken for process in self._processes.values())

    def url_sightings(self) -> tuple[UrlSightings, ...]:
        """What requests have shown of the URLconf of each process, those no longer kept included."""
        with self._lock:
            return tuple(one.urls.sightings(one.facts().patterns) for one in self._processes.values())

    def keys(self) -> frozenset[RequestKey]:
        """The requests that are kept."""
        with self._lock:
            return frozenset(self._records)

    def closed(self, known: Container[RequestKey], limit: int) -> list[ClosedRequest]:
        """At most ``limit`` requests that are over and not ``known`` yet, the newest first."""
        with self._lock:
            unknown = (
                record for key, record in reversed(self._records.items()) if key not in known and not record.is_open
            )
            return [
                ClosedRequest(record.tally.summary(), record.chain, list(record.events))
                for record in islice(unknown, limit)
            ]

    def trace(self, key: RequestKey) -> RequestTrace | None:
        """The folded request, or ``None`` if it is not kept (any more).

        Of a very long request that is still growing, the last fold is given for a while: folding it for every batch
        would take all the time there is. ``version`` then increases, so that whoever watches it asks again.
        """
        with self._lock:
            record = self._records.get(key)
            if record is None:
                return None
            process = self._process(key.process).facts()
            known = self._folded.get(key)
            if known is not None:
                if known.version == record.version and known.process is process:
                    self._folded.move_to_end(key)
                    return known.trace
                if record.is_open and time.monotonic() < known.due:
                    self.version += 1
                    return known.trace
            version, events, summary = record.version, record.to_fold(), record.tally.summary()
            chain, connection = record.chain, record.connection
        # Not under the lock: whoever fills the store must not wait for it.
        began = time.monotonic()
        trace = fold(events, process, summary=summary, chain=chain, connection=connection)
        ended = time.monotonic()
        cost = ended - began
        due = ended + cost * REST if cost > COSTLY else 0.0
        self._remember(key, Folded(version, process, trace, due))
        return trace

    def _remember(self, key: RequestKey, folded: Folded) -> None:
        with self._lock:
            self._folded[key] = folded
            self._folded.move_to_end(key)
            while len(self._folded) > KEPT_FOLDS:
                self._folded.popitem(last=False)
