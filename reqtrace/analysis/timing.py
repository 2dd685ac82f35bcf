"""Adds up where the time of many requests went: by layer, and by view. Each request is added, and taken out, once."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from reqtrace.trace.model import RequestKey
from reqtrace.trace.timing import RequestTimes

__all__ = ["LayerTotal", "Timing", "ViewTotal"]


class Extreme(NamedTuple):
    """The most that one request took."""

    time: int
    key: RequestKey


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerTotal:
    """One layer over all requests."""

    index: int
    path: str
    own: int
    calls: int
    requests: int
    longest: Extreme
    share: float
    """Of the time of all requests, from 0 to 1."""

    @property
    def mean(self) -> int:
        """Nanoseconds a call."""
        return self.own // max(self.calls, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewTotal:
    """One view over all its requests; without a name, what was answered before any view."""

    view: str
    lane: str
    requests: int
    time: int
    """Nanoseconds of the whole requests."""
    queries: int
    query_time: int
    longest: Extreme
    share: float

    @property
    def mean(self) -> int:
        """Nanoseconds a request."""
        return self.time // max(self.requests, 1)


@dataclass(slots=True)
class _Sum:
    """What is added up for one row."""

    time: int = 0
    calls: int = 0
    queries: int = 0
    query_time: int = 0
    members: dict[RequestKey, int] = field(default_factory=dict)
    """Nanoseconds of each request."""
    longest: Extreme | None = None

    def add(self, key: RequestKey, time: int, *, calls: int = 1, queries: int = 0, query_time: int = 0) -> None:
        self.time += time
        self.calls += calls
        self.queries += queries
        self.query_time += query_time
        self.members[key] = time
        if self.longest is None or time > self.longest.time:
            self.longest = Extreme(time, key)

    def remove(self, key: RequestKey, *, calls: int = 1, queries: int = 0, query_time: int = 0) -> None:
        self.time -= self.members.pop(key, 0)
        self.calls -= calls
        self.queries -= queries
        self.query_time -= query_time
        if self.longest is not None and self.longest.key == key:
            self.longest = None

    def most(self) -> Extreme:
        """The longest; looked for anew only if it was taken out."""
        if self.longest is None:
            key = max(self.members, key=self.members.__getitem__)
            self.longest = Extreme(self.members[key], key)
        return self.longest


class Timing:
    """The sums over the requests that were added and not taken out again."""

    def __init__(self) -> None:
        self._known: dict[RequestKey, RequestTimes] = {}
        self._layers: dict[tuple[int, str], _Sum] = {}
        self._views: dict[tuple[str, str], _Sum] = {}
        self.total = 0
        """Nanoseconds of all requests together."""
        self.queries = 0
        self.query_time = 0

    @property
    def known(self) -> Mapping[RequestKey, RequestTimes]:
        """The requests that were added; those without a duration count for nothing."""
        return self._known

    @property
    def requests(self) -> int:
        """How many are counted."""
        return sum(view_sum.calls for view_sum in self._views.values())

    def add(self, times: RequestTimes) -> None:
        """Count one more request, if it is known how long it took."""
        key = times.summary.key
        if key in self._known:
            return
        self._known[key] = times
        if times.summary.duration is None:
            return
        self.total += times.summary.duration
        self.queries += times.queries
        self.query_time += times.query_time
        for share in times.layers:
            self._layers.setdefault((share.layer, share.path), _Sum()).add(key, share.own, calls=share.calls)
        view = self._views.setdefault((times.view, times.summary.lane), _Sum())
        view.add(key, times.summary.duration, queries=times.queries, query_time=times.query_time)

    def keep_only(self, keys: Container[RequestKey]) -> None:
        """Take the requests out that are no longer kept."""
        for key in [key for key in self._known if key not in keys]:
            self._remove(self._known.pop(key))

    def _remove(self, times: RequestTimes) -> None:
        key = times.summary.key
        if times.summary.duration is None:
            return
        self.total -= times.summary.duration
        self.queries -= times.queries
        self.query_time -= times.query_time
        for share in times.layers:
            self._layers[share.layer, share.path].remove(key, calls=share.calls)
        view = self._views[times.view, times.summary.lane]
        view.remove(key, queries=times.queries, query_time=times.query_time)

    def layers(self) -> tuple[LayerTotal, ...]:
        """The layers, that which took most time first."""
        rows = [
            LayerTotal(
                index=index,
                path=path,
                own=one.time,
                calls=one.calls,
                requests=len(one.members),
                longest=one.most(),
                share=one.time / max(self.total, 1),
            )
            for (index, path), one in self._layers.items()
            if one.members
        ]
        return tuple(sorted(rows, key=lambda row: row.own, reverse=True))

    def views(self) -> tuple[ViewTotal, ...]:
        """The views, that which took most time first."""
        rows = [
            ViewTotal(
                view=view,
                lane=lane,
                requests=len(one.members),
                time=one.time,
                queries=one.queries,
                query_time=one.query_time,
                longest=one.most(),
                share=one.time / max(self.total, 1),
            )
            for (view, lane), one in self._views.items()
            if one.members
        ]
        return tuple(sorted(rows, key=lambda row: row.time, reverse=True))
