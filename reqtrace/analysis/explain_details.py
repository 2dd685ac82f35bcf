"""Explains the details of code that runs: context processors, signals, log records, tags, filters, calls."""

from __future__ import annotations

from collections.abc import Iterable

from reqtrace.analysis.messages import MessageId, Value
from reqtrace.analysis.surroundings import Surroundings, class_name
from reqtrace.analysis.telling import Telling, unfinished
from reqtrace.events.kinds import (
    CallEntered,
    ContextProcessorsRan,
    FiltersApplied,
    LogRecorded,
    Outcome,
    SignalSent,
    TagEntered,
)
from reqtrace.trace.model import Span

__all__ = [
    "explain_call",
    "explain_context_processors",
    "explain_filters",
    "explain_log",
    "explain_signal",
    "explain_tag",
]

ID = MessageId


def span_of(here: Surroundings) -> Span:
    assert here.stop.span is not None
    return here.stop.span


def last_names(paths: Iterable[str]) -> str:
    """``auth, messages`` for dotted paths."""
    return ", ".join(path.rpartition(".")[2] for path in paths)


def explain_context_processors(here: Surroundings) -> Telling:
    """What the template's context got before it was rendered."""
    ran = span_of(here).entered
    assert isinstance(ran, ContextProcessorsRan)
    values: dict[str, Value] = {
        "processors": len(ran.processors),
        "names": ", ".join(ran.names),
        "list": last_names(ran.processors),
    }
    return Telling(ID.CONTEXT_PROCESSORS, ID.WHY_CONTEXT_PROCESSORS, values)


def explain_signal(here: Surroundings) -> Telling:
    """A signal with receivers."""
    sent = span_of(here).entered
    assert isinstance(sent, SignalSent)
    values: dict[str, Value] = {
        "signal": sent.signal.rpartition(".")[2],
        "sender": sent.sender.rpartition(".")[2],
        "receivers": len(sent.receivers),
        "list": last_names(sent.receivers),
    }
    if sent.error:
        values["error"] = class_name(sent.error)
        return Telling(ID.SIGNAL_FAILED, ID.WHY_INSIDE_FAILED, values)
    return Telling(ID.SIGNAL, ID.WHY_SIGNAL, values)


def explain_log(here: Surroundings) -> Telling:
    """A log record."""
    record = span_of(here).entered
    assert isinstance(record, LogRecorded)
    values: dict[str, Value] = {
        "level": record.level,
        "logger": record.logger,
        "text": record.message,
        "file": record.file,
        "line": record.line,
    }
    return Telling(ID.LOG, ID.WHY_LOG, values)


def explain_tag(here: Surroundings) -> Telling:
    """A tag of a template."""
    span = span_of(here)
    tag = span.entered
    assert isinstance(tag, TagEntered)
    values: dict[str, Value] = {"tag": tag.name, "template": tag.template, "line": tag.line}
    if span.outcome is None:
        return unfinished(here, ID.TAG_RUNNING, tag.name, **values)
    if span.outcome is Outcome.raised:
        values["error"], values["message"] = here.error_and_message(span)
        return Telling(ID.TAG_RAISED, ID.WHY_INSIDE_RAISED, values)
    return Telling(ID.TAG, ID.WHY_TAG, values)


def explain_filters(here: Surroundings) -> Telling:
    """A variable and its filters."""
    applied = span_of(here).entered
    assert isinstance(applied, FiltersApplied)
    values: dict[str, Value] = {"expression": applied.expression, "list": ", ".join(applied.filters)}
    if applied.error:
        values["error"] = class_name(applied.error)
        return Telling(ID.FILTERS_FAILED, ID.WHY_INSIDE_FAILED, values)
    return Telling(ID.FILTERS, ID.WHY_FILTERS, values)


def explain_call(here: Surroundings) -> Telling:
    """A function of the project."""
    span = span_of(here)
    call = span.entered
    assert isinstance(call, CallEntered)
    values: dict[str, Value] = {"call": call.name, "file": call.file, "line": call.line}
    if span.outcome is None:
        return unfinished(here, ID.CALL_RUNNING, call.name, **values)
    if span.outcome is Outcome.raised:
        values["error"], values["message"] = here.error_and_message(span)
        return Telling(ID.CALL_RAISED, ID.WHY_INSIDE_RAISED, values)
    return Telling(ID.CALL, ID.WHY_CALL, values)
