"""Watches ``CursorWrapper._execute_with_wrappers``: statements as the project gave them, without driver noise.

Not an ``execute_wrapper``: the list belongs to the project (tests assert that it is empty), and a class-level patch
needs no signal receiver and reaches connections that are open already.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from reqtrace.agent.frames import project_line
from reqtrace.agent.guard import Probe, leave_no_frame
from reqtrace.agent.patches import Patches
from reqtrace.agent.recorder import RequestState, current, get_ident, number_of, perf_counter_ns
from reqtrace.agent.statements import describe_parameters
from reqtrace.agent.values import attributes_of, dotted_name, find_in_class
from reqtrace.events.kinds import SqlExecuted

EXECUTED = number_of(SqlExecuted)
MAX_SQL = 10_000

probe = Probe("database")


def install(backend_utils: ModuleType, patches: Patches) -> None:
    """Patch ``CursorWrapper._execute_with_wrappers``."""
    patches.replace(backend_utils.CursorWrapper, "_execute_with_wrappers", watch_execute)


def watch_execute(original: Callable[..., Any]) -> Callable[..., Any]:
    def _execute_with_wrappers(self: Any, sql: Any, params: Any, many: bool, executor: Any) -> Any:
        state = current.get()
        if state is None:
            try:
                return original(self, sql, params, many, executor)
            except BaseException as error:
                leave_no_frame(error)
                raise
        start = perf_counter_ns()
        try:
            result = original(self, sql, params, many, executor)
        except BaseException as error:
            probe.attempt(tell, state, self, sql, params, many, start, dotted_name(type(error)))
            leave_no_frame(error)
            raise
        probe.attempt(tell, state, self, sql, params, many, start, "")
        return result

    return _execute_with_wrappers


def tell(state: RequestState, cursor: Any, sql: Any, params: Any, many: bool, start: int, error: str) -> None:
    duration = perf_counter_ns() - start
    if not state.has_room():
        return
    database = attributes_of(cursor).get("db")
    alias = attributes_of(database).get("alias")
    vendor = find_in_class(type(database), "vendor")
    statement = sql if type(sql) is str else f"<{type(sql).__name__}>"
    if get_ident() != state.thread:
        state.hop()
    # The time of the event is the start of the statement.
    state.log.append(
        (
            EXECUTED,
            start,
            alias if type(alias) is str else "",
            vendor if type(vendor) is str else "",
            statement[:MAX_SQL],
            describe_parameters(statement, params, bool(many)),
            bool(many),
            duration,
            error,
            *project_line(),
        )
    )
