"""Wraps the hooks of one middleware instance: hook entered, hook left.

The wrapper is set on the instance, never on the class, and made from the bound attribute the instance gives, so that
static and class methods keep their arguments. A method is wrapped as a method of the same object: Django reads
``middleware_method.__self__`` of template-response hooks, and its debug page shows the method.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial, wraps
from inspect import CO_VARARGS, CO_VARKEYWORDS
from types import FunctionType, MethodType
from typing import Any

from asgiref.sync import iscoroutinefunction

from reqtrace.agent.answers import answer_of
from reqtrace.agent.changes import note_behind, note_headers, note_request, note_response, note_way_in
from reqtrace.agent.gate import HOOK_PLACE, gate
from reqtrace.agent.guard import Probe, hide_from_warnings, leave_no_frame
from reqtrace.agent.known_hooks import KnownHook, known_hook
from reqtrace.agent.probes.layers import stop_noting
from reqtrace.agent.probes.outcomes import tell_exception
from reqtrace.agent.recorder import RequestState, current, get_ident, perf_counter_ns
from reqtrace.agent.values import attributes_of, find_in_class
from reqtrace.events.kinds import HOOKS, Hook, HookEntered, HookLeft, Outcome
from reqtrace.events.steps import StepCode

probe = Probe("hooks")


class HookWatch:
    """What the wrapper of one hook of one layer knows."""

    __slots__ = ("entered", "function", "hook", "known", "layer", "left", "note", "raised", "request_place")

    def __init__(self, layer: int, hook: int, original: Callable[..., Any]) -> None:
        self.layer = layer
        self.hook = hook
        is_method = isinstance(original, MethodType)
        self.function: Callable[..., Any] = original.__func__ if is_method else original  # type: ignore[attr-defined]
        self.request_place = 1 if is_method else 0
        """Position of the request among the arguments of ``function``."""
        self.known = known_hook(original)
        self.note = note_for(self.known, hook)
        """Records what changed on the request while the hook ran."""
        self.entered = StepCode.pack(HookEntered, layer=layer, hook=hook)
        self.left = StepCode.pack(HookLeft, layer=layer, hook=hook)
        """To which outcome and status are added."""
        self.raised = StepCode.pack(HookLeft, layer=layer, hook=hook, outcome=Outcome.raised)


def note_for(known: KnownHook | None, hook: int) -> Callable[[RequestState, object], None]:
    """The cheapest comparison of the request that misses nothing behind this hook."""
    if known is not None:
        return note_behind(known)
    return note_way_in if hook == Hook.process_request else note_request


def watch_hook(original: Callable[..., Any], layer: int, hook: int) -> Callable[..., Any]:
    """The hook with its calls recorded: sync or async, method or function, as it is."""
    watch = HookWatch(layer, hook, original)
    if iscoroutinefunction(original):
        wrapper = watch_async(original, watch)
    elif has_parameters(original, ("self", "request")):
        wrapper = watch_request_hook(original, watch)
    elif has_parameters(original, ("self", "request", "response")):
        wrapper = watch_response_hook(original, watch)
    else:
        wrapper = watch_sync(original, watch)
    wrapper.reqtrace_watch = watch  # type: ignore[attr-defined]
    return MethodType(wrapper, original.__self__) if isinstance(original, MethodType) else wrapper


def has_parameters(original: Callable[..., Any], names: tuple[str, ...]) -> bool:
    """A plain method with just these parameters, whatever way they are passed: its wrapper can have the same."""
    if type(original) is not MethodType or type(original.__func__) is not FunctionType:
        return False
    function = original.__func__
    code = function.__code__
    is_plain = not (code.co_flags & (CO_VARARGS | CO_VARKEYWORDS) or code.co_kwonlyargcount or code.co_posonlyargcount)
    return is_plain and not function.__defaults__ and code.co_varnames[: code.co_argcount] == names


def watch_request_hook(original: Callable[..., Any], watch: HookWatch) -> Callable[..., Any]:
    """``watch_sync`` for ``process_request(self, request)``, written out: it runs for nearly every layer."""
    entered, left, function, note = watch.entered, watch.left, watch.function, watch.note
    only_adds = watch.known is not None and watch.known.only_adds
    get_state, now, ident = current.get, perf_counter_ns, get_ident

    @wraps(original)
    def traced(self: Any, request: Any) -> Any:
        state = get_state()
        if state is None:
            try:
                return function(self, request)
            except BaseException as error:
                leave_no_frame(error)
                raise
        if state.hops and ident() != state.thread:
            state.hop()
        state.log.extend((entered, now()))
        if gate.is_armed:
            gate.pass_by(state, HOOK_PLACE, watch.layer, watch.hook)
        try:
            result = function(self, request)
        except BaseException as error:
            probe.attempt(tell_raised, state, watch, error)
            leave_no_frame(error)
            raise
        code = left
        try:
            if state.notes and not (
                only_adds and request is state.request and len(state.live_attributes) == len(state.attributes)
            ):
                note(state, request)
            if result is not None:
                code += note_response(state, result) if state.notes else answer_of(result)
        except Exception as error:
            stop_noting(state, error)
        state.log.extend((code, now()))
        return result

    return hide_from_warnings(traced)


def watch_response_hook(original: Callable[..., Any], watch: HookWatch) -> Callable[..., Any]:
    """``watch_sync`` for ``process_response(self, request, response)``, written out."""
    entered, left, function, note = watch.entered, watch.left, watch.function, watch.note
    only_adds = watch.known is not None and watch.known.only_adds
    note_answer = note_headers if watch.known is not None and watch.known.is_light else note_response
    get_state, now, ident = current.get, perf_counter_ns, get_ident

    @wraps(original)
    def traced(self: Any, request: Any, response: Any) -> Any:
        state = get_state()
        if state is None:
            try:
                return function(self, request, response)
            except BaseException as error:
                leave_no_frame(error)
                raise
        if state.hops and ident() != state.thread:
            state.hop()
        state.log.extend((entered, now()))
        if gate.is_armed:
            gate.pass_by(state, HOOK_PLACE, watch.layer, watch.hook)
        try:
            result = function(self, request, response)
        except BaseException as error:
            probe.attempt(tell_raised, state, watch, error)
            leave_no_frame(error)
            raise
        code = left
        try:
            if not state.notes:
                code += answer_of(result)
            else:
                if not (only_adds and request is state.request and len(state.live_attributes) == len(state.attributes)):
                    note(state, request)
                code += note_answer(state, result)
        except Exception as error:
            stop_noting(state, error)
        state.log.extend((code, now()))
        return result

    return hide_from_warnings(traced)


def watch_sync(original: Callable[..., Any], watch: HookWatch) -> Callable[..., Any]:
    entered, left, function, request_place = watch.entered, watch.left, watch.function, watch.request_place
    get_state, now, ident, note = current.get, perf_counter_ns, get_ident, watch.note

    @wraps(original)
    def traced(*args: Any, **kwargs: Any) -> Any:
        state = get_state()
        if state is None:
            try:
                return function(*args, **kwargs)
            except BaseException as error:
                leave_no_frame(error)
                raise
        # Under ASGI, MiddlewareMixin runs its hooks in another thread.
        if state.hops and ident() != state.thread:
            state.hop()
        state.log.extend((entered, now()))
        if gate.is_armed:
            gate.pass_by(state, HOOK_PLACE, watch.layer, watch.hook)
        try:
            result = function(*args, **kwargs)
        except BaseException as error:
            probe.attempt(tell_raised, state, watch, error)
            leave_no_frame(error)
            raise
        code = left
        try:
            is_noted = state.notes and len(args) > request_place
            if is_noted:
                note(state, args[request_place])
            if result is not None:
                code += note_response(state, result) if is_noted else answer_of(result)
        except Exception as error:
            stop_noting(state, error)
        state.log.extend((code, now()))
        return result

    return hide_from_warnings(traced)


def watch_async(original: Callable[..., Any], watch: HookWatch) -> Callable[..., Any]:
    function = watch.function

    @wraps(original)
    async def traced(*args: Any, **kwargs: Any) -> Any:
        state = current.get()
        if state is None:
            try:
                return await function(*args, **kwargs)
            except BaseException as error:
                leave_no_frame(error)
                raise
        state.step(watch.entered)
        if gate.is_armed:
            await gate.pass_by_async(state, HOOK_PLACE, watch.layer, watch.hook)
        try:
            result = await function(*args, **kwargs)
        except BaseException as error:
            probe.attempt(tell_raised, state, watch, error)
            leave_no_frame(error)
            raise
        probe.attempt(tell_left, state, watch, args, result)
        return result

    return hide_from_warnings(traced)


def tell_left(state: RequestState, watch: HookWatch, args: tuple[Any, ...], result: object) -> None:
    if state.notes and len(args) > watch.request_place:
        watch.note(state, args[watch.request_place])
        answer = note_response(state, result)
    else:
        answer = answer_of(result)
    state.step(watch.left + answer)


def tell_raised(state: RequestState, watch: HookWatch, error: BaseException) -> None:
    tell_exception(state, error)
    state.step(watch.raised)


def watch_hooks(instance: object, layer: int) -> dict[str, Callable[..., Any]]:
    """Set traced hooks on the instance; returns the original of every hook found, by name.

    An instance that takes no attributes (``__slots__``) keeps its hooks as they are; those Django collects in its
    lists are then wrapped where ``adapt_method_mode`` receives them.
    """
    originals = {}
    for hook, name in enumerate(HOOKS):
        original = find_hook(instance, name)
        if original is None:
            continue
        originals[name] = original
        with contextlib.suppress(AttributeError, TypeError):
            # Past any __setattr__ of the application.
            object.__setattr__(instance, name, watch_hook(original, layer, hook))
    return originals


def find_hook(instance: object, name: str) -> Callable[..., Any] | None:
    """The hook as the instance gives it, without our wrapper; ``None`` if it has none that is plainly a method."""
    own = attributes_of(instance).get(name)
    if own is not None:
        watch = getattr(own, "reqtrace_watch", None)
        hook: Callable[..., Any] = own if watch is None else watch.function
        return MethodType(hook, own.__self__) if watch is not None and isinstance(own, MethodType) else hook
    raw = find_in_class(type(instance), name)
    if not isinstance(raw, FunctionType | MethodType | staticmethod | classmethod | partial):
        return None
    bound: Callable[..., Any] = getattr(instance, name)
    return bound


def is_watched(hook: object) -> bool:
    """The hook carries our wrapper."""
    return getattr(hook, "reqtrace_watch", None) is not None
