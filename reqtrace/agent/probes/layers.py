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
from reqtrace.agent.answers import answer_of
from reqtrace.agent.changes import note_request, note_response, note_way_in
from reqtrace.agent.gate import LAYER_PLACE, gate
from reqtrace.agent.guard import Probe, hide_from_warnings, leave_no_frame
from reqtrace.agent.probes.outcomes import tell_exception
from reqtrace.agent.recorder import RequestState, current, get_ident, perf_counter_ns, recorder
from reqtrace.events.kinds import LayerEntered, LayerLeft, Outcome
from reqtrace.events.steps import StepCode

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
    is_held_here = not watch.begins_with_hook
    get_state, now, ident = current.get, perf_counter_ns, get_ident

    @wraps(inner)
    def layer(request: Any) -> Any:  # noqa: C901 - the same
        state = get_state()
        if state is None:
            try:
                return inner(request)
            except BaseException as error:
                leave_no_frame(error)
                raise
        if state.hops and ident() != state.thread:
            state.hop()
        outer = state.watch
        if outer is not None and not outer.is_all_hooks and state.notes:
            try:
                note_way_in(state, request)
            except Exception as error:
                stop_noting(state, error)
        state.watch = watch
        state.log.extend((entered, now()))
        if is_held_here and gate.is_armed:
            gate.pass_by(state, LAYER_PLACE, watch.layer)
        try:
            response = inner(request)
        except BaseException as error:
            probe.attempt(tell_raised, state, watch, outer, error)
            leave_no_frame(error)
            raise
        code = left
        try:
            if is_all_hooks and response is state.response:
                # As its last hook left it.
                code += state.answer
            elif is_all_hooks or not state.notes:
                code += answer_of(response)
            else:
                code += note_left(state, request, response)
        except Exception as error:
            stop_noting(state, error)
        state.watch = outer
        state.log.extend((code, now()))
        return response

    return hide_from_warnings(layer)


def note_left(state: RequestState, request: object, response: object) -> int:
    """Record what changed while a layer's own code ran, or the core; returns what the response is."""
    if state.is_view_fresh and response is state.response:
        # The core: since the view nothing ran but Django's own code.
        state.is_view_fresh = False
        return state.answer
    note_request(state, request)
    return note_response(state, response)


def watch_async(inner: Callable[[Any], Any], watch: LayerWatch) -> Callable[[Any], Any]:
    @wraps(inner)
    async def layer(request: Any) -> Any:
        state = current.get()
        if state is None:
            try:
                return await inner(request)
            except BaseException as error:
                leave_no_frame(error)
                raise
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
        note_way_in(state, request)
    state.watch = watch
    state.step(watch.entered)


def tell_left(
    state: RequestState, watch: LayerWatch, outer: LayerWatch | None, request: object, response: object
) -> None:
    state.watch = outer
    answer = answer_of(response) if watch.is_all_hooks or not state.notes else note_left(state, request, response)
    state.step(watch.left + answer)


def tell_raised(state: RequestState, watch: LayerWatch, outer: LayerWatch | None, error: BaseException) -> None:
    tell_exception(state, error)
    state.watch = outer
    # The response that the layers further out will see is not the view's.
    state.is_view_fresh = False
    state.step(watch.raised)


def stop_noting(state: RequestState, error: Exception) -> None:
    """Attribution failed: it is told once, and switched off for this request and the ones to come."""
    state.notes = recorder.notes_changes = False
    state.forget_response()
    changes.probe.fail(error)
