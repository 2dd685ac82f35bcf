"""Spans, their changes and stops as plain data: the larger half of the document of a trace."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from reqtrace.events.kinds import (
    HOOKS,
    Change,
    DecoratorHookEntered,
    Event,
    ExceptionRaised,
    HookEntered,
    LayerEntered,
    SqlExecuted,
    TemplateEntered,
    ThreadHopped,
    UrlconfEntered,
    UrlLookedUp,
    ViewEntered,
)
from reqtrace.trace.model import Span, SpanChange, Stop

__all__ = ["Document", "change_document", "span_document", "stop_document"]

Document = dict[str, Any]

_KINDS: dict[type[Event], str] = {UrlLookedUp: "look-up", ThreadHopped: "hop"}
"""Names of kinds of spans that are not the first word of the event's."""
_TOLD_ELSEWHERE = frozenset({"time", "request", "thread", "duration"})


def change_document(span_change: SpanChange) -> Document:
    change: Change = span_change.change
    return {
        "direction": span_change.direction.value,
        "target": span_change.target,
        "op": change.op,
        "part": change.part,
        "name": change.name,
        "before": change.before,
        "after": change.after,
        "lazy": change.lazy,
        "queries": span_change.queries if span_change.queries >= 0 else None,
    }


def span_document(span: Span) -> Document:
    return {
        "number": span.number,
        "kind": _KINDS.get(type(span.entered), span.entered.KIND.partition(".")[0]),
        "about": _about(span),
        "start": span.start,
        "end": span.end,
        "thread": span.entered.thread,
        "outcome": None if span.outcome is None else span.outcome.name,
        "status": span.status or None,
        "changes": [change_document(change) for change in span.changes],
        "raised": None if span.raised is None else _raised(span.raised),
        "converted": [
            {"error": converted.error, "status": converted.status, "layer": converted.layer}
            for converted in span.converted
        ],
        "children": [span_document(child) for child in span.children],
    }


def _about(span: Span) -> Document:
    match span.entered:
        case LayerEntered(layer=layer):
            return {"layer": layer}
        case HookEntered(layer=layer, hook=hook):
            return {"layer": layer, "hook": _hook(hook)}
        case DecoratorHookEntered(middleware=middleware, hook=hook, file=file, line=line):
            return {"middleware": middleware, "hook": _hook(hook), "file": file or None, "line": line or None}
        case UrlconfEntered(urlconf=urlconf):
            return {"urlconf": urlconf}
        case ViewEntered(name=name):
            return {"view": name}
        case TemplateEntered(name=name, file=file):
            return {"template": name, "file": file}
        case SqlExecuted() as statement:
            return _statement(statement)
        case told:
            return _facts(told)


def _hook(number: int) -> str | None:
    return HOOKS[number] if 0 <= number < len(HOOKS) else None


def _facts(event: Event) -> Document:
    """The fields of the event as they are; an empty text is nothing."""
    values = {field.name: getattr(event, field.name) for field in fields(event) if field.name not in _TOLD_ELSEWHERE}
    return {
        name: list(value) if isinstance(value, tuple) else None if value == "" else value
        for name, value in values.items()
    }


def _statement(statement: SqlExecuted) -> Document:
    return {
        "sql": statement.sql,
        "parameters": list(statement.parameters),
        "alias": statement.alias,
        "vendor": statement.vendor,
        "many": statement.many,
        "error": statement.error or None,
        "file": statement.file or None,
        "line": statement.line or None,
        "function": statement.function or None,
    }


def _raised(raised: ExceptionRaised) -> Document:
    return {
        "error": raised.error,
        "message": raised.message,
        "file": raised.file,
        "line": raised.line,
        "function": raised.function,
    }


def stop_document(stop: Stop) -> Document:
    return {
        "index": stop.index,
        "sort": stop.sort.value,
        "phase": stop.phase.value,
        "direction": stop.direction.value,
        "time": stop.time,
        "duration": stop.duration,
        "span": None if stop.span is None else stop.span.number,
        "layer": stop.layer,
        "depth": stop.depth,
        "repeat": stop.repeat,
    }
