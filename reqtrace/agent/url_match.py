"""Answers ``urls.match``: matches a path level by level, as ``URLResolver.resolve`` does, and tells every step.

Each pattern is asked by Django's own ``match``; only the converters are asked through a witness, so that ``to_python``,
which is the project's code, runs exactly as often as in a request and what it gave or raised is known.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from reqtrace.agent.patterns import urlconf_name
from reqtrace.agent.questions import CannotAnswer, error_text
from reqtrace.agent.urlconfs import MAX_DEPTH, asking, is_include, language_for, loaded_root, patterns_of
from reqtrace.agent.values import REDACTED, attributes_of, describe, is_redacted_name, plain_text

__all__ = ["MAX_PATH", "MAX_STEPS", "match_path"]

MAX_PATH = 2_000
"""Characters of a path; a regular expression of the project may take long on a long one, and nothing else runs then."""
MAX_STEPS = 5_000
"""Patterns that are asked; a request would be told about all."""

MISSED, ENTERED, LEFT, MATCHED, RAISED, NOT_LOADED = "missed", "entered", "left", "matched", "raised", "not loaded"

Facts = dict[str, Any]


def match_path(urlconf: str = "", path: str = "/", language: str = "") -> Facts:
    """What each pattern of a URLconf does with a path, in Django's order. Raises ``CannotAnswer``."""
    if len(path) > MAX_PATH:
        raise CannotAnswer(f"the path is longer than {MAX_PATH} characters")
    root = loaded_root(urlconf)
    chosen, source = (language, "asked") if language else language_for(root, path)
    walk = Walk()
    with asking(chosen):
        found = walk.resolve(root, path)
    return {
        "urlconf": urlconf_name(root.urlconf_name),
        "language": chosen,
        "language_from": source,
        "steps": walk.steps,
        "is_cut": walk.is_cut,
        "match": None if found is None else found.facts(),
    }


class Found(NamedTuple):
    """What ``ResolverMatch`` says of a match."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    url_name: str
    namespaces: list[str]
    app_names: list[str]
    route: str

    def facts(self) -> Facts:
        """The same as JSON can say it, without secrets."""
        return {
            "arguments": [("", describe(value)) for value in self.args] + told(self.kwargs),
            "view_name": ":".join([*self.namespaces, self.url_name]) if self.url_name else "",
            "app_names": self.app_names,
            "route": self.route,
        }


class Witness:
    """Stands for a converter and remembers what it gave, or raised."""

    def __init__(self, converter: Any) -> None:
        self._converter = converter
        self.got = ""
        self.value: Any = None
        self.error: BaseException | None = None
        self.was_asked = False

    def to_python(self, value: str) -> Any:
        """As the converter does it."""
        self.was_asked, self.got = True, value
        try:
            self.value = self._converter.to_python(value)
        except BaseException as error:
            self.error = error
            raise
        return self.value


class Stopped(Exception):
    """The walk ends: an exception left the URLconf, or there were too many patterns."""


class Walk:
    """The steps of one resolution, in order."""

    def __init__(self) -> None:
        self.steps: list[Facts] = []
        self.is_cut = False

    def resolve(self, root: Any, path: str) -> Found | None:
        """What the root resolver finds."""
        try:
            outcome = root.pattern.match(path)
            return None if outcome is None else self._level(root, outcome, ())
        except Stopped:
            return None

    def _level(self, resolver: Any, outcome: tuple[Any, ...], at: tuple[int, ...]) -> Found | None:
        """Ask what is included, one after the other (``URLResolver.resolve``)."""
        rest, args, kwargs = outcome
        patterns = patterns_of(resolver)
        if patterns is None:
            self.steps[-1]["outcome"] = NOT_LOADED
            raise Stopped
        for number, pattern in enumerate(patterns):
            found = self._pattern(pattern, rest, (*at, number))
            if found is not None:
                return joined(resolver, pattern, args, kwargs, found)
        return None

    def _pattern(self, pattern: Any, path: str, at: tuple[int, ...]) -> Found | None:
        if len(self.steps) >= MAX_STEPS or len(at) > MAX_DEPTH:
            self.is_cut = True
            raise Stopped
        step = self._tell(at, MISSED, path)
        with_witnesses, witnesses = watched(pattern.pattern)
        try:
            outcome = with_witnesses.match(path)
        except BaseException as error:
            step.update(
                outcome=RAISED, values=values_of(witnesses), error=raised(error, any(map(is_redacted_name, witnesses)))
            )
            raise Stopped from error
        step["values"] = values_of(witnesses)
        if outcome is None:
            return None
        step["rest"] = len(outcome[0])
        if not is_include(pattern):
            step["outcome"] = MATCHED
            return found_by(pattern, *outcome[1:])
        step["outcome"] = ENTERED
        found = self._level(pattern, outcome, at)
        if found is None:
            step["outcome"] = LEFT
        return found

    def _tell(self, at: tuple[int, ...], outcome: str, rest: str) -> Facts:
        step: Facts = {"at": at, "outcome": outcome, "rest": len(rest)}
        self.steps.append(step)
        return step


def watched(route: Any) -> tuple[Any, Mapping[str, Witness]]:
    """The pattern's route, and the witnesses of its converters; a copy, so that nobody else meets them."""
    converters = attributes_of(route).get("converters")
    if type(converters) is not dict or not converters:
        return route, {}
    witnesses = {name: Witness(converter) for name, converter in converters.items()}
    twin = copy.copy(route)
    twin.converters = witnesses
    return twin, witnesses


def found_by(pattern: Any, args: tuple[Any, ...], captured: dict[str, Any]) -> Found:
    """The innermost match (``URLPattern.resolve``)."""
    return Found(
        args=args,
        kwargs={**captured, **pattern.default_args},
        url_name=plain_text(pattern.pattern.name),
        namespaces=[],
        app_names=[],
        route=str(pattern.pattern),
    )


def joined(resolver: Any, pattern: Any, args: tuple[Any, ...], kwargs: dict[str, Any], found: Found) -> Found:
    """What was found inside, with what the include itself captured (``URLResolver.resolve``)."""
    merged = {**kwargs, **resolver.default_kwargs, **found.kwargs}
    prefix = str(pattern.pattern) if is_include(pattern) else ""
    return found._replace(
        args=found.args if merged else (*args, *found.args),
        kwargs=merged,
        namespaces=[*texts(resolver.namespace), *found.namespaces],
        app_names=[*texts(resolver.app_name), *found.app_names],
        route=prefix + found.route.removeprefix("^") if prefix else found.route,
    )


def texts(value: Any) -> Iterator[str]:
    if value:
        yield plain_text(value)


def values_of(witnesses: Mapping[str, Witness]) -> list[Facts]:
    """What each converter was given, and what it made of that."""
    return [value_of(name, witness) for name, witness in witnesses.items() if witness.was_asked]


def value_of(name: str, witness: Witness) -> Facts:
    is_secret = is_redacted_name(name)
    error = "" if witness.error is None else raised(witness.error, is_secret)
    value = "" if error else REDACTED if is_secret else describe(witness.value)
    return {"name": name, "got": REDACTED if is_secret else witness.got, "value": value, "error": error}


def raised(error: BaseException, is_secret: bool) -> str:
    """Type and message of an exception; only its type if it may quote a secret."""
    words = "" if is_secret else error_text(error)
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def told(arguments: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Named arguments as they may be shown."""
    return [(name, REDACTED if is_redacted_name(name) else describe(value)) for name, value in arguments.items()]
