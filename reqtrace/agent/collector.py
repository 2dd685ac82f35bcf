"""Takes what waits in the recorder, for the sender: rows about the process, and the logs of open requests."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from time import monotonic
from typing import Any

from reqtrace.agent.late import LateFields
from reqtrace.agent.recorder import Recorder, RequestState, Row

MAX_OPEN = 5_000
"""Open requests that are followed; of more, the oldest are given up: nobody ever closes their response."""
LINGER = 1.0
"""Seconds a finished request is still looked at: the server writes its log line after an escaped exception."""


class Collector:
    """Follows the open requests of one connection to a hub."""

    def __init__(self, source: Recorder) -> None:
        self._recorder = source
        self._open: list[RequestState] = []
        self._ended: deque[tuple[float, RequestState]] = deque()
        self._late = LateFields()

    def facts(self) -> list[Row]:
        """What a new hub is told first."""
        return self._late.complete_rows(self._recorder.take_facts())

    def collect(self) -> Iterator[list[Row]]:
        """What waits, in portions that are encoded one at a time."""
        rows = self._recorder.take_rows()
        if rows:
            yield self._late.complete_rows(rows)
        begun = self._recorder.begun
        while begun:
            self._open.append(begun.popleft())
        still_open = []
        for state in self._open:
            # Of many that are open at once most wait for something, and have nothing to tell.
            if state.log:
                yield self._take_log(state)
            if state.is_closed and not state.log:
                self._ended.append((monotonic() + LINGER, state))
            else:
                still_open.append(state)
        self._open = still_open[-MAX_OPEN:]
        yield from self._take_ended()

    def _take_ended(self) -> Iterator[list[Row]]:
        now = monotonic()
        for _deadline, state in self._ended:
            if state.log:
                yield self._take_log(state)
        while self._ended and self._ended[0][0] < now:
            self._ended.popleft()

    def _take_log(self, state: RequestState) -> list[Row]:
        # The request may go on appending: what is taken is copied first, then cut off, each in one atomic step.
        items: list[Any] = state.log[:]
        del state.log[: len(items)]
        rows = self._late.complete_run(state.number, state.first_thread, items)
        state.first_thread = self._late.last_thread
        return rows
