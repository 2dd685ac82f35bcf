"""Says of each hop between thread and event loop what it cost, and because of which layer it happened."""

from __future__ import annotations

from collections.abc import Sequence

from reqtrace.events.kinds import HookEntered, LayerEntered, ThreadHopped
from reqtrace.trace.calls import Calls
from reqtrace.trace.model import Hop, Span
from reqtrace.trace.spans import SpanTree

__all__ = ["read_hops"]

TO_THREAD = "sync_to_async"


def read_hops(tree: SpanTree, calls: Calls, layer_count: int, *, is_async: bool) -> tuple[Hop, ...]:
    """All hops of a request through a chain whose handler ``is_async``, in the order in which they began."""
    hops = []
    for span, parent in zip(tree.spans, tree.parents, strict=True):
        if isinstance(span.entered, ThreadHopped):
            siblings = tree.spans[parent].children if parent >= 0 else tree.roots
            owner = calls.by_span.get(calls.owners[parent]) if parent >= 0 else None
            caller = owner.layer.index if owner is not None else None
            layer = layer_of(span, span.entered, siblings, caller, is_async=is_async)
            is_known = layer is not None and 0 <= layer < layer_count
            hops.append(Hop(span, layer if is_known else None, cost_of(span.entered)))
    return tuple(sorted(hops, key=lambda hop: hop.span.start))


def cost_of(hop: ThreadHopped) -> int:
    """Nanoseconds of the hop itself; as much as is known."""
    if hop.ran >= 0:
        return max(hop.duration - hop.ran, 0)
    return max(hop.wait, 0)


def layer_of(
    span: Span, hop: ThreadHopped, siblings: Sequence[Span], caller: int | None, *, is_async: bool
) -> int | None:
    """Number of the layer whose mode is not the handler's, or whose hook was called in the other mode."""
    inside = [one for one in siblings if one is not span and span.start <= one.start and ends_in(one, span)]
    for one in inside:
        match one.entered:
            case LayerEntered(layer=callee):
                is_callee_odd = (hop.direction == TO_THREAD) is is_async
                return callee if is_callee_odd else caller
            case HookEntered(layer=layer):
                return layer
    return caller


def ends_in(one: Span, span: Span) -> bool:
    return span.end is not None and one.start <= span.end
