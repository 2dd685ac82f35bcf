"""Wraps methods of backend classes that the settings name, in the class that defines them, when one is first met.

In the class, not as attributes of the instance: Django's ``BaseCache`` asks ``self.get_many.__func__``, tests put a
mock in the place of a class's method, and a method kept by its own instance would be a reference cycle.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any

from reqtrace.agent.patches import Patches

Wrap = Callable[[str, Any], Any]


class BackendClasses:
    """The classes met, and the code of their methods."""

    def __init__(self, patches: Patches, methods: frozenset[str], wrap: Wrap) -> None:
        self._patches = patches
        self._methods = methods
        self._wrap = wrap
        self._met: set[type] = set()
        self._made: dict[Any, Any] = {}
        """Wrapper of each function: the same function in two classes stays the same function."""
        self._wrappers: set[Any] = set()
        self._codes: dict[int, CodeType] = {}

    def meet(self, kind: type) -> None:
        """Wrap the methods of a class and its bases, unless that was done."""
        if kind in self._met:
            return
        for base in reversed(kind.__mro__[:-1]):
            if base not in self._met:
                self._watch(base)
                self._met.add(base)

    def _watch(self, base: type) -> None:
        functions: dict[str, Any] = {name: value for name, value in vars(base).items() if type(value) is FunctionType}
        for name, function in functions.items():
            if function in self._wrappers:
                # The body of the class copied a method of another one that was met before.
                function = function.__wrapped__
                setattr(base, name, function)
            self._codes[id(function.__code__)] = function.__code__
            if name in self._methods:
                self._patches.replace(base, name, functools.partial(self._wrapper, name))

    def _wrapper(self, name: str, function: Any) -> Any:
        # Two threads may meet a class at once.
        if function in self._wrappers:
            return function
        wrapper = self._made.setdefault(function, self._wrap(name, function))
        self._wrappers.add(wrapper)
        return wrapper

    def own(self, code: CodeType) -> bool:
        """The code is that of a method of a backend: what it calls is its own affair."""
        return id(code) in self._codes
