"""One layer at every position of the list: what comes of each, and which positions come to the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from reqtrace.analysis.experiment_changes import every_position, find_layer
from reqtrace.analysis.experiments import Attempt, Outcome, outcome_of
from reqtrace.hub.visit import Visit

__all__ = ["Attempts", "PositionGroup", "PositionTable", "Progress", "try_every_position"]

Progress = Callable[[int, int], None]
"""Told how many attempts of how many have been made."""


class Attempts(Protocol):
    """Who sends requests through lists of layers: ``reqtrace.analysis.lab.Lab``."""

    def baseline(self, visit: Visit, *, has_consent: bool = ...) -> tuple[Attempt, frozenset[str]]: ...

    def attempt(self, visit: Visit, middleware: Sequence[str] | None = ..., *, has_consent: bool = ...) -> Attempt: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionGroup:
    """Positions, from 1, at which the same comes out."""

    positions: tuple[int, ...]
    attempt: Attempt
    """One of them: that of the original list, if it is among them."""
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionTable:
    """What came of a layer at every position."""

    visit: Visit
    original: Attempt
    outcome: Outcome
    """Of the original list."""
    layer: int
    """Its index in the original list."""
    groups: tuple[PositionGroup, ...]
    """The one of the original position first, then by their first position."""
    volatile: frozenset[str]

    @property
    def is_same_everywhere(self) -> bool:
        return len(self.groups) == 1

    def group_at(self, position: int) -> int:
        """Index into ``groups`` of what comes out at a position."""
        return next(index for index, group in enumerate(self.groups) if position in group.positions)


def nobody(done: int, total: int) -> None:
    """Progress that is not watched."""


def try_every_position(
    lab: Attempts,
    visit: Visit,
    middleware: Sequence[str],
    layer: str,
    *,
    has_consent: bool = False,
    progress: Progress = nobody,
) -> PositionTable:
    """Slide the layer through all positions of ``middleware``. Raises what ``Lab.attempt`` does, and ``UsageError``."""
    lists, at = every_position(middleware, layer), find_layer(middleware, layer)
    original, volatile = lab.baseline(visit, has_consent=has_consent)
    attempts: list[Attempt] = []
    for number, changed in enumerate(lists, start=1):
        attempts.append(original if changed == original.middleware else lab.attempt(visit, changed, has_consent=True))
        progress(number, len(lists))
    return PositionTable(
        visit=visit,
        original=original,
        outcome=outcome_of(original, volatile),
        layer=at,
        groups=grouped(attempts, at, volatile),
        volatile=volatile,
    )


def grouped(attempts: Sequence[Attempt], at: int, volatile: frozenset[str]) -> tuple[PositionGroup, ...]:
    by_outcome: dict[Outcome, list[int]] = {}
    for index in sorted(range(len(attempts)), key=lambda index: index != at):
        by_outcome.setdefault(outcome_of(attempts[index], volatile), []).append(index)
    return tuple(
        PositionGroup(
            positions=tuple(sorted(index + 1 for index in indexes)), attempt=attempts[indexes[0]], outcome=outcome
        )
        for outcome, indexes in by_outcome.items()
    )
