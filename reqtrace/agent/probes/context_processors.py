"""Watches ``RequestContext.bind_template``: which context processors ran, and the names of what they added.

The context manager that it returns is entered and left as ever; the processors run when it is entered. A processor
that raises is not told here: the exception is, with its place.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import Any

from reqtrace.agent.guard import Probe, hide_from_warnings, leave_no_frame
from reqtrace.agent.patches import Patches
from reqtrace.agent.recorder import RequestState, current, get_ident, number_of, perf_counter_ns
from reqtrace.agent.values import attributes_of, dotted_name
from reqtrace.events.kinds import ContextProcessorsRan

RAN = number_of(ContextProcessorsRan)

probe = Probe("context_processors")

known: dict[int, tuple[object, tuple[str, ...]]] = {}
"""The names of each engine's processors, by the ``id`` of the sequence that is kept beside them."""
MAX_KNOWN = 100


def install(context: ModuleType, patches: Patches) -> None:
    """Patch ``RequestContext.bind_template``."""
    patches.replace(context.RequestContext, "bind_template", watch_bind_template)


def watch_bind_template(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def bind_template(self: Any, template: Any) -> Any:
        manager = original(self, template)
        state = current.get()
        return manager if state is None else Binding(manager, state, self, template)

    return bind_template


class Binding:
    """The context manager of one ``bind_template``, timed while it is entered."""

    __slots__ = ("_context", "_manager", "_state", "_template")

    def __init__(self, manager: Any, state: RequestState, context: object, template: object) -> None:
        self._manager = manager
        self._state = state
        self._context = context
        self._template = template

    @hide_from_warnings
    def __enter__(self) -> Any:
        start = perf_counter_ns()
        try:
            result = self._manager.__enter__()
        except BaseException as error:
            leave_no_frame(error)
            raise
        probe.attempt(tell, self._state, self._context, self._template, start)
        return result

    @hide_from_warnings
    def __exit__(self, *failure: Any) -> Any:
        try:
            return self._manager.__exit__(*failure)
        except BaseException as error:
            leave_no_frame(error)
            raise


def tell(state: RequestState, context: object, template: object, start: int) -> None:
    duration = perf_counter_ns() - start
    if not state.has_room():
        return
    attributes = attributes_of(context)
    names = processor_names(attributes_of(attributes_of(template).get("engine")).get("template_context_processors"))
    own = attributes.get("_processors")
    if own:
        names += tuple(map(dotted_name, own))
    added = attributes["dicts"][attributes["_processors_index"]]
    variables = tuple([name for name in added if type(name) is str])
    if get_ident() != state.thread:
        state.hop()
    state.log.append((RAN, start, names, variables, duration))


def processor_names(processors: Any) -> tuple[str, ...]:
    """Dotted paths of an engine's processors (a cached property of it, so always the same tuple)."""
    entry = known.get(id(processors))
    if entry is not None and entry[0] is processors:
        return entry[1]
    names = tuple(map(dotted_name, processors or ()))
    if len(known) >= MAX_KNOWN:
        known.clear()
    known[id(processors)] = (processors, names)
    return names
