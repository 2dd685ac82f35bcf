"""Keeps what was observed until the sender takes it: the only hot path.

An observation is one tuple, ``(kind number, time, request, thread ident, fields…)``, appended to one deque; the order
of the deque is the order of events. Encoding, numbering of threads and anything costly is the sender's.
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
from reqtrace.events.wire import kind_numbers

__all__ = ["Recorder", "RequestState", "current", "get_ident", "number_of", "perf_counter_ns", "recorder"]

CAPACITY = 100_000
"""Observations that may wait for the sender; a new request is not traced above half of it."""

NUMBERS = kind_numbers()

Row = tuple[Any, ...]


def number_of(kind: type[Event]) -> int:
    """The number of an event kind on the wire."""
    return NUMBERS[kind.KIND]


class RequestState:
    """What the agent knows of one request while it is under way. Holds no more of it than the request itself does."""

    __slots__ = (
        "attributes",
        "chunks",
        "exception",
        "has_response",
        "has_started",
        "is_closed",
        "is_file",
        "is_streaming",
        "meta_length",
        "notes",
        "number",
        "parent",
        "response",
        "response_snapshot",
        "sent",
        "told",
        "watch",
    )

    def __init__(self, number: int, parent: int, *, notes: bool) -> None:
        self.number = number
        self.notes = notes
        """Changes are attributed."""
        self.parent = parent
        self.watch: Any = None
        """The watch of the innermost layer entered; ``None`` outside the chain."""
        self.has_response = False
        """``get_response`` has begun: another one in this context is another request."""
        self.attributes: dict[str, Any] | None = None
        """Shallow copy of the request's ``__dict__`` at the last boundary."""
        self.meta_length = 0
        self.response: object = None
        self.response_snapshot: Any = None
        self.exception = 0
        """``id`` of the exception on its way out, so that it is told once."""
        self.has_started = False
        """``start_response`` was called, or ``http.response.start`` sent."""
        self.is_streaming = False
        self.is_file = False
        self.chunks = 0
        self.sent = 0
        self.told = 0
        """When the progress of the body was told last."""
        self.is_closed = False

    def release(self) -> None:
        """Let go of every object of the application."""
        self.attributes = None
        self.response = None
        self.response_snapshot = None
        self.exception = 0


current: ContextVar[RequestState | None] = ContextVar("reqtrace_request", default=None)
"""The request this context is working for. Set and put back in the same function, never relied on across start and
finish (5.2's ASGI path loses it there; closures carry the state instead)."""


class Recorder:
    """The buffer and its counters; one per process."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.capacity = capacity
        self.is_on = False
        self.notes_changes = True
        """Changes are attributed to the code that made them."""
        self.buffer: deque[Row] = deque()
        self.append: Callable[[Row], None] = self.buffer.append
        self.facts: list[Row] = []
        """Rows about the process itself, sent again to every new hub."""
        self.dropped_events = 0
        self.dropped_requests = 0
        self.wake: Callable[[], None] = lambda: None
        """Makes sure a sender is running; set by the link."""
        self._requests = itertools.count(1)
        self._connections = itertools.count(1)
        self._chains = itertools.count(1)
        self._lock = threading.Lock()

    def begin(self, parent: int) -> RequestState | None:
        """A new request, or ``None`` if it is not to be traced (no hub, or no room)."""
        if not self.is_on:
            return None
        self.wake()
        if len(self.buffer) > self.capacity // 2:
            self.dropped_requests += 1
            return None
        return RequestState(next(self._requests), parent, notes=self.notes_changes)

    def next_chain(self) -> int:
        return next(self._chains)

    def next_connection(self) -> int:
        return next(self._connections)

    def bounded(self, row: Row) -> None:
        """Append a row of a kind that may come without number (SQL, templates, chunks), or count it as lost."""
        if len(self.buffer) < self.capacity:
            self.append(row)
        else:
            self.dropped_events += 1

    def fact(self, kind: type[Event], *fields: Any) -> None:
        """Append a row about the process and keep it for later hubs."""
        row = (number_of(kind), perf_counter_ns(), 0, get_ident(), *fields)
        with self._lock:
            self.facts.append(row)
            del self.facts[:-2000]
        if self.is_on:
            self.wake()
            self.append(row)

    def warn(self, probe: str, message: str) -> None:
        """Tell the watcher about the agent itself."""
        self.fact(AgentWarned, probe, message)

    def take(self, limit: int) -> list[Row]:
        """Up to ``limit`` rows, oldest first, with what was lost told behind them."""
        rows = []
        popleft = self.buffer.popleft
        try:
            for _ in range(limit):
                rows.append(popleft())
        except IndexError:
            pass
        if self.dropped_events or self.dropped_requests:
            events, self.dropped_events = self.dropped_events, 0
            requests, self.dropped_requests = self.dropped_requests, 0
            rows.append((number_of(EventsDropped), perf_counter_ns(), 0, get_ident(), events, requests))
        return rows

    def silence(self) -> None:
        """Stop recording and forget what waits: there is nobody to tell."""
        self.is_on = False
        self.buffer.clear()

    def after_fork(self) -> None:
        """A forked child begins with nothing to tell but the facts."""
        self._lock = threading.Lock()
        self.buffer.clear()
        self.dropped_events = self.dropped_requests = 0


recorder = Recorder()
Probe.reported = recorder.warn

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=recorder.after_fork)
