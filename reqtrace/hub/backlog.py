"""The lines nobody has drained yet, bounded."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Iterable

from reqtrace.hub.arrival import Arrival, dropped_record, is_expendable

__all__ = ["Backlog"]

MAX_LINES = 50_000
OWNING_UP = b'["dropped",'
MAX_BYTES = 64 * 1024 * 1024


class Backlog:
    """A queue that drops the newest events and output when it is full, and says in its place how much is missing.

    ``strings``, ``process`` and ``bye`` lines are never dropped, because nothing after them could be understood; a
    writer that sees ``is_overfull`` waits instead.
    """

    def __init__(self, *, max_lines: int = MAX_LINES, max_bytes: int = MAX_BYTES) -> None:
        self._max_lines = max_lines
        self._max_bytes = max_bytes
        self._lines: deque[Arrival] = deque()
        self._bytes = 0
        self._missing: Counter[int] = Counter()
        self._owned_up: deque[int] = deque()
        self._changed = threading.Condition()
        self.dropped = 0
        """Lines dropped since the beginning."""
        self.untold = 0
        """Those of them whose ``dropped`` record nobody has drained yet."""

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def is_overfull(self) -> bool:
        """Even the lines that cannot be dropped fill it twice."""
        return len(self._lines) >= 2 * self._max_lines or self._bytes >= 2 * self._max_bytes

    def put(self, arrivals: Iterable[Arrival]) -> None:
        """Append what fits."""
        with self._changed:
            for arrival in arrivals:
                if is_expendable(arrival) and self._is_full():
                    self._missing[arrival.process] += 1
                    self.dropped += 1
                    self.untold += 1
                else:
                    self._own_up()
                    self._append(arrival)
            self._changed.notify_all()

    def drain(self, limit: int) -> list[Arrival]:
        """The oldest lines, at most ``limit``; never waits."""
        with self._changed:
            if len(self._lines) < limit:
                self._own_up()
            drained = [self._lines.popleft() for _ in range(min(limit, len(self._lines)))]
            for arrival in drained:
                self._bytes -= len(arrival.line)
                if arrival.line.startswith(OWNING_UP):
                    self.untold -= self._owned_up.popleft()
            return drained

    def wait(self, timeout: float) -> bool:
        """Wait until there is something to drain."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._lines), timeout)

    def _is_full(self) -> bool:
        return len(self._lines) >= self._max_lines or self._bytes >= self._max_bytes

    def _append(self, arrival: Arrival) -> None:
        self._lines.append(arrival)
        self._bytes += len(arrival.line)

    def _own_up(self) -> None:
        """Say how many lines are missing at this place of the stream."""
        for process, count in self._missing.items():
            self._append(Arrival(process, dropped_record(count)))
            self._owned_up.append(count)
        self._missing.clear()
