"""Wraps one layer of a chain, and the core: layer entered, layer left."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from asgiref.sync import iscoroutinefunction

from reqtrace.agent import changes
from reqtrace.agent.guard import Probe, leave_no_frame
from reqtrace.agent.probes.outcomes import outcome_of, tell_exception
from reqtrace.agent.recorder import RequestState, current, get_ident, number_of, perf_counter_ns, recorder
from reqtrace.events.kinds import LayerEntered, LayerLeft, Outcome

LAYER_ENTERED, LAYER_LEFT = number_of(LayerEntered), number_of(LayerLeft)
RAISED = int(Outcome.raised)

probe = Probe("layers")


class LayerWatch:
    """Records the passage through one layer.

    ``notes_changes`` is false where the layer's own code is all in its hooks (``MiddlewareMixin.__call__``): they
    note their changes themselves, so that nothing is compared twice.
    """

    __slots__ = ("append", "layer", "notes_changes")

    def __init__(self, layer: int, *, notes_changes: bool) -> None:
        self.layer = layer
        self.notes_changes = notes_changes
        self.append = recorder.append

    def entered(self, state: RequestState, request: object) -> LayerWatch | None:
        """Record the entry; returns the layer outside this one, to be put back by ``left``."""
        outer: LayerWatch | None = state.watch
        if (outer is None or outer.notes_changes) and changes.probe.is_on and recorder.attributes_changes:
            changes.note_request(state, request)
        state.watch = self
        self.append((LAYER_ENTERED, perf_counter_ns(), state.number, get_ident(), self.layer))
        return outer

    def left(self, state: RequestState, outer: LayerWatch | None, request: object, response: object) -> None:
        outcome, status = outcome_of(response)
        if self.notes_changes and changes.probe.is_on and recorder.attributes_changes:
            changes.note_request(state, request)
            if status:
                changes.note_response(state, response)
        state.watch = outer
        self.append((LAYER_LEFT, perf_counter_ns(), state.number, get_ident(), self.layer, outcome, status))

    def raised(self, state: RequestState, outer: LayerWatch | None, error: BaseException) -> None:
        tell_exception(state, error)
        state.watch = outer
        self.append((LAYER_LEFT, perf_counter_ns(), state.number, get_ident(), self.layer, RAISED, 0))


def watch_layer(inner: Callable[[Any], Any], watch: LayerWatch) -> Callable[[Any], Any]:
    """``inner`` (what ``convert_exception_to_response`` made) with its passage recorded, sync or async as it is."""
    return watch_async(inner, watch) if iscoroutinefunction(inner) else watch_sync(inner, watch)


def watch_sync(inner: Callable[[Any], Any], watch: LayerWatch) -> Callable[[Any], Any]:
    @wraps(inner)
    def layer(request: Any) -> Any:
        state = current.get()
        if state is None or not probe.is_on:
            return inner(request)
        outer = None
        try:
            outer = watch.entered(state, request)
        except Exception as error:
            probe.fail(error)
        try:
            response = inner(request)
        except BaseException as error:
            probe.attempt(watch.raised, state, outer, error)
            leave_no_frame(error)
            raise
        try:
            watch.left(state, outer, request, response)
        except Exception as error:
            probe.fail(error)
        return response

    return layer


def watch_async(inner: Callable[[Any], Any], watch: LayerWatch) -> Callable[[Any], Any]:
    @wraps(inner)
    async def layer(request: Any) -> Any:
        state = current.get()
        if state is None or not probe.is_on:
            return await inner(request)
        outer = probe.attempt(watch.entered, state, request)
        try:
            response = await inner(request)
        except BaseException as error:
            probe.attempt(watch.raised, state, outer, error)
            leave_no_frame(error)
            raise
        probe.attempt(watch.left, state, outer, request, response)
        return response

    return layer
