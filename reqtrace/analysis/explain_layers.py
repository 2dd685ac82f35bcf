"""Explains the two stops of a layer: on the way in, and on the way out."""

from __future__ import annotations

from reqtrace.analysis.messages import MessageId, Value
from reqtrace.analysis.surroundings import Surroundings
from reqtrace.analysis.telling import Telling
from reqtrace.events.kinds import HookEntered, LayerEntered, Outcome
from reqtrace.trace.model import RequestState, StopSort, Way, WayState

__all__ = ["explain_layer_in", "explain_layer_out"]

ID = MessageId
CALL = "__call__"


def explain_layer_in(here: Surroundings) -> Telling:
    """What the layer did with the request."""
    way, values = way_and_values(here)
    inner = here.inwards(here.stop.layer or 0)
    values |= {"skipped": len(inner), "next": inner[0].name if inner else "URLconf"}
    match way.state:
        case WayState.NO_HOOK:
            return Telling(ID.LAYER_IN_NO_HOOK, last_or(inner, ID.WHY_LAYER_IN_NO_HOOK), values)
        case WayState.ANSWERED:
            return answered(here, way, values)
        case WayState.RAISED:
            return raised(here, ID.LAYER_IN_RAISED, "in", values)
        case WayState.RAN:
            return passed_on(way, bool(inner), values)
        case WayState.RUNNING:
            return Telling(ID.LAYER_IN_RUNNING, ID.WHY_RUNNING, values)
    return Telling(ID.LAYER_IN_UNKNOWN, why_unknown(here, way), values)


LAST = {
    ID.WHY_LAYER_IN_NO_HOOK: ID.WHY_LAYER_IN_NO_HOOK_LAST,
    ID.WHY_LAYER_IN_NONE: ID.WHY_LAYER_IN_NONE_LAST,
    ID.WHY_LAYER_IN_CALLED: ID.WHY_LAYER_IN_CALLED_LAST,
}


def last_or(inner: object, why: MessageId) -> MessageId:
    """The message for the innermost layer, or the one for the others."""
    return why if inner else LAST[why]


def passed_on(way: Way, has_inner: bool, values: dict[str, Value]) -> Telling:
    if way.hook == CALL:
        return Telling(ID.LAYER_IN, last_or(has_inner, ID.WHY_LAYER_IN_CALLED), values)
    if way.outcome is not Outcome.none:
        return Telling(ID.LAYER_IN, ID.WHY_LAYER_IN_FALSE, values)
    return Telling(ID.LAYER_IN, last_or(has_inner, ID.WHY_LAYER_IN_NONE), values)


def answered(here: Surroundings, way: Way, values: dict[str, Value]) -> Telling:
    if way.outcome is not Outcome.response:
        return Telling(ID.LAYER_IN_OTHER, ID.WHY_LAYER_IN_OTHER, values)
    if way.hook == CALL:
        return Telling(ID.LAYER_IN_ANSWERED, ID.WHY_LAYER_IN_CALL_ANSWERED, values)
    layer = here.layer_at(here.stop.layer)
    has_way_out = layer is not None and layer.hook("process_response") is not None
    why = ID.WHY_LAYER_IN_ANSWERED if has_way_out else ID.WHY_LAYER_IN_ANSWERED_NO_HOOK
    return Telling(ID.LAYER_IN_ANSWERED, why, values)


def raised(here: Surroundings, title: MessageId, way: str, values: dict[str, Value]) -> Telling:
    """The layer's own code raised; the film around it converts that, has not yet, or cannot."""
    span = here.stop.span
    call = here.layer_span
    subject = span if span is not None and span.raised is not None else call
    if subject is not None:
        values["error"], values["message"] = here.error_and_message(subject)
    if call is not None and call.converted:
        why = ID.WHY_LAYER_IN_RAISED if way == "in" else ID.WHY_LAYER_OUT_RAISED
        values["status"] = call.converted[-1].status
    elif call is not None and call.end is not None:
        why = ID.WHY_LAYER_IN_RAISED_ESCAPED if way == "in" else ID.WHY_LAYER_OUT_RAISED_ESCAPED
    else:
        why = ID.WHY_LAYER_IN_RAISED_OPEN if way == "in" else ID.WHY_LAYER_OUT_RAISED_OPEN
    return Telling(title, why, values)


def explain_layer_out(here: Surroundings) -> Telling:
    """What the layer did with the response."""
    way, values = way_and_values(here)
    values["next"] = here.outwards(here.stop.layer)
    match way.state:
        case WayState.NO_HOOK:
            return Telling(ID.LAYER_OUT_NO_HOOK, ID.WHY_LAYER_OUT_NO_HOOK, values)
        case WayState.NOT_RUN:
            return not_run(here, way, values)
        case WayState.RAISED:
            return raised(here, ID.LAYER_OUT_RAISED, "out", values)
        case WayState.RAN if way.outcome is Outcome.response:
            return Telling(ID.LAYER_OUT, what_became(way), values)
        case WayState.RAN:
            return Telling(ID.LAYER_OUT_NO_RESPONSE, ID.WHY_LAYER_OUT_NO_RESPONSE, values)
        case WayState.RUNNING:
            return Telling(ID.LAYER_OUT_RUNNING, ID.WHY_RUNNING, values)
    return Telling(ID.LAYER_OUT_UNKNOWN, why_unknown(here, way), values)


def what_became(way: Way) -> MessageId:
    """Of the response the layer was given."""
    on_response = [change.change for change in way.changes if change.target == "response"]
    if any(change.part == "object" for change in on_response):
        return ID.WHY_LAYER_OUT_REPLACED
    return ID.WHY_LAYER_OUT_CHANGED if on_response else ID.WHY_LAYER_OUT_SAME


def not_run(here: Surroundings, way: Way, values: dict[str, Value]) -> Telling:
    title = ID.LAYER_OUT_NOT_RUN_CALL if way.hook == CALL else ID.LAYER_OUT_NOT_RUN
    call = here.layer_span
    if call is not None and call.outcome is Outcome.raised and has_inner(call.children):
        return Telling(title, ID.WHY_LAYER_OUT_NOT_RUN_PASSED, values)
    way_in = here.trace.passes[here.stop.layer or 0].way_in
    if way_in.state is WayState.ANSWERED:
        return Telling(title, ID.WHY_LAYER_OUT_NOT_RUN_ANSWERED, values)
    return Telling(title, ID.WHY_LAYER_OUT_NOT_RUN_RAISED, values)


def why_unknown(here: Surroundings, way: Way) -> MessageId:
    was_inside = way.span is not None and way.span.end is None
    is_lost = here.trace.summary.state is RequestState.LOST
    return ID.WHY_INTERRUPTED if was_inside and is_lost else ID.WHY_UNKNOWN


# --- which call of the layer -------------------------------------------------------------------------------------


def way_and_values(here: Surroundings) -> tuple[Way, dict[str, Value]]:
    """The way this stop stands for, and the values every message about a layer has."""
    index = here.stop.layer
    assert index is not None
    row = here.trace.passes[index]
    way = row.way_in if here.stop.sort is StopSort.LAYER_IN else row.way_out
    if way.stop != here.stop.index:
        way = way_of_other_call(here, way)
    values: dict[str, Value] = {
        "number": index + 1,
        "layer": row.layer.name,
        "hook": way.hook,
        "status": way.status,
        "changes": way.changes,
    }
    return way, values


def way_of_other_call(here: Surroundings, way: Way) -> Way:
    """The same for a layer that was called several times: its row shows the first way in and the last way out."""
    span = here.stop.span
    is_in = here.stop.sort is StopSort.LAYER_IN
    state, outcome, status = WayState.UNKNOWN, None, 0
    if span is not None and isinstance(span.entered, HookEntered):
        state, outcome, status = hook_way(span.outcome, is_in=is_in), span.outcome, span.status
    elif span is not None and way.hook != CALL:
        state = WayState.NO_HOOK
    elif span is not None and is_in:
        state = WayState.RAN if has_inner(span.children) else call_way(span.outcome)
        outcome, status = (None, 0) if state is WayState.RAN else (span.outcome, span.status)
    elif span is not None:
        state = WayState.RAN if has_inner(span.children) and span.outcome is Outcome.response else WayState.NOT_RUN
        outcome, status = span.outcome, span.status
    changes = span.changes if span is not None else ()
    return Way(
        state=state,
        span=span,
        hook=way.hook,
        duration=here.stop.duration,
        changes=tuple(one for one in changes if one.direction is here.stop.direction),
        outcome=outcome,
        status=status,
        stop=here.stop.index,
    )


def hook_way(outcome: Outcome | None, *, is_in: bool) -> WayState:
    if outcome is None:
        return WayState.UNKNOWN
    if outcome is Outcome.raised:
        return WayState.RAISED
    return WayState.ANSWERED if is_in and outcome is Outcome.response else WayState.RAN


def call_way(outcome: Outcome | None) -> WayState:
    return WayState.UNKNOWN if outcome is None else WayState.ANSWERED


def has_inner(children: object) -> bool:
    """A layer further in was called from here, by the layer itself or inside one of its hooks."""
    assert isinstance(children, tuple)
    return any(isinstance(one.entered, LayerEntered) or has_inner(one.children) for one in children)
