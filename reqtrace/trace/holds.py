"""Takes the time a request was held out of its events: what waited because somebody watched has not taken that long."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from reqtrace.events.kinds import Event, LogRecorded, RequestReleased
from reqtrace.trace.model import SpanInOneEvent

__all__ = ["without_holds"]


def without_holds(events: list[Event]) -> list[Event]:
    """The events as if the request had never been held: times after a release are earlier by all that was waited."""
    releases = [event for event in events if isinstance(event, RequestReleased)]
    if not releases:
        return events
    releases.sort(key=lambda event: event.time)
    times = [event.time for event in releases]
    waited = [0, *accumulate(max(event.duration, 0) for event in releases)]
    return [moved(event, times, waited) for event in events]


def moved(event: Event, times: Sequence[int], waited: Sequence[int]) -> Event:
    """The event at its own time; one that tells of a whole span also without what was waited in it."""
    before = waited[bisect_right(times, event.time)]
    if isinstance(event, SpanInOneEvent) and not isinstance(event, LogRecorded):
        inside = waited[bisect_right(times, event.time + event.duration)] - before
        if inside:
            return replace(event, time=event.time - before, duration=max(event.duration - inside, 0))
    return replace(event, time=event.time - before) if before else event
