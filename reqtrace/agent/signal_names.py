"""Finds what a signal is called: the module that holds it, and the name it has there."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from reqtrace.agent.frames import belongs_to_project
from reqtrace.agent.identity import IdentityMap
from reqtrace.agent.values import attributes_of, dotted_name

names: IdentityMap[str] = IdentityMap()


def signal_name(signal: object) -> str:
    """``django.db.models.signals.post_save``; a signal that no module holds is told by its type."""
    name = names.get(signal)
    if name is None:
        name = find_name(signal) or dotted_name(type(signal))
        names.set(signal, name)
    return name


def find_name(signal: object) -> str:
    for module_name, attributes in likely_modules():
        for name, value in list(attributes.items()):
            if value is signal and type(name) is str:
                return f"{module_name}.{name}"
    return ""


def likely_modules() -> Iterator[tuple[str, dict[str, object]]]:
    """Modules called ``signals`` first, since others import from them; then the project's own."""
    others = []
    for name, module in sorted(sys.modules.items()):
        attributes = attributes_of(module)
        if name.rpartition(".")[2] == "signals":
            yield name, attributes
        else:
            others.append((name, attributes))
    for name, attributes in others:
        file = attributes.get("__file__")
        if type(file) is str and belongs_to_project(file):
            yield name, attributes
