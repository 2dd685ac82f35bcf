"""What one direction of a layer says in its half of the row."""

from __future__ import annotations

from dataclasses import dataclass

from reqtrace.render import symbols
from reqtrace.render.badges import change_badges
from reqtrace.render.canvas import Phrase
from reqtrace.render.figures import format_duration
from reqtrace.render.labels import count, text
from reqtrace.render.progress import Moment
from reqtrace.render.roles import Paint, Role, Surface
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.model import Direction, Layer, LayerState, Stop, StopSort, Way, WayState

__all__ = ["ALARM", "NOT_IN_CHAIN", "QUIET", "Side", "error_name", "side_of", "turning_words"]

ALARM = Paint(Role.BAD, bold=True, reverse=True)
QUIET = Paint(Role.SKIP, Surface.BLOCK)
_QUIET_ITALIC = Paint(Role.SKIP, Surface.BLOCK, italic=True)
_PLAIN = Paint(Role.INK, Surface.BLOCK)
_HOOKS = {Direction.IN: "process_request", Direction.OUT: "process_response"}
_CHANGED = {
    Direction.IN: Paint(Role.DOWN, Surface.BLOCK, bold=True),
    Direction.OUT: Paint(Role.UP, Surface.BLOCK, bold=True),
}
NOT_IN_CHAIN = frozenset({LayerState.SKIPPED, LayerState.FAILED})
_SILENT_WORDS = {
    WayState.NEVER_REACHED: "funnel.never_reached",
    WayState.NOT_RUN: "funnel.not_run",
    WayState.UNKNOWN: "funnel.unknown",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One half of a layer's row."""

    variants: tuple[Phrase, ...]
    """The first that fits is shown."""
    below: tuple[Phrase, ...] = ()
    """The same for the second line, where there is one."""
    time: str = ""
    is_alarm: bool = False
    has_node: bool = True
    """Something runs here, so the lane has a node."""


def error_name(dotted: str) -> str:
    """The class name of an exception."""
    return sanitize(dotted.rpartition(".")[2])


def side_of(layer: Layer, way: Way, direction: Direction, moment: Moment, inner: tuple[Stop, ...] = ()) -> Side:
    """What to show for one direction of a layer; ``inner`` are the statements and templates its code ran."""
    if layer.state in NOT_IN_CHAIN:
        return _not_loaded(layer, direction)
    if way.state is WayState.NO_HOOK:
        return _absent(way.hook or _HOOKS[direction], has_node=moment is Moment.HERE)
    if moment is Moment.LATER:
        return _expected(layer, direction, way)
    if way.state in _SILENT_WORDS:
        return _said(text(_SILENT_WORDS[way.state]), _QUIET_ITALIC, has_node=False)
    if way.state in (WayState.ANSWERED, WayState.RAISED):
        return _alarm(way)
    if way.state is WayState.RAN:
        return _ran(way, direction, inner)
    hook = way.hook or _expected_hook(layer, direction)
    return _said(text("funnel.running", hook=hook), _PLAIN)


def _said(words: str, paint: Paint, *, has_node: bool = True) -> Side:
    return Side(variants=(((words, paint),),), has_node=has_node)


def _absent(hook: str, *, has_node: bool) -> Side:
    variants = (text("funnel.no_hook", hook=hook), text("funnel.no_hook_here"), text("funnel.no_hook_short"))
    return Side(variants=tuple(((words, _QUIET_ITALIC),) for words in variants), has_node=has_node)


def _not_loaded(layer: Layer, direction: Direction) -> Side:
    if direction is Direction.IN:
        why = "MiddlewareNotUsed" if layer.state is LayerState.SKIPPED else text("funnel.failed_to_load")
        return _said(why, _QUIET_ITALIC, has_node=False)
    absent, reason = text("funnel.not_in_chain"), sanitize(layer.reason)
    variants = (text("funnel.not_in_chain_because", reason=reason), reason, absent) if reason else (absent,)
    return Side(variants=tuple(((words, _QUIET_ITALIC),) for words in variants), has_node=False)


def _expected(layer: Layer, direction: Direction, way: Way) -> Side:
    hook = _expected_hook(layer, direction) if layer.shape else way.hook or _HOOKS[direction]
    return _said(hook, QUIET) if hook else _absent(_HOOKS[direction], has_node=False)


def _expected_hook(layer: Layer, direction: Direction) -> str:
    """Name of the hook that would run; empty if the layer has none for this direction."""
    if layer.hook(_HOOKS[direction]) is not None:
        return _HOOKS[direction]
    return "" if layer.is_mixin_call else "__call__"


def turning_words(status: int) -> tuple[str, ...]:
    """That a hook answered, in less and less words; without a status it was no response that it answered with."""
    if not status:
        return (text("funnel.returned_other"), text("funnel.returned_other_short"))
    keys = ("funnel.turns_back", "funnel.turns_back_short", "funnel.returned")
    return tuple(text(key, status=status) for key in keys)


def _alarm(way: Way) -> Side:
    if way.state is WayState.ANSWERED:
        words = turning_words(way.status)
        below = f"{way.hook} {symbols.ARROW} {way.status or '?'}"
    else:
        raised = way.span.raised if way.span is not None else None
        name = error_name(raised.error) if raised is not None else ""
        words = (text("funnel.raised", error=name).rstrip(), f"{symbols.STATUS_SERVER_ERROR} {name}".rstrip())
        below = sanitize(raised.message) if raised is not None else ""
    return Side(
        variants=tuple(((word, ALARM),) for word in words),
        below=(((below, QUIET),),),
        time=format_duration(way.duration),
        is_alarm=True,
    )


def _ran(way: Way, direction: Direction, inner: tuple[Stop, ...]) -> Side:
    badges = change_badges(way.changes)
    queries = sum(stop.repeat for stop in inner if stop.sort is StopSort.SQL)
    ran = count("funnel.queries", queries) if queries else ""
    lookups = sum(stop.sort is StopSort.LOOKUP for stop in inner)
    caches = sum(stop.sort is StopSort.CACHE for stop in inner)
    notes = [ran, count("funnel.lookups", lookups) if lookups else "", count("funnel.caches", caches) if caches else ""]
    note = "".join(f" {symbols.DOT} {one}" for one in notes if one)
    returned = f"{way.hook} {symbols.ARROW} None" if way.hook == "process_request" else way.hook
    time = format_duration(way.duration) if way.duration is not None else ""
    if not badges:
        variants: tuple[Phrase, ...] = (((way.hook + note, _PLAIN),), ((ran or way.hook, _PLAIN),))
        short = returned.removeprefix(way.hook).strip() + note
        return Side(variants=variants, below=(((short, QUIET),),), time=time)
    paint = _CHANGED[direction]
    plain = tuple(((badge, paint),) for badge in badges)
    return Side(
        variants=(*((piece, (f"  {way.hook}{note}", QUIET)) for (piece,) in plain[:1]), *plain),
        below=(((returned + note, QUIET),), ((way.hook, QUIET),)),
        time=time,
    )
