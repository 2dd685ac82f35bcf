"""The calls of the project's functions by ``sys.monitoring`` (Python 3.12 and later)."""

from __future__ import annotations

import sys
from types import CodeType
from typing import Any

from reqtrace.agent.patches import Patches
from reqtrace.agent.probes.calls import is_call_of_project, probe, tell_entry, tell_left
from reqtrace.agent.recorder import current, recorder
from reqtrace.events.kinds import Outcome

__all__ = ["CallMonitor", "watch_calls"]

monitoring: Any = getattr(sys, "monitoring", None)

TOOL_IDS = (4, 3, 5)
"""Numbers that are nobody's by convention, and the optimizer's; debuggers, coverage and profilers keep theirs."""
MAX_FUNCTIONS = 50_000
"""Functions of the project that are followed."""
NONE, OTHER, RAISED = int(Outcome.none), int(Outcome.other), int(Outcome.raised)


def watch_calls(patches: Patches) -> None:
    """Begin, until the patches are undone; without a free number say so."""
    for tool_id in TOOL_IDS:
        try:
            monitoring.use_tool_id(tool_id, "reqtrace")
        except ValueError:
            continue
        monitor = CallMonitor(tool_id)
        patches.finally_do(monitor.stop)
        monitor.start()
        return
    recorder.warn("calls", "other tools use all numbers of sys.monitoring that reqtrace may use: calls are not shown")


class CallMonitor:
    """One use of a tool number: asked about each code object once, told of the project's from then on."""

    def __init__(self, tool_id: int) -> None:
        self._tool_id = tool_id
        self._functions: dict[int, CodeType] = {}
        """Code objects of the project by ``id``; comparing two would compare their contents."""
        events = monitoring.events
        self._callbacks = {
            events.PY_START: self._on_start,
            events.PY_RESUME: self._on_resume,
            events.PY_THROW: self._on_throw,
            events.PY_RETURN: self._on_return,
            events.PY_YIELD: self._on_yield,
            events.PY_UNWIND: self._on_unwind,
        }
        # The ends of exceptions cannot be asked for one code object only.
        self._everywhere = events.PY_START | events.PY_THROW | events.PY_UNWIND
        self._in_project = events.PY_RESUME | events.PY_RETURN | events.PY_YIELD

    def start(self) -> None:
        """Watch in all threads."""
        for event, callback in self._callbacks.items():
            monitoring.register_callback(self._tool_id, event, callback)
        monitoring.set_events(self._tool_id, self._everywhere)

    def stop(self) -> None:
        """Leave nothing behind, and the number to others."""
        monitoring.set_events(self._tool_id, 0)
        for code in list(self._functions.values()):
            monitoring.set_local_events(self._tool_id, code, 0)
        for event in self._callbacks:
            monitoring.register_callback(self._tool_id, event, None)
        monitoring.free_tool_id(self._tool_id)

    # --- what Python calls; an exception would be raised in the code that is watched --------------------------

    def _on_start(self, code: CodeType, _offset: int) -> Any:
        return probe.attempt(self._begin, code)

    def _on_resume(self, code: CodeType, _offset: int) -> None:
        probe.attempt(self._enter_again, code)

    def _on_throw(self, code: CodeType, _offset: int, _error: BaseException) -> None:
        probe.attempt(self._enter_again, code)

    def _on_return(self, code: CodeType, _offset: int, value: object) -> None:
        probe.attempt(self._leave, code, NONE if value is None else OTHER)

    def _on_yield(self, code: CodeType, _offset: int, _value: object) -> None:
        probe.attempt(self._leave, code, OTHER)

    def _on_unwind(self, code: CodeType, _offset: int, _error: BaseException) -> None:
        probe.attempt(self._leave, code, RAISED)

    # --- what it means ----------------------------------------------------------------------------------------

    def _begin(self, code: CodeType) -> Any:
        """A function starts; one that is not the project's never asks again."""
        if id(code) not in self._functions:
            if not is_call_of_project(code) or len(self._functions) >= MAX_FUNCTIONS:
                return monitoring.DISABLE
            self._functions[id(code)] = code
            if monitoring.get_tool(self._tool_id) != "reqtrace":
                return None  # another thread has just stopped it
            monitoring.set_local_events(self._tool_id, code, self._in_project)
        state = current.get()
        if state is not None:
            tell_entry(state, code)
        return None

    @staticmethod
    def _enter_again(code: CodeType) -> None:
        """A generator or coroutine goes on; one that began outside the request, around the handler, is not its."""
        state = current.get()
        if state is not None and state.calls is not None and id(code) in state.calls:
            tell_entry(state, code)

    @staticmethod
    def _leave(code: CodeType, outcome: int) -> None:
        state = current.get()
        if state is not None:
            tell_left(state, code, outcome)
