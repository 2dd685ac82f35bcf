"""Explains the two ends of the path: how the request came in, and how the response goes out."""

from __future__ import annotations

from reqtrace.analysis.messages import MessageId, Value
from reqtrace.analysis.surroundings import Surroundings, class_name
from reqtrace.analysis.telling import Telling
from reqtrace.events.kinds import ExceptionRaised
from reqtrace.trace.callers import is_tls
from reqtrace.trace.model import Phase, StopSort

__all__ = ["explain_body", "explain_closed", "explain_escaped", "explain_received", "explain_started"]

ID = MessageId


def explain_received(here: Surroundings) -> Telling:
    """The handler, or only the server, has the request."""
    trace = here.trace
    summary, started = trace.summary, trace.started
    if summary.lane == "server" or started is None:
        return received_by_server(here)
    values: dict[str, Value] = {"method": summary.method, "path": summary.path, "handler": started.handler}
    if summary.lane == "static":
        return Telling(ID.RECEIVED_STATIC, ID.WHY_RECEIVED_STATIC, {**values, "layers": trace.bypassed})
    layers = here.layers
    if not layers:
        return Telling(ID.RECEIVED, ID.WHY_RECEIVED_NO_LAYERS, values)
    return Telling(ID.RECEIVED, ID.WHY_RECEIVED, {**values, "layers": len(layers), "next": layers[0].name})


def received_by_server(here: Surroundings) -> Telling:
    """Django's handler was not called."""
    trace, refused = here.trace, here.trace.refused
    line = trace.request_line.line if trace.request_line is not None else trace.summary.path
    if refused is None:
        return received_without_refusal(here, line)
    values: dict[str, Value] = {"line": line, "status": refused.status, "reason": refused.reason}
    if is_tls(line):
        return Telling(ID.RECEIVED_TLS, ID.WHY_RECEIVED_TLS, values)
    return Telling(ID.RECEIVED_SERVER, ID.WHY_RECEIVED_REFUSED, values)


def received_without_refusal(here: Surroundings, line: str) -> Telling:
    """Another application answered, nobody did, or the server is still reading."""
    response = here.trace.response
    if response is not None:
        return Telling(ID.RECEIVED_SERVER, ID.WHY_RECEIVED_IN_FRONT, {"line": line, "status": response.status})
    why = ID.WHY_RECEIVED_SERVER_OPEN if here.is_live else ID.WHY_RECEIVED_SERVER
    return Telling(ID.RECEIVED_SERVER, why, {"line": line})


def explain_started(here: Surroundings) -> Telling:
    """Status line and headers are handed over."""
    trace, response = here.trace, here.trace.response
    assert response is not None
    values: dict[str, Value] = {"status": response.status, "reason": response.reason}
    if trace.summary.lane == "static":
        values |= {"handler": here.handler, "layers": trace.bypassed}
        return Telling(ID.STARTED, ID.WHY_STARTED_STATIC, values)
    if response.file:
        return Telling(ID.STARTED, ID.WHY_STARTED_FILE, values)
    if response.streaming:
        return Telling(ID.STARTED, ID.WHY_STARTED_STREAMING, values)
    is_asgi = trace.started is not None and trace.started.entry == "asgi"
    return Telling(ID.STARTED, ID.WHY_STARTED_ASGI if is_asgi else ID.WHY_STARTED, values)


def explain_body(here: Surroundings) -> Telling:
    """The body is produced while it is sent."""
    trace = here.trace
    queries = sum(
        stop.repeat for stop in trace.stops if stop.sort is StopSort.SQL and stop.phase is Phase.SEND and stop.depth
    )
    is_streaming = trace.response is not None and trace.response.streaming
    values = {**figures(here), "queries": queries}
    return Telling(ID.BODY, ID.WHY_BODY_STREAMING if is_streaming else ID.WHY_BODY, values)


def explain_escaped(here: Surroundings) -> Telling:
    """An exception has left the handler."""
    escaped = here.trace.escaped
    assert escaped is not None
    # Of a client that went away, the agent tells no exception: Django has ended the request quietly.
    is_cancelled = not escaped.error or class_name(escaped.error) == "CancelledError"
    error = class_name(escaped.error) if escaped.error else "CancelledError"
    values: dict[str, Value] = {"error": error, "message": escaped.message}
    if here.trace.response is not None and is_cancelled:
        return Telling(ID.CLIENT_GONE, ID.WHY_CLIENT_GONE, {"status": here.trace.response.status})
    if here.trace.response is not None:
        values |= {"status": here.trace.response.status, **line_of(here.trace.raised_outside)}
        return Telling(ID.BROKEN_OFF, ID.WHY_BROKEN_OFF, values)
    return Telling(ID.ESCAPED, ID.WHY_ESCAPED_CANCELLED if is_cancelled else ID.WHY_ESCAPED, values)


def line_of(raised: ExceptionRaised | None) -> dict[str, Value]:
    """Where it was raised, as far as that was seen."""
    return {"file": "", "line": 0} if raised is None else {"file": raised.file, "line": raised.line}


def explain_closed(here: Surroundings) -> Telling:
    """The response is closed."""
    return Telling(ID.CLOSED, ID.WHY_CLOSED, figures(here))


def figures(here: Surroundings) -> dict[str, Value]:
    return {"chunks": here.trace.body_chunks, "bytes": here.trace.body_bytes}
