"""Answers ``urls.tree``: all patterns of a URLconf, nested as they are included."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from reqtrace.agent.patterns import describe_pattern, describe_route, urlconf_name
from reqtrace.agent.urlconfs import MAX_DEPTH, asking, is_include, language_for, loaded_root, patterns_of
from reqtrace.agent.values import REDACTED, attributes_of, describe, dotted_name, is_redacted_name, plain_text, shorten

__all__ = ["MAX_PATTERNS", "url_tree"]

MAX_PATTERNS = 5_000
"""Patterns that are told; of more, how many there are."""

MAX_ROUTE = 1_000
"""Characters of one route or regular expression."""

Facts = dict[str, Any]


def url_tree(urlconf: str = "") -> Facts:
    """The patterns of a URLconf, ``ROOT_URLCONF`` if none is named. Raises ``CannotAnswer``."""
    root = loaded_root(urlconf)
    language, _source = language_for(root, "/")
    with asking(language):
        census = Census()
        children = census.children_of(root, 0)
    return {
        "urlconf": urlconf_name(root.urlconf_name),
        "language": language,
        "prefix": script_prefix(),
        "patterns": census.patterns,
        "untold": census.untold,
        "children": children,
    }


def script_prefix() -> str:
    """What stands before every path of the project, if a setting says so; a server may say so, too."""
    from django.conf import settings

    return plain_text(settings.FORCE_SCRIPT_NAME)


class Census:
    """Describes patterns as long as there is room for them."""

    def __init__(self) -> None:
        self.patterns = 0
        self.untold = 0

    def children_of(self, resolver: Any, depth: int) -> list[Facts] | None:
        """What is included; ``None`` if that is not loaded yet."""
        patterns = patterns_of(resolver)
        if patterns is None:
            return None
        told: list[Facts] = []
        for pattern in patterns:
            if self.patterns >= MAX_PATTERNS or depth >= MAX_DEPTH:
                self.untold += 1
                continue
            self.patterns += 1
            told.append(self._describe(pattern, depth))
        return told

    def _describe(self, pattern: Any, depth: int) -> Facts:
        attributes = attributes_of(pattern)
        route = attributes.get("pattern")
        _sort, _text, name, target = describe_pattern(pattern)
        facts: Facts = {**describe_written(route), "name": name, "target": target}
        if is_include(pattern):
            facts["file"] = urlconf_file(attributes.get("urlconf_name"))
            facts["app_name"] = plain_text(attributes.get("app_name"))
            facts["namespace"] = plain_text(attributes.get("namespace"))
            facts["arguments"] = described(attributes.get("default_kwargs"))
            facts["children"] = self.children_of(pattern, depth + 1)
        else:
            facts.update(describe_callback(attributes.get("callback")))
            facts["arguments"] = described(attributes.get("default_args"))
        return facts


def describe_written(route: Any) -> Facts:
    """How a pattern is written, and the converters of its parameters."""
    sort, text = describe_route(route)
    if sort == "i18n":
        text = plain_text(route.language_prefix)
    elif text == "<translated>":
        text = str(route)
    converters = attributes_of(route).get("converters")
    return {
        "sort": sort,
        "text": shorten(text, MAX_ROUTE),
        "converters": [
            (plain_text(parameter), dotted_name(type(converter)), shorten(plain_text(converter.regex), MAX_ROUTE))
            for parameter, converter in (converters.items() if type(converters) is dict else ())
        ],
    }


def describe_callback(view: Any) -> Facts:
    """Where the view is written, and what stands around it."""
    # Imported here: it needs what a process has that has built a chain, and such a process has loaded it.
    from reqtrace.agent.probes.views import describe_view

    _name, kind, file, line, decorators = describe_view(view)
    return {"kind": kind, "file": file, "line": line, "decorators": decorators}


def urlconf_file(urlconf: Any) -> str:
    """Where the patterns of an include are written, if they are a module's."""
    module = sys.modules.get(urlconf) if type(urlconf) is str else urlconf
    return plain_text(attributes_of(module).get("__file__")) if type(module) is ModuleType else ""


def described(arguments: Any) -> list[tuple[str, str]]:
    """The arguments that a pattern adds to the call of the view."""
    if type(arguments) is not dict:
        return []
    return [
        (plain_text(name), REDACTED if is_redacted_name(plain_text(name)) else describe(value))
        for name, value in arguments.items()
    ]
