"""Says what two requests were not given alike: it may explain their differences, and is none itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from reqtrace.analysis.comparison_model import Circumstance, Value
from reqtrace.analysis.comparison_model import CircumstanceId as Id
from reqtrace.analysis.comparison_path import Sides
from reqtrace.analysis.comparison_settled import settled
from reqtrace.analysis.evidence import Evidence
from reqtrace.trace.model import RequestState, RequestTrace

__all__ = ["circumstances"]

SECRET = "sent"
UNTOLD_HEADERS = frozenset({"user-agent", "content-length", "connection", "cache-control", "traceparent", "tracestate"})
"""Request headers that come from the client's program and steer nothing here."""
PRESENCE_ONLY = frozenset({"cookie", "authorization", "x-csrftoken", "referer", "origin"})
LISTS = frozenset({"MIDDLEWARE"})
"""Settings that are compared elsewhere."""

Pair = tuple[Value | None, Value | None]


def circumstances(sides: Sides) -> tuple[Circumstance, ...]:
    """All of them, the request first."""
    return (
        *told(Id.METHOD, "method", of_both(sides, lambda trace: trace.summary.method)),
        *told(Id.PATH, "path", of_both(sides, lambda trace: target_of(trace))),
        *request_headers(sides),
        *told(Id.DJANGO, "Django", of_both(sides, lambda trace: trace.process.django)),
        *told(Id.PYTHON, "Python", of_both(sides, lambda trace: trace.process.python)),
        *told(Id.HANDLER, "handler", of_both(sides, handler_of)),
        *settings(sides),
        *modes(sides),
        *told(Id.HOPS, "hops", of_both(sides, lambda trace: len(trace.hops))),
        *told(Id.LEVEL, "level", of_both(sides, lambda trace: trace.process.level)),
        *told(Id.INCOMPLETE, "events", of_both(sides, lambda trace: int(is_incomplete(trace)))),
        *told(Id.NO_HEADERS, "headers", of_both(sides, lambda trace: int(trace.response is None))),
    )


def of_both(sides: Sides, ask: Callable[[RequestTrace], Value]) -> Pair:
    return ask(sides.a.trace), ask(sides.b.trace)


def told(number: Id, subject: str, values: Pair) -> Iterator[Circumstance]:
    a, b = values
    if a != b:
        yield Circumstance(id=number, subject=subject, a=a if a != "" else None, b=b if b != "" else None)


def target_of(trace: RequestTrace) -> str:
    summary = trace.summary
    return f"{summary.path}?{summary.query}" if summary.query else summary.path


def handler_of(trace: RequestTrace) -> str:
    return trace.started.handler if trace.started is not None else ""


def is_incomplete(trace: RequestTrace) -> bool:
    return not trace.is_complete or trace.summary.state in (RequestState.OPEN, RequestState.LOST)


def request_headers(sides: Sides) -> Iterator[Circumstance]:
    a, b = (request_headers_of(side) for side in sides.both)
    for name in sorted({*a, *b}):
        yield from told(Id.REQUEST_HEADER, name, (a.get(name), b.get(name)))


def request_headers_of(evidence: Evidence) -> dict[str, str]:
    found = {}
    for name, value in evidence.request_headers.items():
        if name == "host":
            found[name] = value.rpartition(":")[0] or value
        elif name not in UNTOLD_HEADERS:
            found[name] = SECRET if name in PRESENCE_ONLY else settled(value)
    return found


def settings(sides: Sides) -> Iterator[Circumstance]:
    """Settings that steer requests; a process that told none is not compared."""
    a, b = (dict(side.trace.process.settings) for side in sides.both)
    if a and b:
        for name in sorted({*a, *b} - LISTS):
            yield from told(Id.SETTING, name, (a.get(name), b.get(name)))


def modes(sides: Sides) -> Iterator[Circumstance]:
    """Layers whose mode differs though the handlers' do not."""
    chains = tuple(side.trace.chain for side in sides.both)
    if chains[0] is None or chains[1] is None or chains[0].is_async is not chains[1].is_async:
        return
    for pair in sides.layers:
        if pair.a is not None and pair.b is not None:
            a, b = ("async" if one.layer.is_async else "sync" for one in (pair.a, pair.b))
            yield from told(Id.MODE, pair.name, (a, b))
