"""Where the code of a stop is written."""

from __future__ import annotations

from typing import NamedTuple

from reqtrace.events.kinds import (
    HOOKS,
    CacheCalled,
    CallEntered,
    DecoratorHookEntered,
    ExceptionRaised,
    HookEntered,
    HttpCalled,
    LogRecorded,
    MailSent,
    SqlExecuted,
    TemplateEntered,
    TransactionStepped,
    UrlLookedUp,
    ViewEntered,
)
from reqtrace.trace.model import RequestTrace, Span, Stop, StopSort, Way

__all__ = ["SourceLine", "source_of"]


class SourceLine(NamedTuple):
    """A place in a file."""

    file: str
    line: int
    """Where the function or template begins, if it does."""
    mark: int = 0
    """The line in it that is meant; 0 if that is the first."""


def source_of(trace: RequestTrace, stop: Stop) -> SourceLine | None:
    """The line a stop is about, if it has one: the hook, the view, the line that caused a query, the template."""
    if stop.span is not None and stop.span.raised is not None:
        return _of_exception(stop.span.raised)
    if stop.sort is StopSort.ESCAPED and trace.raised_outside is not None:
        return _of_exception(trace.raised_outside)
    found = None if stop.span is None else _of_span(stop.span)
    if found is None and stop.layer is not None:
        found = _of_layer(trace, stop, stop.layer)
    return found if found is not None and found.file else None


def _of_exception(raised: ExceptionRaised) -> SourceLine | None:
    return SourceLine(raised.file, raised.line) if raised.file else None


def _of_span(span: Span) -> SourceLine | None:
    match span.entered:
        case TemplateEntered(file=file):
            return SourceLine(file, 1)
        case ViewEntered() | SqlExecuted() | DecoratorHookEntered() | UrlLookedUp() | TransactionStepped() as told:
            return SourceLine(told.file, told.line)
        case CacheCalled() | HttpCalled() | MailSent() | LogRecorded() | CallEntered() as told:
            return SourceLine(told.file, told.line)
        case _:
            return None


def _of_layer(trace: RequestTrace, stop: Stop, index: int) -> SourceLine | None:
    layer_pass = trace.passes[index]
    layer = layer_pass.layer
    source = layer.hook(_hook_name(stop, layer_pass.way_in, layer_pass.way_out))
    if source is not None:
        return SourceLine(source.file, source.line)
    return SourceLine(layer.file, layer.line)


def _hook_name(stop: Stop, way_in: Way, way_out: Way) -> str:
    if stop.span is not None and isinstance(stop.span.entered, HookEntered):
        return HOOKS[stop.span.entered.hook]
    match stop.sort:
        case StopSort.LAYER_IN:
            return way_in.hook
        case StopSort.LAYER_OUT:
            return way_out.hook
        case _:
            return ""
