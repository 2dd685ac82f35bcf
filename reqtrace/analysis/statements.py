"""Groups the SQL of one request by statement: how often, how long, which code caused it, and whether it is an N+1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reqtrace.analysis.evidence import Evidence
from reqtrace.analysis.findings import REPEATS_WORTH_TELLING, FindingId
from reqtrace.events.kinds import SqlExecuted, TemplateEntered
from reqtrace.trace.model import RequestTrace, Span

__all__ = ["Cause", "Statement", "statements"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A line of the project, or a template, that caused a statement."""

    file: str
    line: int
    function: str
    template: str
    """The template that was being rendered, if one was."""
    times: int
    duration: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """All executions of one statement in a request."""

    sql: str
    alias: str
    times: int
    duration: int
    """Nanoseconds of all."""
    longest: int
    share: float
    """Of the time of the request, from 0 to 1."""
    stop: int | None
    """Where it was executed first."""
    error: str
    """Of one that failed."""
    suspicion: FindingId | None
    """``N_PLUS_ONE`` or ``SAME_QUERY`` if one place executed it again and again."""
    causes: tuple[Cause, ...]
    """That which took most time first."""


def statements(trace: RequestTrace) -> tuple[Statement, ...]:
    """The statements of a request, that which took most time first."""
    evidence = Evidence(trace)
    groups: dict[tuple[str, str], list[Span]] = {}
    for span in evidence.spans:
        if isinstance(span.entered, SqlExecuted):
            groups.setdefault((span.entered.alias, span.entered.sql), []).append(span)
    found = [statement_of(evidence, alias, sql, spans) for (alias, sql), spans in groups.items()]
    return tuple(sorted(found, key=lambda one: one.duration, reverse=True))


def statement_of(evidence: Evidence, alias: str, sql: str, spans: list[Span]) -> Statement:
    executions = [executed(span) for span in spans]
    duration = sum(one.duration for one in executions)
    return Statement(
        sql=sql,
        alias=alias,
        times=len(spans),
        duration=duration,
        longest=max(one.duration for one in executions),
        share=duration / max(evidence.trace.summary.duration or 0, duration, 1),
        stop=evidence.stop_of(spans[0]),
        error=next((one.error for one in executions if one.error), ""),
        suspicion=suspicion_of(executions),
        causes=causes_of(evidence, spans),
    )


def executed(span: Span) -> SqlExecuted:
    assert isinstance(span.entered, SqlExecuted)
    return span.entered


def suspicion_of(executions: list[SqlExecuted]) -> FindingId | None:
    """The same measure as ``findings``: as often as it takes, from one line."""
    places: dict[tuple[str, int], list[SqlExecuted]] = {}
    for one in executions:
        places.setdefault((one.file, one.line), []).append(one)
    most = max(places.values(), key=len)
    if len(most) < REPEATS_WORTH_TELLING:
        return None
    is_same = len({one.parameters for one in most}) == 1
    return FindingId.SAME_QUERY if is_same else FindingId.N_PLUS_ONE


def causes_of(evidence: Evidence, spans: Iterable[Span]) -> tuple[Cause, ...]:
    places: dict[tuple[str, int, str, str], list[int]] = {}
    for span in spans:
        one = executed(span)
        place = (one.file, one.line, one.function, template_around(evidence, span))
        places.setdefault(place, []).append(one.duration)
    causes = [
        Cause(file=file, line=line, function=function, template=template, times=len(durations), duration=sum(durations))
        for (file, line, function, template), durations in places.items()
    ]
    return tuple(sorted(causes, key=lambda cause: cause.duration, reverse=True))


def template_around(evidence: Evidence, span: Span) -> str:
    """The innermost template that was being rendered."""
    here = evidence.parents.get(span.number)
    while here is not None:
        if isinstance(here.entered, TemplateEntered):
            return here.entered.name
        here = evidence.parents.get(here.number)
    return ""
