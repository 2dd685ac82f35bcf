"""Wraps one layer of a chain, and the core: layer entered, layer left.

The sync wrapper is written out in one piece: it runs for every layer of every request, and a function call costs as
much as an event.
"""

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
    """What the wrapper of one layer knows.

    ``notes_changes`` is false where the layer's own code is all in its hooks (``MiddlewareMixin.__call__``): they
    note their changes themselves, so that nothing is compared twice.
    """

    __slots__ = ("layer", "notes_changes")

    def __init__(self, layer: int, *, notes_changes: bool) -> None:
        self.layer = layer
        self.notes_changes = notes_changes


def watch_layer(inner: Callable[[Any], Any], watch: LayerWatch) -> Callable[[Any], Any]:
    """``inner`` (what ``convert_exception_to_response`` made) with its passage recorded, sync or async as it is."""
    return watch_async(inner, watch) if iscoroutinefunction(inner) else watch_sync(inner, watch)


def watch_sync(inner: Callable[[Any], Any], watch: LayerWatch) -> Callable[[Any], Any]:
    number, notes_changes = watch.layer, watch.notes_changes
    get_state, now, ident, append = current.get, perf_counter_ns, get_ident, recorder.append
    note_request, note_response = changes.note_request, changes.note_response

    @wraps(inner)
    def layer(request: Any) -> Any:
        state = get_state()
        if state is None:
            return inner(request)
        outer = state.watch
        if state.notes and (outer is None or outer.notes_changes):
            try:
                note_request(state, request)
            except Exception as error:
                stop_noting(state, error)
        state.watch = watch
        append((LAYER_ENTERED, now(), state.number, ident(), number))
        try:
            response = inner(request)
        except BaseException as error:
            probe.attempt(tell_raised, state, watch, outer, error)
            leave_no_frame(error)
            raise
        try:
            outcome, status = outcome_of(response)
            if notes_changes and state.notes:
                note_request(state, request)
                if status:
                    note_response(state, response, status)
        except Exception as error:
            outcome = status = 0
            stop_noting(state, error)
        state.watch = outer
        append((LAYER_LEFT, now(), state.number, ident(), number, outcome, status))
        return response

    return layer


def watch_async(inner: Callable[[Any], Any], watch: LayerWatch) -> Callable[[Any], Any]:
    @wraps(inner)
    async def layer(request: Any) -> Any:
        state = current.get()
        if state is None:
            return await inner(request)
        outer = state.watch
        probe.attempt(tell_entry, state, watch, outer, request)
        try:
            response = await inner(request)
        except BaseException as error:
            probe.attempt(tell_raised, state, watch, outer, error)
            leave_no_frame(error)
            raise
        probe.attempt(tell_left, state, watch, outer, request, response)
        return response

    return layer


def tell_entry(state: RequestState, watch: LayerWatch, outer: LayerWatch | None, request: object) -> None:
    if state.notes and (outer is None or outer.notes_changes):
        changes.note_request(state, request)
    state.watch = watch
    recorder.append((LAYER_ENTERED, perf_counter_ns(), state.number, get_ident(), watch.layer))


def tell_left(
    state: RequestState, watch: LayerWatch, outer: LayerWatch | None, request: object, response: object
) -> None:
    outcome, status = outcome_of(response)
    if watch.notes_changes and state.notes:
        changes.note_request(state, request)
        if status:
            changes.note_response(state, response, status)
    state.watch = outer
    recorder.append((LAYER_LEFT, perf_counter_ns(), state.number, get_ident(), watch.layer, outcome, status))


def tell_raised(state: RequestState, watch: LayerWatch, outer: LayerWatch | None, error: BaseException) -> None:
    tell_exception(state, error)
    state.watch = outer
    recorder.append((LAYER_LEFT, perf_counter_ns(), state.number, get_ident(), watch.layer, RAISED, 0))


def stop_noting(state: RequestState, error: Exception) -> None:
    """Attribution failed: it is told once, and switched off for this request and the ones to come."""
    state.notes = recorder.notes_changes = False
    changes.probe.fail(error)
