"""How far a request has come at one stop: what is done, where it is, what is still to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from reqtrace.trace.model import Direction, RequestState, RequestTrace, Stop, StopSort, Way, WayState

__all__ = ["Moment", "Progress", "progress_at"]


class Moment(Enum):
    """When something happens, seen from the current stop."""

    DONE = "done"
    HERE = "here"
    LATER = "later"


_TURNING_SORTS = frozenset(
    {StopSort.EXCEPTION_HOOK, StopSort.CONVERTED, StopSort.LAYER_OUT, StopSort.STARTED, StopSort.ESCAPED}
)
_UNREACHED = frozenset({WayState.NEVER_REACHED, WayState.NOT_RUN, WayState.UNKNOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The current stop, and what it gives away."""

    stop: int | None
    """Index of the current stop; ``None`` when everything has happened."""
    has_turned: bool
    """The request is on its way back, so what was never reached may be told."""

    def at(self, index: int | None) -> Moment:
        """The moment of a stop; without one it is over when the request has turned."""
        if self.stop is None:
            return Moment.DONE
        if index is None:
            return Moment.DONE if self.has_turned else Moment.LATER
        if index == self.stop:
            return Moment.HERE
        return Moment.DONE if index < self.stop else Moment.LATER

    def among(self, stops: Sequence[Stop]) -> Moment:
        """The moment of something that several stops belong to."""
        moments = {self.at(stop.index) for stop in stops}
        if Moment.HERE in moments:
            return Moment.HERE
        return Moment.LATER if moments == {Moment.LATER} else Moment.DONE

    def of(self, way: Way) -> Moment:
        """The moment of one direction of a layer."""
        if way.stop is not None:
            return self.at(way.stop)
        if way.state is WayState.PENDING:
            return Moment.LATER
        if way.state is WayState.RUNNING:
            return Moment.HERE
        if way.state in _UNREACHED:
            return Moment.DONE if self.has_turned else Moment.LATER
        return Moment.DONE


def progress_at(trace: RequestTrace, stop: int | None) -> Progress:
    """The progress at a stop; an open request without a chosen stop is at its last one."""
    if stop is None and trace.summary.state is RequestState.OPEN and trace.stops:
        stop = trace.stops[-1].index
    if stop is None:
        return Progress(stop=None, has_turned=True)
    turning = _turning_stop(trace)
    return Progress(stop=stop, has_turned=turning is not None and turning <= stop)


def _turning_stop(trace: RequestTrace) -> int | None:
    indices = [stop.index for stop in trace.stops if _turns(stop)]
    if trace.short_circuit is not None:
        indices.append(trace.short_circuit.index)
    for layer_pass in trace.passes:
        way = layer_pass.way_in
        if way.stop is not None and way.state in (WayState.ANSWERED, WayState.RAISED):
            indices.append(way.stop)
    return min(indices, default=None)


def _turns(stop: Stop) -> bool:
    return stop.sort in _TURNING_SORTS or stop.direction is Direction.OUT
