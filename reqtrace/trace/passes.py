"""Says for every layer what it did on the way in and on the way out: the rows of the funnel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from reqtrace.events.kinds import Hook, Outcome
from reqtrace.trace.calls import CALL, Calls, LayerCall, is_answer
from reqtrace.trace.model import Direction, Layer, LayerPass, LayerState, Span, Way, WayState

__all__ = ["Situation", "lay_passes", "way_in_state"]


class Situation(NamedTuple):
    """What the state of a row depends on besides the layer itself."""

    is_live: bool
    """More events may come."""
    is_whole: bool
    """No event is missing so far."""
    has_turned: bool
    """The request is already on its way out, or at least one layer has answered or was left."""
    deepest: int
    """Highest number of a layer that was entered; the number of layers if the core was."""


def lay_passes(
    layers: tuple[Layer, ...],
    calls: Calls,
    situation: Situation,
    stops_in: Mapping[int, int],
    stops_out: Mapping[int, int],
) -> tuple[LayerPass, ...]:
    """One row per layer. ``stops_in`` and ``stops_out`` give the stop of a layer's span by its number."""
    rows = []
    certain = False
    for layer in layers:
        passages = calls.by_layer.get(layer.index)
        if not passages:
            rows.append(absent(layer, calls, situation, certain))
            continue
        first, last = passages[0], passages[-1]
        certain = certain or has_surely_turned(first)
        rows.append(
            LayerPass(
                layer=layer,
                way_in=way_in(first, situation, stops_in.get(first.span.number)),
                way_out=way_out(last, situation, stops_out.get(last.span.number)),
                calls=len(passages),
            )
        )
    return tuple(rows)


def has_surely_turned(call: LayerCall) -> bool:
    """Nothing further in can have run, even if events are missing."""
    hook = call.request_hook
    return not call.inner and hook is not None and hook.outcome in (Outcome.response, Outcome.raised)


# --- layers that were not entered --------------------------------------------------------------------------------


def absent(layer: Layer, calls: Calls, situation: Situation, certain: bool) -> LayerPass:
    """The row of a layer of which no call is known."""
    state = absent_state(layer, situation, certain)
    names = (Hook.process_request, Hook.process_response)
    strays = [calls.stray_hooks.get((layer.index, hook)) for hook in names]
    is_hooked = layer.is_mixin_call or not layer.shape
    ways = []
    for hook, stray in zip(names, strays, strict=True):
        name = hook.name if is_hooked or stray is not None else CALL
        ways.append(stray_way(name, stray, situation) if stray else empty_way(name, state))
    return LayerPass(layer=layer, way_in=ways[0], way_out=ways[1], calls=0)


def absent_state(layer: Layer, situation: Situation, certain: bool) -> WayState:
    if layer.state in (LayerState.SKIPPED, LayerState.FAILED):
        return WayState.SKIPPED
    if certain:
        return WayState.NEVER_REACHED
    if layer.index < situation.deepest:
        return WayState.UNKNOWN
    if situation.is_live and not situation.has_turned:
        return WayState.PENDING
    return WayState.NEVER_REACHED if situation.is_whole else WayState.UNKNOWN


def empty_way(hook: str, state: WayState) -> Way:
    return Way(state=state, span=None, hook=hook, duration=None, changes=(), outcome=None, status=0, stop=None)


def stray_way(hook: str, span: Span, situation: Situation) -> Way:
    """A hook that surely ran, though the call of its layer is lost."""
    return Way(
        state=hook_state(span, situation),
        span=span,
        hook=hook,
        duration=span.duration,
        changes=span.changes,
        outcome=span.outcome,
        status=span.status,
        stop=None,
    )


def hook_state(span: Span, situation: Situation) -> WayState:
    if span.outcome is None:
        return unfinished(situation)
    return WayState.RAISED if span.outcome is Outcome.raised else WayState.RAN


def unfinished(situation: Situation) -> WayState:
    """What began and did not end runs, if the request does; otherwise its end is missing."""
    return WayState.RUNNING if situation.is_live else WayState.UNKNOWN


def still_to_come(situation: Situation) -> WayState:
    return WayState.PENDING if situation.is_live else WayState.UNKNOWN


# --- on the way in -----------------------------------------------------------------------------------------------


def way_in(call: LayerCall, situation: Situation, stop: int | None) -> Way:
    """What the layer did before the next one was called."""
    state = way_in_state(call, situation)
    subject = call.subject_in
    # Of a __call__ that passed the request on, the outcome belongs to its way out.
    ended = subject if call.is_hooked or state is WayState.ANSWERED else None
    is_raised = state is WayState.RAISED
    return Way(
        state=state,
        span=subject,
        hook=Hook.process_request.name if call.is_hooked else CALL,
        duration=call.duration_in,
        changes=call.changes(Direction.IN),
        outcome=Outcome.raised if is_raised else ended.outcome if ended else None,
        status=0 if is_raised or ended is None else ended.status,
        stop=stop,
    )


def way_in_state(call: LayerCall, situation: Situation) -> WayState:
    """The state of a layer's way in."""
    return hooked_way_in(call, situation) if call.is_hooked else called_way_in(call, situation)


def hooked_way_in(call: LayerCall, situation: Situation) -> WayState:
    hook = call.request_hook
    if hook is None:
        if lacks_hook(call.layer, Hook.process_request):
            return WayState.NO_HOOK
        is_waiting = call.span.end is None and not call.inner and call.response_hook is None
        return unfinished(situation) if is_waiting else WayState.UNKNOWN
    state = hook_state(hook, situation)
    if state is WayState.RAN and not call.inner and turned_back(call, hook):
        return WayState.ANSWERED
    return state


def turned_back(call: LayerCall, hook: Span) -> bool:
    if hook.outcome is Outcome.response:
        return True
    # Something that is no response turns the request back only if it is true; what happened next tells.
    return is_answer(hook.outcome) and (call.span.end is not None or call.response_hook is not None)


def called_way_in(call: LayerCall, situation: Situation) -> WayState:
    if call.inner:
        return WayState.RAN
    if call.span.end is None:
        return unfinished(situation)
    if call.raised_itself or call.span.outcome is Outcome.raised:
        return WayState.RAISED
    return WayState.ANSWERED


def lacks_hook(layer: Layer, hook: Hook) -> bool:
    """It surely has no such hook."""
    return bool(layer.shape) and layer.hook(hook.name) is None


# --- on the way out ----------------------------------------------------------------------------------------------


def way_out(call: LayerCall, situation: Situation, stop: int | None) -> Way:
    """What the layer did after the next one had returned."""
    state = hooked_way_out(call, situation) if call.is_hooked else called_way_out(call, situation)
    subject = call.subject_out
    ended = subject if state is WayState.RAN else None
    return Way(
        state=state,
        span=subject,
        hook=Hook.process_response.name if call.is_hooked else CALL,
        duration=call.duration_out,
        changes=call.changes(Direction.OUT),
        outcome=Outcome.raised if state is WayState.RAISED else ended.outcome if ended else None,
        status=ended.status if ended else 0,
        stop=stop,
    )


def hooked_way_out(call: LayerCall, situation: Situation) -> WayState:
    hook = call.response_hook
    if hook is not None:
        return hook_state(hook, situation)
    if call.span.end is None:
        return still_to_come(situation)
    if lacks_hook(call.layer, Hook.process_response):
        return WayState.NO_HOOK
    if call.raised_itself or call.span.outcome is Outcome.raised or raised_in(call.request_hook):
        return WayState.NOT_RUN
    return WayState.UNKNOWN


def raised_in(hook: Span | None) -> bool:
    return hook is not None and hook.outcome is Outcome.raised


def called_way_out(call: LayerCall, situation: Situation) -> WayState:
    if call.span.end is None:
        is_back = bool(call.inner) and all(inner.end is not None for inner in call.inner)
        return unfinished(situation) if is_back else still_to_come(situation)
    if not call.inner:
        return WayState.NOT_RUN
    if call.raised_itself:
        return WayState.RAISED
    return WayState.NOT_RUN if call.span.outcome is Outcome.raised else WayState.RAN
