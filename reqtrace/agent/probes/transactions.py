"""Watches the transactions of ``BaseDatabaseWrapper``: begun, committed, rolled back, and savepoints.

``commit`` and ``rollback`` and not ``_commit`` and ``_rollback``, which a backend may write anew (Oracle does); of
savepoints the inner methods, which are reached only where savepoints are allowed. COMMIT and ROLLBACK pass through no
cursor, so they are told here only. Savepoints, and the BEGIN that SQLite needs, are statements as well: those are told
as SQL, too, in front of the step that sent them. A transaction begun on a new connection includes connecting.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from types import ModuleType
from typing import Any

from reqtrace.agent.frames import project_line
from reqtrace.agent.guard import Probe, leave_no_frame
from reqtrace.agent.patches import Patches
from reqtrace.agent.recorder import RequestState, current, get_ident, number_of, perf_counter_ns
from reqtrace.agent.values import attributes_of, dotted_name, plain_text
from reqtrace.events.kinds import TransactionStepped

STEPPED = number_of(TransactionStepped)

ACTIONS = {
    "set_autocommit": "begin",
    "commit": "commit",
    "rollback": "rollback",
    "_savepoint": "savepoint",
    "_savepoint_commit": "savepoint commit",
    "_savepoint_rollback": "savepoint rollback",
}
"""What each method does to a transaction."""

probe = Probe("transactions")


def install(base: ModuleType, patches: Patches) -> None:
    """Patch the methods of ``BaseDatabaseWrapper``."""
    for method, action in ACTIONS.items():
        patches.replace(base.BaseDatabaseWrapper, method, partial(watch_method, action=action))


def watch_method(original: Callable[..., Any], action: str) -> Callable[..., Any]:
    @wraps(original)
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        state = current.get()
        if state is None:
            try:
                return original(self, *args, **kwargs)
            except BaseException as error:
                leave_no_frame(error)
                raise
        start = perf_counter_ns()
        is_step = probe.attempt(will_step, action, self, args, kwargs)
        try:
            result = original(self, *args, **kwargs)
        except BaseException as error:
            if is_step:
                probe.attempt(tell, state, self, action, start, dotted_name(type(error)))
            leave_no_frame(error)
            raise
        if is_step:
            probe.attempt(tell, state, self, action, start, "")
        return result

    return method


def will_step(action: str, database: object, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """The call does something: it begins a transaction where none is open, or ends one on an open connection."""
    attributes = attributes_of(database)
    is_connected = attributes.get("connection") is not None
    if action == "begin":
        autocommit = args[0] if args else kwargs.get("autocommit")
        return autocommit is False and not (is_connected and attributes.get("autocommit") is False)
    return is_connected


def tell(state: RequestState, database: object, action: str, start: int, error: str) -> None:
    duration = perf_counter_ns() - start
    if not state.has_room():
        return
    if get_ident() != state.thread:
        state.hop()
    # The time of the event is the start of the step.
    alias = plain_text(attributes_of(database).get("alias"))
    state.log.append((STEPPED, start, alias, action, duration, error, *project_line()))
