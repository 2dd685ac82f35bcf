"""Begins and ends the record of one request, whatever way it came in."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import filterfalse
from time import time_ns
from typing import Any

from reqtrace.agent.gate import gate
from reqtrace.agent.probes.chain import chains
from reqtrace.agent.probes.outcomes import message_of, tell_exception
from reqtrace.agent.recorder import RequestState, current, get_ident, number_of, perf_counter_ns, recorder
from reqtrace.agent.request_texts import no_headers
from reqtrace.agent.values import attributes_of, dotted_name
from reqtrace.events.kinds import (
    BodySent,
    RequestEscaped,
    RequestFinished,
    RequestStarted,
    ResponseClosed,
    ResponseStarted,
)
from reqtrace.events.steps import StepCode

STARTED, ESCAPED = number_of(RequestStarted), number_of(RequestEscaped)
RESPONSE_STARTED, BODY_SENT = number_of(ResponseStarted), number_of(BodySent)
RESPONSE_CLOSED, FINISHED = StepCode.pack(ResponseClosed), StepCode.pack(RequestFinished)
is_no_header = no_headers.__contains__
PROGRESS_INTERVAL = 100_000_000
"""Nanoseconds between two reports of a body on its way."""


def begin_request(
    entry: str, handler: object, facts: tuple[Any, ...], announced: RequestState | None = None
) -> RequestState | None:
    """Record ``request.started``; ``facts`` are method, path, query, protocol, client and raw headers.

    Returns the state, or ``None`` if the request is not to be traced.
    """
    state = announced
    if state is None:
        outer = current.get()
        state = recorder.begin(outer.number if outer is not None else 0)
        if state is None:
            return None
    if get_ident() != state.thread:
        state.hop()
    head = (STARTED, perf_counter_ns(), state.parent, entry, type(handler).__name__, chains.get(handler, 0))
    state.log.append(head + facts + (time_ns(),))
    state.target = facts[:2]
    return state


def environ_facts(environ: dict[str, Any]) -> tuple[Any, ...]:
    """Raw facts of a request from a WSGI ``environ``; ``reqtrace.agent.request_texts`` makes them fit to be shown."""
    get = environ.get
    return (
        get("REQUEST_METHOD"),
        (get("SCRIPT_NAME"), get("PATH_INFO")),
        get("QUERY_STRING"),
        get("SERVER_PROTOCOL"),
        get("REMOTE_ADDR"),
        # A key that was never met is kept, too: the sender will know it. Whatever else is in an environ is no text.
        [(key, value) for key in filterfalse(is_no_header, environ) if type(value := environ[key]) is str],
    )


def scope_facts(scope: dict[str, Any]) -> tuple[Any, ...]:
    """Raw facts of a request from an ASGI ``scope``."""
    client = scope.get("client") or ("", 0)
    version = scope.get("http_version")
    query = scope.get("query_string") or b""
    return (
        scope.get("method"),
        scope.get("path"),
        # Django takes a text, too; its AsyncRequestFactory gives one.
        query if type(query) is str else bytes(query).decode("latin-1"),
        f"HTTP/{version}" if type(version) is str else "",
        client[0],
        header_rows(scope.get("headers") or ()),
    )


def header_rows(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    """Name and value of headers given as bytes; values are redacted by the sender."""
    return [(bytes(name).decode("latin-1").title(), bytes(value).decode("latin-1")) for name, value in headers]


def request_facts(request: object) -> tuple[Any, ...]:
    """Facts of a request object that came without a handler's ``__call__``."""
    attributes = attributes_of(request)
    environ = attributes.get("environ") or attributes.get("META")
    if type(environ) is dict:
        return environ_facts(environ)
    return attributes.get("method"), attributes.get("path"), "", "", "", []


def tell_start(state: RequestState, status: int, reason: str, headers: list[tuple[str, str]]) -> None:
    """Record ``response.started``; the headers are redacted by the sender."""
    state.tell(RESPONSE_STARTED, status, reason, headers, state.is_streaming, state.is_file)
    state.has_started = True


def tell_body(state: RequestState, length: int, *, is_last: bool = False) -> None:
    """Count a part of the body; tell the figures now and then, and at the end."""
    if length:
        state.chunks += 1
        state.sent += length
    now = perf_counter_ns()
    if is_last or state.chunks == 1 or now - state.told > PROGRESS_INTERVAL:
        state.told = now
        if state.has_room():
            state.tell(BODY_SENT, state.chunks, state.sent)


def tell_escape(state: RequestState, error: BaseException) -> None:
    """Record that an exception left the handler; nothing of Django's comes after it."""
    tell_uncaught(state, error)
    finish(state)


def tell_uncaught(state: RequestState, error: BaseException) -> None:
    """Record an exception that the server gets, and no response for it."""
    tell_exception(state, error)
    state.tell(ESCAPED, dotted_name(type(error)), message_of(error))


def tell_disconnect(state: RequestState) -> None:
    """Record that the client went away before there was a response."""
    state.tell(ESCAPED, "", "client disconnected")
    finish(state)


def tell_close(state: RequestState) -> None:
    """Record that the response was closed, which is the end."""
    if state.is_closed:
        return
    now = perf_counter_ns()
    if get_ident() != state.thread:
        state.hop()
    state.log.extend((RESPONSE_CLOSED, now, FINISHED, now))
    state.is_closed = True
    if gate.is_armed:
        gate.forget(state.number)


def finish(state: RequestState) -> None:
    """Record that nothing more is to come, and let go of the application's objects."""
    state.release()
    if not state.is_closed:
        state.step(FINISHED)
        state.is_closed = True
        if gate.is_armed:
            gate.forget(state.number)
