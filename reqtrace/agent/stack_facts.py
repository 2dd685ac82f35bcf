"""Tells the whole middleware stack as ``reqtrace lint`` judges it: entries, where they are written, settings."""

from __future__ import annotations

import ast
import functools
import importlib
import sys
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reqtrace.agent.entering import describe_error
from reqtrace.agent.layer_facts import build_layer, describe_layer

__all__ = ["stack_facts"]

PLAIN = (bool, int, float, str, type(None))
LONGEST = 200
"""Characters of a setting that are told; and entries of a list."""


def stack_facts(request: Mapping[str, Any]) -> dict[str, Any]:
    """``request`` names the settings that are wanted, and whether the site is served by ASGI."""
    from django.apps import apps
    from django.conf import settings

    middleware = settings.MIDDLEWARE
    facts: dict[str, Any] = {
        "settings": {name: plain(getattr(settings, name)) for name in request["settings"] if hasattr(settings, name)},
        "apps": [config.name for config in apps.get_app_configs()],
        "type": type(middleware).__name__,
        "layers": None,
        "place": list(place_of_list()),
    }
    if isinstance(middleware, list | tuple):
        lines = dict(lines_of_entries())
        facts["layers"] = [
            {
                **describe_entry(entry, is_asgi=request["is_asgi"], is_built=request["is_built"]),
                "place": lines.get(entry),
            }
            for entry in middleware
        ]
    return facts


def plain(value: Any) -> Any:
    """A setting as JSON; of an object only its type."""
    if isinstance(value, str):
        return str(value)[:LONGEST]
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(entry) for entry in list(value)[:LONGEST]]
    return {"type": type(value).__name__}


def describe_entry(entry: Any, *, is_asgi: bool, is_built: bool) -> dict[str, Any]:
    from django.utils.module_loading import import_string

    from reqtrace.events.kinds import HOOKS

    if not isinstance(entry, str):
        return {"path": f"{entry!r}"[:LONGEST], "stage": "entry", "type": type(entry).__name__}
    try:
        factory = import_string(entry)
    except Exception as error:  # whatever a module of the project raises is a finding about this entry
        return {"path": entry, "stage": "import", "failure": describe_error(error), "near": near_names(entry)}
    facts = {
        "path": entry,
        "hooks": [hook for hook in HOOKS if hasattr(factory, hook)],
        "is_class": isinstance(factory, type),
        **describe_layer(factory),
    }
    if is_built:
        facts.update(build_layer(factory, is_asgi=is_asgi))
    return {**facts, "stage": "factory" if "failure" in facts else None}


def near_names(path: str) -> list[str]:
    """Names that could have been meant where a module was found but not the name in it."""
    module_name, _, _name = path.rpartition(".")
    try:
        module = importlib.import_module(module_name)
    except Exception:  # then it is the module that is misspelt, or broken; that is told already
        return []
    return [f"{module_name}.{name}" for name, value in vars(module).items() if callable(value) and name[0] != "_"]


# --- where it is written -----------------------------------------------------------------------------------------


def lines_of_entries() -> Iterator[tuple[str, tuple[str, int]]]:
    """Each text of a list in the settings that looks like a dotted path, with its file and line; nearest file last."""
    for file in reversed(settings_files()):
        for node in ast.walk(tree_of_file(file)):
            if isinstance(node, ast.List | ast.Tuple | ast.Call | ast.BinOp):
                for part in ast.walk(node):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str) and "." in part.value:
                        yield part.value, (file, part.lineno)


def place_of_list() -> tuple[str, int]:
    """The file and line where MIDDLEWARE is assigned; the settings file if it cannot be found."""
    files = settings_files()
    for file in files:
        for node in ast.walk(tree_of_file(file)):
            targets: Sequence[ast.expr] = node.targets if isinstance(node, ast.Assign) else ()
            targets = [node.target] if isinstance(node, ast.AnnAssign | ast.AugAssign) else targets
            if any(isinstance(target, ast.Name) and target.id == "MIDDLEWARE" for target in targets):
                return file, node.lineno  # type: ignore[attr-defined]
    return (files[0], 1) if files else ("", 0)


def settings_files() -> list[str]:
    """The file of the settings module, then those of its neighbours that were loaded with it (``base.py``)."""
    from django.conf import settings

    name = getattr(settings, "SETTINGS_MODULE", None) or "__main__"
    package = name.rpartition(".")[0]
    own = [name, *(other for other in sys.modules if package and other.rpartition(".")[0] == package and other != name)]
    files = [getattr(sys.modules.get(module), "__file__", None) for module in own]
    return [file for file in files if file and file.endswith(".py")]


@functools.cache
def tree_of_file(file: str) -> ast.AST:
    try:
        with tokenize.open(file) as source:
            return ast.parse(source.read())
    except (OSError, SyntaxError, ValueError):
        return ast.Module(body=[], type_ignores=[])
