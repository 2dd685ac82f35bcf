"""Remembers what the requests of a process have shown of its URLconf: which patterns were tried, which matched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from reqtrace.events.kinds import Event, PatternSeen, UrlconfEntered, UrlResolved, UrlUnresolved

__all__ = ["SightingsRecord", "UrlSightings"]

MAX_ROUNDS = 300
"""Different rows of patterns tried that are looked through for patterns not met before."""
MAX_PATHS = 20_000
MAX_URLCONFS = 100
MAX_UNDER_WAY = 1_000
"""Requests whose URLconf is remembered until it has been asked."""

NumberPath = tuple[int, ...]
"""Numbers of patterns, the outermost include first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlSightings:
    """What is known now."""

    patterns: Mapping[int, PatternSeen]
    paths: tuple[NumberPath, ...]
    """Every path of patterns that was tried or matched, in the order of the URLconf as far as it is known."""
    matched: Mapping[NumberPath, int]
    """How many requests each of them matched."""
    urlconfs: tuple[str, ...] = ()
    """The root URLconfs that requests were given; more than one if a middleware sets ``request.urlconf``."""
    roots: Mapping[int, str] = field(default_factory=dict)
    """Which of them a pattern of the outermost level belongs to."""


class SightingsRecord:
    """One process, while its requests come."""

    def __init__(self) -> None:
        self.taken = 0
        self.matched: Counter[NumberPath] = Counter()
        self._paths: dict[NumberPath, None] = {}
        self._rounds: set[tuple[NumberPath, ...]] = set()
        self._urlconfs: dict[str, None] = {}
        self._roots: dict[int, str] = {}
        self._under_way: dict[int, str] = {}
        """The URLconf of each request that is asking it."""

    def take(self, event: Event) -> None:
        """Use the beginning or the end of a resolution."""
        if isinstance(event, UrlconfEntered):
            self._begin(event)
            return
        self.taken += 1
        urlconf = self._under_way.pop(event.request, "")
        if isinstance(event, UrlResolved):
            self._look_through(event.tried, urlconf)
            if event.matched in self.matched or (event.matched and len(self.matched) < MAX_PATHS):
                self.matched[event.matched] += 1
                self._paths.setdefault(event.matched)
                self._roots.setdefault(event.matched[0], urlconf)
        elif isinstance(event, UrlUnresolved):
            self._look_through(event.tried, urlconf)

    def _begin(self, event: UrlconfEntered) -> None:
        if event.urlconf in self._urlconfs or len(self._urlconfs) < MAX_URLCONFS:
            self._urlconfs.setdefault(event.urlconf)
        if len(self._under_way) >= MAX_UNDER_WAY:
            # Those that never came to an end.
            self._under_way.clear()
        self._under_way[event.request] = event.urlconf

    def _look_through(self, tried: tuple[NumberPath, ...], urlconf: str) -> None:
        """Most requests try what others have tried, and are not looked through."""
        if len(self._rounds) >= MAX_ROUNDS or len(self._paths) >= MAX_PATHS or tried in self._rounds:
            return
        self._rounds.add(tried)
        self._paths.update(dict.fromkeys(tried))
        for path in tried:
            if path:
                self._roots.setdefault(path[0], urlconf)

    def sightings(self, patterns: Mapping[int, PatternSeen]) -> UrlSightings:
        """What is known now of a process with these patterns."""
        return UrlSightings(
            patterns=patterns,
            paths=tuple(self._paths),
            matched=dict(self.matched),
            urlconfs=tuple(self._urlconfs),
            roots=dict(self._roots),
        )
