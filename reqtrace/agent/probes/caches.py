"""Watches the caches of ``django.core.cache.caches``: each use once, whatever it is made of.

``CacheHandler.create_connection`` shows the caches and their names. Their methods are wrapped in the classes
(``reqtrace.agent.backends``), so ``get_or_set``, which uses ``get`` and ``add``, calls wrappers, too: what a method of
a cache calls is part of it, what it calls back (a ``default``) is not. An async method ends up in a sync one in another
thread, so there the context tells.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from contextvars import ContextVar
from types import FrameType, FunctionType, ModuleType
from typing import Any

import asgiref.sync
from asgiref.sync import iscoroutinefunction

from reqtrace.agent.backends import BackendClasses
from reqtrace.agent.cache_facts import METHODS, count_hits, method_name, note_keys
from reqtrace.agent.frames import project_line
from reqtrace.agent.guard import Probe, leave_no_frame
from reqtrace.agent.identity import IdentityMap
from reqtrace.agent.patches import Patches
from reqtrace.agent.recorder import RequestState, current, get_ident, number_of, perf_counter_ns
from reqtrace.agent.values import REDACTED, dotted_name
from reqtrace.events.kinds import CacheCalled

CALLED = number_of(CacheCalled)
SESSION_STORES = tuple(os.path.join("contrib", "sessions", "backends", f"{name}.py") for name in ("cache", "cached_db"))
"""Files whose cache keys are session keys, whatever prefix they have."""

probe = Probe("caches")
names: IdentityMap[tuple[str, str]] = IdentityMap()
"""Alias and class of each cache that ``caches`` made."""


class Use:
    """One use of a cache that has begun."""

    __slots__ = ("alias", "backend", "is_async", "is_session", "operation", "outer", "parts", "start", "state")

    def __init__(self, state: RequestState, name: tuple[str, str], operation: str, outer: Use | None) -> None:
        self.state = state
        self.alias, self.backend = name
        self.operation = operation
        self.outer = outer
        self.is_async = operation.startswith("a") and operation != "add"
        self.is_session = False
        self.parts: set[str] = set()
        """What it is made of."""
        self.start = perf_counter_ns()


using: ContextVar[Use | None] = ContextVar("reqtrace_cache", default=None)
"""The use under way. Put back by setting the one before: a token would not survive another context."""


def install(cache_module: ModuleType, patches: Patches) -> None:
    """Patch ``CacheHandler.create_connection`` and the methods every cache has."""

    def wrap(name: str, original: Any) -> Any:
        make = watch_async if iscoroutinefunction(original) else watch_sync
        return make(original, method_name(name), classes)

    classes = BackendClasses(patches, METHODS, wrap)
    classes.meet(cache_module.BaseCache)

    def watch_create_connection(original: Callable[..., Any]) -> Callable[..., Any]:
        def create_connection(self: Any, alias: Any) -> Any:
            try:
                cache = original(self, alias)
            except BaseException as error:
                leave_no_frame(error)
                raise
            probe.attempt(meet, classes, cache, alias)
            return cache

        return create_connection

    patches.replace(cache_module.CacheHandler, "create_connection", watch_create_connection)


def meet(classes: BackendClasses, cache: object, alias: object) -> None:
    kind = type(cache)
    classes.meet(kind)
    names.set(cache, (alias if type(alias) is str else "", dotted_name(kind)))


def watch_sync(original: FunctionType, operation: str, classes: BackendClasses) -> Callable[..., Any]:
    @functools.wraps(original)
    def method(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        use = None if current.get() is None else probe.attempt(begin, self, operation, classes)
        try:
            result = original(self, *args, **kwargs)
        except BaseException as error:
            if use is not None:
                probe.attempt(tell_raised, use, args, kwargs, error)
            leave_no_frame(error)
            raise
        if use is not None:
            probe.attempt(tell_result, use, args, kwargs, result)
        return result

    return method


def watch_async(original: FunctionType, operation: str, classes: BackendClasses) -> Callable[..., Any]:
    @functools.wraps(original)
    async def method(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        use = None if current.get() is None else probe.attempt(begin, self, operation, classes)
        try:
            result = await original(self, *args, **kwargs)
        except BaseException as error:
            if use is not None:
                probe.attempt(tell_raised, use, args, kwargs, error)
            leave_no_frame(error)
            raise
        if use is not None:
            probe.attempt(tell_result, use, args, kwargs, result)
        return result

    return method


def begin(cache: object, operation: str, classes: BackendClasses) -> Use | None:
    """The use that begins here, or ``None`` if it is part of another, or no cache of ``caches``."""
    name = names.get(cache)
    state = current.get()
    if name is None or state is None:
        return None
    # Past this function, ``Probe.attempt`` and the wrapper.
    caller = sys._getframe(3)
    outer = using.get()
    if is_part(caller, outer, classes):
        if outer is not None:
            outer.parts.add(operation)
        return None
    use = Use(state, name, operation, outer)
    use.is_session = caller.f_code.co_filename.endswith(SESSION_STORES)
    using.set(use)
    return use


def is_part(caller: FrameType, outer: Use | None, classes: BackendClasses) -> bool:
    """A method of a cache called another one, itself or through a thread."""
    code = caller.f_code
    if classes.own(code):
        return True
    return outer is not None and outer.is_async and code.co_filename == asgiref.sync.__file__


def tell_result(use: Use, args: tuple[Any, ...], kwargs: dict[str, Any], result: object) -> None:
    tell(use, args, kwargs, count_hits(use.operation, args, kwargs, result, use.parts), "")


def tell_raised(use: Use, args: tuple[Any, ...], kwargs: dict[str, Any], error: BaseException) -> None:
    tell(use, args, kwargs, -1, dotted_name(type(error)))


def tell(use: Use, args: tuple[Any, ...], kwargs: dict[str, Any], hits: int, error: str) -> None:
    duration = perf_counter_ns() - use.start
    using.set(use.outer)
    state = use.state
    if not state.has_room():
        return
    raw, keys = note_keys(args, kwargs)
    if get_ident() != state.thread:
        state.hop()
    # The time of the event is the start of the use; the sender makes the key fit to be shown (``late``).
    state.log.append(
        (
            CALLED,
            use.start,
            use.alias,
            use.backend,
            use.operation,
            (REDACTED,) if use.is_session else raw,
            hits,
            keys,
            duration,
            error,
            *project_line(),
        )
    )
