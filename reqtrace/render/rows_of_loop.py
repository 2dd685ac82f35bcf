"""The rows of what Django's loop itself calls: URLconf, the hooks around the view, the view, the film."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reqtrace.analysis.explain_core import FROM_MIDDLEWARE, decorators_of
from reqtrace.events.kinds import Outcome, UrlResolved, UrlUnresolved, ViewEntered, ViewLeft
from reqtrace.render import symbols
from reqtrace.render.badges import change_badges, evaluations
from reqtrace.render.canvas import Phrase
from reqtrace.render.core_view import CoreView, core_row, layer_words
from reqtrace.render.detour_words import raised_words
from reqtrace.render.figures import format_duration
from reqtrace.render.funnel_core import CoreRow
from reqtrace.render.funnel_sides import error_name, turning_words
from reqtrace.render.labels import text
from reqtrace.render.progress import Moment
from reqtrace.render.roles import Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.render.urlconf_words import Level, levels_of, matched_phrases, phrase_of_levels, untried
from reqtrace.trace.model import Span, Stop

__all__ = [
    "converted_row",
    "exception_hook_row",
    "resolved_rows",
    "template_response_hook_row",
    "view_hook_row",
    "view_row",
]

_BOLD = Paint(Role.INK, bold=True)
_DOWN = Paint(Role.DOWN, bold=True)
_UP = Paint(Role.UP, bold=True)
_OK = Paint(Role.OK, bold=True)
_BAD = Paint(Role.BAD, bold=True)
_QUIET = Paint(Role.SKIP)
_FILM = "convert_exception_to_response"
_AROUND_WORDS = 6
"""Cells of a row of the core that are neither label nor words."""


# --- before the view ---------------------------------------------------------------------------------------------


def resolved_rows(view: CoreView, stop: Stop) -> list[CoreRow]:
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
        shorter = matched_phrases(levels)
        return [core_row(view, stop, label, _BOLD, single, *shorter, later=untried(single), has_node=True)]
    rows = []
    for depth, level in enumerate(levels):
        room = width if not depth else width + len(time) + 1
        words = phrase_of_levels([level], room, path, with_modules=view.is_roomy)
        words = words or phrase_of_levels([level], room, path)
        choices = (words,) if words else matched_phrases([level])
        choices = choices or (((text("core.more_tried", n=len(level.tried)), _QUIET),),)
        rows.append(core_row(view, stop, label, _BOLD, *choices, later=untried(choices[-1]), has_node=not depth))
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
    return core_row(view, stop, text("core.urlconf"), _BOLD, words, later=untried(words), alarm=(alarm,), has_node=True)


def view_hook_row(view: CoreView, stop: Stop) -> CoreRow:
    span = stop.span
    layer = layer_words(view, stop)
    label = "process_view"
    if span is None or span.outcome is None:
        return core_row(view, stop, label, _BOLD, ((layer, _DOWN),), has_node=True)
    if span.outcome is Outcome.raised:
        return core_row(view, stop, label, _BOLD, ((layer, _BAD),), alarm=raised_words(span), has_node=True)
    if span.outcome in (Outcome.response, Outcome.other):
        return core_row(view, stop, label, _BOLD, ((layer, _BAD),), alarm=turning_words(span.status), has_node=True)
    badges = change_badges([change for change in span.changes if change.target == "request"])
    went_on = f" {text('core.went_on')}"
    variants: list[Phrase] = [((layer, _DOWN), (went_on, Paint(Role.DOWN)), (f"  {badge}", _DOWN)) for badge in badges]
    variants.append(((layer, _DOWN), (went_on, Paint(Role.DOWN))))
    return core_row(
        view, stop, label, _BOLD, *variants, later=((layer, _DOWN),), time="", has_node=True, passes_on=True
    )


# --- the view and what it ran ------------------------------------------------------------------------------------


def view_row(view: CoreView, stop: Stop) -> CoreRow:
    span = stop.span
    entered = span.entered if span is not None else None
    if span is None or not isinstance(entered, ViewEntered):
        return core_row(view, stop, text("core.view"), _BOLD, (), is_bar=True, has_node=True)
    call = _call_words(view, entered)
    variants: list[Phrase] = [((words, _BOLD),) for words in call]
    decorators = "".join(f"  @{sanitize(name)}" for name in decorators_of(entered) if name != FROM_MIDDLEWARE)
    has_run = view.progress.at(stop.index) is not Moment.LATER
    notes = decorators + "".join(f"  {note}" for note in _view_notes(entered, span if has_run else None))
    evaluated = [f"  {told}" for told in evaluations(span.changes)] if has_run else []
    choices = [[decorators + told for told in evaluated], [decorators], evaluated] if decorators else [evaluated]
    variants[:0] = [((words, _BOLD), (told, _QUIET)) for some in choices for words in call for told in some]
    if notes:
        variants.insert(0, ((call[0], _BOLD), (notes, _QUIET)))
    alarm: tuple[str, ...] = ()
    if span.outcome is Outcome.raised:
        alarm = raised_words(span)
    elif span.outcome in (Outcome.none, Outcome.other):
        alarm = (text("core.no_response"),)
    return core_row(view, stop, text("core.view"), _BOLD, *variants, is_bar=True, has_node=True, alarm=alarm)


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


def _view_notes(entered: ViewEntered, span: Span | None) -> list[str]:
    """What is to be known of a view; of its run, too, if a span is given."""
    notes: list[str] = []
    if entered.is_async:
        notes.append("async")
    if entered.atomic:
        notes.append(f"atomic: {', '.join(sanitize(alias) for alias in entered.atomic)}")
    if span is None:
        return notes
    if isinstance(span.left, ViewLeft) and span.left.is_unrendered:
        notes.append(text("core.unrendered"))
    return [*notes, *evaluations(span.changes)[:1]]


# --- after the view ----------------------------------------------------------------------------------------------


def exception_hook_row(view: CoreView, stop: Stop) -> CoreRow:
    span = stop.span
    layer = layer_words(view, stop)
    words: Phrase = ((layer, _UP), (f" {text('core.not_handled')}", Paint(Role.UP)))
    alarm: tuple[str, ...] = ()
    if span is None or span.outcome is None:
        words = ((layer, _UP),)
    elif span.outcome is Outcome.response:
        words = ((layer, _OK), (f" {text('core.handled', status=span.status)}", _OK))
    elif span.outcome is Outcome.raised:
        words, alarm = ((layer, _BAD),), raised_words(span)
    elif span.outcome is Outcome.other:
        words, alarm = ((layer, _BAD),), (text("core.no_response"),)
    passes_on = span is not None and span.outcome is Outcome.none
    return core_row(
        view, stop, "process_exception", _BOLD, words, later=((layer, _UP),), alarm=alarm, passes_on=passes_on
    )


def converted_row(view: CoreView, stop: Stop) -> CoreRow:
    converted = stop.span.converted if stop.span is not None else ()
    words = ", ".join(f"{error_name(one.error)} {symbols.ARROW} {one.status}" for one in converted[:1])
    width = view.columns.core_end - view.columns.core
    fits = len(_FILM) + len(words) + _AROUND_WORDS <= width
    label = _FILM if fits else text("core.converted")
    return core_row(view, stop, label, _BOLD, ((words, _BAD),), later=(), time="")


def template_response_hook_row(view: CoreView, stop: Stop) -> CoreRow:
    span = stop.span
    layer = layer_words(view, stop)
    badges = change_badges(span.changes) if span is not None else ()
    alarm = raised_words(span) if span is not None and span.outcome is Outcome.raised else ()
    words: Phrase = ((layer, _UP),)
    variants = [(*words, (f"  {badge}", _UP)) for badge in badges]
    return core_row(view, stop, "process_template_response", _BOLD, *variants, words, later=words, alarm=alarm)
