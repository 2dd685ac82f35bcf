"""Numbers and describes URL patterns without running their code."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from types import ModuleType
from typing import Any

from reqtrace.agent.values import attributes_of, dotted_name, plain_text

Description = tuple[int, str, str, str, str]


class PatternNumbers:
    """Gives every URL pattern or resolver of this process a number, and says once what it is."""

    def __init__(self) -> None:
        # The pattern is kept beside its number, so that an id is never used for two.
        self._numbers: dict[int, tuple[int, object]] = {}
        self._unsent: list[Description] = []

    def numbers(self, path: Iterable[object]) -> tuple[int, ...]:
        """The numbers of the patterns on one path, outermost first."""
        return tuple([self._number(pattern) for pattern in path])

    def introductions(self) -> list[Description]:
        """Descriptions of the patterns numbered since the last call."""
        unsent, self._unsent = self._unsent, []
        return unsent

    def _number(self, pattern: object) -> int:
        known = self._numbers.get(id(pattern))
        if known is not None:
            return known[0]
        number = len(self._numbers) + 1
        self._numbers[id(pattern)] = (number, pattern)
        self._unsent.append((number, *describe_pattern(pattern)))
        return number


def describe_pattern(pattern: object) -> tuple[str, str, str, str]:
    """Sort, text, name and target of a ``URLPattern`` or ``URLResolver``.

    ``str(pattern)`` is not asked: for a translated route or a language prefix it runs code and depends on the
    active language.
    """
    attributes = attributes_of(pattern)
    route = attributes.get("pattern")
    sort, text = describe_route(route)
    if "urlconf_name" in attributes:
        if sort != "i18n":
            sort = "include"
        name = attributes.get("namespace") or attributes.get("app_name") or ""
        return sort, text, plain_text(name), urlconf_name(attributes["urlconf_name"])
    return sort, text, plain_text(attributes.get("name")), view_name(attributes.get("callback"))


def describe_route(route: object) -> tuple[str, str]:
    attributes = attributes_of(route)
    if "_route" in attributes:
        return "path", plain_text(attributes["_route"], "<translated>")
    if "_regex" in attributes:
        return "re_path", plain_text(attributes["_regex"], "<translated>")
    return ("i18n", "") if "prefix_default_language" in attributes else ("path", f"<{type(route).__name__}>")


def urlconf_name(urlconf: Any) -> str:
    """Dotted path of an included URLconf: it may be given as text, as a module, or as a list of patterns."""
    if type(urlconf) is str:
        return urlconf
    return urlconf.__name__ if type(urlconf) is ModuleType else f"<{type(urlconf).__name__}>"


def view_name(callback: object) -> str:
    """Dotted path of a view: of the class behind ``as_view()``, of the function inside a partial."""
    while type(callback) is functools.partial:
        callback = callback.func
    kind = class_behind(callback)
    return dotted_name(kind if kind is not None else callback) if callback is not None else ""


def class_behind(view: object) -> type | None:
    """The class of a view that ``as_view()`` made: Django's own, or that of Django REST framework's view sets."""
    attributes = attributes_of(view)
    kind = attributes.get("view_class", attributes.get("cls"))
    # Of a lazy object ``isinstance`` would ask for its ``__class__``.
    return kind if issubclass(type(kind), type) else None
