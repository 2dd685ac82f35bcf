"""Folds the shortest rows of a waterfall when there are more of them than room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from reqtrace.render.labels import count, text
from reqtrace.render.progress import Moment
from reqtrace.render.roles import Role
from reqtrace.render.waterfall_rows import Bar, TimeRow

__all__ = ["fold_times"]


def fold_times(rows: Sequence[TimeRow], height: int) -> list[TimeRow]:
    """At most ``height`` rows, unless all that are left must be seen; what took longest stays."""
    order = sorted((index for index, row in enumerate(rows) if not row.is_vital), key=lambda index: _worth(rows[index]))
    folded: set[int] = set()
    shown = len(rows)
    for index in order:
        if shown <= height:
            break
        joined = sum(_joins(rows, folded, index, other) for other in (index - 1, index + 1))
        folded.add(index)
        shown -= joined
    return list(_with_folds(rows, folded))


def _worth(row: TimeRow) -> tuple[int, bool, int]:
    """By time, for that is what the picture is about; of equally long rows details go first."""
    return row.duration or 0, row.has_told, -row.depth


def _joins(rows: Sequence[TimeRow], folded: set[int], index: int, other: int) -> bool:
    return other in folded and _is_alike(rows[index], rows[other])


def _is_alike(one: TimeRow, other: TimeRow) -> bool:
    return (one.layer is None) is (other.layer is None)


def _with_folds(rows: Sequence[TimeRow], folded: set[int]) -> Iterator[TimeRow]:
    keys = [(index in folded, rows[index].layer is None) for index in range(len(rows))]
    for (is_folded, _), run in groupby(range(len(rows)), key=lambda index: keys[index]):
        together = [rows[index] for index in run]
        if is_folded and len(together) > 1:
            yield _in_one(together)
        else:
            yield from together


def _in_one(rows: Sequence[TimeRow]) -> TimeRow:
    moments = {row.moment for row in rows}
    return replace(
        rows[0],
        label=_together_words(rows),
        stops=tuple(stop for row in rows for stop in row.stops),
        moment=Moment.LATER if moments == {Moment.LATER} else Moment.DONE,
        bars=tuple(Bar(bar.start, bar.end, Role.SKIP) for row in rows for bar in row.bars),
        duration=None,
        remark=rows[0].remark if all(row.remark for row in rows) else "",
        has_told=False,
    )


def _together_words(rows: Sequence[TimeRow]) -> str:
    if rows[0].layer is None:
        return count("waterfall.more", len(rows))
    in_chain = [row for row in rows if not row.is_missing]
    if not in_chain:
        return count("funnel.folded_skipped", len(rows))
    first, last = (row.label.partition(" ")[0] for row in (rows[0], rows[-1]))
    return text("waterfall.more_layers", first=first, last=last, n=len(in_chain))
