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
    """The move that puts the pairs right at the least price: of the subject if that is as good as any other."""
    wanted = list(pairs)
    others = {index for pair in wanted for index in pair} - {subject.index}
    candidates = [subject.index, *(sorted(others) if len(others) == 1 else [])]
    start = list(range(len(layers)))
    before = price(start, demands)
    best: tuple[int, int, int, int, int] | None = None
    for rank, index in enumerate(candidates):
        for target in range(len(start)):
            order = moved(start, index, target)
            if order == start or not all(order.index(upper) < order.index(lower) for upper, lower in wanted):
                continue
            key = (price(order, demands), rank, abs(target - index), index, target)
            best = min(best, key) if best is not None else key
    if best is None:
        return None
    cost, _, _, index, target = best
    is_above = target < index
    return Move(layer=layers[index], anchor=layers[target], is_above=is_above, is_clean=cost < before)


def best_order(layers: Sequence[Layer], broken: Demands, demands: Demands, fix_from: Severity) -> tuple[Layer, ...]:
    """The list after as few moves as it takes to keep every demand of at least a severity."""
    order = list(range(len(layers)))
    if not any(severity >= fix_from for _, severity in broken):
        return tuple(layers)
    weighed = [(pair, severity) for pair, severity in demands if severity >= fix_from]
    while (current := price(order, weighed)) > 0:
        candidates = [
            (price(candidate, weighed), price(candidate, demands), abs(target - place), candidate)
            for place in range(len(order))
            for target in range(len(order))
            if (candidate := moved(order, order[place], target)) != order
        ]
        best = min(candidates, default=None)
        if best is None or best[0] >= current:
            order = sorted_by_demands(order, weighed)
            break
        order = best[3]
    return tuple(layers[index] for index in order)


def moved(order: Sequence[int], index: int, target: int) -> list[int]:
    rest = [other for other in order if other != index]
    return [*rest[:target], index, *rest[target:]]


def price(order: Sequence[int], demands: Demands) -> int:
    """How much of what is demanded an order does not keep."""
    places = {index: place for place, index in enumerate(order)}
    return sum(WEIGHTS[severity] for (upper, lower), severity in demands if places[upper] > places[lower])


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
