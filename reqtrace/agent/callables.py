"""Names what is called, whatever sort of callable it is; nothing of the application's is asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import (
    BuiltinFunctionType,
    ClassMethodDescriptorType,
    FunctionType,
    MethodDescriptorType,
    MethodType,
    MethodWrapperType,
    WrapperDescriptorType,
)
from typing import Any

from asgiref.sync import AsyncToSync, SyncToAsync

from reqtrace.agent.values import attributes_of, dotted_name

MAX_WRAPPED = 20
IN_C = (BuiltinFunctionType, MethodWrapperType)
"""Bound to what they are called on, or to their module."""
IN_C_UNBOUND = (MethodDescriptorType, WrapperDescriptorType, ClassMethodDescriptorType)


def callable_name(target: Any) -> str:
    """Dotted name of the function that a call runs, of a class, or of ``__call__`` of any other object.

    A partial, and a wrapper of asgiref's, is named after what is inside it.
    """
    for _ in range(MAX_WRAPPED):
        inside = what_it_calls(target)
        if inside is None:
            break
        target = inside
    kind = type(target)
    if kind is FunctionType or issubclass(kind, type):
        return dotted_name(target)
    if kind in IN_C:
        return name_in_c(target, target.__self__)
    if kind in IN_C_UNBOUND:
        return f"{dotted_name(target.__objclass__)}.{target.__name__}"
    return copied_name(target) or f"{dotted_name(kind)}.__call__"


def what_it_calls(target: Any) -> Any:
    """What is inside of a callable whose own name would say nothing; ``None`` if it is none of these."""
    kind = type(target)
    if kind is MethodType:
        return target.__func__
    if issubclass(kind, partial):
        # Past what a subclass may have made of the attribute.
        return partial.func.__get__(target)
    if kind is SyncToAsync:
        return attributes_of(target).get("func")
    return attributes_of(target).get("awaitable") if kind is AsyncToSync else None


def name_in_c(target: Callable[..., Any], owner: object) -> str:
    """Of ``len``, of ``[].append``, of ``datetime.now``; a method says its class, but not the module of that."""
    module = target.__module__ if type(target) is BuiltinFunctionType else None
    if type(module) is str:
        return f"{module}.{target.__qualname__}"
    kind = owner if issubclass(type(owner), type) else type(owner)
    return f"{dotted_name(kind)}.{target.__name__}"


def copied_name(target: object) -> str:
    """The name that ``functools.update_wrapper`` has given to an object (``lru_cache``); empty if it has none."""
    attributes = attributes_of(target)
    module, qualname = attributes.get("__module__"), attributes.get("__qualname__")
    return f"{module}.{qualname}" if type(module) is str and type(qualname) is str else ""
