"""Watches the calls of the project's own functions inside a request, at the level ``deep`` only.

Since Python 3.12 by ``sys.monitoring``: code that is not the project's is asked about once and never again. Python 3.11
has only ``sys.setprofile``, which makes a request several times slower, so there it takes ``REQTRACE_CALLS=1``
(``reqtrace.agent.profiling``).
"""

from __future__ import annotations

import os
import sys
from types import CodeType, ModuleType

from reqtrace.agent.frames import belongs_to_project
from reqtrace.agent.guard import Probe
from reqtrace.agent.patches import Patches
from reqtrace.agent.recorder import RequestState, number_of
from reqtrace.events.kinds import CallEntered, CallLeft

ENTERED, LEFT = number_of(CallEntered), number_of(CallLeft)
FUNCTION = 0x3
"""``CO_OPTIMIZED | CO_NEWLOCALS``: neither a module nor the body of a class."""
PARTS = frozenset(("<genexpr>", "<listcomp>", "<setcomp>", "<dictcomp>"))
"""Code that is written inside a function and not called by name."""

probe = Probe("calls")


def install(module: ModuleType, patches: Patches) -> None:
    """Watch in the way this Python offers."""
    if sys.version_info >= (3, 12):
        from reqtrace.agent.monitoring import watch_calls

        watch_calls(patches)
    elif os.environ.get("REQTRACE_CALLS") == "1":
        from reqtrace.agent.profiling import profile_calls

        profile_calls(module.BaseHandler, patches)


def is_call_of_project(code: CodeType) -> bool:
    """The code is a function or method, written in a file of the project."""
    return (
        code.co_flags & FUNCTION == FUNCTION
        and code.co_name not in PARTS
        and bool(belongs_to_project(code.co_filename))
    )


def tell_entry(state: RequestState, code: CodeType) -> None:
    """A function begins, or a generator or coroutine goes on."""
    if not state.has_room():
        return
    calls = state.calls
    if calls is None:
        calls = state.calls = {}
    calls[id(code)] = calls.get(id(code), 0) + 1
    state.tell(ENTERED, code.co_qualname, code.co_filename, code.co_firstlineno)


def tell_left(state: RequestState, code: CodeType, outcome: int) -> None:
    """It ends or pauses; not told of what had begun before anybody watched, or when there was no room."""
    calls = state.calls
    if calls is not None and (count := calls.get(id(code))):
        calls[id(code)] = count - 1
        state.tell(LEFT, code.co_qualname, outcome)
