"""Turns the stops of the core into rows: what to say about each, at the moment it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from reqtrace.events.kinds import (
    Outcome,
    SqlExecuted,
    TemplateEntered,
    UrlResolved,
    UrlUnresolved,
    ViewEntered,
    ViewLeft,
)
from reqtrace.render import symbols
from reqtrace.render.badges import change_badges
from reqtrace.render.canvas import Phrase
from reqtrace.render.columns import Columns, short_name
from reqtrace.render.figures import format_duration
from reqtrace.render.funnel_core import CoreRow
from reqtrace.render.funnel_sides import error_name, turning_words
from reqtrace.render.labels import text
from reqtrace.render.progress import Moment, Progress
from reqtrace.render.repeats import Group, grouped
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.render.sql_text import short_sql
from reqtrace.render.urlconf_words import Level, levels_of, phrase_of_levels, untried
from reqtrace.trace.model import Phase, RequestState, RequestTrace, Span, Stop, StopSort

__all__ = ["CoreView", "core_rows"]

_BOLD = Paint(Role.INK, bold=True)
_DOWN = Paint(Role.DOWN, bold=True)
_UP = Paint(Role.UP, bold=True)
_WARN = Paint(Role.WARN, bold=True)
_OK = Paint(Role.OK, bold=True)
_BAD = Paint(Role.BAD, bold=True)
_QUIET = Paint(Role.SKIP)
_GONE = Paint(Role.SKIP, bold=True)
_STRUCK = Paint(Role.SKIP, strike=True)
_NEVER = Paint(Role.BAD, italic=True)
_PENDING = Paint(Role.SKIP, italic=True)
_HOT_SHARE = 4
"""A duration is hot from this fraction of the request's on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreView:
    """What the rows are made from."""

    trace: RequestTrace
    progress: Progress
    columns: Columns
    is_roomy: bool
    """There is room for a row a URLconf level."""

    def is_hot(self, duration: int | None) -> bool:
        """Much of the request's time went here."""
        total = self.trace.summary.duration
        return bool(total and duration and duration * _HOT_SHARE >= total)


def core_rows(view: CoreView, stops: Sequence[Stop]) -> list[CoreRow]:
    """Rows for the stops inside the chain, and for URLconf and view if they were never reached."""
    rows: list[CoreRow] = []
    seen: set[StopSort] = set()
    for group in grouped(stops):
        stop = group.stop
        if StopSort.VIEW in seen or _is_on_the_way_back(stop):
            rows += [_after_view(row) for row in _rows_of(view, group)]
        else:
            rows += _rows_of(view, group)
        seen.add(stop.sort)
    place = next((index for index, row in enumerate(rows) if row.is_after_view), len(rows))
    return [*rows[:place], *_unreached(view, seen), *rows[place:]]


def _is_on_the_way_back(stop: Stop) -> bool:
    """An error page or a conversion: the view may never have been called."""
    return stop.sort is StopSort.CONVERTED or stop.phase is Phase.LEAVE


def _after_view(row: CoreRow) -> CoreRow:
    is_before = row.sort in (StopSort.RESOLVED, StopSort.VIEW_HOOK, StopSort.VIEW)
    return row if row.depth or is_before else replace(row, is_after_view=True)


def _is_surprise(stop: Stop) -> bool:
    """There would be no such row if no exception came, so it is not shown before."""
    return stop.sort in (StopSort.EXCEPTION_HOOK, StopSort.CONVERTED) or stop.phase is Phase.LEAVE


def _rows_of(view: CoreView, group: Group) -> list[CoreRow]:
    stop = group.stop
    if stop.sort is StopSort.RESOLVED:
        return _resolved(view, stop)
    build = _BUILDERS.get(stop.sort)
    if build is None:
        return []
    row = build(view, stop)
    if len(group.members) > 1:
        row = replace(
            row, stops=tuple(member.index for member in group.members), moment=view.progress.among(group.members)
        )
    return [row]


def _row(
    view: CoreView, stop: Stop, label: str, paint: Paint, *variants: Phrase, later: Phrase | None = None, **more: object
) -> CoreRow:
    """``later`` is what may be told before the stop is reached, if that is less."""
    duration = stop.duration
    moment = view.progress.at(stop.index)
    if moment is Moment.LATER and later is not None:
        variants = (later,)
    row = CoreRow(
        sort=stop.sort,
        stops=(stop.index,),
        moment=moment,
        label=label,
        label_paint=paint,
        variants=variants,
        depth=stop.depth,
        time=format_duration(duration) if duration is not None else "",
        is_hidden=moment is Moment.LATER and _is_surprise(stop),
        is_hot=view.is_hot(duration),
    )
    return replace(row, **more) if more else row  # type: ignore[arg-type]  # fields of CoreRow by name


def _layer_words(view: CoreView, stop: Stop) -> str:
    if stop.layer is None or stop.layer >= len(view.trace.passes):
        return ""
    layer = view.trace.passes[stop.layer].layer
    return f"{layer.index + 1} {short_name(layer)}"


def _raised_words(span: Span | None) -> tuple[str, ...]:
    raised = span.raised if span is not None else None
    if raised is None:
        return (text("core.raised", error="").rstrip(),)
    name = error_name(raised.error)
    message = sanitize(raised.message)
    mark = symbols.STATUS_SERVER_ERROR
    short = (text("core.raised", error=name), f"{mark} {name}")
    return (text("core.raised", error=f"{name}: {message}"), *short) if message else short


# --- before the view ---------------------------------------------------------------------------------------------


def _resolved(view: CoreView, stop: Stop) -> list[CoreRow]:
    label = text("core.urlconf")
    span = stop.span
    levels = levels_of(span, view.trace.process.patterns) if span is not None else ()
    time = format_duration(stop.duration) if stop.duration is not None else ""
    width = view.columns.core_end - view.columns.core - len(label) - len(time) - 5
    path = view.trace.summary.path
    if span is not None and isinstance(span.left, UrlUnresolved):
        return [_unresolved(view, stop, levels, span.left.error, width)]
    single = phrase_of_levels(levels, width, path, with_modules=view.is_roomy) if levels else ()
    if single is not None and not (view.is_roomy and len(levels) > 1 and width < 140):
        return [_row(view, stop, label, _BOLD, single, later=untried(single), has_node=True)]
    rows = []
    for depth, level in enumerate(levels):
        room = width if not depth else width + len(time) + 1
        words = phrase_of_levels([level], room, path, with_modules=view.is_roomy)
        words = (
            words or phrase_of_levels([level], room, path) or ((text("core.more_tried", n=len(level.tried)), _QUIET),)
        )
        rows.append(_row(view, stop, label, _BOLD, words, later=untried(words), has_node=not depth))
        if depth:
            below = f"{' ' * len(label)}{symbols.INCLUDE}"
            rows[-1] = replace(rows[-1], label=below, label_paint=_QUIET, time="", is_vital=False)
    return rows


def _unresolved(view: CoreView, stop: Stop, levels: Sequence[Level], error: str, width: int) -> CoreRow:
    """No match: as many patterns as possible, those that look most like the path, then as many words as possible."""
    alarms = (text("core.no_match", error=error_name(error)), text("core.no_match_short"))
    fitting = []
    for alarm in alarms:
        words = phrase_of_levels(levels, width - len(alarm) - 4, view.trace.summary.path)
        fitting.append((words or (), alarm))
    words, alarm = max(fitting, key=lambda pair: len(pair[0]))
    return _row(view, stop, text("core.urlconf"), _BOLD, words, later=untried(words), alarm=(alarm,), has_node=True)


def _view_hook(view: CoreView, stop: Stop) -> CoreRow:
    span = stop.span
    layer = _layer_words(view, stop)
    label = "process_view"
    if span is None or span.outcome is None:
        return _row(view, stop, label, _BOLD, ((layer, _DOWN),), has_node=True)
    if span.outcome is Outcome.raised:
        return _row(view, stop, label, _BOLD, ((layer, _BAD),), alarm=_raised_words(span), has_node=True)
    if span.outcome in (Outcome.response, Outcome.other):
        return _row(view, stop, label, _BOLD, ((layer, _BAD),), alarm=turning_words(span.status), has_node=True)
    badges = change_badges([change for change in span.changes if change.target == "request"])
    went_on = f" {text('core.went_on')}"
    variants: list[Phrase] = [((layer, _DOWN), (went_on, Paint(Role.DOWN)), (f"  {badge}", _DOWN)) for badge in badges]
    variants.append(((layer, _DOWN), (went_on, Paint(Role.DOWN))))
    return _row(view, stop, label, _BOLD, *variants, later=((layer, _DOWN),), time="", has_node=True, passes_on=True)


# --- the view and what it ran ------------------------------------------------------------------------------------


def _view(view: CoreView, stop: Stop) -> CoreRow:
    span = stop.span
    entered = span.entered if span is not None else None
    if span is None or not isinstance(entered, ViewEntered):
        return _row(view, stop, text("core.view"), _BOLD, (), is_bar=True, has_node=True)
    call = _call_words(view, entered)
    variants: list[Phrase] = [((words, _BOLD),) for words in call]
    decorators = "".join(f"  @{sanitize(name).rpartition('.')[2]}" for name in entered.decorators)
    notes = decorators + "".join(f"  {note}" for note in _view_notes(entered, span))
    if notes:
        variants.insert(0, ((call[0], _BOLD), (notes, _QUIET)))
    alarm: tuple[str, ...] = ()
    if span.outcome is Outcome.raised:
        alarm = _raised_words(span)
    elif span.outcome in (Outcome.none, Outcome.other):
        alarm = (text("core.no_response"),)
    return _row(view, stop, text("core.view"), _BOLD, *variants, is_bar=True, has_node=True, alarm=alarm)


def _call_words(view: CoreView, entered: ViewEntered) -> list[str]:
    name = sanitize(entered.name) + (f".{entered.method}" if entered.method else "")
    urlconf = view.trace.urlconf
    arguments = ["request"]
    if urlconf is not None and isinstance(urlconf.left, UrlResolved):
        arguments += [
            f"{sanitize(key)}={sanitize(value)}" if key else sanitize(value) for key, value in urlconf.left.arguments
        ]
    parts = name.split(".")
    names = [".".join(parts[start:]) for start in range(max(len(parts) - 1, 1))]
    full = ", ".join(arguments)
    return [f"{words}({inside})" for inside in (full, symbols.ELLIPSIS) for words in names]


def _view_notes(entered: ViewEntered, span: Span) -> list[str]:
    notes = []
    if entered.is_async:
        notes.append("async")
    if entered.atomic:
        notes.append(f"atomic: {', '.join(sanitize(alias) for alias in entered.atomic)}")
    if isinstance(span.left, ViewLeft) and span.left.is_unrendered:
        notes.append(text("core.unrendered"))
    return notes


def _sql(view: CoreView, stop: Stop) -> CoreRow:
    entered = stop.span.entered if stop.span is not None else None
    words, place = "", ""
    alarm: tuple[str, ...] = ()
    if isinstance(entered, SqlExecuted):
        words = short_sql(entered.sql)
        place = f"  {sanitize(entered.file).rpartition('/')[2]}:{entered.line}" if entered.file else ""
        alarm = (f"{symbols.STATUS_SERVER_ERROR} {sanitize(entered.error)}",) if entered.error else ()
    repeat = _repeat(stop)
    return _row(
        view,
        stop,
        text("core.sql"),
        _WARN,
        (*repeat, (words, INK), (place, _QUIET)),
        (*repeat, (words, INK)),
        alarm=alarm,
        is_vital=stop.repeat > 1 or bool(alarm),
    )


def _repeat(stop: Stop) -> Phrase:
    return ((f"{symbols.TIMES}{stop.repeat}  ", _WARN),) if stop.repeat > 1 else ()


def _template(view: CoreView, stop: Stop) -> CoreRow:
    entered = stop.span.entered if stop.span is not None else None
    name = sanitize(entered.name) if isinstance(entered, TemplateEntered) else ""
    alarm = _raised_words(stop.span) if stop.span is not None and stop.span.outcome is Outcome.raised else ()
    variants: tuple[Phrase, ...] = ((*_repeat(stop), (name, INK)),)
    if stop.depth == 0 and stop.phase is Phase.RENDER:
        variants = (((name, INK), (f"  {text('core.late')}", _QUIET)), *variants)
        return _row(view, stop, text("core.render"), _OK, *variants, alarm=alarm)
    if stop.depth == 0 and stop.phase is Phase.LEAVE:
        variants = (((name, INK), (f"  {text('core.error_page')}", _QUIET)), *variants)
    return _row(view, stop, text("core.template"), _OK, *variants, alarm=alarm, is_vital=bool(alarm))


# --- after the view ----------------------------------------------------------------------------------------------


def _exception_hook(view: CoreView, stop: Stop) -> CoreRow:
    span = stop.span
    layer = _layer_words(view, stop)
    words: Phrase = ((layer, _UP), (f" {text('core.not_handled')}", Paint(Role.UP)))
    alarm: tuple[str, ...] = ()
    if span is None or span.outcome is None:
        words = ((layer, _UP),)
    elif span.outcome is Outcome.response:
        words = ((layer, _OK), (f" {text('core.handled', status=span.status)}", _OK))
    elif span.outcome is Outcome.raised:
        words, alarm = ((layer, _BAD),), _raised_words(span)
    elif span.outcome is Outcome.other:
        words, alarm = ((layer, _BAD),), (text("core.no_response"),)
    passes_on = span is not None and span.outcome is Outcome.none
    return _row(view, stop, "process_exception", _BOLD, words, later=((layer, _UP),), alarm=alarm, passes_on=passes_on)


def _converted(view: CoreView, stop: Stop) -> CoreRow:
    converted = stop.span.converted if stop.span is not None else ()
    words = ", ".join(f"{error_name(one.error)} {symbols.ARROW} {one.status}" for one in converted[:1])
    variants = (
        ((words, _BAD), (f"  {text('core.film')}", _QUIET)),
        ((words, _BAD), (f"  {text('core.film_short')}", _QUIET)),
        ((words, _BAD),),
    )
    return _row(view, stop, text("core.converted"), _BOLD, *variants, later=(), time="")


def _template_response_hook(view: CoreView, stop: Stop) -> CoreRow:
    span = stop.span
    layer = _layer_words(view, stop)
    badges = change_badges(span.changes) if span is not None else ()
    alarm = _raised_words(span) if span is not None and span.outcome is Outcome.raised else ()
    words: Phrase = ((layer, _UP),)
    variants = [(*words, (f"  {badge}", _UP)) for badge in badges]
    return _row(view, stop, "process_template_response", _BOLD, *variants, words, later=words, alarm=alarm)


_BUILDERS: dict[StopSort, Callable[[CoreView, Stop], CoreRow]] = {
    StopSort.VIEW_HOOK: _view_hook,
    StopSort.VIEW: _view,
    StopSort.SQL: _sql,
    StopSort.TEMPLATE: _template,
    StopSort.EXCEPTION_HOOK: _exception_hook,
    StopSort.CONVERTED: _converted,
    StopSort.TEMPLATE_RESPONSE_HOOK: _template_response_hook,
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
