"""The notable facts of a request in one line each: where it turned back, what was raised, which query repeats."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from reqtrace.analysis.evidence import walk
from reqtrace.events.kinds import SqlExecuted
from reqtrace.render.figures import format_duration
from reqtrace.render.funnel_sides import error_name
from reqtrace.render.labels import count, text
from reqtrace.render.roles import Role
from reqtrace.render.sanitize import sanitize
from reqtrace.render.sql_text import short_sql
from reqtrace.trace.model import RequestTrace, Stop, StopSort

__all__ = ["Note", "notes_of"]

_REPEATS_WORTH_TELLING = 3


class Note(NamedTuple):
    """One fact."""

    role: Role
    words: str
    place: str
    """``file:line`` behind it, or empty."""


def notes_of(trace: RequestTrace) -> list[Note]:
    """The facts in the order they happened; what is missing comes last."""
    notes = [*_short_circuit(trace), *_exceptions(trace), *_repeated_queries(trace)]
    if not trace.is_complete:
        notes.append(Note(Role.WARN, text("note.incomplete"), ""))
    return notes


def _short_circuit(trace: RequestTrace) -> Iterator[Note]:
    stop = trace.short_circuit
    if stop is None or stop.layer is None or stop.layer >= len(trace.passes):
        return
    layer_pass = trace.passes[stop.layer]
    layer, way = layer_pass.layer, layer_pass.way_in
    is_view_hook = stop.sort is StopSort.VIEW_HOOK
    hook = "process_view" if is_view_hook else way.hook
    status = stop.span.status if is_view_hook and stop.span is not None else way.status
    source = layer.hook(hook)
    place = f"{source.file}:{source.line}" if source is not None else f"{layer.file}:{layer.line}" if layer.file else ""
    key = "note.turned_back" if status else "note.turned_back_other"
    words = text(key, number=layer.index + 1, layer=sanitize(layer.name), hook=hook, status=status)
    yield Note(Role.WARN, words, sanitize(place))


def _exceptions(trace: RequestTrace) -> Iterator[Note]:
    for raised in (*(span.raised for span in walk(trace.root)), trace.raised_outside):
        if raised is None or raised.error.endswith(".Resolver404"):  # the URLconf row says so, with the patterns
            continue
        words = (
            f"{error_name(raised.error)}: {sanitize(raised.message)}" if raised.message else error_name(raised.error)
        )
        place = f"{raised.file}:{raised.line}" if raised.file else ""
        if raised.function and place:
            place = text("note.place", place=place, function=raised.function)
        yield Note(Role.BAD, text("note.raised", words=words), sanitize(place))


def _repeated_queries(trace: RequestTrace) -> Iterator[Note]:
    """The same statement from the same line of the project, wherever it ran in the request."""
    repeated: dict[tuple[str, str, str, int], list[Stop]] = {}
    for stop in trace.stops:
        statement = stop.span.entered if stop.span is not None else None
        if isinstance(statement, SqlExecuted):
            key = (statement.alias, statement.sql, statement.file, statement.line)
            repeated.setdefault(key, []).append(stop)
    for stops in repeated.values():
        number = sum(stop.repeat for stop in stops)
        entered = stops[0].span.entered if stops[0].span is not None else None
        if number >= _REPEATS_WORTH_TELLING and isinstance(entered, SqlExecuted):
            duration = format_duration(sum(stop.duration or 0 for stop in stops))
            words = count("note.repeated", number, sql=short_sql(entered.sql), duration=duration)
            place = f"{entered.file}:{entered.line}" if entered.file else ""
            if place and entered.function:
                place = text("note.place", place=place, function=entered.function)
            yield Note(Role.WARN, words, sanitize(place))
