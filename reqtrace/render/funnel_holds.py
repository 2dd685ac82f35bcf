"""Finds the rows of a picture at which requests are held."""

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
from reqtrace.trace.model import RequestTrace, Stop, StopSort

__all__ = ["HoldMarks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldMarks:
    """The marks of one picture."""

    trace: RequestTrace
    holds: Sequence[Hold] = ()

    def on_layer(self, row: LayerRow) -> LayerRow:
        """The row with its marks."""
        layer = row.layer_pass.layer.index
        mark_in, mark_out = self.of_layer(layer, row.stops_in), self._way_out(layer, row.stops_out)
        return replace(row, mark_in=mark_in, mark_out=mark_out) if mark_in or mark_out else row

    def of_layer(self, layer: int, stops: Sequence[int]) -> HoldMark | None:
        """The mark of a layer's way in."""
        return self._held(stops) or self._at(layer, Hook.process_request, is_layer=True)

    def of_whole_layer(self, layer: int, stops: Sequence[int]) -> HoldMark | None:
        """The mark of a layer that has one row for both ways: the one that concerns this request most."""
        marks = {self.of_layer(layer, stops), self._way_out(layer, stops)}
        return next((mark for mark in HoldMark if mark in marks), None)

    def _way_out(self, layer: int, stops: Sequence[int]) -> HoldMark | None:
        return self._held(stops) or self._at(layer, Hook.process_response)

    def on_core(self, row: CoreRow) -> CoreRow:
        """The row with its mark."""
        mark = self._held(row.stops) or self._on_core(row)
        return replace(row, mark=mark) if mark else row

    def at_stops(self, stops: Sequence[Stop]) -> HoldMark | None:
        """The mark of what runs in the core, if requests can be held there."""
        return self._held([stop.index for stop in stops]) or self._at_stop(stops[0])

    def of_view(self) -> HoldMark | None:
        """The mark of a view, whether it was reached or not."""
        return self._strongest([hold for hold in self.holds if hold.place == "view"])

    def _held(self, stops: Sequence[int]) -> HoldMark | None:
        trace = self.trace
        return HoldMark.HELD if trace.summary.is_held and trace.stops and trace.stops[-1].index in stops else None

    def _on_core(self, row: CoreRow) -> HoldMark | None:
        # What was not reached yet has a row without a sort, which is known by its label.
        if row.sort is None:
            is_view, is_urlconf = row.label == text("core.view"), row.label == text("core.urlconf")
            return self.of_view() if is_view else self._of_urlconf() if is_urlconf else None
        if row.sort is StopSort.RESOLVED and not row.has_node:
            return None
        return self._at_stop(self.trace.stops[row.stops[0]]) if row.stops else None

    def _at_stop(self, stop: Stop) -> HoldMark | None:
        if stop.sort is StopSort.VIEW:
            return self.of_view()
        if stop.sort is StopSort.RESOLVED:
            return self._of_urlconf()
        entered = stop.span.entered if stop.span is not None else None
        return self._at(entered.layer, entered.hook) if isinstance(entered, HookEntered) else None

    def _of_urlconf(self) -> HoldMark | None:
        return self._at(CORE_LAYER, None, is_layer=True)

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
