"""Holds as a person writes them: ``path~/vote method:POST``, maybe with another place (``mw:Csrf``, ``at:view``).

The language is that of the filter with the fields an agent can decide on the request's time. What it cannot decide (a
status, a negation) is a ``FilterProblem`` with its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

from reqtrace.analysis.completion import Completion, Vocabulary, complete
from reqtrace.analysis.filtering import FilterProblem, FilterProblemId, near_word, read_time
from reqtrace.analysis.filtering_completion import methods_seen, paths_seen
from reqtrace.analysis.filtering_syntax import Term, Value, terms_of
from reqtrace.events.holds import MAX_HOLDS, MAX_SECONDS, Hold
from reqtrace.events.kinds import CORE_LAYER, HOOKS, Hook
from reqtrace.trace.model import Layer, RequestSummary

__all__ = ["complete_hold", "is_meant", "parse_holds"]

SECOND = 1_000_000_000
NAMES: Mapping[str, str] = {"path": "~", "method": ":", "mw": ":", "hook": ":", "at": ":", "for": ":"}
OPERATORS: Mapping[str, tuple[str, ...]] = {
    "path": ("~", ":"),
    "method": (":", "="),
    "mw": (":", "~"),
    "hook": (":", "="),
    "at": (":", "="),
    "for": (":", "="),
}
PLACES: Mapping[str, tuple[str, int]] = {"start": ("layer", 0), "urlconf": ("layer", CORE_LAYER), "view": ("view", -2)}
"""The words of ``at:``."""
TIMES = ("30s", "2min", "15min", "60min")


def is_meant(summary: RequestSummary, hold: Hold) -> bool:
    """A request like this one is held; the agent decides the same way."""
    return hold.method in ("", summary.method) and hold.path in summary.path


@dataclass(slots=True)
class Draft:
    """What has been read so far; of each list one is enough."""

    paths: list[str] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)
    layers: list[int] = field(default_factory=list)
    hooks: list[Hook] = field(default_factory=list)
    places: list[tuple[str, int]] = field(default_factory=list)
    seconds: int = 0


def parse_holds(text: str, here: Hold, layers: Sequence[Layer]) -> tuple[Hold, ...] | FilterProblem:
    """The holds that are written there, at the place of ``here`` if they name none."""
    draft = Draft()
    for term in terms_of(text):
        problem = read_term(term, draft, layers)
        if problem is not None:
            return problem
    holds = [
        place._replace(method=method, path=path, seconds=draft.seconds or here.seconds)
        for place, method, path in product(places_of(draft, here), draft.methods or [""], draft.paths or [""])
    ]
    if len(holds) > MAX_HOLDS:
        return FilterProblem(id=FilterProblemId.TOO_MANY, start=0, end=len(text), word=str(MAX_HOLDS))
    return tuple(hold._replace(number=number) for number, hold in enumerate(holds, 1))


def places_of(draft: Draft, here: Hold) -> list[Hold]:
    if draft.hooks:
        return [Hold(0, "hook", layer, hook) for layer, hook in product(draft.layers or [here.layer], draft.hooks)]
    named = [Hold(0, place, layer) for place, layer in draft.places]
    return [*named, *(Hold(0, "layer", layer) for layer in draft.layers)] or [here._replace(method="", path="")]


def read_term(term: Term, draft: Draft, layers: Sequence[Layer]) -> FilterProblem | None:
    """Take the term into the draft, or say what is wrong with it."""
    if term.is_negated or term.operator.startswith("!"):
        return FilterProblem(id=FilterProblemId.NO_NEGATION, start=term.start, end=term.end, word=term.field)
    if not term.field:
        draft.paths.append(term.values[0].text)
        return None
    name = term.field.casefold()
    if name not in NAMES:
        return unknown_field(term)
    if term.operator not in OPERATORS[name]:
        return FilterProblem(
            id=FilterProblemId.WRONG_OPERATOR,
            start=term.operator_start,
            end=term.value_start,
            word=term.field,
            possible=OPERATORS[name],
        )
    if not term.values:
        return FilterProblem(id=FilterProblemId.MISSING_VALUE, start=term.start, end=term.value_start, word=term.field)
    problems = (read_value(name, value, draft, layers) for value in term.values)
    return next((problem for problem in problems if problem is not None), None)


def unknown_field(term: Term) -> FilterProblem:
    return FilterProblem(
        id=FilterProblemId.NOT_FOR_HOLDS,
        start=term.field_start,
        end=term.operator_start,
        word=term.field,
        nearest=near_word(term.field, NAMES),
        possible=tuple(NAMES),
    )


def read_value(name: str, value: Value, draft: Draft, layers: Sequence[Layer]) -> FilterProblem | None:
    match name:
        case "path":
            draft.paths.append(value.text)
        case "method":
            draft.methods.append(value.text.upper())
        case "mw":
            return read_layer(value, draft, layers)
        case "hook":
            return read_hook(value, draft)
        case "at":
            return read_place(value, draft)
        case _:
            return read_seconds(value, draft)
    return None


def read_layer(value: Value, draft: Draft, layers: Sequence[Layer]) -> FilterProblem | None:
    """By a part of its name, or by its number in MIDDLEWARE."""
    wanted = value.text.casefold()
    found = [one.index for one in layers if wanted in one.name.casefold() or wanted == str(one.index + 1)]
    if not found:
        names = {one.name.casefold(): one.name for one in layers}
        return wrong(FilterProblemId.UNKNOWN_LAYER, value, names.get(near_word(wanted, names), ""))
    draft.layers += found
    return None


def read_hook(value: Value, draft: Draft) -> FilterProblem | None:
    if value.text not in HOOKS:
        return replace(wrong(FilterProblemId.UNKNOWN_HOOK, value, near_word(value.text, HOOKS)), possible=HOOKS)
    draft.hooks.append(Hook[value.text])
    return None


def read_place(value: Value, draft: Draft) -> FilterProblem | None:
    place = PLACES.get(value.text.casefold())
    if place is None:
        found = wrong(FilterProblemId.UNKNOWN_PLACE, value, near_word(value.text, PLACES))
        return replace(found, possible=tuple(PLACES))
    draft.places.append(place)
    return None


def read_seconds(value: Value, draft: Draft) -> FilterProblem | None:
    time = read_time(value)
    if isinstance(time, FilterProblem):
        return time
    seconds = time[0] // SECOND
    if not 0 < seconds <= MAX_SECONDS:
        return wrong(FilterProblemId.NO_LIMIT, value)
    draft.seconds = seconds
    return None


def wrong(problem: FilterProblemId, value: Value, nearest: str = "") -> FilterProblem:
    return FilterProblem(id=problem, start=value.start, end=value.end, word=value.text, nearest=nearest)


def complete_hold(text: str, cursor: int, summaries: Sequence[RequestSummary], layers: Sequence[Layer]) -> Completion:
    """What can be written at the cursor, the best first."""
    offers: Mapping[str, Iterable[str]] = {
        "path": paths_seen(summaries),
        "method": methods_seen(summaries),
        "mw": [layer.name for layer in layers],
        "hook": HOOKS,
        "at": PLACES,
        "for": TIMES,
    }
    vocabulary = Vocabulary(names=NAMES, values=lambda name: offers.get(name.casefold(), ()), words=lambda _: ())
    return complete(text, cursor, vocabulary)
