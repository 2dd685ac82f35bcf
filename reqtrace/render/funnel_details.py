"""Folds the details of the level ``deep`` where there are many of them: tags, filters, calls, signals, log records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from reqtrace.render import symbols
from reqtrace.render.funnel_core import CoreRow
from reqtrace.render.labels import count
from reqtrace.render.progress import Moment
from reqtrace.render.roles import Paint, Role
from reqtrace.trace.model import StopSort

__all__ = ["fold_details"]

_NAMES = {
    StopSort.TAG: "core.tags",
    StopSort.FILTERS: "core.filterings",
    StopSort.CALL: "core.calls",
    StopSort.SIGNAL: "core.signals",
    StopSort.LOG: "core.logs",
    StopSort.HOP: "core.hops",
}
_MANY = 6
"""Details in a row of which more are folded."""
_SHOWN = 3
_QUIET = Paint(Role.SKIP)


def fold_details(rows: Sequence[CoreRow]) -> list[CoreRow]:
    """The rows, of many neighbouring details only the first.

    What raised, where the request is, and whatever a statement or the like ran in stays seen.
    """
    needed = _places_of_needed(rows)
    folded: list[CoreRow] = []
    run: list[CoreRow] = []
    for place, row in enumerate(rows):
        if run and (place in needed or row.depth < run[0].depth):
            folded += _folded(run)
            run = []
        if place in needed:
            folded.append(row)
        else:
            run.append(row)
    return [*folded, *_folded(run)]


def _folded(run: list[CoreRow]) -> list[CoreRow]:
    """Neighbouring details, none shallower than the first."""
    return [*run[:_SHOWN], _rest(run[_SHOWN:])] if len(run) > _MANY else run


def _places_of_needed(rows: Sequence[CoreRow]) -> set[int]:
    """Everything but details, and the details around it."""
    needed: set[int] = set()
    depth = 0
    for place in range(len(rows) - 1, -1, -1):
        row = rows[place]
        if not _is_detail(row) or row.depth < depth:
            needed.add(place)
            depth = row.depth
    return needed


def _is_detail(row: CoreRow) -> bool:
    return row.sort in _NAMES and not (row.is_vital or row.is_here or row.is_hidden)


def _rest(rows: Sequence[CoreRow]) -> CoreRow:
    numbers = Counter(row.sort for row in rows)
    words = ", ".join(count(name, numbers[sort]) for sort, name in _NAMES.items() if numbers[sort])
    moments = {row.moment for row in rows}
    return CoreRow(
        sort=None,
        stops=tuple(stop for row in rows for stop in row.stops),
        moment=Moment.LATER if moments == {Moment.LATER} else Moment.DONE,
        label="",
        label_paint=_QUIET,
        variants=(((f"{symbols.ELLIPSIS} {words}", _QUIET),),),
        depth=min(row.depth for row in rows),
        is_vital=False,
    )
