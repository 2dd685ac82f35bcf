"""Which spans a stop stands for: one as a rule, and each statement of those that share a stop."""

from __future__ import annotations

from collections.abc import Sequence

from reqtrace.analysis.evidence import walk
from reqtrace.events.kinds import SqlExecuted
from reqtrace.trace.model import RequestTrace, Span, Stop, StopSort

__all__ = ["spans_of"]


def spans_of(trace: RequestTrace, stops: Sequence[Stop]) -> tuple[Span, ...]:
    """The spans of stops that share a row."""
    first = [stop.span for stop in stops if stop.span is not None]
    if all(stop.repeat == 1 for stop in stops):
        return tuple(first)
    statements = [span for span in walk(trace.root) if isinstance(span.entered, SqlExecuted)]
    found: list[Span] = []
    for stop in stops:
        if stop.span is None or stop.sort is not StopSort.SQL:
            found += [] if stop.span is None else [stop.span]
            continue
        since, wanted = stop.span.number, _statement(stop.span)
        equal = [span for span in statements if span.number >= since and _statement(span) == wanted]
        found += equal[: stop.repeat]
    return tuple(found)


def _statement(span: Span) -> tuple[str, str, str, str, int]:
    entered = span.entered
    assert isinstance(entered, SqlExecuted)
    return entered.alias, entered.sql, entered.error, entered.file, entered.line
