"""Finds the steps of a request that mention words: what is said about them, and every fact they carry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields

from reqtrace.analysis.explain import narrate
from reqtrace.events.kinds import UrlResolved, UrlUnresolved
from reqtrace.render.inside_words import INSIDE_SORTS
from reqtrace.render.narration import message_text
from reqtrace.trace.model import RequestTrace, Span, SpanChange, Stop, StopSort

__all__ = ["Mentions"]


class Mentions:
    """The words of one request, gathered once and searched as often as somebody types a letter."""

    def __init__(self, trace: RequestTrace) -> None:
        self._texts = [" ".join(told_at(trace, stop)).casefold() for stop in trace.stops]

    def of(self, words: str) -> tuple[int, ...]:
        """The steps in which every word occurs, whatever its case; none without words."""
        wanted = words.casefold().split()
        if not wanted:
            return ()
        return tuple(index for index, text in enumerate(self._texts) if all(word in text for word in wanted))


def told_at(trace: RequestTrace, stop: Stop) -> Iterator[str]:
    yield stop.sort.value
    if stop.sort not in INSIDE_SORTS:
        # Not of thousands of statements, whose facts say as much. And not why: that says what comes next.
        yield message_text(narrate(trace, stop).title)
    if stop.layer is not None and stop.layer < len(trace.passes):
        yield trace.passes[stop.layer].layer.path
    for change in changes_at(trace, stop):
        yield " ".join((change.target, change.change.name, change.change.before, change.change.after))
    if stop.span is not None:
        yield from told_of(stop.span)
        yield from patterns_of(trace, stop.span)
    if stop.sort is StopSort.RECEIVED and trace.started is not None:
        yield from texts_in(trace.started)
    if stop.sort is StopSort.STARTED and trace.response is not None:
        yield from texts_in(trace.response)
    if stop.sort is StopSort.ESCAPED and trace.escaped is not None:
        yield from texts_in(trace.escaped)
        if trace.raised_outside is not None:
            yield from texts_in(trace.raised_outside)
    if stop.sort is StopSort.RECEIVED and trace.refused is not None:
        yield from texts_in(trace.refused)


def changes_at(trace: RequestTrace, stop: Stop) -> Sequence[SpanChange]:
    if stop.layer is not None and stop.layer < len(trace.passes):
        layer_pass = trace.passes[stop.layer]
        if stop.sort is StopSort.LAYER_IN:
            return layer_pass.way_in.changes
        if stop.sort is StopSort.LAYER_OUT:
            return layer_pass.way_out.changes
    return () if stop.span is None else stop.span.changes


def told_of(span: Span) -> Iterator[str]:
    for fact in (span.entered, span.left, span.raised, *span.converted):
        if fact is not None:
            yield from texts_in(fact)


def patterns_of(trace: RequestTrace, span: Span) -> Iterator[str]:
    """The patterns that were tried, which the events name by number."""
    left = span.left
    if not isinstance(left, UrlResolved | UrlUnresolved):
        return
    matched = left.matched if isinstance(left, UrlResolved) else ()
    for number in dict.fromkeys(number for path in (*left.tried, matched) for number in path):
        pattern = trace.process.patterns.get(number)
        if pattern is not None:
            yield from texts_in(pattern)


def texts_in(fact: object) -> Iterator[str]:
    """Every text of an event, also those in tuples."""
    for field in fields(fact):  # type: ignore[arg-type]  # every fact is a dataclass
        yield from texts_of(getattr(fact, field.name))


def texts_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from texts_of(one)
