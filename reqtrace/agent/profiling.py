"""The calls of the project's functions by ``sys.setprofile``, for Python 3.11: in the thread of ``get_response`` only.

Requests under ASGI and the bodies of streaming responses are left out, and a profiler that is active already is left
alone.
"""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from reqtrace.agent.guard import leave_no_frame
from reqtrace.agent.levels import levels
from reqtrace.agent.patches import Patches
from reqtrace.agent.probes.calls import is_call_of_project, probe, tell_entry, tell_left
from reqtrace.agent.recorder import RequestState, current
from reqtrace.events.kinds import Outcome

__all__ = ["profile_calls"]

NONE, OTHER, RAISED = int(Outcome.none), int(Outcome.other), int(Outcome.raised)
GIVES_BACK = frozenset(dis.opmap[name] for name in ("RETURN_VALUE", "YIELD_VALUE", "RETURN_GENERATOR"))
"""Instructions after which a frame is left; at any other it is left by an exception."""

instructions: dict[int, tuple[CodeType, bytes]] = {}
"""``co_code`` of the project's functions by ``id``: Python 3.11 makes it anew each time it is read."""


def profile_calls(base_handler: Any, patches: Patches) -> None:
    """Patch ``BaseHandler.get_response``."""
    patches.replace(base_handler, "get_response", watch_get_response)


def watch_get_response(original: Callable[..., Any]) -> Callable[..., Any]:
    def get_response(self: Any, request: Any) -> Any:
        state = current.get() if levels.is_deep else None
        is_ours = state is not None and sys.getprofile() is None
        if is_ours:
            sys.setprofile(profiler_for(state))
        try:
            return original(self, request)
        except BaseException as error:
            leave_no_frame(error)
            raise
        finally:
            if is_ours:
                sys.setprofile(None)

    return get_response


def profiler_for(state: RequestState | None) -> Callable[[FrameType, str, Any], None]:
    """What Python calls for every call; an exception would be raised in the code that is watched."""

    def profile(frame: FrameType, event: str, value: object) -> None:
        if event == "call" or event == "return":
            probe.attempt(tell_event, state, frame, event == "call", value)

    return profile


def tell_event(state: RequestState, frame: FrameType, is_call: bool, value: object) -> None:
    code = frame.f_code
    if not is_call_of_project(code):
        return
    if is_call:
        tell_entry(state, code)
    elif value is not None:
        tell_left(state, code, OTHER)
    else:
        tell_left(state, code, NONE if instruction_of(frame) in GIVES_BACK else RAISED)


def instruction_of(frame: FrameType) -> int:
    code = frame.f_code
    known = instructions.get(id(code))
    if known is None:
        known = instructions[id(code)] = (code, code.co_code)
    return known[1][frame.f_lasti]
