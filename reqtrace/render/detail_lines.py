"""The lines of the detail pane: what belongs to a stop and has no room in its row."""

from __future__ import annotations

from collections.abc import Iterator

from reqtrace.analysis.surroundings import Surroundings
from reqtrace.events.kinds import (
    HOOKS,
    CallEntered,
    ContextProcessorsRan,
    DecoratorHookEntered,
    FiltersApplied,
    HookEntered,
    SignalSent,
    SqlExecuted,
    TagEntered,
    TemplateEntered,
    ThreadHopped,
    UrlLookedUp,
    ViewEntered,
)
from reqtrace.render import symbols
from reqtrace.render.figures import format_duration
from reqtrace.render.labels import text
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.model import Hop, RequestTrace, Span, Stop, StopSort

__all__ = ["detail_lines"]

_MOST = 6
"""Things of one sort that are listed."""
_PLACES = 4
"""Spans around that are named: the innermost."""


def detail_lines(trace: RequestTrace, stop: Stop) -> list[str]:
    """What it ran inside of, what it consisted of, and the hops it took."""
    return [*_inside_of(trace, stop), *_parts(stop), *_hops(trace, stop)]


def _inside_of(trace: RequestTrace, stop: Stop) -> Iterator[str]:
    around = Surroundings(trace, stop).around if stop.depth else ()
    names = [name for name in map(_name, around) if name]
    if names:
        yield text("detail.inside", path=f" {symbols.ARROW_IN_LATER} ".join(names[-_PLACES:]))


def _name(span: Span) -> str:
    match span.entered:
        case ViewEntered(name=name):
            return f"{text('core.view')} {sanitize(name)}"
        case TemplateEntered(name=name):
            return f"{text('core.template')} {sanitize(name)}"
        case TagEntered(name=name):
            return f"{{% {sanitize(name)} %}}"
        case CallEntered(name=name):
            return f"{sanitize(name)}()"
        case HookEntered(hook=hook) | DecoratorHookEntered(hook=hook) if 0 <= hook < len(HOOKS):
            return HOOKS[hook]
        case SignalSent(signal=signal):
            return sanitize(signal).rpartition(".")[2]
        case ContextProcessorsRan():
            return text("core.context")
    return ""


def _parts(stop: Stop) -> Iterator[str]:
    """What one event names several of."""
    match stop.span.entered if stop.span is not None else None:
        case SqlExecuted(parameters=parameters) if parameters:
            yield text("detail.parameters", parameters=", ".join(map(sanitize, parameters)))
        case ContextProcessorsRan(processors=processors):
            yield from _listed(processors)
        case SignalSent(receivers=receivers):
            yield from _listed(receivers)
        case FiltersApplied(filters=filters):
            yield from _listed(filters)
        case UrlLookedUp(urlconf=urlconf) if urlconf:
            yield text("detail.urlconf", urlconf=sanitize(urlconf))
        case DecoratorHookEntered(middleware=middleware):
            yield sanitize(middleware)


def _listed(names: tuple[str, ...]) -> Iterator[str]:
    for name in names[:_MOST]:
        yield f"{symbols.DOT} {sanitize(name)}"
    if len(names) > _MOST:
        yield text("detail.more", n=len(names) - _MOST)


def _hops(trace: RequestTrace, stop: Stop) -> Iterator[str]:
    """The hops because of a layer, told where it is entered."""
    if stop.sort is not StopSort.LAYER_IN:
        return
    hops = [hop for hop in trace.hops if hop.layer == stop.layer]
    for hop in hops[:_MOST]:
        yield _hop_words(hop)
    if len(hops) > _MOST:
        yield text("detail.more", n=len(hops) - _MOST)


def _hop_words(hop: Hop) -> str:
    told = hop.span.entered
    assert isinstance(told, ThreadHopped)
    target = ".".join(sanitize(told.target).split(".")[-2:])
    cost = format_duration(hop.cost)
    return f"{symbols.HOP} " + text("detail.hop", direction=sanitize(told.direction), target=target, cost=cost)
