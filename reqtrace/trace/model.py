"""What a folded request is made of: frozen data, no behaviour beyond simple questions.

``RequestTrace.root`` is the tree of spans (truth, complete); ``passes`` is the same seen per middleware layer (the
rows of the funnel); ``stops`` is the same as an ordered path (what stepping walks along). Times are nanoseconds of
the traced process's monotonic clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from reqtrace.events.kinds import (
    CacheCalled,
    CallEntered,
    CallLeft,
    Change,
    ConnectionOpened,
    ContextProcessorsRan,
    DecoratorHookEntered,
    DecoratorHookLeft,
    ExceptionConverted,
    ExceptionRaised,
    FiltersApplied,
    HookEntered,
    HookLeft,
    HttpCalled,
    LayerEntered,
    LayerLeft,
    LogRecorded,
    MailSent,
    Outcome,
    RequestEscaped,
    RequestLineReceived,
    RequestLogged,
    RequestRefused,
    RequestStarted,
    ResponseStarted,
    SignalSent,
    SqlExecuted,
    TagEntered,
    TagLeft,
    TemplateEntered,
    TemplateLeft,
    ThreadHopped,
    TransactionStepped,
    UnknownEvent,
    UrlconfEntered,
    UrlLookedUp,
    UrlResolved,
    UrlUnresolved,
    ViewEntered,
    ViewLeft,
)
from reqtrace.trace.site_model import Chain, Layer, LayerState, ProcessFacts

__all__ = [
    "Chain",
    "Direction",
    "Hop",
    "Layer",
    "LayerPass",
    "LayerState",
    "OutputLine",
    "Phase",
    "ProcessFacts",
    "RequestKey",
    "RequestState",
    "RequestSummary",
    "RequestTrace",
    "Span",
    "SpanChange",
    "SpanOpening",
    "Stop",
    "StopSort",
    "Way",
    "WayState",
]


class RequestKey(NamedTuple):
    """Which request: numbers are only unique within a process."""

    process: int
    request: int


class Direction(Enum):
    """Which way the request is travelling."""

    IN = "in"
    CORE = "core"
    OUT = "out"


class Phase(Enum):
    """The seven phases, with the fixed names used everywhere."""

    ENTER = 1
    RESOLVE = 2
    VIEW_HOOKS = 3
    VIEW = 4
    RENDER = 5
    LEAVE = 6
    SEND = 7


class RequestState(Enum):
    """How far a request has come."""

    OPEN = "open"
    DONE = "done"
    ESCAPED = "escaped"
    """An exception left the handler: the server answered, or nobody did."""
    GONE = "gone"
    """The client went away before it had all of the response."""
    LOST = "lost"
    """The process ended, or its connection was lost, while the request was open."""


class WayState(Enum):
    """What one direction of a layer did."""

    PENDING = "pending"
    """Not yet: the request is still on its way."""
    RUNNING = "running"
    RAN = "ran"
    NO_HOOK = "no hook"
    """The layer was passed, but has no such hook."""
    ANSWERED = "answered"
    """It returned a response instead of passing the request on: here the request turns back."""
    RAISED = "raised"
    NOT_RUN = "not run"
    """The layer was entered, but this hook was not called (the layer raised or answered before)."""
    NEVER_REACHED = "never reached"
    SKIPPED = "skipped"
    """``MiddlewareNotUsed``: no such layer in this chain."""
    UNKNOWN = "unknown"
    """Events are missing here (dropped, or the recording begins later)."""


class OutputLine(NamedTuple):
    """A line the watched command printed."""

    unix_time: int
    stream: str
    """``stdout`` or ``stderr``; ``reqtrace`` for a remark of the hub."""
    text: str


SpanInOneEvent = (
    SqlExecuted
    | UrlLookedUp
    | TransactionStepped
    | ContextProcessorsRan
    | ThreadHopped
    | CacheCalled
    | HttpCalled
    | MailSent
    | SignalSent
    | LogRecorded
    | FiltersApplied
)
"""What is told when it is over: one event is beginning and end."""
SpanOpening = (
    LayerEntered
    | HookEntered
    | UrlconfEntered
    | ViewEntered
    | TemplateEntered
    | DecoratorHookEntered
    | TagEntered
    | CallEntered
    | SpanInOneEvent
)
SpanClosing = (
    LayerLeft
    | HookLeft
    | UrlResolved
    | UrlUnresolved
    | ViewLeft
    | TemplateLeft
    | DecoratorHookLeft
    | TagLeft
    | CallLeft
)


class SpanChange(NamedTuple):
    """A change made by a span's own code."""

    direction: Direction
    """``IN`` before the span's first inner layer was entered, ``OUT`` after."""
    target: str
    """``request`` or ``response``."""
    change: Change
    queries: int = -1
    """Of a lazy value that was evaluated: how many statements that took; -1 if it cannot be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Something that began and (usually) ended during a request."""

    number: int
    """Order of beginning within the request, from 0."""
    entered: SpanOpening
    left: SpanClosing | None
    """``None`` while it is open, if the end was lost, and for what comes as one event (SQL and the like)."""
    start: int
    end: int | None
    outcome: Outcome | None
    status: int
    changes: tuple[SpanChange, ...]
    raised: ExceptionRaised | None
    """The exception first seen leaving this span."""
    converted: tuple[ExceptionConverted, ...]
    """Exceptions the film around this layer turned into responses."""
    children: tuple[Span, ...]

    @property
    def duration(self) -> int | None:
        """Nanoseconds from beginning to end, inner spans included; ``None`` while open."""
        return None if self.end is None else self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One direction of one layer."""

    state: WayState
    span: Span | None
    """The hook's span, or the layer's own where it has no hooks (function, own ``__call__``)."""
    hook: str
    """``process_request``, ``process_response``, or ``__call__``."""
    duration: int | None
    """Nanoseconds of the layer's own code in this direction, inner layers not included."""
    changes: tuple[SpanChange, ...]
    outcome: Outcome | None
    status: int
    stop: int | None
    """Index of its stop, if it has one (yet)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerPass:
    """One row of the funnel: a layer, what it did on the way in, and on the way out."""

    layer: Layer
    way_in: Way
    way_out: Way
    calls: int
    """How often the layer was entered; more than 1 if an outer layer called ``get_response`` again."""


class Hop(NamedTuple):
    """A change between thread and event loop (``sync_to_async``, ``async_to_sync``)."""

    span: Span
    layer: int | None
    """Index into ``RequestTrace.passes``: the layer because of whose mode it happened; ``None`` if none is."""
    cost: int
    """Nanoseconds that went into the change itself, not into what ran on the other side."""
    is_hook: bool = False
    """It happened for a single hook of the layer, not for the layer and all that is inside it."""


class StopSort(Enum):
    """What a stop shows."""

    RECEIVED = "received"
    """The handler was called: WSGIRequest is about to be made."""
    LAYER_IN = "layer in"
    RESOLVED = "resolved"
    VIEW_HOOK = "view hook"
    VIEW = "view"
    SQL = "sql"
    """One statement, or ``repeat`` of the same in a row."""
    TEMPLATE = "template"
    EXCEPTION_HOOK = "exception hook"
    DECORATOR_HOOK = "decorator hook"
    """A hook of a middleware that is in no chain: a decorator made it."""
    LOOKUP = "look-up"
    """A path was looked up in a URLconf, and it was not the resolution."""
    TRANSACTION = "transaction"
    CONTEXT_PROCESSORS = "context processors"
    HOP = "hop"
    """A hop that the project's own code made; those of Django's machinery are no stops."""
    CACHE = "cache"
    HTTP = "http"
    MAIL = "mail"
    SIGNAL = "signal"
    LOG = "log"
    TAG = "tag"
    FILTERS = "filters"
    CALL = "call"
    CONVERTED = "converted"
    """The film turned an exception into a response."""
    TEMPLATE_RESPONSE_HOOK = "template response hook"
    LAYER_OUT = "layer out"
    STARTED = "started"
    """start_response."""
    BODY = "body"
    ESCAPED = "escaped"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One place on the path of a request: one logical event, never a Python line."""

    index: int
    sort: StopSort
    phase: Phase
    direction: Direction
    time: int
    span: Span | None
    layer: int | None
    """Index into ``RequestTrace.passes``: the layer meant, or for SQL and templates the one whose code caused them."""
    depth: int
    """Nesting among the core stops: 0 for URLconf, hooks and view, 1 for what runs inside the view …"""
    repeat: int = 1
    duration: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSummary:
    """One line of the request list."""

    key: RequestKey
    ordinal: int
    """Display number over all processes, from 1."""
    method: str
    path: str
    query: str
    unix_time: int
    duration: int | None
    """Nanoseconds until the response left the handler; ``None`` while open."""
    status: int
    state: RequestState
    lane: str
    """``chain``, ``static`` (StaticFilesHandler answered before the chain) or ``server`` (never reached Django)."""
    flags: tuple[str, ...]
    """Of ``short-circuit``, ``exception``, ``queries``, ``slow``, ``dropped``."""
    parent: RequestKey | None = None
    """The request inside which this one was made, if it was."""
    parent_ordinal: int = 0
    """Display number of that request; 0 if it is not known (any more)."""
    entry: str = ""
    """``wsgi``, ``asgi``, ``client`` (test client) or ``direct``."""
    is_held: bool = False
    """It waits now, because somebody who watches wants it to."""
    client: str = ""
    """Who asked: the address, and the browser or program as far as it says so."""
    pid: int = 0
    """Of the process that answers it; 0 if it is not known."""
    view: str = ""
    """Dotted path of the view that was called."""
    url_name: str = ""
    """Name of the URL pattern that matched, with its namespaces."""
    layers: tuple[str, ...] = ()
    """Dotted paths of the layers that it came to, the outermost first."""
    answered_by: str = ""
    """Dotted path of the layer that answered in the place of the view."""
    errors: tuple[str, ...] = ()
    """Dotted types of the exceptions that were seen, each once."""
    queries: int = 0
    """Statements executed; those of transactions are not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestTrace:
    """Everything known of one request."""

    summary: RequestSummary
    process: ProcessFacts
    started: RequestStarted | None
    connection: ConnectionOpened | None
    request_line: RequestLineReceived | None
    chain: Chain | None
    root: tuple[Span, ...]
    """Outermost spans: usually one layer, the first of the chain."""
    passes: tuple[LayerPass, ...]
    urlconf: Span | None
    view: Span | None
    response: ResponseStarted | None
    body_chunks: int
    body_bytes: int
    escaped: RequestEscaped | None
    short_circuit: Stop | None
    """The stop at which the request turned back before the view, if it did."""
    stops: tuple[Stop, ...]
    is_complete: bool
    """No event is missing between the first and the last."""
    bypassed: int = 0
    """Layers of the process' chain that a static file never met."""
    logged: RequestLogged | None = None
    hops: tuple[Hop, ...] = ()
    """Every change between thread and event loop, in order."""
    unknown: tuple[UnknownEvent, ...] = ()
    """Events of kinds this version does not know."""
    refused: RequestRefused | None = None
    """The server answered by itself, before Django's handler was called."""
    raised_outside: ExceptionRaised | None = None
    """Raised where no span was: by the body of a stream."""
