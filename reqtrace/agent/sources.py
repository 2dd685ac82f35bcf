"""Where things are written: file and line from code objects, without reading a file."""

from __future__ import annotations

import functools
from types import CodeType, FunctionType, MethodType
from typing import Any

from reqtrace.agent.values import attributes_of, find_in_class

NOWHERE = ("", 0)
MAX_WRAPPED = 20


def code_of(target: Any) -> tuple[str, int]:
    """File and first line of a function, method, partial or callable object; ``("", 0)`` if it has no Python code."""
    for _ in range(MAX_WRAPPED):
        inner = target.func if type(target) is functools.partial else wrapped_in(target)
        if inner is None:
            break
        target = inner
    code = getattr(getattr(target, "__func__", target), "__code__", None)
    if isinstance(code, CodeType):
        return code.co_filename, code.co_firstlineno
    call = find_in_class(type(target), "__call__")
    code = getattr(call, "__code__", None)
    return (code.co_filename, code.co_firstlineno) if isinstance(code, CodeType) else NOWHERE


def wrapped_in(target: Any) -> Any:
    """What ``functools.wraps`` says is inside; a method says it of its function. ``None`` if nothing is."""
    return attributes_of(target.__func__ if type(target) is MethodType else target).get("__wrapped__")


def source_of_class(kind: type) -> tuple[str, int]:
    """File and line of a class: of its own ``__call__`` if it defines one, else of the class."""
    call = getattr(kind.__dict__.get("__call__"), "__code__", None)
    if isinstance(call, CodeType):
        return call.co_filename, call.co_firstlineno
    codes = [code for code in map(raw_code, kind.__dict__.values()) if code is not None]
    if not codes:
        inherited = next((base for base in kind.__mro__[1:] if base is not object), None)
        return source_of_class(inherited) if inherited is not None else NOWHERE
    first = min(codes, key=lambda code: code.co_firstlineno)
    # Python 3.13 keeps the line of the class statement; before, its first function is the nearest that is known.
    line = kind.__dict__.get("__firstlineno__", first.co_firstlineno)
    return first.co_filename, line if type(line) is int else first.co_firstlineno


def raw_code(attribute: object) -> CodeType | None:
    """The code of a function as it stands in a class body."""
    function = attribute.__func__ if isinstance(attribute, staticmethod | classmethod) else attribute
    return function.__code__ if isinstance(function, FunctionType) else None
