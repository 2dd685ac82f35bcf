"""Watches the view call, through what ``BaseHandler.make_view_atomic`` returns."""

from __future__ import annotations

import contextlib
import functools
import weakref
from collections.abc import Callable
from types import FunctionType, MethodType, ModuleType
from typing import Any, NamedTuple

from asgiref.sync import iscoroutinefunction
from django.http.response import (
    FileResponse,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)

from reqtrace.agent import changes
from reqtrace.agent.answers import answer_of, is_response
from reqtrace.agent.gate import VIEW_PLACE, gate
from reqtrace.agent.guard import Probe, hide_from_warnings, leave_no_frame
from reqtrace.agent.patches import Patches
from reqtrace.agent.patterns import class_behind, view_name
from reqtrace.agent.probes.outcomes import tell_exception
from reqtrace.agent.recorder import RequestState, current, get_ident, number_of, perf_counter_ns
from reqtrace.agent.sources import MAX_WRAPPED, code_of, wrapped_in
from reqtrace.agent.values import attributes_of, dotted_name
from reqtrace.events.holds import ANY
from reqtrace.events.kinds import Outcome, ViewEntered, ViewLeft
from reqtrace.events.steps import FLAG_STEP, StepCode

ENTERED = number_of(ViewEntered)
LEFT = StepCode.pack(ViewLeft)
RAISED = StepCode.pack(ViewLeft, outcome=Outcome.raised)
MAX_KNOWN = 2_000
PLAIN_RESPONSES = frozenset({HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse, FileResponse})
"""Classes without ``render``, so that the core hands on what the view returned."""

probe = Probe("views")

METHODS = ("get", "post", "dispatch", "get_queryset", "get_context_data", "setup")
"""Of a class: those by which its place is found."""

METHOD_DECORATOR = {"_multi_decorate": "method_decorator"}
"""The function of ``django.utils.decorators`` that makes the wrapper, and the one that a project calls."""

Description = tuple[str, str, str, int, list[str]]


class Facts(NamedTuple):
    """What is told of a view each time it is called."""

    name: str
    sort: str
    file: str
    line: int
    decorators: list[str]
    is_async: bool
    atomic: list[str]
    actions: dict[str, str]


known: dict[int, tuple[Callable[[], object], Callable[..., Any]]] = {}
"""The wrapper of each view met, by ``id``, with a weak reference that tells whether it still is that view."""


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
        if current.get() is None:
            return callback
        watched = probe.attempt(watched_view, view, callback)
        return callback if watched is None else watched

    return make_view_atomic


def watched_view(view: Any, callback: Any) -> Callable[..., Any]:
    """``callback`` (the view, perhaps inside a transaction) with its calls recorded; made once for each view."""
    if callback is not view:
        return watch_view(view, callback)
    entry = known.get(id(view))
    if entry is not None and entry[0]() is view:
        return entry[1]
    watched = watch_view(view, callback)
    if len(known) >= MAX_KNOWN:
        known.clear()
    with contextlib.suppress(TypeError):
        known[id(view)] = (weakref.ref(view), watched)
    return watched


def watch_view(view: Any, callback: Any) -> Callable[..., Any]:
    """The callback wrapped, sync or async as it is. It keeps the view alive no longer than the chain does."""
    is_async = iscoroutinefunction(callback)
    facts = Facts(
        *describe_view(view), is_async, atomic_aliases(view) if callback is not view else [], actions_of(view)
    )
    # A wrapper in ``known`` must not keep its view alive.
    find = weak_or_strong(callback) if callback is view else lambda: callback
    wrapper = watch_async(find, facts) if is_async else watch_sync(find, facts)
    for name in ("__name__", "__qualname__", "__module__"):
        value = getattr(callback, name, None)
        if type(value) is str:
            setattr(wrapper, name, value)
    return wrapper


def weak_or_strong(callback: Any) -> Callable[[], Any]:
    try:
        return weakref.ref(callback)
    except TypeError:
        return lambda: callback


def watch_sync(find: Callable[[], Any], facts: Facts) -> Callable[..., Any]:
    def view(request: Any, *args: Any, **kwargs: Any) -> Any:
        callback = find()
        state = current.get()
        if state is None:
            try:
                return callback(request, *args, **kwargs)
            except BaseException as error:
                leave_no_frame(error)
                raise
        probe.attempt(tell_entry, state, request, facts)
        if gate.is_armed:
            gate.pass_by(state, VIEW_PLACE, ANY)
        try:
            response = callback(request, *args, **kwargs)
        except BaseException as error:
            probe.attempt(tell_raised, state, request, error)
            leave_no_frame(error)
            raise
        probe.attempt(tell_left, state, request, response)
        return response

    return hide_from_warnings(view)


def watch_async(find: Callable[[], Any], facts: Facts) -> Callable[..., Any]:
    async def view(request: Any, *args: Any, **kwargs: Any) -> Any:
        callback = find()
        state = current.get()
        if state is None:
            try:
                return await callback(request, *args, **kwargs)
            except BaseException as error:
                leave_no_frame(error)
                raise
        probe.attempt(tell_entry, state, request, facts)
        if gate.is_armed:
            await gate.pass_by_async(state, VIEW_PLACE, ANY)
        try:
            response = await callback(request, *args, **kwargs)
        except BaseException as error:
            probe.attempt(tell_raised, state, request, error)
            leave_no_frame(error)
            raise
        probe.attempt(tell_left, state, request, response)
        return response

    return hide_from_warnings(view)


def tell_entry(state: RequestState, request: object, facts: Facts) -> None:
    if get_ident() != state.thread:
        state.hop()
    method = handler_method(request, facts.actions) if facts[1] == "class" else ""
    state.log.append((ENTERED, perf_counter_ns(), *facts[:2], method, *facts[2:-1]))


def tell_left(state: RequestState, request: object, response: object) -> None:
    if state.notes:
        changes.note_request(state, request)
        answer = changes.note_response(state, response)
        state.is_view_fresh = type(response) in PLAIN_RESPONSES and "render" not in attributes_of(response)
    else:
        answer = answer_of(response)
    code = LEFT + answer
    if is_response(answer) and attributes_of(response).get("_is_rendered") is False:
        code += FLAG_STEP
    state.step(code)


def tell_raised(state: RequestState, request: object, error: BaseException) -> None:
    if state.notes:
        changes.note_request(state, request)
    tell_exception(state, error)
    state.step(RAISED)


def describe_view(view: Any) -> Description:
    """Name, sort, file, line and decorators of a view."""
    file, line = code_of(view)
    view_class = class_behind(view)
    if view_class is not None:
        method_file, method_line = class_place(view_class, [*actions_of(view).values(), *METHODS])
        return dotted_name(view_class), "class", method_file or file, method_line or line, decorators_of(view)
    if type(view) is functools.partial:
        return view_name(view), "partial", file, line, []
    sort = "function" if type(view) in (FunctionType, MethodType) else "object"
    return innermost_name(view), sort, file, line, decorators_of(view)


def actions_of(view: Any) -> dict[str, str]:
    """For a view set of Django REST framework: the method of the class for each of HTTP (``{"get": "list"}``)."""
    actions = attributes_of(view).get("actions")
    if type(actions) is not dict:
        return {}
    return {name: method for name, method in actions.items() if type(name) is str and type(method) is str}


def class_place(view_class: type, names: list[str]) -> tuple[str, int]:
    """Where the first of these methods of the class (or of its bases) is written."""
    for base in view_class.__mro__:
        for name in names:
            function = base.__dict__.get(name)
            if isinstance(function, FunctionType):
                return function.__code__.co_filename, function.__code__.co_firstlineno
    return "", 0


def innermost_name(view: Any) -> str:
    for _ in range(MAX_WRAPPED):
        inner = wrapped_in(view)
        if inner is None:
            break
        view = inner
    return dotted_name(view)


def decorators_of(view: Any) -> list[str]:
    """The functions whose wrappers stand around the view, outermost first, as far as ``__wrapped__`` tells."""
    names = []
    for _ in range(MAX_WRAPPED):
        inner = wrapped_in(view)
        if inner is None:
            break
        code = getattr(view, "__code__", None)
        qualname = getattr(code, "co_qualname", "") if code is not None else type(view).__qualname__
        maker = qualname.partition(".<locals>")[0]
        names.append(METHOD_DECORATOR.get(maker, maker))
        view = inner
    return names


def handler_method(request: object, actions: dict[str, str]) -> str:
    """The method of a class-based view that ``View.dispatch`` will choose."""
    method = attributes_of(request).get("method")
    if type(method) is not str:
        return ""
    return actions.get(method.lower(), method.lower())


def atomic_aliases(view: Any) -> list[str]:
    """The databases for which ``make_view_atomic`` opened a transaction, told as it decides it."""
    from django.db import connections

    exempt = attributes_of(view).get("_non_atomic_requests", ())
    return [
        alias for alias, options in connections.settings.items() if options["ATOMIC_REQUESTS"] and alias not in exempt
    ]
