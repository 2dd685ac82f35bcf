"""Finds the syntax tree of a function in its file; nothing is imported or run for it."""

from __future__ import annotations

import ast
import functools
import tokenize
from types import FunctionType
from typing import Any

__all__ = ["FunctionNode", "plain_function", "tree_of"]

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
WRAPPINGS = 20
"""Decorators that are looked through at most."""


def plain_function(target: Any) -> FunctionType | None:
    """The function behind decorators, methods and partials; ``None`` if it is something else."""
    for _ in range(WRAPPINGS):
        if isinstance(target, functools.partial | functools.partialmethod):
            target = target.func
        elif isinstance(target, staticmethod | classmethod):
            target = target.__func__
        elif isinstance(target, FunctionType):
            wrapped = target.__dict__.get("__wrapped__")
            if wrapped is None:
                return target
            target = wrapped
        else:
            break
    return None


def tree_of(function: FunctionType) -> FunctionNode | None:
    """The definition of a function; ``None`` if its file cannot be read or has changed beyond recognition."""
    code = function.__code__
    return definitions_in(code.co_filename).get((code.co_name, code.co_firstlineno))


@functools.lru_cache(maxsize=64)
def definitions_in(file: str) -> dict[tuple[str, int], FunctionNode]:
    """Every function of a file by its name and first line, which is that of its first decorator."""
    try:
        with tokenize.open(file) as source:
            tree = WithoutCasts().visit(ast.parse(source.read()))
    except (OSError, SyntaxError, ValueError, RecursionError):
        return {}
    return {
        (node.name, min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])): node
        for node in ast.walk(tree)
        if isinstance(node, FunctionNode)
    }


class WithoutCasts(ast.NodeTransformer):
    """Puts ``x`` in the place of ``cast(Type, x)``, which does nothing when it runs."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Name(id="cast") | ast.Attribute(attr="cast"), args=[_, value], keywords=[]):
                return value
        return node
