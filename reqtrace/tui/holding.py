"""Where the person may hold requests: which stop is a place an agent can hold at, and what the place is called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reqtrace.events.holds import ANY, Hold
from reqtrace.events.kinds import CORE_LAYER, Hook, HookEntered
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.model import Layer, RequestTrace, Stop, StopSort
from reqtrace.tui.words import word

__all__ = [
    "at_the_start",
    "condition_words",
    "hold_at",
    "joined",
    "layers_of",
    "place_words",
    "toggled",
    "without",
]

HOLD_SECONDS = 900
"""Long enough to explain a step to a class."""

HOOK_SORTS = (StopSort.VIEW_HOOK, StopSort.EXCEPTION_HOOK, StopSort.TEMPLATE_RESPONSE_HOOK)


def hold_at(trace: RequestTrace | None, stop: Stop | None) -> Hold | None:
    """A hold at the stop; at the first layer if there is none; ``None`` where requests cannot be held."""
    if trace is None or stop is None or stop.sort is StopSort.RECEIVED:
        return at("layer", 0)
    layer = trace.passes[stop.layer].layer.index if stop.layer is not None else None
    match stop.sort:
        case StopSort.LAYER_IN if layer is not None:
            return at("layer", layer)
        case StopSort.LAYER_OUT if layer is not None and trace.passes[layer].layer.hook("process_response") is not None:
            return at("hook", layer, Hook.process_response)
        case StopSort.RESOLVED:
            return at("layer", CORE_LAYER)
        case StopSort.VIEW:
            return at("view")
    if stop.sort in HOOK_SORTS and stop.span is not None and isinstance(stop.span.entered, HookEntered):
        return at("hook", stop.span.entered.layer, stop.span.entered.hook)
    return None


def at_the_start() -> Hold:
    """Where every request comes by."""
    return at("layer", 0)


def at(place: str, layer: int = ANY, hook: int = ANY) -> Hold:
    return Hold(1, place, layer, hook, seconds=HOLD_SECONDS)


def toggled(holds: tuple[Hold, ...], hold: Hold) -> tuple[Hold, ...]:
    """The holds with this one, or without it if it was there; numbered anew."""
    places = [one._replace(number=0) for one in holds]
    wanted = hold._replace(number=0)
    return numbered([one for one in places if one != wanted] if wanted in places else [*places, wanted])


def joined(holds: tuple[Hold, ...], more: tuple[Hold, ...]) -> tuple[Hold, ...]:
    """Both, each once; numbered anew."""
    return numbered([one._replace(number=0) for one in (*holds, *more)])


def without(holds: tuple[Hold, ...], number: int) -> tuple[Hold, ...]:
    """The holds apart from one; numbered anew."""
    return numbered([one for one in holds if one.number != number])


def numbered(holds: Iterable[Hold]) -> tuple[Hold, ...]:
    return tuple(hold._replace(number=number) for number, hold in enumerate(dict.fromkeys(holds), start=1))


def condition_words(hold: Hold) -> str:
    """``POST, path has /vote``; that it means every request, if it does."""
    path = word("hold.path", path=sanitize(hold.path)) if hold.path else ""
    return ", ".join(filter(None, (sanitize(hold.method), path))) or word("hold.every")


def layers_of(trace: RequestTrace | None) -> tuple[Layer, ...]:
    """The layers that holds at the steps of a request are about."""
    return () if trace is None else tuple(one.layer for one in trace.passes)


def place_words(hold: Hold, layers: Sequence[Layer]) -> str:
    """``at 5 SessionMiddleware``, ``at the view`` …"""
    if hold.place == "view":
        return word("hold.at.view")
    if hold.layer == CORE_LAYER:
        return word("hold.at.core")
    if hold.layer == ANY:
        return word("hold.at.any", hook=Hook(hold.hook).name)
    name = layer_name(hold.layer, layers)
    return name if hold.place == "layer" else word("hold.at.hook", layer=name, hook=Hook(hold.hook).name)


def layer_name(index: int, layers: Sequence[Layer]) -> str:
    name = next((one.name for one in layers if one.index == index), "")
    return word("hold.at.layer", n=index + 1, name=sanitize(name)).rstrip()
