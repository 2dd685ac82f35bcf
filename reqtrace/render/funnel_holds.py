"""Finds the rows of the funnel at which requests are held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reqtrace.analysis.hold_conditions import is_meant
from reqtrace.events.holds import ANY, Hold
from reqtrace.events.kinds import CORE_LAYER, Hook, HookEntered
from reqtrace.render.funnel_core import CoreRow
from reqtrace.render.funnel_layers import LayerRow
from reqtrace.render.hold_marks import HoldMark
from reqtrace.render.labels import text
from reqtrace.trace.model import RequestTrace, StopSort

__all__ = ["HoldMarks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldMarks:
    """The marks of one picture."""

    trace: RequestTrace
    holds: Sequence[Hold] = ()

    def on_layer(self, row: LayerRow) -> LayerRow:
        """The row with its marks."""
        layer = row.layer_pass.layer.index
        mark_in = self._held(row.stops_in) or self._at(layer, Hook.process_request, is_layer=True)
        mark_out = self._held(row.stops_out) or self._at(layer, Hook.process_response)
        return replace(row, mark_in=mark_in, mark_out=mark_out) if mark_in or mark_out else row

    def on_core(self, row: CoreRow) -> CoreRow:
        """The row with its mark."""
        mark = self._held(row.stops) or self._on_core(row)
        return replace(row, mark=mark) if mark else row

    def _held(self, stops: Sequence[int]) -> HoldMark | None:
        trace = self.trace
        return HoldMark.HELD if trace.summary.is_held and trace.stops and trace.stops[-1].index in stops else None

    def _on_core(self, row: CoreRow) -> HoldMark | None:
        # What was not reached yet has a row without a sort, which is known by its label.
        if row.sort is StopSort.VIEW or (row.sort is None and row.label == text("core.view")):
            return self._strongest([hold for hold in self.holds if hold.place == "view"])
        if row.sort is StopSort.RESOLVED or (row.sort is None and row.label == text("core.urlconf")):
            return self._at(CORE_LAYER, None, is_layer=True) if row.has_node or row.sort is None else None
        span = self.trace.stops[row.stops[0]].span if row.stops else None
        if row.sort is not None and span is not None and isinstance(span.entered, HookEntered):
            return self._at(span.entered.layer, span.entered.hook)
        return None

    def _at(self, layer: int, hook: int | None, *, is_layer: bool = False) -> HoldMark | None:
        fitting = [
            hold
            for hold in self.holds
            if hold.layer in (layer, ANY)
            and ((hold.place == "hook" and hold.hook == hook) or (is_layer and hold.place == "layer"))
        ]
        return self._strongest(fitting)

    def _strongest(self, holds: Sequence[Hold]) -> HoldMark | None:
        if any(is_meant(self.trace.summary, hold) for hold in holds):
            return HoldMark.HOLD
        return HoldMark.OTHERS if holds else None
