"""Fields that are worked out by the sender thread, off the request's time.

The rows of URL resolution hold lists of URL patterns. Patterns live as long as the process, so that they are safe to
look at later; no other row holds an object of the application.
"""

from __future__ import annotations

from collections.abc import Iterable

from reqtrace.agent.patterns import PatternNumbers
from reqtrace.agent.recorder import Row, number_of, perf_counter_ns
from reqtrace.events.kinds import PatternSeen, UrlResolved, UrlUnresolved

RESOLVED, UNRESOLVED = number_of(UrlResolved), number_of(UrlUnresolved)
SEEN = number_of(PatternSeen)
NO_THREAD = 0
"""Descriptions belong to no thread of the site."""


class LateFields:
    """Completes rows for one connection: numbers threads and URL patterns."""

    def __init__(self) -> None:
        self._threads: dict[int, int] = {}
        self._patterns = PatternNumbers()

    def complete(self, rows: Iterable[Row]) -> list[Row]:
        """The rows as they are encoded; a pattern is introduced by a row of its own before its first use."""
        completed: list[Row] = []
        threads = self._threads
        for row in rows:
            thread = threads.get(row[3])
            if thread is None:
                thread = threads[row[3]] = len(threads) + 1
            kind = row[0]
            fields = row[4:]
            if kind in (RESOLVED, UNRESOLVED):
                fields = self._resolution(kind, fields, completed)
            completed.append((kind, row[1], row[2], thread, *fields))
        return completed

    def _resolution(self, kind: int, fields: Row, completed: list[Row]) -> Row:
        tried = [self._patterns.numbers(path) for path in fields[0] or ()]
        for description in self._patterns.introductions():
            completed.append((SEEN, perf_counter_ns(), 0, NO_THREAD, *description))
        if kind == UNRESOLVED:
            return (tried, *fields[1:])
        # URLResolver.resolve lists the pattern that matched last.
        matched = tried.pop() if tried else ()
        return (tried, matched, *fields[1:])
