"""In which order the layers of a chain run each of the five hooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reqtrace.analysis.loading import COLLECTED, hook_adaptation
from reqtrace.events.kinds import HOOKS
from reqtrace.trace.site_model import Chain, Layer, LayerState

__all__ = ["BACKWARDS", "HookUse", "hook_orders", "hook_uses"]

BACKWARDS = frozenset({"process_exception", "process_template_response", "process_response"})
"""Hooks that run from the last line of MIDDLEWARE to the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HookUse:
    """What one layer has in one column."""

    place: int
    """When it runs among the layers that have it, from 1."""
    is_hook: bool
    """There is a method of that name; else the layer's own ``__call__`` does what the hook would."""
    has_own_call: bool
    """The layer's own ``__call__`` or function runs on this way, too."""
    adaptation: str = ""
    """How the hook is put between sync and async: ``sync_to_async``, ``async_to_sync`` or nothing."""


def hook_orders(chain: Chain) -> Mapping[str, tuple[int, ...]]:
    """For each hook the layers that run it, in the order in which they do when nothing turns back."""
    built = [layer for layer in chain.layers if layer.state is LayerState.LOADED]
    ways = {hook: [layer.index for layer in built if _takes_part(layer, hook)] for hook in HOOKS}
    orders = {hook: tuple(reversed(way)) if hook in BACKWARDS else tuple(way) for hook, way in ways.items()}
    if chain.is_loaded:
        told = (chain.view_middleware, chain.template_response_middleware, chain.exception_middleware)
        orders.update(zip(COLLECTED, told, strict=True))
    return orders


def hook_uses(chain: Chain) -> Mapping[tuple[int, str], HookUse]:
    """What stands in each cell that is not empty, by layer and hook."""
    uses: dict[tuple[int, str], HookUse] = {}
    layers = {layer.index: layer for layer in chain.layers}
    for hook, order in hook_orders(chain).items():
        for place, index in enumerate(order, start=1):
            if (layer := layers.get(index)) is not None:
                uses[index, hook] = _use(chain, layer, hook, place)
    return uses


def _use(chain: Chain, layer: Layer, hook: str, place: int) -> HookUse:
    source = layer.hook(hook)
    is_collected = hook in COLLECTED
    return HookUse(
        place=place,
        is_hook=source is not None,
        has_own_call=not is_collected and not layer.is_mixin_call,
        adaptation=hook_adaptation(chain, hook, source.is_async) if source is not None and is_collected else "",
    )


def _takes_part(layer: Layer, hook: str) -> bool:
    is_way = hook in ("process_request", "process_response")
    return layer.hook(hook) is not None or (is_way and not layer.is_mixin_call)
