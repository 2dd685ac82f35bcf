"""The words of the waterfall's rows: what a core step is called, and what went wrong in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reqtrace.events.kinds import Outcome, SqlExecuted, UrlResolved, UrlUnresolved, ViewEntered
from reqtrace.render import symbols
from reqtrace.render.figures import status_mark
from reqtrace.render.funnel_sides import error_name
from reqtrace.render.labels import count, text
from reqtrace.render.repeats import Group
from reqtrace.render.sanitize import sanitize
from reqtrace.render.sql_text import statement_name
from reqtrace.trace.model import Span, Stop, StopSort

__all__ = ["LABELS", "alarm_words", "conversion_words", "raised_words", "turned_words"]


def _resolved(group: Group) -> str:
    left = group.stop.span.left if group.stop.span is not None else None
    if isinstance(left, UrlResolved | UrlUnresolved):
        number = len(left.tried) + isinstance(left, UrlResolved)
        return f"{text('core.urlconf')}  {count('waterfall.tried', number)}"
    return text("core.urlconf")


def _view(group: Group) -> str:
    entered = group.stop.span.entered if group.stop.span is not None else None
    name = sanitize(entered.name) if isinstance(entered, ViewEntered) else ""
    return f"{text('core.view')} {name}".rstrip()


def _sql(group: Group) -> str:
    entered = group.stop.span.entered if group.stop.span is not None else None
    assert isinstance(entered, SqlExecuted)
    times = f"{symbols.TIMES}{group.stop.repeat} " if group.stop.repeat > 1 else ""
    return f"{text('core.sql')} {times}{statement_name(entered.sql)}"


LABELS: Mapping[StopSort, Callable[[Group], str]] = {
    StopSort.RESOLVED: _resolved,
    StopSort.VIEW: _view,
    StopSort.SQL: _sql,
    StopSort.CONVERTED: lambda group: text("core.converted"),
}
"""What a step is called, if it is not called as what runs inside other code is."""


def alarm_words(stop: Stop) -> tuple[str, ...]:
    """What is unusual about a step, in words and, where there is no room for them, in short; empty if nothing is."""
    span = stop.span
    if stop.sort is StopSort.CONVERTED:
        return conversion_words(stop)
    if span is None:
        return ()
    if isinstance(span.entered, SqlExecuted) and span.entered.error:
        return (f"{symbols.STATUS_SERVER_ERROR} {sanitize(span.entered.error)}", symbols.STATUS_SERVER_ERROR)
    if isinstance(span.left, UrlUnresolved):
        return (f"{symbols.NO_MATCH} {error_name(span.left.error)}", symbols.NO_MATCH)
    if span.outcome is Outcome.raised:
        return raised_words(span)
    if span.outcome is Outcome.response and stop.sort is StopSort.VIEW_HOOK:
        return turned_words(span.status)
    if span.outcome is Outcome.response and stop.sort is StopSort.EXCEPTION_HOOK:
        return (text("core.handled", status=span.status), status_mark(span.status))
    return ()


def turned_words(status: int) -> tuple[str, ...]:
    """That a request turned back here."""
    mark = status_mark(status)
    return text("waterfall.turned", mark=mark), mark


def conversion_words(stop: Stop) -> tuple[str, ...]:
    """That an exception became a response here."""
    converted = stop.span.converted if stop.span is not None else ()
    return tuple(
        words
        for one in converted[:1]
        for words in (f"{error_name(one.error)} {symbols.ARROW} {one.status}", f"{symbols.ARROW} {one.status}")
    )


def raised_words(span: Span | None) -> tuple[str, ...]:
    """That an exception was raised here."""
    raised = span.raised if span is not None else None
    mark = symbols.STATUS_SERVER_ERROR
    return (f"{mark} {error_name(raised.error)}", mark) if raised is not None else (mark,)
