"""Remembers what the requests of a process have shown of its URLconf: which patterns were tried, which matched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from reqtrace.events.kinds import Event, PatternSeen, UrlResolved, UrlUnresolved

__all__ = ["SightingsRecord", "UrlSightings"]

MAX_ROUNDS = 300
"""Different rows of patterns tried that are looked through for patterns not met before."""
MAX_PATHS = 20_000

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


class SightingsRecord:
    """One process, while its requests come."""

    def __init__(self) -> None:
        self.taken = 0
        self.matched: Counter[NumberPath] = Counter()
        self._paths: dict[NumberPath, None] = {}
        self._rounds: set[tuple[NumberPath, ...]] = set()

    def take(self, event: Event) -> None:
        """Use the end of a resolution."""
        self.taken += 1
        if isinstance(event, UrlResolved):
            self._look_through(event.tried)
            if event.matched in self.matched or (event.matched and len(self.matched) < MAX_PATHS):
                self.matched[event.matched] += 1
                self._paths.setdefault(event.matched)
        elif isinstance(event, UrlUnresolved):
            self._look_through(event.tried)

    def _look_through(self, tried: tuple[NumberPath, ...]) -> None:
        """Most requests try what others have tried, and are not looked through."""
        if len(self._rounds) >= MAX_ROUNDS or len(self._paths) >= MAX_PATHS or tried in self._rounds:
            return
        self._rounds.add(tried)
        self._paths.update(dict.fromkeys(tried))

    def sightings(self, patterns: Mapping[int, PatternSeen]) -> UrlSightings:
        """What is known now of a process with these patterns."""
        return UrlSightings(patterns=patterns, paths=tuple(self._paths), matched=dict(self.matched))
