"""Facts about the server"s part of a request: connection, start and end, body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from reqtrace.events.base import Event, Interned

__all__ = [
    "BodySent",
    "ConnectionClosed",
    "ConnectionOpened",
    "RequestEscaped",
    "RequestFinished",
    "RequestLineReceived",
    "RequestLogged",
    "RequestRefused",
    "RequestStarted",
    "ResponseClosed",
    "ResponseStarted",
]


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
    """An exception left the handler, or the body that is streamed, for the server; or the client is gone."""

    KIND: ClassVar[str] = "request.escaped"
    error: str
    """Empty if it is the client that went away."""
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFinished(Event):
    """Nothing more will be said about this request."""

    KIND: ClassVar[str] = "request.finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRefused(Event):
    """``WSGIRequestHandler`` answered by itself (``send_error``): no handler of Django's is called."""

    KIND: ClassVar[str] = "request.refused"
    status: int
    reason: str
    """As the server put it into its log and the status line; it may quote the request line."""
    detail: str
    """What it added for the person who reads the answer, or empty."""
