"""Finds functions in Python files of the machine, by reading them: nothing is imported.

The names of the files come from a trace, and a recording is somebody else's: a file that is no ordinary one, is too
big, or is not Python, has no functions.
"""

from __future__ import annotations

import ast
import stat
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

__all__ = ["FunctionLines", "find_function", "find_line"]

MAX_BYTES = 1_000_000
Definition = ast.FunctionDef | ast.AsyncFunctionDef


class FunctionLines(NamedTuple):
    """Where a function is written, its decorators not included."""

    first: int
    last: int


class PythonFile(NamedTuple):
    """What was read of a file."""

    lines: tuple[str, ...]
    functions: Mapping[tuple[str, bool], FunctionLines]
    """By qualified name without ``<locals>``, and by whether it is a coroutine function."""


NOTHING = PythonFile((), {})


def find_function(file: str, name: str, *, is_async: bool = False) -> FunctionLines | None:
    """The lines of a function (``Class.method``, ``function.inner``), if the file can be read and has it."""
    return read(file).functions.get((name, is_async))


def find_line(file: str, function: FunctionLines, beginning: str) -> int:
    """The first line of a function whose code begins so, without regard to blanks; 0 if there is none."""
    lines = read(file).lines[function.first - 1 : function.last]
    return next((function.first + n for n, line in enumerate(lines) if line.lstrip().startswith(beginning)), 0)


def read(file: str) -> PythonFile:
    try:
        facts = Path(file).stat()
    except (OSError, ValueError):
        return NOTHING
    if not stat.S_ISREG(facts.st_mode) or facts.st_size > MAX_BYTES:
        return NOTHING
    return parse(file, facts.st_mtime_ns)


@lru_cache(maxsize=128)
def parse(file: str, modified: int) -> PythonFile:
    """``modified`` is only there to read the file again when it has changed."""
    try:
        content = Path(file).read_text(encoding="utf-8")
        tree = ast.parse(content)
    except (OSError, ValueError, SyntaxError, RecursionError):
        return NOTHING
    functions: dict[tuple[str, bool], FunctionLines] = {}
    for name, node in definitions(tree, ""):
        key = (name, isinstance(node, ast.AsyncFunctionDef))
        functions.setdefault(key, FunctionLines(node.lineno, node.end_lineno or node.lineno))
    return PythonFile(tuple(content.splitlines()), functions)


def definitions(node: ast.AST, outer: str) -> Iterator[tuple[str, Definition]]:
    """Every function below a node, with its name; also those inside ``if`` and the like."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, Definition | ast.ClassDef):
            yield from definitions(child, outer)
            continue
        name = f"{outer}{child.name}"
        if not isinstance(child, ast.ClassDef):
            yield name, child
        yield from definitions(child, f"{name}.")
