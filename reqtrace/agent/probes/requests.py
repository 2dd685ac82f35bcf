"""Begins and ends the record of one request, whatever way it came in."""

from __future__ import annotations

from collections.abc import Iterable
from time import time_ns
from typing import Any

from reqtrace.agent.probes.chain import chains
from reqtrace.agent.probes.outcomes import message_of, tell_exception
from reqtrace.agent.recorder import RequestState, current, get_ident, number_of, perf_counter_ns, recorder
from reqtrace.agent.values import attributes_of, dotted_name, redact_query, shorten
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
MAX_PATH = 8_192
PROGRESS_INTERVAL = 100_000_000
"""Nanoseconds between two reports of a body on its way."""

header_names: dict[str, str] = {}
"""Header name for each ``environ`` key met; empty for a key that is no header."""
MAX_KEYS = 1_000


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
    chain = chains.get(handler, 0)
    state.tell(STARTED, state.parent, entry, type(handler).__name__, chain, *facts, time_ns())
    return state


def environ_facts(environ: dict[str, Any]) -> tuple[Any, ...]:
    """Facts of a request from a WSGI ``environ``: plain text only."""
    get = environ.get
    return (
        text(get("REQUEST_METHOD")),
        environ_path(environ),
        redact_query(shorten(text(get("QUERY_STRING")), MAX_PATH)),
        text(get("SERVER_PROTOCOL")),
        text(get("REMOTE_ADDR")),
        environ_headers(environ),
    )


def environ_headers(environ: dict[str, Any]) -> list[tuple[str, str]]:
    """The headers in a WSGI ``environ``, named as they are sent; values are redacted by the sender."""
    headers = []
    get = header_names.get
    for key, value in environ.items():
        name = get(key)
        if name is None:
            name = meet_key(key)
        if name and type(value) is str and value:
            headers.append((name, value))
    return headers


def environ_path(environ: dict[str, Any]) -> str:
    """Script name and path as sent; bytes that are no UTF-8 are replaced, as the screen could not show them."""
    raw = text(environ.get("SCRIPT_NAME")) + (text(environ.get("PATH_INFO")) or "/")
    if raw.isascii():
        return shorten(raw, MAX_PATH)
    return shorten(raw.encode("latin-1", "replace").decode("utf-8", "replace"), MAX_PATH)


def text(value: object) -> str:
    return value if type(value) is str else ""


def meet_key(key: str) -> str:
    """``Accept-Language`` for ``HTTP_ACCEPT_LANGUAGE``; empty if the key is no header."""
    name = ""
    if key.startswith("HTTP_"):
        name = key[5:].replace("_", "-").title()
    elif key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        name = key.replace("_", "-").title()
    if len(header_names) < MAX_KEYS:
        header_names[key] = name
    return name


def scope_facts(scope: dict[str, Any]) -> tuple[Any, ...]:
    """Facts of a request from an ASGI ``scope``."""
    client = scope.get("client") or ("", 0)
    return (
        text(scope.get("method")),
        shorten(text(scope.get("path")), MAX_PATH),
        redact_query(shorten(bytes(scope.get("query_string") or b"").decode("latin-1"), MAX_PATH)),
        f"HTTP/{text(scope.get('http_version'))}",
        text(client[0]),
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
    return text(attributes.get("method")), text(attributes.get("path")), "", "", "", []


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
    tell_exception(state, error)
    state.tell(ESCAPED, dotted_name(type(error)), message_of(error))
    finish(state)


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


def finish(state: RequestState) -> None:
    """Record that nothing more is to come, and let go of the application's objects."""
    state.release()
    if not state.is_closed:
        state.step(FINISHED)
        state.is_closed = True
