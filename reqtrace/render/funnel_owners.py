"""Which row of the funnel each stop belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reqtrace.events.kinds import CORE_LAYER, Hook, HookEntered, LayerEntered, ViewEntered
from reqtrace.render.funnel_send import SEND_SORTS
from reqtrace.trace.model import Phase, RequestTrace, Span, Stop, StopSort

__all__ = ["Owners", "owners_of"]

_LAYER_HOOKS = frozenset({Hook.process_request, Hook.process_response})
_LAYER_SORTS = frozenset({StopSort.LAYER_IN, StopSort.LAYER_OUT})
_RAN_INSIDE = frozenset({StopSort.SQL, StopSort.TEMPLATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """The stops, sorted by where they are drawn."""

    header: tuple[Stop, ...]
    layers: tuple[tuple[Stop, ...], ...]
    """One tuple for each of ``RequestTrace.passes``."""
    core: tuple[Stop, ...]
    send: tuple[Stop, ...]
    body: tuple[Stop, ...]
    """What ran while the body was made, when all layers had been left."""


def owners_of(trace: RequestTrace) -> Owners:
    """Sort the stops of a trace."""
    spans = dict(_owning_layers(trace.root, None))
    rows = {layer_pass.layer.index: row for row, layer_pass in enumerate(trace.passes)}
    layers: list[list[Stop]] = [[] for _ in trace.passes]
    header, core, send, body = [], [], [], []
    for stop in trace.stops:
        owner = _row_of(stop, spans, rows)
        if stop.sort is StopSort.RECEIVED:
            header.append(stop)
        elif stop.sort in SEND_SORTS:
            send.append(stop)
        elif stop.phase is Phase.SEND:
            body.append(stop)
        elif owner is not None and owner < len(layers):
            layers[owner].append(stop)
        else:
            core.append(stop)
    return Owners(
        header=tuple(header),
        layers=tuple(tuple(stops) for stops in layers),
        core=tuple(core),
        send=tuple(send),
        body=tuple(body),
    )


def _row_of(stop: Stop, spans: dict[int, int | None], rows: dict[int, int]) -> int | None:
    if stop.sort in _LAYER_SORTS or stop.sort is StopSort.CONVERTED:
        return stop.layer
    if stop.sort in _RAN_INSIDE and stop.span is not None:
        layer = spans.get(stop.span.number)
        return None if layer is None else rows.get(layer)
    return None


def _owning_layers(spans: Sequence[Span], layer: int | None) -> Iterator[tuple[int, int | None]]:
    """Span number and the layer whose own code it ran in, ``None`` for the core."""
    for span in spans:
        owner = layer
        match span.entered:
            case LayerEntered():
                owner = None if span.entered.layer == CORE_LAYER else span.entered.layer
            case HookEntered() if span.entered.hook in _LAYER_HOOKS:
                owner = span.entered.layer
            case HookEntered() | ViewEntered():
                owner = None
            case _:
                pass
        yield span.number, owner
        yield from _owning_layers(span.children, owner)
