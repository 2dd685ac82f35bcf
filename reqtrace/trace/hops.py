"""Says of each hop between thread and event loop what it cost, and because of which layer it happened."""

from __future__ import annotations

from collections.abc import Sequence

from reqtrace.events.kinds import HookEntered, LayerEntered, ThreadHopped
from reqtrace.trace.calls import Calls
from reqtrace.trace.model import Hop, Span
from reqtrace.trace.site_model import Layer, LayerState
from reqtrace.trace.spans import SpanTree

__all__ = ["read_hops"]

TO_THREAD = "sync_to_async"


def read_hops(tree: SpanTree, calls: Calls, layers: tuple[Layer, ...], *, is_async: bool) -> tuple[Hop, ...]:
    """All hops of a request through a chain whose handler ``is_async``, in the order in which they began."""
    hops = []
    for span, parent in zip(tree.spans, tree.parents, strict=True):
        if isinstance(span.entered, ThreadHopped):
            siblings = tree.spans[parent].children if parent >= 0 else tree.roots
            owner = calls.by_span.get(calls.owners[parent]) if parent >= 0 else None
            caller = owner.layer.index if owner is not None else None
            inside = carried(span, siblings)
            layer = caller
            if isinstance(inside, LayerEntered):
                is_callee_odd = (span.entered.direction == TO_THREAD) is is_async
                layer = cause_of(inside.layer, layers) if is_callee_odd else caller
            elif isinstance(inside, HookEntered):
                layer = inside.layer
            elif caller is not None and 0 <= caller < len(layers) and layers[caller].is_async is not is_async:
                layer = cause_of(caller, layers)
            is_known = layer is not None and 0 <= layer < len(layers)
            is_hook = isinstance(inside, HookEntered)
            hops.append(Hop(span, layer if is_known else None, cost_of(span.entered), is_hook))
    return tuple(sorted(hops, key=lambda hop: hop.span.start))


def carried(span: Span, siblings: Sequence[Span]) -> LayerEntered | HookEntered | None:
    """The layer or hook that was called in the other mode."""
    for one in siblings:
        is_inside = one is not span and span.end is not None and span.start <= one.start <= span.end
        if is_inside and isinstance(one.entered, LayerEntered | HookEntered):
            return one.entered
    return None


def cause_of(index: int, layers: tuple[Layer, ...]) -> int:
    """Of the layers that run in the same mode from this one inwards, the innermost: it made those around it so.

    ``BaseHandler.load_middleware`` goes from the innermost layer outwards, and changes the mode only where it must.
    """
    cause = index
    for layer in layers[max(index, 0) + 1 :]:
        if layer.state is not LayerState.LOADED:
            continue
        if layer.is_async is not layers[index].is_async:
            break
        cause = layer.index
    return cause if 0 <= index < len(layers) else index


def cost_of(hop: ThreadHopped) -> int:
    """Nanoseconds of the hop itself; as much as is known."""
    if hop.ran >= 0:
        return max(hop.duration - hop.ran, 0)
    return max(hop.wait, 0)
