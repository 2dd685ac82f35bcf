"""Watches ``response_for_exception``: the film around each layer that turns an exception into a response."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from reqtrace.agent import changes
from reqtrace.agent.answers import answer_of, parts_of
from reqtrace.agent.guard import Probe, leave_no_frame
from reqtrace.agent.patches import Patches
from reqtrace.agent.probes.outcomes import tell_exception
from reqtrace.agent.recorder import RequestState, current, number_of
from reqtrace.agent.values import dotted_name
from reqtrace.events.kinds import NO_LAYER, ExceptionConverted

CONVERTED = number_of(ExceptionConverted)

probe = Probe("exceptions")


def install(exception: ModuleType, patches: Patches) -> None:
    """Patch the module global that ``convert_exception_to_response``'s wrappers call."""
    patches.replace(exception, "response_for_exception", watch)


def watch(original: Callable[..., Any]) -> Callable[..., Any]:
    def response_for_exception(request: Any, exc: BaseException) -> Any:
        state = current.get()
        if state is None:
            try:
                return original(request, exc)
            except BaseException as error:
                leave_no_frame(error)
                raise
        probe.attempt(tell_failure, state, request, exc)
        try:
            response = original(request, exc)
        except BaseException as error:
            leave_no_frame(error)
            raise
        probe.attempt(tell_conversion, state, request, exc, response)
        return response

    return response_for_exception


def tell_failure(state: RequestState, request: object, error: BaseException) -> None:
    if state.notes:
        # What the failing code had done to the request before is its own change.
        changes.note_request(state, request)
    tell_exception(state, error)


def tell_conversion(state: RequestState, request: object, error: BaseException, response: object) -> None:
    # The layers further in have been left, so the innermost open one is the one whose film this is.
    layer = state.watch.layer if state.watch is not None else NO_LAYER
    if state.notes:
        # What the error page did to the request is nobody's change.
        changes.note_request(state, request)
        answer = changes.note_response(state, response)
    else:
        answer = answer_of(response)
    state.tell(CONVERTED, layer, dotted_name(type(error)), parts_of(answer)[1])
    state.exception = 0
