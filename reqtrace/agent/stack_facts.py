"""Tells the whole middleware stack as ``reqtrace lint`` judges it: entries, where they are written, settings."""

from __future__ import annotations

import ast
import difflib
import functools
import importlib
import pkgutil
import sys
import tokenize
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from reqtrace.agent.entering import describe_error
from reqtrace.agent.layer_facts import build_layer, describe_layer

__all__ = ["stack_facts"]

PLAIN = (bool, int, float, str, type(None))
LONGEST = 200
"""Characters of a setting that are told; and entries of a list."""


def stack_facts(request: Mapping[str, Any], settings: Any = None) -> dict[str, Any]:
    """``request`` names the settings that are wanted, and whether the site is served by ASGI.

    ``settings`` are Django's own if nothing else is given.
    """
    from django.apps import apps
    from django.conf import settings as settings_in_use

    settings = settings_in_use if settings is None else settings
    middleware = settings.MIDDLEWARE
    facts: dict[str, Any] = {
        "settings": {name: plain(getattr(settings, name)) for name in request["settings"] if hasattr(settings, name)},
        "apps": [config.name for config in apps.get_app_configs()],
        "type": type(middleware).__name__,
        "layers": None,
        "place": list(place_of_list()),
        "lookalike": lookalike(settings),
    }
    if isinstance(middleware, list | tuple):
        places = places_of_entries(middleware)
        facts["layers"] = [
            {**describe_entry(entry, is_asgi=request["is_asgi"], is_built=request["is_built"]), "place": place}
            for entry, place in zip(middleware, places, strict=True)
        ]
    return facts


def lookalike(settings: Any) -> str | None:
    """A list of dotted paths under nearly the name of MIDDLEWARE, which itself is empty."""
    if settings.MIDDLEWARE:
        return None
    names = [name for name in dir(settings) if name.isupper() and name != "MIDDLEWARE"]
    for name in difflib.get_close_matches("MIDDLEWARE", names, n=3, cutoff=0.7):
        value = getattr(settings, name)
        if isinstance(value, list | tuple) and value and all(isinstance(one, str) and "." in one for one in value):
            return name
    return None


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
        return {
            "path": entry,
            "stage": "import",
            "failure": describe_error(error),
            "near": near_names(entry),
            "parts": [describe_entry(part, is_asgi=is_asgi, is_built=is_built) for part in grown_parts(entry)],
        }
    facts = {
        "path": entry,
        "hooks": [hook for hook in HOOKS if hasattr(factory, hook)],
        "is_class": isinstance(factory, type),
        **describe_layer(factory),
    }
    if is_built:
        facts.update(build_layer(factory, is_asgi=is_asgi))
    return {**facts, "stage": "factory" if "failure" in facts else "call" if facts.get("fault") else None}


def near_names(path: str) -> list[str]:
    """Paths that exist where this one does not: a similar name in its module, or its name in a similar module."""
    module_name, _, name = path.rpartition(".")
    if (module := imported(module_name)) is not None:
        names = difflib.get_close_matches(name, callables_in(module), n=2, cutoff=0.7)
        return [f"{module_name}.{other}" for other in names]
    package_name, _, last = module_name.rpartition(".")
    places = getattr(imported(package_name), "__path__", ())
    similar = difflib.get_close_matches(last, [found.name for found in pkgutil.iter_modules(places)], n=2)
    modules = [f"{package_name}.{other}" for other in similar]
    return [f"{other}.{name}" for other in modules if hasattr(imported(other), name)]


def grown_parts(path: str) -> list[str]:
    """The paths that a missing comma made one text of; each can be imported. Empty if it cannot be parted so."""
    names = path.split(".")
    for place in range(1, len(names)):
        module = imported(".".join(names[:place]))
        if module is None:
            break
        for name in sorted(callables_in(module), key=len, reverse=True):
            if names[place].startswith(name) and names[place] != name:
                rest = ".".join([names[place].removeprefix(name), *names[place + 1 :]])
                parts = [rest] if is_importable(rest) else grown_parts(rest)
                if parts:
                    return [".".join([*names[:place], name]), *parts]
    return []


def callables_in(module: ModuleType) -> list[str]:
    return [name for name, value in vars(module).items() if callable(value)]


def is_importable(path: str) -> bool:
    module_name, _, name = path.rpartition(".")
    return callable(getattr(imported(module_name), name, None))


def imported(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except Exception:  # misspelt, or broken: the error of the entry tells that
        return None


# --- where it is written -----------------------------------------------------------------------------------------


def places_of_entries(middleware: Sequence[Any]) -> list[tuple[str, int] | None]:
    """The file and line of each entry, in the settings or the nearest of their neighbours that has it at all.

    An entry that is listed more than once is found at one line after the other; a later list replaces an earlier one.
    """
    waiting: dict[str, list[tuple[str, int]]] = {}
    for file in settings_files():
        here: dict[str, list[tuple[str, int]]] = {}
        for node in ast.walk(tree_of_file(file)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value:
                here.setdefault(node.value, []).append((file, node.lineno))
        for value, lines in here.items():
            waiting.setdefault(value, sorted(lines)[-max(middleware.count(value), 1) :])
    places: list[tuple[str, int] | None] = []
    for entry in middleware:
        lines = waiting.get(entry, []) if isinstance(entry, str) else []
        places.append(lines.pop(0) if len(lines) > 1 else next(iter(lines), None))
    return places


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
    homes = {home for home in (package, name) if home}
    own = [name, *(other for other in list(sys.modules) if other.rpartition(".")[0] in homes and other != name)]
    files = [getattr(sys.modules.get(module), "__file__", None) for module in own]
    return [file for file in files if file and file.endswith(".py")]


@functools.cache
def tree_of_file(file: str) -> ast.AST:
    try:
        with tokenize.open(file) as source:
            return ast.parse(source.read())
    except (OSError, SyntaxError, ValueError):
        return ast.Module(body=[], type_ignores=[])
