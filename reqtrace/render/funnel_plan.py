"""Decides which rows the funnel has at a given size: two rows a layer, one, or boring ones folded away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from reqtrace.events.holds import Hold
from reqtrace.render.columns import Columns
from reqtrace.render.core_view import CoreView
from reqtrace.render.funnel_core import CoreRow, with_tree
from reqtrace.render.funnel_fold import Row, fold_changing, fold_rows, total_height
from reqtrace.render.funnel_header import note_below_header
from reqtrace.render.funnel_holds import HoldMarks
from reqtrace.render.funnel_layers import LayerRow, LegendRow, layer_row
from reqtrace.render.funnel_owners import Owners
from reqtrace.render.funnel_rows import core_rows
from reqtrace.render.funnel_send import SendRow, send_row
from reqtrace.render.progress import Progress
from reqtrace.trace.model import RequestTrace

__all__ = ["plan_rows"]


def plan_rows(
    trace: RequestTrace,
    owners: Owners,
    progress: Progress,
    columns: Columns,
    height: int | None,
    holds: Sequence[Hold] = (),
) -> list[Row]:
    """The rows below the header; more than ``height`` only if everything left tells something."""
    make = _Maker(trace, owners, progress, columns, HoldMarks(trace=trace, holds=holds))
    if height is None:
        return make.rows(lines=1, is_roomy=False)
    for lines, is_roomy, has_legend in ((2, True, True), (2, False, False), (1, True, True), (1, True, False)):
        rows = make.rows(lines=lines, is_roomy=is_roomy, has_legend=has_legend)
        if total_height(rows) <= height:
            return rows
    rows = fold_rows(make.rows(lines=1, is_roomy=False), height)
    # While one steps the row of the step is scrolled to; of what is over all that was unusual should be seen at once.
    return fold_changing(rows, height) if progress.stop is None else rows


class _Maker:
    """Builds the rows of one picture in several sizes, each part of it once."""

    def __init__(
        self, trace: RequestTrace, owners: Owners, progress: Progress, columns: Columns, marks: HoldMarks
    ) -> None:
        self.marks = marks
        self.trace = trace
        self.owners = owners
        self.progress = progress
        self.columns = columns

    def rows(self, *, lines: int, is_roomy: bool, has_legend: bool = False) -> list[Row]:
        """All rows, none folded."""
        legend = [LegendRow()] if has_legend and self.trace.passes else []
        if note := note_below_header(self.trace, self.columns.width):
            legend.insert(0, LegendRow(note=note))
        layers = self._layers if lines == 1 else [replace(row, height=lines) for row in self._layers]
        core = self._roomy_core if is_roomy else self._core
        return [*legend, *layers, *core, *self._sent]

    @cached_property
    def _layers(self) -> list[LayerRow]:
        rows = [
            self.marks.on_layer(layer_row(self.trace, layer_pass, position, stops, self.progress))
            for position, (layer_pass, stops) in enumerate(zip(self.trace.passes, self.owners.layers, strict=True))
        ]
        width = max((len(row.side_out.time) for row in rows), default=0)
        return [replace(row, time_width=width) for row in rows]

    @cached_property
    def _core(self) -> list[CoreRow]:
        return self._core_rows(is_roomy=False)

    @cached_property
    def _roomy_core(self) -> list[CoreRow]:
        return self._core_rows(is_roomy=True)

    def _core_rows(self, *, is_roomy: bool) -> list[CoreRow]:
        return with_tree(
            [self.marks.on_core(row) for row in core_rows(self._view(is_roomy=is_roomy), self.owners.core)]
        )

    @cached_property
    def _sent(self) -> list[SendRow | CoreRow]:
        sent = send_row(self.trace, self.owners.send, self.progress)
        body = core_rows(self._view(is_roomy=False), self.owners.body) if self.owners.body else []
        inside = [replace(row, depth=max(row.depth, 1)) for row in body if row.sort is not None]
        return [*([sent] if sent is not None else []), *with_tree(inside)]

    def _view(self, *, is_roomy: bool) -> CoreView:
        return CoreView(trace=self.trace, progress=self.progress, columns=self.columns, is_roomy=is_roomy)
