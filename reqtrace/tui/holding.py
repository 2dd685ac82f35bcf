"""Where the person may hold requests: which stop is a place an agent can hold at, and what the place is called."""

from __future__ import annotations

from reqtrace.events.holds import ANY, Hold
from reqtrace.events.kinds import CORE_LAYER, Hook, HookEntered
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.model import RequestTrace, Stop, StopSort
from reqtrace.tui.words import word

__all__ = ["hold_at", "place_words", "toggled"]

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


def at(place: str, layer: int = ANY, hook: int = ANY) -> Hold:
    return Hold(1, place, layer, hook, seconds=HOLD_SECONDS)


def toggled(holds: tuple[Hold, ...], hold: Hold) -> tuple[Hold, ...]:
    """The holds with this one, or without it if it was there; numbered anew."""
    places = [one._replace(number=0) for one in holds]
    wanted = hold._replace(number=0)
    kept = [one for one in places if one != wanted] if wanted in places else [*places, wanted]
    return tuple(one._replace(number=number) for number, one in enumerate(kept, start=1))


def place_words(hold: Hold, trace: RequestTrace | None) -> str:
    """``at 5 SessionMiddleware``, ``at the view`` …"""
    if hold.place == "view":
        return word("hold.at.view")
    if hold.layer == CORE_LAYER:
        return word("hold.at.core")
    name = layer_name(hold.layer, trace)
    return name if hold.place == "layer" else word("hold.at.hook", layer=name, hook=Hook(hold.hook).name)


def layer_name(index: int, trace: RequestTrace | None) -> str:
    layers = [one.layer for one in trace.passes if one.layer.index == index] if trace is not None else []
    return word("hold.at.layer", n=index + 1, name=sanitize(layers[0].name) if layers else "").rstrip()
