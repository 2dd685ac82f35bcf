"""Which row of the funnel each stop belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from reqtrace.render.funnel_send import SEND_SORTS
from reqtrace.render.inside_words import INSIDE_SORTS
from reqtrace.trace.model import Phase, RequestTrace, Stop, StopSort

__all__ = ["Owners", "owners_of"]

_IN_LAYERS = frozenset({StopSort.LAYER_IN, StopSort.LAYER_OUT, StopSort.CONVERTED})
_LAYER_PHASES = frozenset({Phase.ENTER, Phase.LEAVE})
_BEFORE_THE_CHAIN = frozenset({StopSort.SIGNAL, StopSort.LOG, StopSort.HOP, StopSort.TRANSACTION})


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
    layers: list[list[Stop]] = [[] for _ in trace.passes]
    header, core, send, body = [], [], [], []
    for stop in trace.stops:
        owner = _row_of(stop)
        if stop.sort is StopSort.RECEIVED or _is_before_the_chain(stop):
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


def _is_before_the_chain(stop: Stop) -> bool:
    return stop.phase is Phase.ENTER and stop.layer is None and stop.sort in _BEFORE_THE_CHAIN


def _row_of(stop: Stop) -> int | None:
    """The layer whose row shows the stop; ``None`` for what happens in the core."""
    if stop.sort in _IN_LAYERS:
        return stop.layer
    return stop.layer if stop.phase in _LAYER_PHASES and stop.sort in INSIDE_SORTS else None
