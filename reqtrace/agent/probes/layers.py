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
from reqtrace.agent.gate import LAYER_PLACE, gate
from reqtrace.agent.guard import Probe, hide_from_warnings, leave_no_frame
from reqtrace.agent.probes.outcomes import outcome_of, tell_exception
from reqtrace.agent.recorder import RequestState, current, perf_counter_ns, recorder
from reqtrace.events.kinds import LayerEntered, LayerLeft, Outcome
from reqtrace.events.steps import OUTCOME_STEP, STATUS_STEP, StepCode

RESPONSE = int(Outcome.response)

probe = Probe("layers")


class LayerWatch:
    """What the wrapper of one layer knows.

    ``is_all_hooks``: the layer's own code is all in its hooks (``MiddlewareMixin.__call__``), which note their changes
    themselves, so that nothing is compared twice. ``begins_with_hook``: it has ``process_request`` besides, which is
    where it is held.
    """

    __slots__ = ("begins_with_hook", "entered", "is_all_hooks", "layer", "left", "raised")

    def __init__(self, layer: int, *, is_all_hooks: bool, begins_with_hook: bool = False) -> None:
        self.layer = layer
        self.is_all_hooks = is_all_hooks
        self.begins_with_hook = begins_with_hook
        self.entered = StepCode.pack(LayerEntered, layer=layer)
        self.left = StepCode.pack(LayerLeft, layer=layer)
        """To which outcome and status are added."""
        self.raised = StepCode.pack(LayerLeft, layer=layer, outcome=Outcome.raised)


def watch_layer(inner: Callable[[Any], Any], watch: LayerWatch) -> Callable[[Any], Any]:
    """``inner`` (what ``convert_exception_to_response`` made) with its passage recorded, sync or async as it is."""
    return watch_async(inner, watch) if iscoroutinefunction(inner) else watch_sync(inner, watch)


def watch_sync(  # noqa: C901 - a call costs as much as an event
    inner: Callable[[Any], Any], watch: LayerWatch
) -> Callable[[Any], Any]:
    entered, left, is_all_hooks = watch.entered, watch.left, watch.is_all_hooks
    get_state, now = current.get, perf_counter_ns
    note_way_in, note_request, note_response = changes.note_way_in, changes.note_request, changes.note_response

    @wraps(inner)
    def layer(request: Any) -> Any:
        state = get_state()
        if state is None:
            return inner(request)
        outer = state.watch
        if outer is not None and not outer.is_all_hooks and state.notes:
            try:
                note_way_in(state, request)
            except Exception as error:
                stop_noting(state, error)
        state.watch = watch
        state.log.extend((entered, now()))
        if gate.is_armed and not watch.begins_with_hook:
            gate.pass_by(state, LAYER_PLACE, watch.layer)
        try:
            response = inner(request)
        except BaseException as error:
            probe.attempt(tell_raised, state, watch, outer, error)
            leave_no_frame(error)
            raise
        try:
            if is_all_hooks and state.notes and response is state.response and response is not None:
                # As its last hook left it.
                outcome, status = RESPONSE, state.response_snapshot.status
            else:
                outcome, status = outcome_of(response)
            if not is_all_hooks and state.notes:
                note_request(state, request)
                if status:
                    note_response(state, response, status)
        except Exception as error:
            outcome = status = 0
            stop_noting(state, error)
        state.watch = outer
        state.log.extend((left + outcome * OUTCOME_STEP + status * STATUS_STEP, now()))
        return response

    return hide_from_warnings(layer)


def watch_async(inner: Callable[[Any], Any], watch: LayerWatch) -> Callable[[Any], Any]:
    @wraps(inner)
    async def layer(request: Any) -> Any:
        state = current.get()
        if state is None:
            return await inner(request)
        outer = state.watch
        probe.attempt(tell_entry, state, watch, outer, request)
        if gate.is_armed and not watch.begins_with_hook:
            await gate.pass_by_async(state, LAYER_PLACE, watch.layer)
        try:
            response = await inner(request)
        except BaseException as error:
            probe.attempt(tell_raised, state, watch, outer, error)
            leave_no_frame(error)
            raise
        probe.attempt(tell_left, state, watch, outer, request, response)
        return response

    return hide_from_warnings(layer)


def tell_entry(state: RequestState, watch: LayerWatch, outer: LayerWatch | None, request: object) -> None:
    if outer is not None and not outer.is_all_hooks and state.notes:
        changes.note_way_in(state, request)
    state.watch = watch
    state.step(watch.entered)


def tell_left(
    state: RequestState, watch: LayerWatch, outer: LayerWatch | None, request: object, response: object
) -> None:
    state.watch = outer
    outcome, status = outcome_of(response)
    if not watch.is_all_hooks and state.notes:
        changes.note_request(state, request)
        if status:
            changes.note_response(state, response, status)
    state.step(watch.left + outcome * OUTCOME_STEP + status * STATUS_STEP)


def tell_raised(state: RequestState, watch: LayerWatch, outer: LayerWatch | None, error: BaseException) -> None:
    tell_exception(state, error)
    state.watch = outer
    state.step(watch.raised)


def stop_noting(state: RequestState, error: Exception) -> None:
    """Attribution failed: it is told once, and switched off for this request and the ones to come."""
    state.notes = recorder.notes_changes = False
    changes.probe.fail(error)
