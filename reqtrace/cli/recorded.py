"""Reads the requests of a recording for a command that shows or compares them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from reqtrace.errors import RecordingError, UsageError
from reqtrace.hub.recording import read_recording
from reqtrace.trace.feed import Feed
from reqtrace.trace.model import RequestSummary, RequestTrace
from reqtrace.trace.store import TraceStore

__all__ = ["Recorded", "Selection", "read_recorded", "read_selection"]

MOST_REQUESTS = 100_000


class Selection(NamedTuple):
    """A recording, and which request of it: ``FILE`` or ``FILE:NUMBER``."""

    path: Path
    number: int | None


class Recorded:
    """The requests of one recording, by their number."""

    def __init__(self, path: Path, store: TraceStore) -> None:
        self.path = path
        self.store = store
        self._summaries = {summary.ordinal: summary for summary in store.summaries()}

    @property
    def summaries(self) -> tuple[RequestSummary, ...]:
        """All of them, oldest first."""
        return tuple(self._summaries.values())

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the reader had to say, such as that the file is cut off."""
        told = [words for _time, words in self.store.notes]
        missing = self.store.total - len(self._summaries)
        if missing:
            told.append(f"{self.path} holds more requests than are kept; the first {missing} are missing.")
        return tuple(told)

    def trace(self, number: int) -> RequestTrace:
        """The request of that number. Raises ``UsageError``."""
        summary = self._summaries.get(number)
        trace = self.store.trace(summary.key) if summary is not None else None
        if trace is None:
            raise UsageError(
                f"{self.path} has no request {number}.", hint=f"It has {numbers_words(self._summaries.keys())}."
            )
        return trace


def numbers_words(numbers: Iterable[int]) -> str:
    known = list(numbers)
    return f"request {known[0]} only" if len(known) == 1 else f"requests {known[0]} to {known[-1]}"


def read_selection(word: str) -> Selection:
    """``FILE``, or ``FILE:3``; a file whose name ends so is taken first."""
    name, colon, number = word.rpartition(":")
    if colon and name and number.isdecimal() and number.isascii() and not Path(word).exists():
        return Selection(Path(name), int(number))
    return Selection(Path(word), None)


def read_recorded(path: Path) -> Recorded:
    """All requests of a recording. Raises ``RecordingError``, also if there is none in it."""
    store = TraceStore(keep=MOST_REQUESTS)
    feed = Feed(store)
    for arrival in read_recording(path):
        feed.take(arrival)
    recorded = Recorded(path, store)
    if not recorded.summaries:
        raise RecordingError(f"There is no request in {path}.", hint="Record some with `reqtrace serve --record FILE`.")
    return recorded
