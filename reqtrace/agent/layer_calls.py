"""Tells whether a middleware that was built can answer a request at all: Django finds out only when one comes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from types import FunctionType
from typing import Any

from asgiref.sync import iscoroutinefunction

from reqtrace.agent.layer_facts import UNCHANGING, inherited, own_parts, returned_functions
from reqtrace.agent.request_uses import is_none
from reqtrace.agent.source_tree import FunctionNode, plain_function, tree_of
from reqtrace.agent.values import find_in_class

__all__ = ["call_fault"]


def call_fault(factory: Any, layer: Any) -> dict[str, Any] | None:
    """What makes every request through this layer fail, as sort, name and place; ``None`` if nothing is known to."""
    name = getattr(factory, "__qualname__", type(layer).__qualname__)
    if not callable(layer):
        return {"sort": "no-call", "name": name, "file": "", "line": 0}
    # With async_capable the mode, and whether a call that is not marked is awaited, depends on the layers around it.
    if not getattr(factory, "async_capable", False) and is_coroutine(layer):
        return {"sort": "async", "name": name, "file": "", "line": 0}
    for function, node in answering_functions(factory):
        if returns_nothing(node):
            place = {"file": function.__code__.co_filename, "line": node.lineno}
            return {"sort": "no-return", "name": node.name, **place}
    return None


def is_coroutine(layer: Any) -> bool:
    """Calling it gives a coroutine, whether it is marked so or not."""
    return bool(iscoroutinefunction(layer) or iscoroutinefunction(find_in_class(type(layer), "__call__")))


def answering_functions(factory: Any) -> Iterator[tuple[FunctionType, FunctionNode]]:
    """The functions of a layer that have to give back a response, as far as their source says all of what they do."""
    if isinstance(factory, type):
        call = inherited(factory, "__call__")
        is_mixin_call = call is not None and call.__module__ == UNCHANGING
        function = inherited(factory, "process_response") if is_mixin_call else call
        if function is not None and (node := tree_of(function)) is not None and not node.decorator_list:
            yield function, node
        return
    function = plain_function(factory)
    node = tree_of(function) if function is not None else None
    if function is not None and node is not None:
        siblings = {part.name: part for part in own_parts(node) if isinstance(part, FunctionNode)}
        for name in returned_functions(node, siblings):
            if not siblings[name].decorator_list:
                yield function, siblings[name]


def returns_nothing(node: FunctionNode) -> bool:
    """It comes to its end on some way, and gives back a value on none."""
    if isinstance(node.body[-1], ast.Raise):
        return False
    for part in own_parts(node):
        if isinstance(part, ast.Yield | ast.YieldFrom):
            return False
        if isinstance(part, ast.Return) and part.value is not None and not is_none(part.value):
            return False
    return True
