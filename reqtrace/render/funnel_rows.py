"""Turns the stops of the core into rows: what to say about each, at the moment it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from reqtrace.events.kinds import UrlResolved
from reqtrace.render.canvas import Phrase
from reqtrace.render.circumstances import second_calls
from reqtrace.render.columns import short_name
from reqtrace.render.core_view import CoreView, core_row, is_on_the_way_back
from reqtrace.render.funnel_core import CoreRow
from reqtrace.render.funnel_details import fold_details
from reqtrace.render.inside_words import INSIDE_SORTS, inside_words
from reqtrace.render.labels import text
from reqtrace.render.progress import Moment
from reqtrace.render.repeats import Group, grouped
from reqtrace.render.roles import Paint, Role
from reqtrace.render.rows_of_loop import (
    converted_row,
    exception_hook_row,
    resolved_rows,
    template_response_hook_row,
    view_hook_row,
    view_row,
)
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.model import RequestState, RequestTrace, Stop, StopSort

__all__ = ["core_rows"]

_QUIET = Paint(Role.SKIP)
_WARN = Paint(Role.WARN, bold=True)
_GONE = Paint(Role.SKIP, bold=True)
_STRUCK = Paint(Role.SKIP, strike=True)
_NEVER = Paint(Role.BAD, italic=True)
_PENDING = Paint(Role.SKIP, italic=True)


def core_rows(view: CoreView, stops: Sequence[Stop]) -> list[CoreRow]:
    """Rows for the stops inside the chain, and for URLconf and view if they were never reached."""
    rows: list[CoreRow] = []
    seen: set[StopSort] = set()
    for group in grouped(stops):
        stop = group.stop
        if stop.sort is StopSort.RESOLVED and stop.sort in seen:
            rows.append(_again(view, stop))
        if StopSort.VIEW in seen or is_on_the_way_back(stop):
            rows += [_after_view(row) for row in _rows_of(view, group)]
        else:
            rows += _rows_of(view, group)
        seen.add(stop.sort)
    place = next((index for index, row in enumerate(rows) if row.is_after_view), len(rows))
    return fold_details([*rows[:place], *_unreached(view, seen), *rows[place:]])


def _again(view: CoreView, stop: Stop) -> CoreRow:
    """A layer has called ``get_response`` once more: what follows is another walk to the view."""
    callers = second_calls(view.trace)
    named = next((row.layer for row in view.trace.passes if row.layer.index in callers), None)
    words = text("core.goes_again")
    if named is not None:
        words = text("core.calls_again", layer=f"{named.index + 1} {short_name(named)}")
    moment = view.progress.at(stop.index)
    return CoreRow(
        sort=None,
        stops=(),
        moment=Moment.LATER if moment is Moment.LATER else Moment.DONE,
        label=text("core.again"),
        label_paint=_WARN,
        variants=(((words, _WARN),),),
        is_hidden=moment is Moment.LATER,
    )


def _after_view(row: CoreRow) -> CoreRow:
    is_before = row.sort in (StopSort.RESOLVED, StopSort.VIEW_HOOK, StopSort.VIEW)
    return row if row.depth or is_before else replace(row, is_after_view=True)


def _rows_of(view: CoreView, group: Group) -> list[CoreRow]:
    stop = group.stop
    if stop.sort is StopSort.RESOLVED:
        return resolved_rows(view, stop)
    if stop.sort in INSIDE_SORTS:
        row = _inside_row(view, group)
    else:
        build = _BUILDERS.get(stop.sort)
        if build is None:
            return []
        row = build(view, stop)
    if len(group.members) > 1:
        row = replace(
            row, stops=tuple(member.index for member in group.members), moment=view.progress.among(group.members)
        )
    return [row]


def _inside_row(view: CoreView, group: Group) -> CoreRow:
    words = inside_words(view.trace, group)
    return core_row(
        view,
        group.stop,
        words.label,
        words.paint,
        *words.variants,
        alarm=words.alarm,
        is_vital=words.is_vital,
        repeat=group.stop.repeat,
    )


_BUILDERS: dict[StopSort, Callable[[CoreView, Stop], CoreRow]] = {
    StopSort.VIEW_HOOK: view_hook_row,
    StopSort.VIEW: view_row,
    StopSort.EXCEPTION_HOOK: exception_hook_row,
    StopSort.CONVERTED: converted_row,
    StopSort.TEMPLATE_RESPONSE_HOOK: template_response_hook_row,
}


# --- what was never reached --------------------------------------------------------------------------------------


def _unreached(view: CoreView, seen: set[StopSort]) -> list[CoreRow]:
    trace = view.trace
    is_over = view.progress.has_turned and (
        trace.summary.state is not RequestState.OPEN or trace.short_circuit is not None
    )
    rows = []
    if StopSort.RESOLVED not in seen:
        consulted: tuple[Phrase, ...] = (((text("core.never_consulted"), _PENDING),),) if is_over else ()
        rows.append(_missing(text("core.urlconf"), consulted))
    if StopSort.VIEW not in seen:
        called = _never_called(trace, seen) if is_over else ()
        rows.append(replace(_missing(text("core.view"), called), is_bar=not is_over))
    return rows


def _never_called(trace: RequestTrace, seen: set[StopSort]) -> tuple[Phrase, ...]:
    words = text("core.never_called")
    if StopSort.VIEW_HOOK not in seen:
        return (((words, _PENDING),),)
    name: Phrase = ((_view_name(trace), _STRUCK), ("  ", _QUIET))
    return (
        (*name, (text("core.never_called_but"), _NEVER)),
        ((text("core.never_called_but"), _NEVER),),
        (*name, (words, _NEVER)),
        ((words, _NEVER),),
    )


def _view_name(trace: RequestTrace) -> str:
    """The view that would have been called."""
    left = trace.urlconf.left if trace.urlconf is not None else None
    if not isinstance(left, UrlResolved):
        return ""
    pattern = trace.process.patterns.get(left.matched[-1]) if left.matched else None
    return sanitize(pattern.target if pattern is not None and pattern.target else left.view_name)


def _missing(label: str, variants: tuple[Phrase, ...]) -> CoreRow:
    return CoreRow(
        sort=None,
        stops=(),
        moment=Moment.DONE if variants else Moment.LATER,
        label=label,
        label_paint=_GONE,
        variants=variants or (((("", _QUIET),)),),
        has_node=not variants,
    )
