"""Keeps the sums over all kept requests up to date, a slice of time at a time."""

from __future__ import annotations

import time
from collections.abc import Callable

from reqtrace.analysis.timing import LayerTotal, Timing, ViewTotal
from reqtrace.trace.model import RequestKey
from reqtrace.trace.store import TraceStore
from reqtrace.trace.timing import read_times

__all__ = ["TimingDesk"]

AT_ONCE = 32
"""Requests taken from the store at once; the clock is asked after every one."""


class TimingDesk:
    """Reads each finished request once, and only while somebody looks at the sums."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._timing = Timing()
        self._clock = clock
        self._layers: tuple[LayerTotal, ...] = ()
        self._views: tuple[ViewTotal, ...] = ()

    def catch_up(self, store: TraceStore, budget: float) -> bool:
        """Read what is new for at most ``budget`` seconds; whether there may be more."""
        end = self._clock() + budget
        timing = self._timing
        timing.keep_only(store.keys())
        is_more = True
        while is_more and self._clock() < end:
            requests = store.closed(timing.known, AT_ONCE)
            is_more = bool(requests)
            for request in requests:
                timing.add(read_times(request.events, request.summary, request.chain))
                if self._clock() >= end:
                    break
        self._layers, self._views = timing.layers(), timing.views()
        return is_more

    @property
    def requests(self) -> int:
        """How many requests are counted."""
        return self._timing.requests

    @property
    def layers(self) -> tuple[LayerTotal, ...]:
        """The layers, that which took most time first."""
        return self._layers

    @property
    def views(self) -> tuple[ViewTotal, ...]:
        """The views, that which took most time first."""
        return self._views

    def ordinal(self, key: RequestKey) -> int:
        """The number by which a counted request is called."""
        times = self._timing.known.get(key)
        return times.summary.ordinal if times is not None else 0
