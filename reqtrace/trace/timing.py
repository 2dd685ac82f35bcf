"""Reads how long a finished request took in each layer, its view and the database, without folding it.

Thousands of requests are looked at for one table, so this is one pass over the events with a stack of layers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from reqtrace.events.kinds import (
    CORE_LAYER,
    Event,
    Hook,
    HookEntered,
    HookLeft,
    LayerEntered,
    LayerLeft,
    RequestReleased,
    SqlExecuted,
    ViewEntered,
    ViewLeft,
)
from reqtrace.trace.holds import without_holds
from reqtrace.trace.model import RequestSummary
from reqtrace.trace.site_model import Chain

__all__ = ["LayerShare", "RequestTimes", "read_times"]

ENDS = frozenset({int(Hook.process_request), int(Hook.process_response)})
"""The hooks that stand in the call of their layer; the others are called from the core."""


class LayerShare(NamedTuple):
    """What one layer took of one request."""

    layer: int
    """Its index."""
    path: str
    own: int
    """Nanoseconds of its own code: its hooks, or its ``__call__`` without the layers further in."""
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestTimes:
    """Where the time of one request went."""

    summary: RequestSummary
    layers: tuple[LayerShare, ...]
    view: str
    """Dotted path; empty if no view was called."""
    view_time: int
    queries: int
    query_time: int


def read_times(events: Iterable[Event], summary: RequestSummary, chain: Chain | None) -> RequestTimes:
    """The times of a request whose events these are."""
    reading = _Reading(chain)
    events = list(events)
    if any(type(event) is RequestReleased for event in events):
        events = without_holds(events)
    take = reading.take
    for event in events:
        take(event)
    paths = {} if chain is None else {layer.index: layer.path for layer in chain.layers}
    return RequestTimes(
        summary=summary,
        layers=tuple(
            LayerShare(index, paths.get(index, ""), own, reading.calls.get(index, 0))
            for index, own in sorted(reading.own.items())
        ),
        view=reading.view,
        view_time=reading.view_time,
        queries=reading.queries,
        query_time=reading.query_time,
    )


class _Reading:
    """The sums while the events go by."""

    def __init__(self, chain: Chain | None) -> None:
        self.own: dict[int, int] = {}
        self.calls: dict[int, int] = {}
        self.view = ""
        self.view_time = self.queries = self.query_time = 0
        layers = () if chain is None else chain.layers
        self._hooked = {layer.index for layer in layers if layer.is_mixin_call}
        """Layers that are nothing but their hooks."""
        self._layers: list[list[int]] = []
        """Of each layer that is open: index, when it was entered, nanoseconds of the layers in it."""
        self._hooks: list[tuple[int, int, int]] = []
        self._view_began = 0

    def take(self, event: Event) -> None:
        """Use an event of the request."""
        kind = type(event)
        if kind is SqlExecuted:
            self.queries += 1
            self.query_time += event.duration  # type: ignore[attr-defined]
        elif kind is HookEntered:
            self._hooks.append((event.layer, event.hook, event.time))  # type: ignore[attr-defined]
        elif kind is HookLeft:
            self._hook_left(event)  # type: ignore[arg-type]
        elif kind is LayerEntered:
            self._layers.append([event.layer, event.time, 0])  # type: ignore[attr-defined]
        elif kind is LayerLeft:
            self._layer_left(event)  # type: ignore[arg-type]
        elif kind is ViewEntered:
            self.view, self._view_began = event.name, event.time  # type: ignore[attr-defined]
        elif kind is ViewLeft and self._view_began:
            self.view_time += event.time - self._view_began
            self._view_began = 0

    def _layer_left(self, left: LayerLeft) -> None:
        while self._layers:
            index, began, inner = self._layers.pop()
            if index == left.layer:
                break
        else:
            return
        duration = left.time - began
        if self._layers:
            self._layers[-1][2] += duration
        if index != CORE_LAYER:
            self.calls[index] = self.calls.get(index, 0) + 1
            if index not in self._hooked:
                self._add(index, duration - inner)
            else:
                self.own.setdefault(index, 0)

    def _hook_left(self, left: HookLeft) -> None:
        while self._hooks:
            layer, hook, began = self._hooks.pop()
            if (layer, hook) == (left.layer, left.hook):
                break
        else:
            return
        # What another hook called is part of that one, and what a layer's own __call__ calls is part of the call.
        if not self._hooks and (hook not in ENDS or layer in self._hooked):
            self._add(layer, left.time - began)

    def _add(self, layer: int, nanoseconds: int) -> None:
        self.own[layer] = self.own.get(layer, 0) + max(nanoseconds, 0)
