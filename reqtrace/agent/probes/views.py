"""Watches the view call, through what ``BaseHandler.make_view_atomic`` returns."""

from __future__ import annotations

import contextlib
import functools
import weakref
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any

from asgiref.sync import iscoroutinefunction

from reqtrace.agent import changes
from reqtrace.agent.guard import Probe, leave_no_frame
from reqtrace.agent.patches import Patches
from reqtrace.agent.patterns import view_name
from reqtrace.agent.probes.outcomes import outcome_of, tell_exception
from reqtrace.agent.recorder import RequestState, current, get_ident, number_of, perf_counter_ns, recorder
from reqtrace.agent.sources import code_of
from reqtrace.agent.values import attributes_of, dotted_name
from reqtrace.events.kinds import Outcome, ViewEntered, ViewLeft

ENTERED, LEFT = number_of(ViewEntered), number_of(ViewLeft)
RAISED = int(Outcome.raised)
MAX_KNOWN = 2_000

probe = Probe("views")

Description = tuple[str, str, str, int, list[str]]

known: dict[int, tuple[Callable[[], object], Description]] = {}
"""Description of each view met, by ``id``, with a reference that tells whether it still is that view."""


def install(base: ModuleType, patches: Patches) -> None:
    """Patch ``BaseHandler.make_view_atomic``."""
    patches.replace(base.BaseHandler, "make_view_atomic", watch_make_view_atomic)


def watch_make_view_atomic(original: Callable[..., Any]) -> Callable[..., Any]:
    def make_view_atomic(self: Any, view: Any) -> Any:
        try:
            callback = original(self, view)
        except BaseException as error:
            leave_no_frame(error)
            raise
        state = current.get()
        if state is None:
            return callback
        watched = probe.attempt(watch_view, state, view, callback)
        return callback if watched is None else watched

    return make_view_atomic


def watch_view(state: RequestState, view: Any, callback: Any) -> Callable[..., Any]:
    """``callback`` (the view, perhaps inside a transaction) with its call recorded, sync or async as it is.

    The state is held in the closure: the view may be called in another thread or task.
    """
    is_async = iscoroutinefunction(callback)
    facts = (describe_view(view), is_async, atomic_aliases(view) if callback is not view else [])
    wrapper = watch_async(state, callback, facts) if is_async else watch_sync(state, callback, facts)
    for name in ("__name__", "__qualname__", "__module__"):
        value = getattr(callback, name, None)
        if type(value) is str:
            setattr(wrapper, name, value)
    return wrapper


def watch_sync(state: RequestState, callback: Any, facts: Any) -> Callable[..., Any]:
    def view(request: Any, *args: Any, **kwargs: Any) -> Any:
        probe.attempt(tell_entry, state, request, facts)
        try:
            response = callback(request, *args, **kwargs)
        except BaseException as error:
            probe.attempt(tell_raised, state, request, error)
            leave_no_frame(error)
            raise
        probe.attempt(tell_left, state, request, response)
        return response

    return view


def watch_async(state: RequestState, callback: Any, facts: Any) -> Callable[..., Any]:
    async def view(request: Any, *args: Any, **kwargs: Any) -> Any:
        probe.attempt(tell_entry, state, request, facts)
        try:
            response = await callback(request, *args, **kwargs)
        except BaseException as error:
            probe.attempt(tell_raised, state, request, error)
            leave_no_frame(error)
            raise
        probe.attempt(tell_left, state, request, response)
        return response

    return view


def tell_entry(state: RequestState, request: object, facts: tuple[Description, bool, list[str]]) -> None:
    (name, sort, file, line, decorators), is_async, atomic = facts
    method = handler_method(request) if sort == "class" else ""
    row = (ENTERED, perf_counter_ns(), state.number, get_ident())
    recorder.append((*row, name, sort, method, file, line, decorators, is_async, atomic))


def tell_left(state: RequestState, request: object, response: object) -> None:
    note(state, request)
    outcome, status = outcome_of(response)
    if status and state.notes:
        changes.note_response(state, response, status)
    is_unrendered = attributes_of(response).get("_is_rendered") is False
    recorder.append((LEFT, perf_counter_ns(), state.number, get_ident(), outcome, status, is_unrendered))


def tell_raised(state: RequestState, request: object, error: BaseException) -> None:
    note(state, request)
    tell_exception(state, error)
    recorder.append((LEFT, perf_counter_ns(), state.number, get_ident(), RAISED, 0, False))


def note(state: RequestState, request: object) -> None:
    if state.notes:
        changes.note_request(state, request)


def describe_view(view: Any) -> Description:
    """Name, sort, file, line and decorators of a view; worked out once for each view object."""
    entry = known.get(id(view))
    if entry is not None and entry[0]() is view:
        return entry[1]
    description = look_at_view(view)
    if len(known) >= MAX_KNOWN:
        known.clear()
    with contextlib.suppress(TypeError):
        known[id(view)] = (weakref.ref(view), description)
    return description


def look_at_view(view: Any) -> Description:
    file, line = code_of(view)
    view_class = attributes_of(view).get("view_class")
    if view_class is not None:
        method_file, method_line = class_place(view_class)
        return dotted_name(view_class), "class", method_file or file, method_line or line, decorators_of(view)
    if type(view) is functools.partial:
        return view_name(view), "partial", file, line, []
    sort = "function" if isinstance(view, FunctionType) else "object"
    return innermost_name(view), sort, file, line, decorators_of(view)


def class_place(view_class: type) -> tuple[str, int]:
    """Where the first handler method of the class (or of its bases) is written."""
    for base in view_class.__mro__:
        for name in ("get", "post", "dispatch", "get_queryset", "get_context_data", "setup"):
            function = base.__dict__.get(name)
            if isinstance(function, FunctionType):
                return function.__code__.co_filename, function.__code__.co_firstlineno
    return "", 0


def innermost_name(view: Any) -> str:
    for _ in range(20):
        inner = attributes_of(view).get("__wrapped__")
        if inner is None:
            break
        view = inner
    return dotted_name(view)


def decorators_of(view: Any) -> list[str]:
    """The functions whose wrappers stand around the view, outermost first, as far as ``__wrapped__`` tells."""
    names = []
    for _ in range(20):
        inner = attributes_of(view).get("__wrapped__")
        if inner is None:
            break
        code = getattr(view, "__code__", None)
        qualname = getattr(code, "co_qualname", "") if code is not None else type(view).__qualname__
        names.append(qualname.partition(".<locals>")[0])
        view = inner
    return names


def handler_method(request: object) -> str:
    """The method of a class-based view that ``View.dispatch`` will choose."""
    method = attributes_of(request).get("method")
    return method.lower() if type(method) is str else ""


def atomic_aliases(view: Any) -> list[str]:
    """The databases for which ``make_view_atomic`` opened a transaction, told as it decides it."""
    from django.db import connections

    exempt = attributes_of(view).get("_non_atomic_requests", ())
    return [
        alias for alias, options in connections.settings.items() if options["ATOMIC_REQUESTS"] and alias not in exempt
    ]
