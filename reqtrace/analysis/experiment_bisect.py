"""Which layers cause a symptom: the fewest whose absence takes it away and does not break the request otherwise.

Layers depend on each other, so a layer that is switched off may break the request, and the symptom is gone with it.
That explains nothing: such attempts count as broken, as the unresolved ones of delta debugging (Zeller's ddmin).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import combinations

from reqtrace.analysis.experiment_series import Attempts, Progress, nobody
from reqtrace.analysis.experiment_symptoms import Symptom
from reqtrace.analysis.experiments import Attempt, Outcome, outcome_of
from reqtrace.errors import UsageError
from reqtrace.hub.visit import Visit

__all__ = ["Bisection", "Cause", "Verdict", "bisect", "fewest"]

MAX_ATTEMPTS = 400
LARGEST_TRIED = 3
"""Sets of up to so many layers are tried one by one; larger ones are found by ddmin."""
LARGEST_WITH_OTHERS = 2
"""The same where ddmin has nothing to begin with."""

Removed = frozenset[int]


class Verdict(Enum):
    """What switching layers off does to the symptom."""

    STILL = "still"
    GONE = "gone"
    BROKEN = "broken"
    """It is gone, but the request now fails in another way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Layers without which the symptom is gone; with any of them back, it is there again."""

    layers: tuple[int, ...]
    """Indexes into the list."""
    attempt: Attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Bisection:
    """What was found."""

    visit: Visit
    symptom: Symptom
    original: Attempt
    middleware: tuple[str, ...]
    causes: tuple[Cause, ...]
    """All smallest ones; several if the symptom needs each of them. Empty if there is none."""
    is_fewest: bool
    """No smaller set would do; else none of the layers in a cause can be left out of it, but others were not tried."""
    breaking: tuple[Cause, ...]
    """Single layers without which the symptom is gone only because the request fails in another way."""
    is_elsewhere: bool
    """It is still there without any layer at all: the view, or what is outside of the chain, causes it.

    Of a lack: no layer that was switched off brings back what is missing."""
    attempts: int


def bisect(
    lab: Attempts,
    visit: Visit,
    middleware: Sequence[str],
    symptom: Symptom,
    *,
    has_consent: bool = False,
    progress: Progress = nobody,
) -> Bisection:
    """Find the cause. Raises ``UsageError`` if the request does not show the symptom in the first place."""
    original, volatile = lab.baseline(visit, has_consent=has_consent)
    if not symptom.shows(original):
        raise UsageError(
            f"{visit.method} {visit.url} does not show it: {symptom.words}.",
            hint=f"It is answered with {summary(original)}.",
        )
    usual = outcome_of(original, volatile)
    made: dict[Removed, Attempt] = {}

    def test(removed: Removed) -> Verdict:
        if removed not in made:
            rest = [path for index, path in enumerate(middleware) if index not in removed]
            made[removed] = lab.attempt(visit, rest, has_consent=True)
            progress(len(made), MAX_ATTEMPTS)
        return judge(symptom, made[removed], usual)

    everything = frozenset(range(len(middleware)))
    is_there_bare = test(everything) is Verdict.STILL
    causes: list[Removed] = []
    is_fewest = True
    if not is_there_bare:
        causes, is_fewest = fewest(len(middleware), test, MAX_ATTEMPTS)
    elif symptom.is_absence:
        # Without any layer nobody sets it either: the one that takes it away is found among the others.
        causes, is_fewest = fewest(len(middleware), test, MAX_ATTEMPTS, largest=LARGEST_WITH_OTHERS)
    is_elsewhere = is_there_bare and not causes
    single = [frozenset({index}) for index in range(len(middleware))]
    breaking = [removed for removed in single if removed in made and test(removed) is Verdict.BROKEN]
    return Bisection(
        visit=visit,
        symptom=symptom,
        original=original,
        middleware=tuple(middleware),
        causes=tuple(Cause(layers=tuple(sorted(removed)), attempt=made[removed]) for removed in causes),
        is_fewest=is_fewest,
        breaking=tuple(Cause(layers=tuple(removed), attempt=made[removed]) for removed in breaking),
        is_elsewhere=is_elsewhere,
        attempts=len(made),
    )


def judge(symptom: Symptom, attempt: Attempt, usual: Outcome) -> Verdict:
    if symptom.shows(attempt):
        return Verdict.STILL
    is_new_error = attempt.is_server_error and usual.status < 500
    is_other_exception = not set(outcome_of(attempt).exceptions) <= set(usual.exceptions)
    return Verdict.BROKEN if attempt.failure or is_new_error or is_other_exception else Verdict.GONE


def summary(attempt: Attempt) -> str:
    names = ", ".join(dict.fromkeys(name for name, _ in attempt.headers))
    return f"{attempt.status}, headers {names}" if names else str(attempt.status)


# --- the search --------------------------------------------------------------------------------------------------


def fewest(
    size: int, test: Callable[[Removed], Verdict], budget: int, largest: int = LARGEST_TRIED
) -> tuple[list[Removed], bool]:
    """The smallest sets of ``size`` elements that pass, and whether no smaller ones are possible."""
    tried = 0
    for number in range(1, min(largest, size) + 1):
        sets = [frozenset(chosen) for chosen in combinations(range(size), number)]
        if tried + len(sets) > budget:
            break
        tried += len(sets)
        if passing := [removed for removed in sets if test(removed) is Verdict.GONE]:
            return passing, True
    else:
        if size <= largest:
            return [], True
    reduced = reduce(size, test)
    return ([reduced], False) if reduced else ([], False)


def reduce(size: int, test: Callable[[Removed], Verdict]) -> Removed:
    """A set that passes, none of whose elements can be left out; empty if not even all together pass."""
    removed = sorted(range(size))
    if test(frozenset(removed)) is not Verdict.GONE:
        return frozenset()
    parts = 2
    while len(removed) >= 2:
        chunks = [removed[len(removed) * i // parts : len(removed) * (i + 1) // parts] for i in range(parts)]
        rests = [[index for index in removed if index not in chunk] for chunk in chunks]
        smaller = next((rest for rest in rests if rest and test(frozenset(rest)) is Verdict.GONE), None)
        if smaller is not None:
            removed, parts = smaller, max(parts - 1, 2)
        elif parts >= len(removed):
            break
        else:
            parts = min(parts * 2, len(removed))
    return frozenset(removed)
