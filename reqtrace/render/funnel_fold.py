"""Folds rows that tell little when there are more of them than room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from reqtrace.analysis.findings import REPEATS_WORTH_TELLING
from reqtrace.render import symbols
from reqtrace.render.canvas import Phrase
from reqtrace.render.funnel_core import CoreRow, with_tree
from reqtrace.render.funnel_layers import FoldRow, LayerRow, LegendRow
from reqtrace.render.funnel_send import SendRow
from reqtrace.render.labels import count
from reqtrace.render.progress import Moment
from reqtrace.render.roles import Paint, Role
from reqtrace.trace.model import StopSort

__all__ = ["Row", "fold_changing", "fold_hooks", "fold_rows", "total_height"]

Row = LegendRow | FoldRow | LayerRow | CoreRow | SendRow

_QUIET = Paint(Role.SKIP)
_FEWEST_LAYERS = 6
_FEWEST_INSIDE = 3
"""Rows of statements and templates that are kept when room is short."""


def total_height(rows: Sequence[Row]) -> int:
    """Rows of the terminal that these rows take."""
    return sum(row.height for row in rows)


def fold_rows(rows: list[Row], height: int) -> list[Row]:
    """Fold hooks that let the request pass, then what ran inside the view, then layers that did nothing."""
    if total_height(rows) > height:
        rows = fold_hooks(rows)
    too_many = total_height(rows) - height
    if too_many > 0:
        rows = _fold_inside(rows, too_many)
    while (too_many := total_height(rows) - height) > 0:
        run = _longest_run(rows, _folding_layer)
        if run is None:
            break
        start, end = run
        end = min(end, start + too_many + 1)
        layers = [row for row in rows[start:end] if isinstance(row, LayerRow)]
        rows = [*rows[:start], _folded_layers(layers, layers[0].folds_as), *rows[end:]]
    return rows


def fold_changing(rows: list[Row], height: int) -> list[Row]:
    """Fold layers that changed something, too, those with the fewest changes first; what is unusual keeps its row.

    Only if that makes everything fit with enough layers left to see what a chain is.
    """
    folded = rows
    while (too_many := total_height(folded) - height) > 0:
        window = _least_telling(folded, too_many + 1)
        if window is None:
            return rows
        start, end = window
        layers = [layer for row in folded[start:end] for layer in _layers_of(row)]
        folded = [*folded[:start], _folded_layers(layers, "funnel.folded"), *folded[end:]]
    shown = sum(isinstance(row, LayerRow) for row in folded)
    return folded if shown >= _FEWEST_LAYERS else rows


def _layers_of(row: Row) -> tuple[LayerRow, ...]:
    if isinstance(row, FoldRow):
        return row.rows
    return (row,) if isinstance(row, LayerRow) else ()


def _least_telling(rows: Sequence[Row], wanted: int) -> tuple[int, int] | None:
    """Start and end of so many neighbours that may be folded, or of as many as there are, with the fewest changes."""
    best: tuple[int, int, int, int] | None = None
    start = 0
    for can_fold, neighbours in groupby(rows, key=_may_fold):
        end = start + len(list(neighbours))
        size = min(end - start, wanted)
        for first in range(start, end - size + 1) if can_fold and size > 1 else ():
            told = sum(_changes(row) for row in rows[first : first + size])
            best = max(best, (size, -told, first, first + size)) if best else (size, -told, first, first + size)
        start = end
    return None if best is None else best[2:]


def _may_fold(row: Row) -> bool:
    if isinstance(row, FoldRow):
        return row.words == "funnel.folded"
    return isinstance(row, LayerRow) and not (row.is_striking or row.is_skipped or row.is_silent)


def _changes(row: Row) -> int:
    return row.changes if isinstance(row, LayerRow) else 0


def fold_hooks(rows: Sequence[Row]) -> list[Row]:
    """``process_view`` hooks that returned ``None``, one after the other, share a row."""
    folded: list[Row] = []
    for is_passing, neighbours in groupby(rows, key=_is_passing_hook):
        together = list(neighbours)
        hooks = [row for row in together if isinstance(row, CoreRow)]
        folded += [_together_in_one(hooks)] if is_passing and len(hooks) > 1 else together
    return folded


def _is_passing_hook(row: Row) -> bool:
    is_hook = isinstance(row, CoreRow) and row.sort in (StopSort.VIEW_HOOK, StopSort.EXCEPTION_HOOK)
    return isinstance(row, CoreRow) and is_hook and row.passes_on and not (row.is_here or row.is_hidden or row.mark)


def _together_in_one(rows: list[CoreRow]) -> CoreRow:
    first = rows[0]
    names = ", ".join(row.variants[-1][0][0] for row in rows)
    paint = first.variants[-1][0][1]
    rest: Phrase = first.variants[-1][1:]
    return replace(
        first,
        stops=tuple(stop for row in rows for stop in row.stops),
        moment=_together(row.moment for row in rows),
        variants=(((names, paint), *rest), ((names, paint),)),
        time="",
    )


def _fold_inside(rows: list[Row], too_many: int) -> list[Row]:
    run = _longest_run(rows, _inside)
    if run is None or run[1] - run[0] <= _FEWEST_INSIDE + 1:
        return rows
    start, end = run
    inside = [row for row in rows[start:end] if isinstance(row, CoreRow)]
    keep = max(len(inside) - too_many - 1, _FEWEST_INSIDE)
    here = next((index for index, row in enumerate(inside) if row.is_here), None)
    first = _most_striking(inside, keep) if here is None else min(max(here - keep // 2, 0), len(inside) - keep)
    before, shown, after = inside[:first], inside[first : first + keep], inside[first + keep :]
    middle = [*_more(before, "core.more_before"), *shown, *_more(after, "core.more_after")]
    return [*rows[:start], *_redrawn(middle), *rows[end:]]


def _most_striking(rows: Sequence[CoreRow], size: int) -> int:
    """Where so many neighbours begin that have most of what was repeated or went wrong; the first of equal ones."""
    striking = [bool(row.alarm) or row.repeat >= REPEATS_WORTH_TELLING for row in rows]
    return max(range(len(rows) - size + 1), key=lambda first: (sum(striking[first : first + size]), -first))


def _redrawn(rows: list[CoreRow]) -> list[CoreRow]:
    return with_tree([replace(row, tree="") for row in rows])


def _more(rows: list[CoreRow], key: str) -> list[CoreRow]:
    if not rows:
        return []
    stops = tuple(stop for row in rows for stop in row.stops)
    moments = {row.moment for row in rows}
    words = f"{symbols.ELLIPSIS} {count(key, len(rows))}"
    return [
        CoreRow(
            sort=None,
            stops=stops,
            moment=Moment.LATER if moments == {Moment.LATER} else Moment.DONE,
            label="",
            label_paint=_QUIET,
            variants=(((words, _QUIET),),),
            depth=1,
            is_vital=False,
        )
    ]


def _folded_layers(layers: Sequence[LayerRow], words: str) -> FoldRow:
    return FoldRow(
        rows=tuple(layers),
        words=words,
        moment_in=_together(row.moment_in for row in layers),
        moment_out=_together(row.moment_out for row in layers),
    )


def _together(moments: Iterable[Moment]) -> Moment:
    found = set(moments)
    return Moment.LATER if Moment.LATER in found else Moment.DONE


def _folding_layer(row: Row) -> str:
    return row.folds_as if isinstance(row, LayerRow) else ""


def _inside(row: Row) -> str:
    return "inside" if isinstance(row, CoreRow) and row.depth > 0 else ""


def _longest_run(rows: Sequence[Row], kind_of: Callable[[Row], str]) -> tuple[int, int] | None:
    """Start and end of the longest run of at least two neighbouring rows of one kind; empty is no kind."""
    best: tuple[int, int] | None = None
    start = 0
    for kind, neighbours in groupby(rows, key=kind_of):
        end = start + len(list(neighbours))
        if kind and end - start >= 2 and (best is None or end - start > best[1] - best[0]):
            best = start, end
        start = end
    return best
