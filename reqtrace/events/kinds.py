"""Every fact an agent can observe, one frozen class each.

The order of the fields is the order on the wire, after ``time``, ``request`` and ``thread``; a field is only ever
added at the end. ``Interned`` fields are sent once and referred to afterwards. An event about no request in
particular (loading, connections, the agent itself) has ``request == 0``.

Spans are pairs: ``*Entered`` opens one, the matching ``*Left`` closes the innermost open one of its sort in the
same request. ``RequestChanged`` and ``ResponseChanged`` stand right before the boundary at which the change was
noticed: it was made by the code that ran since the boundary before.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated, ClassVar, NamedTuple

__all__ = [
    "EVENT_KINDS",
    "HOOKS",
    "AgentWarned",
    "BodySent",
    "ChainFailed",
    "ChainLoaded",
    "ChainLoading",
    "Change",
    "ConnectionClosed",
    "ConnectionOpened",
    "Event",
    "EventsDropped",
    "ExceptionConverted",
    "ExceptionRaised",
    "Hook",
    "HookEntered",
    "HookLeft",
    "HookSource",
    "Interned",
    "LayerEntered",
    "LayerFailed",
    "LayerLeft",
    "LayerLoaded",
    "LayerSkipped",
    "Outcome",
    "PatternSeen",
    "RequestChanged",
    "RequestEscaped",
    "RequestFinished",
    "RequestLineReceived",
    "RequestLogged",
    "RequestStarted",
    "ResponseChanged",
    "ResponseClosed",
    "ResponseStarted",
    "SettingsRead",
    "SqlExecuted",
    "TemplateEntered",
    "TemplateLeft",
    "UnknownEvent",
    "UrlResolved",
    "UrlUnresolved",
    "UrlconfEntered",
    "ViewEntered",
    "ViewLeft",
]

Interned = Annotated[str, "interned"]
"""A string that repeats: the wire sends it once and then its number."""

CORE_LAYER = -1
"""The layer number of the innermost part of a chain, ``BaseHandler._get_response``."""


class Hook(IntEnum):
    """The five hooks a middleware may have, by Django's names."""

    process_request = 0
    process_view = 1
    process_exception = 2
    process_template_response = 3
    process_response = 4


HOOKS = tuple(hook.name for hook in Hook)


class Outcome(IntEnum):
    """What a call gave back."""

    none = 0
    """It returned ``None``."""
    response = 1
    """It returned a response; the status goes with it."""
    raised = 2
    """It raised; ``ExceptionRaised`` said what, if it was new."""
    other = 3
    """It returned something that is neither."""


class HookSource(NamedTuple):
    """Where a hook of a middleware is written."""

    hook: str
    file: str
    line: int
    is_async: bool


class Change(NamedTuple):
    """One difference between two neighbouring boundaries."""

    op: str
    """``+`` added, ``-`` removed, ``~`` replaced, ``.`` parsed (a lazy part of the request was read here)."""
    part: str
    """Request: ``attribute`` or ``META``. Response: ``header``, ``cookie``, ``status``, ``body``, ``object``."""
    name: str
    """The attribute, header or cookie; empty for ``status``, ``body`` and ``object``."""
    before: str
    """Short redacted description of what was there (for an attribute: its type), or empty."""
    after: str
    """Short redacted description of what is there now (for an attribute: its type), or empty."""
    lazy: bool
    """The new value is a lazy object that nothing has evaluated yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What every fact carries."""

    KIND: ClassVar[str] = ""

    time: int
    """Nanoseconds of ``time.perf_counter_ns`` in the traced process."""
    request: int
    """Number of the request within its process, from 1; 0 if the fact belongs to none."""
    thread: int
    """Small number of the thread within its process, from 1."""


# --- loading -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLoading(Event):
    """``BaseHandler.load_middleware`` began."""

    KIND: ClassVar[str] = "chain.loading"
    chain: int
    handler: Interned
    """Class name of the handler, such as ``WSGIHandler``."""
    is_async: bool
    middleware: tuple[str, ...]
    """``settings.MIDDLEWARE`` at that moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerLoaded(Event):
    """A middleware was built and took its place in the chain."""

    KIND: ClassVar[str] = "layer.loaded"
    chain: int
    layer: int
    """Position in ``settings.MIDDLEWARE``, from 0."""
    path: Interned
    """The dotted path in the settings."""
    name: Interned
    """Class or function name."""
    shape: Interned
    """``class``, ``function``, ``partial`` or ``object``: what the factory is."""
    file: Interned
    line: int
    """Where the layer is written; for a class its ``__call__`` if it defines one, else the class."""
    hooks: tuple[HookSource, ...]
    sync_capable: bool
    async_capable: bool
    is_async: bool
    """The mode Django chose for this layer."""
    adapted: Interned
    """``""``, ``sync_to_async`` or ``async_to_sync``: how the next inner layer was adapted for this one."""
    import_time: int
    init_time: int
    is_mixin_call: bool
    """``__call__`` is ``MiddlewareMixin``'s own, so the hooks are all there is to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerSkipped(Event):
    """A middleware raised ``MiddlewareNotUsed`` and left no layer."""

    KIND: ClassVar[str] = "layer.skipped"
    chain: int
    layer: int
    path: Interned
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerFailed(Event):
    """A middleware could not be imported or built; loading ends with an exception."""

    KIND: ClassVar[str] = "layer.failed"
    chain: int
    layer: int
    path: Interned
    error: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLoaded(Event):
    """``load_middleware`` ended; the three lists hold layer numbers in the order Django will call them."""

    KIND: ClassVar[str] = "chain.loaded"
    chain: int
    view_middleware: tuple[int, ...]
    template_response_middleware: tuple[int, ...]
    exception_middleware: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainFailed(Event):
    """``load_middleware`` raised."""

    KIND: ClassVar[str] = "chain.failed"
    chain: int
    error: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsRead(Event):
    """The settings that steer requests, as they were when a chain was loaded."""

    KIND: ClassVar[str] = "settings.read"
    settings_module: str
    values: tuple[tuple[str, str], ...]
    """Name and short redacted text of each setting."""


# --- the server's part -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionOpened(Event):
    """``basehttp.WSGIServer`` accepted a connection and gave it a thread."""

    KIND: ClassVar[str] = "connection.opened"
    connection: int
    client: str
    """``host:port`` of the peer."""
    thread_name: str
    server: Interned
    """Class name of the server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionClosed(Event):
    """The connection ended after ``requests`` requests."""

    KIND: ClassVar[str] = "connection.closed"
    connection: int
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLineReceived(Event):
    """``WSGIRequestHandler`` read a request line; ``sequence`` counts the requests of a kept-alive connection."""

    KIND: ClassVar[str] = "request_line.received"
    connection: int
    sequence: int
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestStarted(Event):
    """A handler's ``__call__`` began (or ``get_response``, where there is no ``__call__``)."""

    KIND: ClassVar[str] = "request.started"
    parent: int
    """The request inside which this one was made (a test client in a view), or 0."""
    entry: Interned
    """``wsgi``, ``asgi``, ``client`` (test client) or ``direct`` (``get_response`` called by other code)."""
    handler: Interned
    chain: int
    """The chain of the handler, or 0 (``StaticFilesHandler`` has none)."""
    method: Interned
    path: str
    query: str
    protocol: Interned
    client: str
    headers: tuple[tuple[str, str], ...]
    """Names as sent (``Accept-Language``), values redacted and shortened."""
    unix_time: int
    """Nanoseconds since the epoch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseStarted(Event):
    """``start_response`` was called, or ``http.response.start`` was sent."""

    KIND: ClassVar[str] = "response.started"
    status: int
    reason: Interned
    headers: tuple[tuple[str, str], ...]
    streaming: bool
    file: bool
    """The body is a ``FileResponse``'s, left to the server's ``wsgi.file_wrapper``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodySent(Event):
    """Part of the body was handed over; the figures count from the start of the body."""

    KIND: ClassVar[str] = "body.sent"
    chunks: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLogged(Event):
    """runserver wrote its log line (before the response is closed)."""

    KIND: ClassVar[str] = "request.logged"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseClosed(Event):
    """``HttpResponseBase.close`` ended; ``request_finished`` was sent."""

    KIND: ClassVar[str] = "response.closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestEscaped(Event):
    """An exception left the handler; the server answers for Django, or the client is gone."""

    KIND: ClassVar[str] = "request.escaped"
    error: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFinished(Event):
    """Nothing more will be said about this request."""

    KIND: ClassVar[str] = "request.finished"


# --- the onion ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerEntered(Event):
    """A layer was called; ``CORE_LAYER`` is ``_get_response``."""

    KIND: ClassVar[str] = "layer.entered"
    layer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerLeft(Event):
    """A layer returned to the one outside it (after the film that converts exceptions)."""

    KIND: ClassVar[str] = "layer.left"
    layer: int
    outcome: int
    """An ``Outcome``."""
    status: int
    """Status of the response, or 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HookEntered(Event):
    """A hook of a layer was called."""

    KIND: ClassVar[str] = "hook.entered"
    layer: int
    hook: int
    """A ``Hook``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HookLeft(Event):
    """A hook returned or raised."""

    KIND: ClassVar[str] = "hook.left"
    layer: int
    hook: int
    outcome: int
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestChanged(Event):
    """The request differs from the last boundary."""

    KIND: ClassVar[str] = "request.changed"
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseChanged(Event):
    """The response differs from the last boundary."""

    KIND: ClassVar[str] = "response.changed"
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionRaised(Event):
    """An exception was seen for the first time, on its way out of a span."""

    KIND: ClassVar[str] = "exception.raised"
    error: Interned
    """Dotted type name."""
    message: str
    file: Interned
    line: int
    function: Interned
    """Where it was raised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionConverted(Event):
    """The film around ``layer`` turned an exception into a response (``response_for_exception``)."""

    KIND: ClassVar[str] = "exception.converted"
    layer: int
    error: Interned
    status: int


# --- inside the core ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlconfEntered(Event):
    """``resolve_request`` began."""

    KIND: ClassVar[str] = "urlconf.entered"
    urlconf: Interned
    source: Interned
    """``ROOT_URLCONF`` or ``request.urlconf``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternSeen(Event):
    """A URL pattern got its number in this process, before its first use."""

    KIND: ClassVar[str] = "pattern.seen"
    pattern: int
    sort: Interned
    """``path``, ``re_path``, ``include`` or ``i18n``."""
    text: str
    """The route or regular expression as written; empty for an i18n prefix."""
    name: str
    """Name of the pattern, or the namespace of an include."""
    target: str
    """Dotted path of the view or of the included URLconf; empty if unknown without running code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlResolved(Event):
    """The URL matched."""

    KIND: ClassVar[str] = "url.resolved"
    tried: tuple[tuple[int, ...], ...]
    """Paths of pattern numbers (outermost include first) that were tried before the match, in order."""
    matched: tuple[int, ...]
    """The path of pattern numbers that matched; empty if it could not be told."""
    route: str
    view_name: str
    namespaces: tuple[str, ...]
    arguments: tuple[tuple[str, str], ...]
    """Captured arguments: name (empty if positional) and short description."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlUnresolved(Event):
    """``Resolver404``: nothing matched, or resolving raised something else."""

    KIND: ClassVar[str] = "url.unresolved"
    tried: tuple[tuple[int, ...], ...]
    error: Interned


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewEntered(Event):
    """The view was called."""

    KIND: ClassVar[str] = "view.entered"
    name: Interned
    """Dotted path of the function, or of the class behind ``as_view()``."""
    sort: Interned
    """``function``, ``class``, ``partial`` or ``object``."""
    method: Interned
    """The handler method of a class-based view (``get``), or empty."""
    file: Interned
    line: int
    decorators: tuple[str, ...]
    """Outermost first, as far as ``__wrapped__`` tells."""
    is_async: bool
    atomic: tuple[str, ...]
    """Database aliases whose transaction Django opened around the view (ATOMIC_REQUESTS)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewLeft(Event):
    """The view returned or raised."""

    KIND: ClassVar[str] = "view.left"
    outcome: int
    status: int
    is_unrendered: bool
    """It returned a ``TemplateResponse`` that is not rendered yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlExecuted(Event):
    """A statement was executed; ``time`` is its start."""

    KIND: ClassVar[str] = "sql.executed"
    alias: Interned
    vendor: Interned
    sql: Interned
    parameters: tuple[str, ...]
    """Short redacted descriptions."""
    many: bool
    duration: int
    error: str
    file: Interned
    line: int
    function: Interned
    """The nearest line of the project that caused it; empty if there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateEntered(Event):
    """A template began to render; a parent of ``{% extends %}`` is a template inside its child."""

    KIND: ClassVar[str] = "template.entered"
    name: Interned
    """Name of the template, or ``<string>``."""
    file: Interned


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateLeft(Event):
    """A template was rendered, or raised."""

    KIND: ClassVar[str] = "template.left"
    outcome: int


# --- about the agent itself --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsDropped(Event):
    """The buffer was full: what was lost right before this event."""

    KIND: ClassVar[str] = "events.dropped"
    count: int
    requests: int
    """Whole requests that were not traced because the buffer was nearly full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentWarned(Event):
    """A probe failed and was switched off, or could not be installed."""

    KIND: ClassVar[str] = "agent.warned"
    probe: Interned
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownEvent(Event):
    """A kind this version does not know, kept as it came."""

    KIND: ClassVar[str] = ""
    kind: str
    fields: tuple[object, ...]


EVENT_KINDS: tuple[type[Event], ...] = (
    ChainLoading,
    LayerLoaded,
    LayerSkipped,
    LayerFailed,
    ChainLoaded,
    ChainFailed,
    SettingsRead,
    ConnectionOpened,
    ConnectionClosed,
    RequestLineReceived,
    RequestStarted,
    ResponseStarted,
    BodySent,
    RequestLogged,
    ResponseClosed,
    RequestEscaped,
    RequestFinished,
    LayerEntered,
    LayerLeft,
    HookEntered,
    HookLeft,
    RequestChanged,
    ResponseChanged,
    ExceptionRaised,
    ExceptionConverted,
    UrlconfEntered,
    PatternSeen,
    UrlResolved,
    UrlUnresolved,
    ViewEntered,
    ViewLeft,
    SqlExecuted,
    TemplateEntered,
    TemplateLeft,
    EventsDropped,
    AgentWarned,
)
"""Every kind, in the order of its number on the wire. Numbers are never reused; new kinds go to the end."""
