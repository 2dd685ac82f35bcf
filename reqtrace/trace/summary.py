"""Keeps the line of one request in the request list up to date, a few steps an event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reqtrace.events.kinds import (
    CORE_LAYER,
    Event,
    EventsDropped,
    ExceptionConverted,
    ExceptionRaised,
    Hook,
    HookLeft,
    LayerEntered,
    LayerLeft,
    Outcome,
    RequestEscaped,
    RequestFinished,
    RequestHeld,
    RequestLineReceived,
    RequestRefused,
    RequestReleased,
    RequestStarted,
    ResponseClosed,
    ResponseStarted,
    SqlExecuted,
    UrlResolved,
    ViewEntered,
)
from reqtrace.trace.callers import client_name, is_tls
from reqtrace.trace.model import Chain, RequestKey, RequestState, RequestSummary

__all__ = ["MANY_QUERIES", "SLOW", "Tally"]

SLOW = 500_000_000
"""Nanoseconds above which a request is flagged as slow."""
MANY_QUERIES = 3
"""Identical statements from one line that raise the suspicion of a query in a loop."""
TRANSACTION_WORDS = ("BEGIN", "SAVEPOINT ", "RELEASE SAVEPOINT ", "ROLLBACK TO SAVEPOINT ")
"""Beginnings of statements that Django's transactions repeat; they ask for nothing."""
MAX_STATEMENTS = 2_000
"""Different statements of one request that are counted."""
MAX_LAYERS = 1_000
"""Layers whose numbers are kept; a recording may say anything."""
MAX_ERRORS = 20
"""Types of exceptions that are kept of one request."""
STATIC_HANDLERS = ("StaticFilesHandler", "ASGIStaticFilesHandler")

PROCESS_REQUEST, PROCESS_VIEW = int(Hook.process_request), int(Hook.process_view)
RESPONSE = int(Outcome.response)


class Tally:
    """What the list shows of one request, while its events come."""

    __slots__ = (
        "_answerer",
        "_clock_offset",
        "_entered",
        "_errors",
        "_has_answered",
        "_has_converted",
        "_has_core",
        "_has_view",
        "_held_time",
        "_is_view_skipped",
        "_layers",
        "_start",
        "_statements",
        "chain",
        "client",
        "duration",
        "entry",
        "flags",
        "handler",
        "is_held",
        "key",
        "lane",
        "method",
        "ordinal",
        "parent",
        "parent_ordinal",
        "path",
        "pid",
        "queries",
        "query",
        "state",
        "status",
        "unix_time",
        "url_name",
        "view",
    )

    def __init__(self, key: RequestKey, ordinal: int, clock_offset: int = 0, pid: int = 0) -> None:
        self.key = key
        self.pid = pid
        self.ordinal = ordinal
        self._clock_offset = clock_offset
        self.method = self.path = self.query = self.handler = self.entry = ""
        self.unix_time = 0
        self.duration: int | None = None
        self.status = 0
        self.state = RequestState.OPEN
        self.lane = "chain"
        self.parent: RequestKey | None = None
        self.parent_ordinal = 0
        self.flags: set[str] = set()
        self.is_held = False
        self._held_time = 0
        """Nanoseconds that it waited because somebody wanted it to."""
        self._start: int | None = None
        self._has_core = self._has_view = False
        self._has_answered = False
        """A layer answered although the core had not been entered."""
        self._is_view_skipped = False
        """A ``process_view`` answered."""
        self._has_converted = False
        self._statements: dict[tuple[str, str, str, int], int] | None = {}
        self.client = self.view = self.url_name = ""
        self.queries = 0
        self.chain: Chain | None = None
        """Its layers give their names to those that were entered."""
        self._entered = 0
        """One bit a layer."""
        self._layers: tuple[int, tuple[str, ...]] = (0, ())
        """The same in names, and what they were made from."""
        self._answerer: int | None = None
        self._errors: tuple[str, ...] = ()

    def take(self, event: Event) -> None:
        """Use an event of this request."""
        handle = HANDLERS.get(type(event))
        if handle is not None:
            handle(self, event)

    def lose(self) -> None:
        """The process ended."""
        if self.state is RequestState.OPEN:
            self.state = RequestState.LOST
            self._statements = None

    def summary(self) -> RequestSummary:
        """The line as it is now."""
        return RequestSummary(
            key=self.key,
            ordinal=self.ordinal,
            method=self.method,
            path=self.path,
            query=self.query,
            unix_time=self.unix_time,
            duration=None if self.state is RequestState.OPEN else self.duration,
            status=self.status,
            state=self.state,
            lane=self.lane,
            flags=self._named_flags(),
            parent=self.parent,
            parent_ordinal=self.parent_ordinal,
            entry=self.entry,
            is_held=self.is_held and self.state is RequestState.OPEN,
            client=self.client,
            pid=self.pid,
            view=self.view,
            url_name=self.url_name,
            layers=self._layer_paths(),
            answered_by=self._answerer_path(),
            errors=self._errors,
            queries=self.queries,
        )

    @property
    def is_short_circuit(self) -> bool:
        """The request turned back before the view because something answered."""
        if self._has_view:
            return False
        return self._is_view_skipped or (self._has_answered and not self._has_core)

    def _layer_paths(self) -> tuple[str, ...]:
        entered, chain = self._entered, self.chain
        if chain is not None and self._layers[0] != entered:
            self._layers = entered, tuple([layer.path for layer in chain.layers if entered >> layer.index & 1])
        return self._layers[1]

    def _answerer_path(self) -> str:
        if self._answerer is None or self.chain is None or not self.is_short_circuit:
            return ""
        return next((layer.path for layer in self.chain.layers if layer.index == self._answerer), "")

    def _named_flags(self) -> tuple[str, ...]:
        slow = self.duration is not None and self.duration > SLOW
        computed = (("short-circuit", self.is_short_circuit), ("slow", slow))
        raised = {name for name, is_raised in computed if is_raised}
        order = ("short-circuit", "exception", "queries", "slow", "dropped")
        return tuple([name for name in order if name in raised or name in self.flags])

    # --- events ------------------------------------------------------------------------------------------------

    def _line_received(self, event: RequestLineReceived) -> None:
        self.method, self.path, self.query = read_request_line(event.line)
        self.lane = "server"
        self.unix_time = event.time + self._clock_offset
        self._start = event.time

    def _started(self, event: RequestStarted) -> None:
        self.method, self.path, self.query = event.method, event.path, event.query
        self.handler, self.entry = event.handler, event.entry
        self.unix_time = event.unix_time
        self._start = event.time
        self.client = client_name(event)
        is_static = event.chain == 0 and (event.handler in STATIC_HANDLERS or event.entry in ("wsgi", "asgi"))
        self.lane = "static" if is_static else "chain"
        if event.parent:
            self.parent = RequestKey(self.key.process, event.parent)

    def _layer_entered(self, event: LayerEntered) -> None:
        self.lane = "chain"
        if event.layer == CORE_LAYER:
            self._has_core = True
        elif 0 <= event.layer < MAX_LAYERS:
            self._entered |= 1 << event.layer

    def _layer_left(self, event: LayerLeft) -> None:
        if event.outcome == RESPONSE:
            self.status = event.status
        if not (self._has_core or self._has_converted) and event.outcome != Outcome.raised:
            self._answer(event.layer)

    def _hook_left(self, event: HookLeft) -> None:
        if event.outcome != RESPONSE:
            return
        if event.hook == PROCESS_VIEW:
            self._is_view_skipped = True
            self._answerer = event.layer
        elif event.hook == PROCESS_REQUEST and not self._has_core:
            self._answer(event.layer)

    def _answer(self, layer: int) -> None:
        """The innermost layer that was left with a response answered; the outer ones only pass it on."""
        if not self._has_answered:
            self._has_answered = True
            self._answerer = layer

    def _url_resolved(self, event: UrlResolved) -> None:
        self.url_name = event.view_name

    def _view_entered(self, event: ViewEntered) -> None:
        self._has_view = True
        self.view = event.name

    def _raised(self, event: ExceptionRaised) -> None:
        self._note_error(event.error)

    def _converted(self, event: ExceptionConverted) -> None:
        self._note_error(event.error)
        self._has_converted = True

    def _note_error(self, error: str) -> None:
        self.flags.add("exception")
        if error and error not in self._errors and len(self._errors) < MAX_ERRORS:
            self._errors = (*self._errors, error)

    def _sql(self, event: SqlExecuted) -> None:
        if event.sql.startswith(TRANSACTION_WORDS):
            return
        self.queries += 1
        statements = self._statements
        if statements is None or len(statements) > MAX_STATEMENTS:
            return
        statement = (event.alias, event.sql, event.file, event.line)
        times = statements[statement] = statements.get(statement, 0) + 1
        if times == MANY_QUERIES:
            self.flags.add("queries")

    def _response_started(self, event: ResponseStarted) -> None:
        self.status = event.status
        self._measure(event)

    def _refused(self, event: RequestRefused) -> None:
        self.status = event.status
        self._measure(event)

    def _escaped(self, event: RequestEscaped) -> None:
        if is_client_gone(event):
            self._finish(event, RequestState.GONE)
        else:
            self._note_error(event.error)
            self._finish(event, RequestState.ESCAPED)

    def _finished(self, event: Event) -> None:
        self._finish(event, RequestState.DONE)

    def _finish(self, event: Event, state: RequestState) -> None:
        if self.state in (RequestState.OPEN, RequestState.LOST):
            self.state = state
        self._measure(event)
        self._statements = None

    def _measure(self, event: Event) -> None:
        if self.duration is None and self._start is not None:
            self.duration = max(event.time - self._start - self._held_time, 0)

    def _held(self, event: RequestHeld) -> None:
        self.is_held = True

    def _released(self, event: RequestReleased) -> None:
        self.is_held = False
        self._held_time += max(event.duration, 0)

    def _dropped(self, event: EventsDropped) -> None:
        self.flags.add("dropped")


def read_request_line(line: str) -> tuple[str, str, str]:
    """Method, path and query. It may be anything: what came to the port is what runserver read as one."""
    if is_tls(line):
        return "TLS", "(hello)", ""
    if not line.strip():
        return "", "(empty line)", ""
    method, _space, rest = line.partition(" ")
    target, space, _protocol = rest.rpartition(" ")
    path, _mark, query = (target if space else rest).partition("?")
    return method, path, query


def is_client_gone(event: RequestEscaped) -> bool:
    """Nothing failed: the client takes no answer any more, and asyncio's exception says no more than that."""
    return event.error.rpartition(".")[2] in ("", "CancelledError")


HANDLERS: dict[type[Event], Callable[[Tally, Any], None]] = {
    RequestLineReceived: Tally._line_received,
    RequestStarted: Tally._started,
    LayerEntered: Tally._layer_entered,
    LayerLeft: Tally._layer_left,
    HookLeft: Tally._hook_left,
    UrlResolved: Tally._url_resolved,
    ViewEntered: Tally._view_entered,
    ExceptionRaised: Tally._raised,
    ExceptionConverted: Tally._converted,
    SqlExecuted: Tally._sql,
    ResponseStarted: Tally._response_started,
    ResponseClosed: Tally._finished,
    RequestRefused: Tally._refused,
    RequestEscaped: Tally._escaped,
    RequestFinished: Tally._finished,
    RequestHeld: Tally._held,
    RequestReleased: Tally._released,
    EventsDropped: Tally._dropped,
}
"""What each kind changes in the list; most change nothing there."""
