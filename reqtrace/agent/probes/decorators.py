"""Watches the middleware that ``decorator_from_middleware`` puts around single functions: hooks outside every chain.

``csrf_protect``, ``cache_page``, ``gzip_page`` and ``conditional_page`` are made so, and ``requires_csrf_token`` of
each default error page. The decorator builds its middleware through a stand-in factory and then holds a stand-in for
it, from which it takes the hooks; the middleware itself and its class are as they would be. Nothing is set on the
instance: one that holds its own hooks lives until the garbage collector comes, and ``method_decorator`` makes a new one
for every request. A hook that the middleware calls by itself is seen as part of the one that called it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from types import ModuleType
from typing import Any

from reqtrace.agent.guard import Probe, hide_from_warnings, leave_no_frame
from reqtrace.agent.patches import Patches
from reqtrace.agent.recorder import current
from reqtrace.events.kinds import HOOKS

probe = Probe("decorators")


def install(decorators: ModuleType, patches: Patches) -> None:
    """Patch ``make_middleware_decorator``, to which both makers of decorators go."""
    patches.replace(decorators, "make_middleware_decorator", watch_make_middleware_decorator)


def watch_make_middleware_decorator(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def make_middleware_decorator(middleware_class: Any) -> Any:
        return original(Factory(middleware_class))

    return make_middleware_decorator


class Factory:
    """Builds a decorator's middleware as its class would, and gives a stand-in for it."""

    __slots__ = ("_middleware_class",)

    def __init__(self, middleware_class: Any) -> None:
        self._middleware_class = middleware_class

    def __repr__(self) -> str:
        # Debug pages show the variables of the decorator's functions.
        return repr(self._middleware_class)

    @hide_from_warnings
    def __call__(self, *args: Any, **kwargs: Any) -> StandIn:
        try:
            return StandIn(self._middleware_class(*args, **kwargs))
        except BaseException as error:
            leave_no_frame(error)
            raise


class StandIn:
    """What a decorator holds in place of its middleware: it gives what the middleware gives, hooks with recording."""

    __slots__ = ("_middleware",)

    def __init__(self, middleware: Any) -> None:
        self._middleware = middleware

    def __repr__(self) -> str:
        return repr(self._middleware)

    @hide_from_warnings
    def __getattr__(self, name: str) -> Any:
        try:
            value = getattr(self._middleware, name)
        except BaseException as error:
            leave_no_frame(error)
            raise
        if current.get() is None or name not in HOOKS:
            return value
        # Not imported above: decorators may be imported before django.http is.
        from reqtrace.agent.probes.decorator_hooks import run_hook

        return partial(run_hook, value, type(self._middleware), HOOKS.index(name))
