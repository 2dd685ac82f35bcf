"""Reads what ``reverse()`` gave in the running project, and why it gave nothing: other names, unfit arguments."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reqtrace.analysis.nearest import edits
from reqtrace.analysis.patterns import pieces_of_regex
from reqtrace.analysis.url_tree import UrlNode, UrlTree, text_of

__all__ = ["Call", "Candidate", "Reversal", "call_of", "read_reversal"]

MAX_LETTERS = 2
MAX_ALIKE = 5
MAX_CANDIDATES = 20
WHOLE_NUMBER = re.compile(r"-?\d{1,18}")
NAMED_GROUP = re.compile(r"\(\?P<(\w+)>")
OPEN_GROUP = re.compile(r"(?<!\\)\((?!\?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What ``reverse()`` is asked for."""

    name: str
    args: tuple[int | str, ...] = ()
    kwargs: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A pattern of that name, and what about the arguments does not fit."""

    node: UrlNode
    route: str
    """All texts from the root on."""
    parameters: tuple[str, ...]
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    refused: tuple[tuple[str, str, str], ...]
    """Parameter, value, and the regular expression that does not match it."""
    wanted: int
    """How many positional arguments it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """What ``reverse()`` gave."""

    call: Call
    path: str
    """Empty if there is none."""
    error: str
    message: str
    language: str
    is_from_objects: bool = False
    """A converter does not take texts, and was given what its ``to_python`` makes of them."""
    candidates: tuple[Candidate, ...] = ()
    alike: tuple[str, ...] = ()
    """Names that are nearly the same, if there is no such name."""


def call_of(text: str) -> Call | None:
    """The call in ``shop:book_detail slug=dune`` or ``book 3``; ``None`` if there is no name."""
    try:
        words = shlex.split(text)
    except ValueError:  # a quote without its twin
        words = text.split()
    if not words:
        return None
    named, unnamed = {}, []
    for word in words[1:]:
        name, equals, value = word.partition("=")
        if equals and name.isidentifier():
            named[name] = value_of(value)
        else:
            unnamed.append(value_of(word))
    return Call(name=words[0], args=tuple(unnamed), kwargs=named)


def value_of(text: str) -> int | str:
    """A whole number if it looks like one: converters may want one."""
    is_number = WHOLE_NUMBER.fullmatch(text) is not None and str(int(text)) == text
    return int(text) if is_number else text


def read_reversal(told: Any, tree: UrlTree, call: Call) -> Reversal:
    """The answer to ``urls.reverse``, with what the tree says about the name."""
    facts = told if isinstance(told, dict) else {}
    path = text_of(facts, "path")
    meant = [] if path else [node for node in tree.nodes() if node.name and is_called(tree, node, call.name)]
    return Reversal(
        call=call,
        path=path,
        error=text_of(facts, "error"),
        message=text_of(facts, "message"),
        language=text_of(facts, "language"),
        is_from_objects=facts.get("is_from_objects") is True,
        candidates=tuple(candidate(tree, node, call) for node in meant[:MAX_CANDIDATES]),
        alike=() if path or meant else alike(tree, call.name),
    )


def is_called(tree: UrlTree, node: UrlNode, name: str) -> bool:
    """The name leads to the pattern, by namespaces or by the names of the applications."""
    *spaces, last = name.split(":")
    around = [one for one in tree.chain(node.place)[:-1] if one.namespace]
    return (
        last == node.name
        and len(spaces) == len(around)
        and all(space in (one.namespace, one.app_name) for space, one in zip(spaces, around, strict=True))
    )


def candidate(tree: UrlTree, node: UrlNode, call: Call) -> Candidate:
    """What about the arguments does not fit to a pattern."""
    chain = tree.chain(node.place)
    parameters = tuple(name for one in chain for name in parameters_of(one))
    added = {name for one in chain for name, _value in one.arguments}
    regexes = {name: regex for one in chain for name, regex in one.regexes.items()}
    given = call.kwargs or dict(zip(parameters, call.args, strict=False))
    return Candidate(
        node=node,
        route="".join(one.text for one in chain),
        parameters=parameters,
        missing=tuple(name for name in parameters if name not in given),
        unexpected=tuple(name for name in call.kwargs if name not in {*parameters, *added}),
        refused=tuple(
            (name, str(value), regexes[name])
            for name, value in given.items()
            if name in regexes and is_refused(regexes[name], str(value))
        ),
        wanted=len(parameters) or sum(len(OPEN_GROUP.findall(one.text)) for one in chain if one.sort == "re_path"),
    )


def parameters_of(node: UrlNode) -> Iterable[str]:
    """The names of what a pattern captures, in order."""
    return NAMED_GROUP.findall(node.text) if node.sort == "re_path" else [one.parameter for one in node.converters]


def is_refused(regex: str, value: str) -> bool:
    """The regular expression of a converter does not match; only asked if it is a harmless one."""
    if len(value) > 200 or pieces_of_regex(f"^{regex}") is None:
        return False
    return re.fullmatch(regex, value) is None


def alike(tree: UrlTree, name: str) -> tuple[str, ...]:
    """Names of the project that may have been meant: the same in another namespace, or a few letters away."""
    last = name.rpartition(":")[2].lower()
    ranked: dict[str, int] = {}
    for node in tree.nodes():
        full = tree.full_name(node.place)
        if full and full not in ranked:
            near = node.name.lower()
            ranked[full] = 0 if near == last else edits(near, last) if abs(len(near) - len(last)) <= MAX_LETTERS else 99
    best = sorted((distance, full) for full, distance in ranked.items() if distance <= MAX_LETTERS)
    return tuple(full for _distance, full in best[:MAX_ALIKE])
