"""Reads how the running project matched a path (``urls.match``), and works out why each pattern did not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from reqtrace.analysis.nearest import Almost, Nearest, Tried, nearest_of, refused
from reqtrace.analysis.patterns import Refusal, common
from reqtrace.analysis.url_tree import Place, UrlNode, UrlTree, list_of, number_of, text_of, texts_of
from reqtrace.events.kinds import PatternSeen

__all__ = ["Captured", "StepOutcome", "UrlMatch", "UrlStep", "read_match"]

MAX_STEPS = 10_000
MOST_ALIKE = 100
"""Patterns among which the nearest is looked for: those that begin the most like the path."""


class StepOutcome(Enum):
    """What a pattern did with the path."""

    MISSED = "missed"
    ENTERED = "entered"
    """An include whose prefix matched, and something in it, too."""
    LEFT = "left"
    """An include whose prefix matched, but nothing in it."""
    MATCHED = "matched"
    RAISED = "raised"
    """An exception other than ``ValueError`` left a converter."""
    NOT_LOADED = "not loaded"
    """An include whose URLconf Django has not imported yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """A part of the path, and what a converter made of it."""

    parameter: str
    got: str
    value: str
    """What ``to_python`` returned; empty if it refused."""
    error: str
    """What it raised instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlStep:
    """One pattern that was asked."""

    node: UrlNode
    outcome: StepOutcome
    given: str
    """What the patterns around it had left of the path."""
    left: str
    """What it leaves itself, if it matches."""
    captured: tuple[Captured, ...] = ()
    refusal: Refusal | None = None
    """Of one that missed: why, as far as its text tells."""
    error: str = ""

    @property
    def depth(self) -> int:
        """How many includes it is in."""
        return len(self.node.place) - 1

    @property
    def refused_value(self) -> Captured | None:
        """What made it miss although its text fits: ``to_python`` raised ``ValueError``."""
        return next((one for one in self.captured if one.error), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlMatch:
    """What became of a path."""

    path: str
    urlconf: str
    language: str
    language_from: str
    """``path``, ``LANGUAGE_CODE`` or ``asked``."""
    steps: tuple[UrlStep, ...]
    is_cut: bool
    """There were more patterns than were asked."""
    view_name: str = ""
    route: str = ""
    arguments: tuple[tuple[str, str], ...] = ()
    nearest: Nearest | None = None
    nearest_place: Place = ()

    @property
    def matched(self) -> UrlStep | None:
        """The pattern that leads to the view."""
        last = self.steps[-1] if self.steps else None
        return last if last is not None and last.outcome is StepOutcome.MATCHED else None

    @property
    def broken(self) -> UrlStep | None:
        """Where the walk ended before its time."""
        ends = (StepOutcome.RAISED, StepOutcome.NOT_LOADED)
        return next((step for step in self.steps if step.outcome in ends), None)


def read_match(told: Any, tree: UrlTree, path: str) -> UrlMatch:
    """The answer to ``urls.match`` for a path, in terms of the tree; steps that do not fit to it are left out."""
    facts = told if isinstance(told, dict) else {}
    steps = tuple(read_steps(list_of(facts, "steps")[:MAX_STEPS], tree, path.removeprefix("/")))
    match = facts.get("match")
    found: Mapping[str, Any] = match if isinstance(match, dict) else {}
    place, near = ((), None) if found else nearest_to(path, steps, tree)
    return UrlMatch(
        path=path,
        urlconf=text_of(facts, "urlconf"),
        language=text_of(facts, "language"),
        language_from=text_of(facts, "language_from"),
        steps=steps,
        is_cut=facts.get("is_cut") is True,
        view_name=text_of(found, "view_name"),
        route=text_of(found, "route"),
        arguments=tuple((name, value) for name, value in texts_of(found, "arguments", 2)),
        nearest=near,
        nearest_place=place,
    )


def read_steps(told: list[Any], tree: UrlTree, path: str) -> Iterator[UrlStep]:
    """The steps, each with what it was given: what the include around it left."""
    left_by: dict[Place, str] = {(): path}
    for facts in told:
        place = place_of(facts)
        node = None if place is None else tree.node(place)
        if place is None or node is None or place[:-1] not in left_by:
            continue
        step = read_step(facts, node, left_by[place[:-1]])
        if step is not None:
            left_by[place] = step.left
            yield step


def place_of(facts: Any) -> Place | None:
    at = facts.get("at") if isinstance(facts, dict) else None
    return tuple(at) if isinstance(at, list) and at and all(type(one) is int for one in at) else None


def read_step(facts: Mapping[str, Any], node: UrlNode, given: str) -> UrlStep | None:
    try:
        outcome = StepOutcome(facts.get("outcome"))
    except ValueError:
        return None
    rest = number_of(facts, "rest")
    captured = tuple(read_captured(one) for one in list_of(facts, "values") if isinstance(one, dict))
    is_missed = outcome is StepOutcome.MISSED
    refusal = refused(seen(node), given, is_prefix=node.is_include, regexes=node.regexes) if is_missed else None
    return UrlStep(
        node=node,
        outcome=outcome,
        given=given,
        left=given[len(given) - rest :] if 0 < rest <= len(given) else "",
        captured=captured,
        refusal=refusal,
        error=text_of(facts, "error"),
    )


def read_captured(facts: Mapping[str, Any]) -> Captured:
    return Captured(
        parameter=text_of(facts, "name"),
        got=text_of(facts, "got"),
        value=text_of(facts, "value"),
        error=text_of(facts, "error"),
    )


def seen(node: UrlNode) -> PatternSeen:
    """The node as requests tell of it; the prefix of a language, which is known here, as a plain include."""
    sort = "include" if node.is_include else node.sort
    return PatternSeen(
        time=0,
        request=0,
        thread=0,
        pattern=node.place[-1],
        sort=sort,
        text=node.text,
        name=node.namespace if node.is_include else node.name,
        target=node.target,
    )


def nearest_to(path: str, steps: tuple[UrlStep, ...], tree: UrlTree) -> tuple[Place, Nearest | None]:
    """The pattern that the path almost matches, and its place."""
    order = list(Almost)
    best: tuple[int, int, Place, Nearest | None] = (len(order), 0, (), None)
    refused_ones = [step for step in steps if step.outcome is StepOutcome.MISSED and step.refused_value is None]
    if len(refused_ones) > MOST_ALIKE:
        refused_ones = sorted(refused_ones, key=likeness, reverse=True)[:MOST_ALIKE]
    for step in refused_ones:
        chain = tree.chain(step.node.place)
        tried = Tried(step.node.place, tuple(map(seen, chain)), tuple(node.regexes for node in chain))
        near = nearest_of([tried], path.removeprefix("/"))
        if near is not None and (order.index(near.almost), near.letters) < best[:2]:
            best = (order.index(near.almost), near.letters, step.node.place, near)
    return best[2:]


def likeness(step: UrlStep) -> int:
    """How many characters of the path the pattern begins with, and what was left for it is shorter by."""
    text = step.node.text.removeprefix("^").lower()
    return common(text, step.given.lower()) - len(step.given)
