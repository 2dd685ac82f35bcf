"""Finds the line to move: the least change of a list that keeps what the rules demand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reqtrace.analysis.rules.rule import Severity
from reqtrace.analysis.rules.stack import Layer

__all__ = ["Move", "best_move", "best_order"]

Pair = tuple[int, int]
"""The first layer must stand above the second; both by their index in the list as it is."""
Demands = Sequence[tuple[Pair, Severity]]
WEIGHTS = {Severity.ERROR: 10_000, Severity.WARNING: 100, Severity.INFO: 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One line to move, to directly above or below another."""

    layer: Layer
    anchor: Layer
    is_above: bool
    is_clean: bool = True
    """Whether it breaks nothing else."""


def best_move(layers: Sequence[Layer], subject: Layer, pairs: Iterable[Pair], demands: Demands) -> Move | None:
    """The move that puts the pairs right at the least price: of the subject unless that breaks more than advice."""
    wanted = list(pairs)
    others = {index for pair in wanted for index in pair} - {subject.index}
    candidates = [subject.index, *(sorted(others) if len(others) == 1 else [])]
    order = list(range(len(layers)))
    now = price(order, demands)
    choices = [
        (cost // WEIGHTS[Severity.WARNING], rank, cost, abs(target - index), index, target)
        for rank, index in enumerate(candidates)
        for target, cost in enumerate(prices_of_moving(order, index, now, demands))
        if keeps_all(index, target, wanted)
    ]
    if not choices:
        return None
    _, _, cost, _, index, target = min(choices)
    return Move(layer=layers[index], anchor=layers[target], is_above=target < index, is_clean=cost < now)


def keeps_all(index: int, target: int, wanted: Sequence[Pair]) -> bool:
    """Whether a layer that is moved from ``index`` to ``target`` stands right with all others."""
    for upper, lower in wanted:
        other = lower if upper == index else upper
        is_above = other >= target if target < index else other > target
        if target == index or is_above != (upper == index):
            return False
    return True


def best_order(layers: Sequence[Layer], demands: Demands, fix_from: Severity) -> tuple[Layer, ...]:
    """The list after as few moves as it takes to keep every demand of at least a severity."""
    order = list(range(len(layers)))
    serious = [demand for demand in demands if demand[1] >= fix_from]
    while (current := price(order, serious)) > 0:
        overall = price(order, demands)
        best = min(
            (cost, whole, abs(target - place), place, target)
            for place, index in enumerate(order)
            for target, (cost, whole) in enumerate(
                zip(
                    prices_of_moving(order, index, current, serious),
                    prices_of_moving(order, index, overall, demands),
                    strict=True,
                )
            )
        )
        if best[0] >= current:
            order = sorted_by_demands(order, serious)
            break
        order = moved(order, order[best[3]], best[4])
    return tuple(layers[index] for index in order)


def moved(order: Sequence[int], index: int, target: int) -> list[int]:
    rest = [other for other in order if other != index]
    return [*rest[:target], index, *rest[target:]]


def price(order: Sequence[int], demands: Demands) -> int:
    """How much of what is demanded an order does not keep."""
    places = {index: place for place, index in enumerate(order)}
    return sum(WEIGHTS[severity] for (upper, lower), severity in demands if places[upper] > places[lower])


def prices_of_moving(order: Sequence[int], index: int, now: int, demands: Demands) -> list[int]:
    """What each place of the list costs if one layer is moved there; only the demands about it can change."""
    places = {other: place for place, other in enumerate(other for other in order if other != index)}
    own = order.index(index)
    costs = [0] * len(order)
    for (upper, lower), severity in demands:
        if index in (upper, lower):
            other = places[lower if upper == index else upper]
            wrong = range(other + 1, len(order)) if upper == index else range(other + 1)
            for place in wrong:
                costs[place] += WEIGHTS[severity]
    return [now - costs[own] + cost for cost in costs]


def sorted_by_demands(order: Sequence[int], demands: Demands) -> list[int]:
    """Each layer after those that must be above it, else as they stand; the demands contain no circle."""
    above: dict[int, set[int]] = {}
    for (upper, lower), _ in demands:
        above.setdefault(lower, set()).add(upper)
    done: list[int] = []

    def place(index: int) -> None:
        for upper in (other for other in order if other in above.get(index, ())):
            if upper not in done:
                place(upper)
        if index not in done:
            done.append(index)

    for index in order:
        place(index)
    return done
