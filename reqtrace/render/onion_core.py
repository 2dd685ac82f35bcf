"""The middle of the onion in little room: what ran inside the view is counted, and only the current row of it shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from reqtrace.analysis.findings import REPEATS_WORTH_TELLING
from reqtrace.render import symbols
from reqtrace.render.canvas import Phrase
from reqtrace.render.funnel_core import CoreRow, with_tree
from reqtrace.render.funnel_fold import fold_hooks
from reqtrace.render.labels import text
from reqtrace.render.progress import Moment
from reqtrace.render.roles import Paint, Role
from reqtrace.trace.model import StopSort

__all__ = ["fold_core"]

_QUIET = Paint(Role.SKIP)
_WARN = Paint(Role.WARN, bold=True)
_LEVELS_BEFORE = (f"{symbols.ELLIPSIS} {symbols.INCLUDE} ", _QUIET)


def fold_core(rows: Sequence[CoreRow], height: int) -> list[CoreRow]:
    """At most ``height`` rows if that can be; what Django's loop itself calls always has its own."""
    kept = [*rows]
    if len(kept) > height:
        kept = [row for row in fold_hooks(kept) if isinstance(row, CoreRow)]
    if len(kept) > height:
        runs = groupby(kept, key=lambda row: row.depth > 0)
        kept = [row for is_inside, run in runs for row in _folded([*run], is_inside=is_inside)]
    if len(kept) > height:
        kept = _innermost_level(kept)
    return with_tree([replace(row, tree="") for row in kept])


def _folded(rows: Sequence[CoreRow], *, is_inside: bool) -> Sequence[CoreRow]:
    return [_in_one(rows)] if is_inside and len(rows) > 1 else rows


def _innermost_level(rows: Sequence[CoreRow]) -> list[CoreRow]:
    """Of several URLconfs, one included by the other, the last: it has the pattern that leads to the view."""
    kept: list[CoreRow] = []
    for row in rows:
        if _is_level(row) and kept:
            kept[-1] = replace(kept[-1], variants=tuple((_LEVELS_BEFORE, *phrase) for phrase in row.variants))
        else:
            kept.append(row)
    return kept


def _is_level(row: CoreRow) -> bool:
    return row.sort is StopSort.RESOLVED and not row.is_vital


def _counted(rows: Sequence[CoreRow]) -> Phrase:
    """How much of each sort ran, and that a statement was repeated."""
    numbers: Counter[str] = Counter()
    for row in rows:
        if row.label:
            numbers[row.label] += row.repeat
    folded = ["".join(words for words, _ in row.variants[-1]) for row in rows if not row.label]
    counted: Phrase = ((", ".join([*(f"{number} {label}" for label, number in numbers.items()), *folded]), _QUIET),)
    most = max((row.repeat for row in rows if row.sort is StopSort.SQL), default=1)
    return counted if most < REPEATS_WORTH_TELLING else (*counted, (text("onion.repeated", n=most), _WARN))


def _in_one(rows: Sequence[CoreRow]) -> CoreRow:
    stops = tuple(stop for row in rows for stop in row.stops)
    here = next((row for row in rows if row.is_here), None)
    if here is not None:
        return replace(here, stops=stops, depth=1)
    moments = {row.moment for row in rows}
    return replace(
        rows[0],
        stops=stops,
        moment=Moment.LATER if moments == {Moment.LATER} else Moment.DONE,
        label="",
        variants=(_counted(rows),),
        depth=1,
        time="",
        alarm=(),
        is_hot=False,
        is_hidden=all(row.is_hidden for row in rows),
    )
