"""Decides which rows the funnel has at a given size: two rows a layer, one, or boring ones folded away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property

from reqtrace.render import symbols
from reqtrace.render.columns import Columns
from reqtrace.render.funnel_core import CoreRow, with_tree
from reqtrace.render.funnel_layers import FoldRow, LayerRow, LegendRow, layer_row
from reqtrace.render.funnel_owners import Owners
from reqtrace.render.funnel_rows import CoreView, core_rows
from reqtrace.render.funnel_send import SendRow, send_row
from reqtrace.render.labels import count
from reqtrace.render.progress import Moment, Progress
from reqtrace.render.roles import Paint, Role
from reqtrace.trace.model import RequestTrace

__all__ = ["Row", "plan_rows"]

Row = LegendRow | FoldRow | LayerRow | CoreRow | SendRow

_QUIET = Paint(Role.SKIP)
_FEWEST_INSIDE = 3
"""Rows of statements and templates that are kept when room is short."""


def plan_rows(
    trace: RequestTrace, owners: Owners, progress: Progress, columns: Columns, height: int | None
) -> list[Row]:
    """The rows below the header; more than ``height`` only if everything left tells something."""
    make = _Maker(trace, owners, progress, columns)
    if height is None:
        return make.rows(lines=1, is_roomy=False)
    for lines, is_roomy, has_legend in ((2, True, True), (2, False, False), (1, True, True), (1, True, False)):
        rows = make.rows(lines=lines, is_roomy=is_roomy, has_legend=has_legend)
        if _total(rows) <= height:
            return rows
    return _fold(make.rows(lines=1, is_roomy=False), height)


class _Maker:
    """Builds the rows of one picture in several sizes, each part of it once."""

    def __init__(self, trace: RequestTrace, owners: Owners, progress: Progress, columns: Columns) -> None:
        self.trace = trace
        self.owners = owners
        self.progress = progress
        self.columns = columns

    def rows(self, *, lines: int, is_roomy: bool, has_legend: bool = False) -> list[Row]:
        """All rows, none folded."""
        legend = [LegendRow()] if has_legend and self.trace.passes else []
        layers = self._layers if lines == 1 else [replace(row, height=lines) for row in self._layers]
        core = self._roomy_core if is_roomy else self._core
        return [*legend, *layers, *core, *self._sent]

    @cached_property
    def _layers(self) -> list[LayerRow]:
        rows = [
            layer_row(layer_pass, position, stops, self.progress)
            for position, (layer_pass, stops) in enumerate(zip(self.trace.passes, self.owners.layers, strict=True))
        ]
        width = max((len(row.side_out.time) for row in rows), default=0)
        return [replace(row, time_width=width) for row in rows]

    @cached_property
    def _core(self) -> list[CoreRow]:
        return with_tree(core_rows(self._view(is_roomy=False), self.owners.core))

    @cached_property
    def _roomy_core(self) -> list[CoreRow]:
        return with_tree(core_rows(self._view(is_roomy=True), self.owners.core))

    @cached_property
    def _sent(self) -> list[SendRow | CoreRow]:
        sent = send_row(self.trace, self.owners.send, self.progress)
        body = core_rows(self._view(is_roomy=False), self.owners.body) if self.owners.body else []
        inside = [replace(row, depth=max(row.depth, 1)) for row in body if row.sort is not None]
        return [*([sent] if sent is not None else []), *with_tree(inside)]

    def _view(self, *, is_roomy: bool) -> CoreView:
        return CoreView(trace=self.trace, progress=self.progress, columns=self.columns, is_roomy=is_roomy)


def _total(rows: Sequence[Row]) -> int:
    return sum(row.height for row in rows)


def _fold(rows: list[Row], height: int) -> list[Row]:
    """Fold what ran inside the view first, then layers that did nothing, as much as is needed."""
    too_many = _total(rows) - height
    if too_many > 0:
        rows = _fold_inside(rows, too_many)
    while (too_many := _total(rows) - height) > 0:
        run = _longest_run(rows, _is_boring_layer)
        if run is None:
            break
        start, end = run
        end = min(end, start + too_many + 1)
        rows = [*rows[:start], _folded_layers(rows[start:end]), *rows[end:]]
    return rows


def _fold_inside(rows: list[Row], too_many: int) -> list[Row]:
    run = _longest_run(rows, _is_inside)
    if run is None or run[1] - run[0] <= _FEWEST_INSIDE + 1:
        return rows
    start, end = run
    inside = [row for row in rows[start:end] if isinstance(row, CoreRow)]
    keep = max(len(inside) - too_many - 1, _FEWEST_INSIDE)
    here = next((index for index, row in enumerate(inside) if row.is_here), None)
    first = 0 if here is None else min(max(here - keep // 2, 0), len(inside) - keep)
    before, shown, after = inside[:first], inside[first : first + keep], inside[first + keep :]
    middle = [*_more(before, "core.more_before"), *shown, *_more(after, "core.more_after")]
    return [*rows[:start], *_redrawn(middle), *rows[end:]]


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


def _folded_layers(rows: Sequence[Row]) -> FoldRow:
    layers = tuple(row for row in rows if isinstance(row, LayerRow))
    return FoldRow(
        rows=layers,
        moment_in=_together(row.moment_in for row in layers if row.stops_in),
        moment_out=_together(row.moment_out for row in layers if row.stops_out),
    )


def _together(moments: Iterable[Moment]) -> Moment:
    found = set(moments)
    return Moment.LATER if Moment.LATER in found else Moment.DONE


def _is_boring_layer(row: Row) -> bool:
    return isinstance(row, LayerRow) and not row.is_vital


def _is_inside(row: Row) -> bool:
    return isinstance(row, CoreRow) and row.depth > 0


def _longest_run(rows: Sequence[Row], is_wanted: Callable[[Row], bool]) -> tuple[int, int] | None:
    """Start and end of the longest run of at least two neighbouring rows."""
    best: tuple[int, int] | None = None
    start = 0
    for index in range(len(rows) + 1):
        if index < len(rows) and is_wanted(rows[index]):
            continue
        if index - start >= 2 and (best is None or index - start > best[1] - best[0]):
            best = start, index
        start = index + 1
    return best
