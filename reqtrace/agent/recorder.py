"""Keeps what was observed until the sender takes it: the only hot path.

Each request has its own log, a list in the order of events. A frequent event is two numbers in it, ``code, time``
(``reqtrace.events.steps``); any other is a tuple ``(kind number, time, fields…)``. No object of the application is ever
kept: what is in a log is numbers, texts and classes. Describing, redacting and encoding is the sender's.
"""

from __future__ import annotations

import itertools
import os
import threading
from collections import deque
from collections.abc import Callable
from contextvars import ContextVar
from threading import get_ident
from time import perf_counter_ns
from typing import Any

from reqtrace.agent.guard import Probe
from reqtrace.events.kinds import AgentWarned, Event, EventsDropped
from reqtrace.events.wire import THREAD, kind_numbers

__all__ = ["Recorder", "RequestState", "current", "get_ident", "number_of", "perf_counter_ns", "recorder"]

MAX_WAITING = 4_000
"""Requests that may wait for the sender; further ones are counted, not traced."""
MAX_ITEMS = 1_000_000
"""Items in the logs of those that wait, all together, above which further requests are counted, too."""
WEIGHED = 64
"""So many more requests may wait until their logs are weighed (again)."""
MAX_LOG = 100_000
"""Items that may wait in one request's log; further SQL, templates and chunks are counted, not kept."""
MAX_ROWS = 50_000
"""Rows about the process that may wait."""
MAX_FACTS = 2_000

NUMBERS = kind_numbers()

Row = tuple[Any, ...]

NO_RESPONSE = object()
"""In place of a response that has not been met; ``None`` is what a hook may return."""


def number_of(kind: type[Event]) -> int:
    """The number of an event kind on the wire."""
    return NUMBERS[kind.KIND]


class RequestState:
    """What the agent knows of one request while it is under way."""

    # Reading a slot takes half the time of reading a default of the class, and each is read for every layer.
    __slots__ = (
        "answer",
        "asleep",
        "attributes",
        "calls",
        "chunks",
        "counts_sends",
        "exception",
        "first_thread",
        "has_response",
        "has_started",
        "hops",
        "is_closed",
        "is_file",
        "is_streaming",
        "is_view_fresh",
        "live_attributes",
        "log",
        "meta",
        "meta_length",
        "meta_values",
        "notes",
        "number",
        "parent",
        "request",
        "response",
        "sent",
        "sleepers",
        "snapshot",
        "target",
        "thread",
        "told",
        "watch",
    )

    watch: Any
    """The watch of the innermost layer entered; ``None`` outside the chain."""
    has_response: bool
    """``get_response`` has begun: another one in this context is another request."""
    target: tuple[Any, ...]
    """Method and path as they came (``reqtrace.agent.request_texts``)."""
    request: object
    live_attributes: Any
    """The request's ``__dict__``."""
    attributes: Any
    """Shallow copy of it at the last boundary; dropped with the request."""
    sleepers: Any
    """Its lazy attributes that nobody has evaluated yet (``changes.Sleeper``)."""
    asleep: Any
    """The same, as ``changes.is_one_awake`` wants it."""
    meta: Any
    meta_length: int
    meta_values: Any
    """Shallow copy of ``META`` as it was on the way in."""
    response: object
    """The response as of the last boundary; only while changes are attributed."""
    answer: int
    """What it is, as bits of a step's code (``reqtrace.agent.answers``)."""
    snapshot: Any
    is_view_fresh: bool
    """The response is as the view returned it, and has nothing that Django would call."""
    hops: bool
    """It may go on in another thread without saying so; asked by what runs often."""
    exception: int
    """``id`` of the exception on its way out, so that it is told once."""
    has_started: bool
    """``start_response`` was called, or ``http.response.start`` sent."""
    is_streaming: bool
    is_file: bool
    calls: dict[int, int] | None
    """How often each function of the project is under way, by ``id`` of its code (level ``deep``)."""
    counts_sends: bool
    """The body is counted where it is sent (ASGI), not where it is produced."""
    chunks: int
    sent: int
    told: int
    """When the progress of the body was told last."""
    is_closed: bool

    def __init__(self, number: int, parent: int, notes: bool) -> None:
        self.number = number
        self.parent = parent
        self.log: list[Any] = []
        self.thread = self.first_thread = get_ident()
        """Ident of the thread of the last item in the log; and, for the sender, of the first one it will take."""
        self.notes = notes
        """Changes are attributed."""
        self.watch = self.request = self.live_attributes = self.attributes = None
        self.sleepers = self.asleep = self.meta = self.meta_values = None
        self.snapshot = self.calls = None
        self.has_response = self.is_view_fresh = self.hops = self.has_started = False
        self.is_streaming = self.is_file = self.counts_sends = self.is_closed = False
        self.target = ("", "")
        self.meta_length = self.answer = self.exception = self.chunks = 0
        self.sent = self.told = 0
        self.response = NO_RESPONSE

    def tell(self, kind: int, *fields: Any) -> None:
        """Append an event of a kind that is not frequent."""
        if get_ident() != self.thread:
            self.hop()
        self.log.append((kind, perf_counter_ns(), *fields))

    def step(self, code: int) -> None:
        """Append a frequent event."""
        if get_ident() != self.thread:
            self.hop()
        self.log.extend((code, perf_counter_ns()))

    def hop(self) -> None:
        """What follows happens in another thread."""
        self.thread = thread = get_ident()
        self.log.append((THREAD, thread))

    def has_room(self) -> bool:
        """One more event of a kind that comes without number may be kept; if not, it is counted."""
        if len(self.log) < MAX_LOG:
            return True
        recorder.dropped_events += 1
        return False

    def release(self) -> None:
        """Let go of every object of the application."""
        self.exception = 0
        if self.request is not None:
            self.request = self.live_attributes = self.attributes = self.meta = self.meta_values = None
            self.sleepers = self.asleep = None
        if self.response is not NO_RESPONSE:
            self.forget_response()

    def forget_response(self) -> None:
        """The next response is met for the first time."""
        self.response, self.snapshot = NO_RESPONSE, None


current: ContextVar[RequestState | None] = ContextVar("reqtrace_request", default=None)
"""The request this context is working for. Set and put back in the same function, never relied on across start and
finish (5.2's ASGI path loses it there; closures carry the state instead)."""


class Recorder:
    """The requests that wait for the sender, and the rows about the process; one per process."""

    def __init__(self) -> None:
        self.is_on = False
        self.notes_changes = True
        """Changes are attributed to the code that made them."""
        self.begun: deque[RequestState] = deque()
        """Requests the sender has not met yet."""
        self.rows: deque[Row] = deque()
        """Rows about the process: ``(kind number, time, request 0, thread ident, fields…)``."""
        self.facts: list[Row] = []
        """Rows about the process that every new hub is told."""
        self.dropped_events = 0
        self.dropped_requests = 0
        self.wake: Callable[[], None] = lambda: None
        """Makes sure a sender is running; set by the link."""
        self._room = WEIGHED
        """Requests that may wait before they are weighed."""
        self._requests = itertools.count(1)
        self._connections = itertools.count(1)
        self._chains = itertools.count(1)
        self._lock = threading.Lock()

    def begin(self, parent: int) -> RequestState | None:
        """A new request, or ``None`` if it is not to be traced (no hub, or no room)."""
        if not self.is_on:
            return None
        self.wake()
        if len(self.begun) >= self._room and not self._make_room():
            self.dropped_requests += 1
            return None
        state = RequestState(next(self._requests), parent, self.notes_changes)
        self.begun.append(state)
        return state

    def _make_room(self) -> bool:
        """Let more requests wait for the sender, if those that do are not too many or too large."""
        waiting = len(self.begun)
        if waiting >= MAX_WAITING or sum(len(state.log) for state in list(self.begun)) > MAX_ITEMS:
            return False
        self._room = min(waiting + WEIGHED, MAX_WAITING)
        return True

    def next_chain(self) -> int:
        return next(self._chains)

    def next_connection(self) -> int:
        return next(self._connections)

    def row(self, kind: int, *fields: Any) -> None:
        """Append a row about the process."""
        self._append((kind, perf_counter_ns(), 0, get_ident(), *fields))

    def _append(self, row: Row) -> None:
        if len(self.rows) < MAX_ROWS:
            self.rows.append(row)
        else:
            self.dropped_events += 1

    def fact(self, kind: type[Event], *fields: Any) -> None:
        """Append a row about the process and keep it for later hubs."""
        row = (number_of(kind), perf_counter_ns(), 0, get_ident(), *fields)
        with self._lock:
            self.facts.append(row)
            del self.facts[:-MAX_FACTS]
            if self.is_on:
                self._append(row)
        if self.is_on:
            self.wake()

    def warn(self, probe: str, message: str) -> None:
        """Tell the watcher about the agent itself."""
        self.fact(AgentWarned, probe, message)

    def take_rows(self) -> list[Row]:
        """The rows that wait, with what was lost told behind them."""
        self._room = WEIGHED
        rows = []
        while self.rows:
            rows.append(self.rows.popleft())
        if self.dropped_events or self.dropped_requests:
            events, self.dropped_events = self.dropped_events, 0
            requests, self.dropped_requests = self.dropped_requests, 0
            rows.append((number_of(EventsDropped), perf_counter_ns(), 0, get_ident(), events, requests))
        return rows

    def take_facts(self) -> list[Row]:
        """What a new hub is told first: the facts, then the rows that wait and are none of them."""
        with self._lock:
            facts = list(self.facts)
            rows = self.take_rows()
        known = set(map(id, facts))
        return [*facts, *(row for row in rows if id(row) not in known)]

    def silence(self) -> None:
        """Stop recording and forget what waits: there is nobody to tell."""
        self.is_on = False
        self.begun.clear()
        self.rows.clear()

    def resume(self) -> None:
        """Record again. A request that was beginning when silence fell may be left from then."""
        if not self.is_on:
            self.silence()
            self.is_on = True

    def after_fork(self) -> None:
        """A forked child begins with nothing to tell but the facts."""
        self._lock = threading.Lock()
        self.begun.clear()
        self.rows.clear()
        self.dropped_events = self.dropped_requests = 0


recorder = Recorder()
Probe.reported = recorder.warn

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=recorder.after_fork)
