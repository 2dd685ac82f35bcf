"""Watches ``BaseHandler.load_middleware``: which layers there are, which hooks they have, what is left out.

While a chain is loaded, ``import_string`` gives a stand-in factory that builds the real middleware, and
``convert_exception_to_response``, through which every layer of every shape passes, gives a traced layer. Both are
module globals of ``django.core.handlers.base`` that only ``load_middleware`` uses. Other tools replace
``import_string`` to put middleware of their own around each one, so the stand-in is made further in, in
``cached_import``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from types import FunctionType, MethodType, ModuleType
from typing import Any
from weakref import WeakKeyDictionary

from asgiref.sync import AsyncToSync, SyncToAsync, iscoroutinefunction
from django.utils import module_loading

from reqtrace.agent.guard import Probe, hide_from_warnings, leave_no_frame
from reqtrace.agent.patches import Patches
from reqtrace.agent.probes.hooks import is_watched, watch_hook, watch_hooks
from reqtrace.agent.probes.layers import LayerWatch, watch_layer
from reqtrace.agent.probes.outcomes import message_of
from reqtrace.agent.probes.settings import tell_settings
from reqtrace.agent.recorder import perf_counter_ns, recorder
from reqtrace.agent.sources import code_of, source_of_class
from reqtrace.agent.values import dotted_name, find_in_class
from reqtrace.events.kinds import (
    CORE_LAYER,
    HOOKS,
    ChainFailed,
    ChainLoaded,
    ChainLoading,
    LayerFailed,
    LayerLoaded,
    LayerSkipped,
)

COLLECTED = ("process_view", "process_template_response", "process_exception")
"""The hooks that ``load_middleware`` keeps in lists, in the order in which it asks a layer for them."""

probe = Probe("chain")

chains: WeakKeyDictionary[object, int] = WeakKeyDictionary()
"""Number of the chain of each handler instance."""


class Loading:
    """One run of ``load_middleware``; runs may be nested (a middleware that builds a handler of its own)."""

    def __init__(self, handler: object, is_async: bool, middleware: tuple[str, ...]) -> None:
        self.chain = recorder.next_chain()
        self.middleware = middleware
        # load_middleware walks MIDDLEWARE from its end; before the first layer the core passes.
        self.layer = len(middleware)
        self.import_started = 0
        """When ``import_string`` was called for a layer whose factory is not there yet; 0 otherwise."""
        self.instance: object = None
        """What the factory of this layer built; another tool may have put it inside of something else."""
        self.facts: dict[str, Any] = {}
        self.hooks: dict[str, Callable[..., Any]] = {}
        self.collected: set[str] = set()
        """The hooks of this layer that were watched on their way into Django's lists."""
        chains[handler] = self.chain
        recorder.fact(ChainLoading, self.chain, type(handler).__name__, is_async, list(middleware))

    @property
    def path(self) -> str:
        return self.middleware[self.layer]

    def next_layer(self) -> None:
        self.layer -= 1
        self.import_started = perf_counter_ns()
        self.instance = None
        self.facts = {}
        self.hooks = {}
        self.collected = set()

    def failed(self, error: BaseException) -> None:
        """Loading ended here: at a layer, if one was being built."""
        if 0 <= self.layer < len(self.middleware):
            name, message = dotted_name(type(error)), message_of(error)
            recorder.fact(LayerFailed, self.chain, self.layer, self.path, name, message)
        recorder.fact(ChainFailed, self.chain, dotted_name(type(error)), message_of(error))


loading: ContextVar[Loading | None] = ContextVar("reqtrace_loading", default=None)


def install(base: ModuleType, patches: Patches) -> None:
    """Patch ``BaseHandler.load_middleware``, ``adapt_method_mode`` and two module globals."""
    patches.replace(base.BaseHandler, "load_middleware", watch_load_middleware)
    patches.replace(base.BaseHandler, "adapt_method_mode", watch_adapt_method_mode)
    patches.replace(base, "import_string", watch_import_string)
    patches.replace(base, "convert_exception_to_response", watch_convert)
    patches.replace(module_loading, "cached_import", watch_cached_import)


def watch_load_middleware(original: Callable[..., None]) -> Callable[..., None]:
    def load_middleware(self: Any, is_async: bool = False) -> None:
        run = probe.attempt(begin_loading, self, is_async)
        if run is None:
            try:
                return original(self, is_async)
            except BaseException as error:
                leave_no_frame(error)
                raise
        previous = loading.get()
        loading.set(run)
        try:
            original(self, is_async)
        except BaseException as error:
            probe.attempt(run.failed, error)
            leave_no_frame(error)
            raise
        finally:
            loading.set(previous)
        probe.attempt(end_loading, self, run)
        return None

    return load_middleware


def begin_loading(handler: object, is_async: bool) -> Loading | None:
    from django.conf import settings

    middleware = settings.MIDDLEWARE
    if not isinstance(middleware, list | tuple) or not all(type(path) is str for path in middleware):
        return None
    return Loading(handler, is_async, tuple(middleware))


def end_loading(handler: Any, run: Loading) -> None:
    lists = (
        handler._view_middleware,
        handler._template_response_middleware,
        handler._exception_middleware,
    )
    recorder.fact(ChainLoaded, run.chain, *[[layer_of(hook) for hook in hooks] for hooks in lists])
    tell_settings()


def layer_of(hook: object) -> int:
    """The layer a collected hook belongs to, seen through ``adapt_method_mode``'s wrapper; -2 if unknown."""
    if isinstance(hook, SyncToAsync):
        hook = hook.func
    elif isinstance(hook, AsyncToSync):
        hook = hook.awaitable
    watch = getattr(hook, "reqtrace_watch", None)
    return watch.layer if watch is not None else -2


def watch_import_string(original: Callable[[str], Any]) -> Callable[[str], Any]:
    def import_string(dotted_path: str) -> Any:
        run = loading.get()
        if run is None:
            try:
                return original(dotted_path)
            except BaseException as error:
                leave_no_frame(error)
                raise
        run.next_layer()
        try:
            factory = original(dotted_path)
        except BaseException as error:
            leave_no_frame(error)
            raise
        return imported(run, factory, run.import_started)

    return import_string


def watch_cached_import(original: Callable[[str, str], Any]) -> Callable[[str, str], Any]:
    def cached_import(module_path: str, class_name: str) -> Any:
        run = loading.get()
        if run is None or not run.import_started:
            try:
                return original(module_path, class_name)
            except BaseException as error:
                leave_no_frame(error)
                raise
        # What the module itself imports while it is executed is no layer.
        started, run.import_started = run.import_started, 0
        try:
            factory = original(module_path, class_name)
        except BaseException as error:
            leave_no_frame(error)
            raise
        return imported(run, factory, started)

    return cached_import


def imported(run: Loading, factory: Any, started: int) -> Any:
    """The stand-in for a layer's factory; the factory itself if it is no layer's, or already a stand-in."""
    if not started:
        return factory
    run.import_started = 0
    run.facts["import_time"] = perf_counter_ns() - started
    stand_in = probe.attempt(make_stand_in, factory, run)
    return factory if stand_in is None else stand_in


def make_stand_in(factory: Any, run: Loading) -> Callable[..., Any]:
    """A function that builds the middleware as the factory would, and sets traced hooks on what it returns."""
    run.facts.update(describe_factory(factory))

    def middleware(get_response: Any) -> Any:
        started = perf_counter_ns()
        try:
            instance = factory(get_response)
        except BaseException as error:
            probe.attempt(tell_unbuilt, run, error)
            leave_no_frame(error)
            raise
        run.facts["init_time"] = perf_counter_ns() - started
        probe.attempt(look_at_instance, run, instance, get_response)
        return instance

    for name in ("__name__", "__qualname__", "__module__", "__doc__", "sync_capable", "async_capable"):
        with contextlib.suppress(AttributeError, TypeError):
            setattr(middleware, name, getattr(factory, name))
    return hide_from_warnings(middleware)


def tell_unbuilt(run: Loading, error: BaseException) -> None:
    if dotted_name(type(error)) == "django.core.exceptions.MiddlewareNotUsed":
        recorder.fact(LayerSkipped, run.chain, run.layer, run.path, message_of(error))


def describe_factory(factory: Any) -> dict[str, Any]:
    target = factory.func if type(factory) is partial else factory
    shape = "object"
    if type(factory) is partial:
        shape = "partial"
    elif isinstance(target, type):
        shape = "class"
    elif isinstance(target, FunctionType):
        shape = "function"
    name = getattr(target, "__qualname__", None) or type(target).__qualname__
    return {
        "name": name.rpartition(".")[2],
        "shape": shape,
        "sync_capable": bool(getattr(factory, "sync_capable", True)),
        "async_capable": bool(getattr(factory, "async_capable", False)),
    }


def look_at_instance(run: Loading, instance: object, get_response: object) -> None:
    """Before Django looks for hooks on the instance, put the traced ones there."""
    run.instance = instance
    run.hooks = watch_hooks(instance, run.layer)
    adapted = {SyncToAsync: "sync_to_async", AsyncToSync: "async_to_sync"}
    run.facts["adapted"] = adapted.get(type(get_response), "")


def watch_convert(original: Callable[..., Any]) -> Callable[..., Any]:
    def convert_exception_to_response(get_response: Any) -> Any:
        inner = original(get_response)
        run = loading.get()
        if run is None:
            return inner
        traced = probe.attempt(make_layer, run, get_response, inner)
        return inner if traced is None else traced

    return convert_exception_to_response


def make_layer(run: Loading, instance: Any, inner: Any) -> Any:
    if run.layer == len(run.middleware):
        return watch_layer(inner, LayerWatch(CORE_LAYER, is_all_hooks=False))
    if run.instance is not None:
        instance = run.instance
    is_mixin_call = calls_only_hooks(instance)
    tell_layer(run, instance, iscoroutinefunction(inner), is_mixin_call)
    return watch_layer(
        inner,
        LayerWatch(
            run.layer, is_all_hooks=is_mixin_call, begins_with_hook=is_mixin_call and "process_request" in run.hooks
        ),
    )


def calls_only_hooks(instance: object) -> bool:
    """``__call__`` is ``MiddlewareMixin``'s and both of its hooks are watched, so they show all the layer does."""
    from django.utils.deprecation import MiddlewareMixin

    if find_in_class(type(instance), "__call__") is not MiddlewareMixin.__call__:
        return False
    if find_in_class(type(instance), "__acall__") is not MiddlewareMixin.__acall__:
        return False
    names = ("process_request", "process_response")
    return all(is_watched(getattr(instance, name)) for name in names if find_in_class(type(instance), name))


def tell_layer(run: Loading, instance: object, is_async: bool, is_mixin_call: bool) -> None:
    facts = run.facts
    hooks = []
    for name in HOOKS:
        if name in run.hooks:
            hook = run.hooks[name]
            hooks.append([name, *code_of(hook), iscoroutinefunction(hook)])
    file, line = code_of(instance) if facts["shape"] != "class" else source_of_class(type(instance))
    recorder.fact(
        LayerLoaded,
        run.chain,
        run.layer,
        run.path,
        facts["name"],
        facts["shape"],
        file,
        line,
        hooks,
        facts["sync_capable"],
        facts["async_capable"],
        is_async,
        facts.get("adapted", ""),
        facts.get("import_time", 0),
        facts.get("init_time", 0),
        is_mixin_call,
    )


def watch_adapt_method_mode(original: Callable[..., Any]) -> Callable[..., Any]:
    def adapt_method_mode(self: Any, is_async: bool, method: Any, *args: Any, **kwargs: Any) -> Any:
        run = loading.get()
        if run is not None and not is_watched(method):
            method = probe.attempt(watch_collected_hook, run, method) or method
        return original(self, is_async, method, *args, **kwargs)

    return adapt_method_mode


def watch_collected_hook(run: Loading, method: Any) -> Any:
    """A hook of an instance that takes no attributes, on its way into one of the three lists."""
    if not isinstance(method, FunctionType | MethodType | partial):
        return None
    # Not by __name__, which says how the function was written, not what the class calls it.
    name = next((name for name in COLLECTED if name not in run.collected and run.hooks.get(name) == method), None)
    if name is None:
        return None
    run.collected.add(name)
    return watch_hook(method, run.layer, HOOKS.index(name))
