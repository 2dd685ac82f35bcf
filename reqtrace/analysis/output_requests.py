"""Which request a line of the output is about: the one that it names, or the only one that ran when it was printed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import attrgetter

from reqtrace.analysis.output_entries import Mention, OutputEntry
from reqtrace.trace.model import RequestState, RequestSummary

__all__ = ["OutputRequests", "RequestOfEntry"]

BEFORE = 50_000_000
"""Nanoseconds by which the clocks of the site and of the hub may be read out of order, if a line names its request."""
AFTER = 2_000_000_000
"""Nanoseconds after its end in which a request's own line may come."""
NEVER = 2**63
"""The end of what has not ended."""
SOON = 100_000_000
"""The same for what does not name it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOfEntry:
    """What can be said of it."""

    summary: RequestSummary | None = None
    """The request, if it is one."""
    is_named: bool = False
    """The line names it; else it is the only one that ran."""
    running: int = 0
    """How many ran, if they are several."""


class OutputRequests:
    """The requests there are, found by path and by time without looking at all of them."""

    def __init__(self, summaries: Sequence[RequestSummary]) -> None:
        outermost = (summary for summary in summaries if summary.parent is None)
        self._by_start = sorted(outermost, key=attrgetter("unix_time"))
        self._last_ends = list(accumulate((end_of(summary, NEVER) for summary in self._by_start), max))
        """The latest end of a request and of all that began before it."""
        self._by_path: dict[str, list[RequestSummary]] = {}
        for summary in summaries:
            self._by_path.setdefault(summary.path, []).append(summary)

    def request_of(self, entry: OutputEntry) -> RequestOfEntry:
        """The request a line, or a traceback, is about."""
        unix_time, mention = entry.unix_time, entry.mention
        if mention is not None:
            same_path = self._by_path.get(mention.path, ())
            named = [summary for summary in same_path if is_named(summary, mention, unix_time)]
            nearest = min(named, key=lambda summary: abs(end_of(summary, unix_time) - unix_time), default=None)
            return RequestOfEntry(summary=nearest, is_named=nearest is not None)
        running = [summary for summary in self._begun_before(unix_time) if is_near(summary, unix_time, SOON)]
        if len(running) > 1:
            # What was printed while one ran is not about another that had just ended.
            running = [summary for summary in running if is_near(summary, unix_time, 0)] or running
        if len(running) == 1:
            return RequestOfEntry(summary=running[0])
        return RequestOfEntry(running=len(running))

    def _begun_before(self, unix_time: int) -> Iterator[RequestSummary]:
        """Those that may have run at a time: a line is read after it was printed, never before."""
        at = bisect_right(self._by_start, unix_time, key=attrgetter("unix_time")) - 1
        while at >= 0 and self._last_ends[at] + SOON >= unix_time:
            yield self._by_start[at]
            at -= 1

    def entries_about(self, entries: Iterable[OutputEntry], summary: RequestSummary) -> list[OutputEntry]:
        """The entries that are about one request."""
        about = []
        for entry in entries:
            if is_near(summary, entry.unix_time, AFTER):
                found = self.request_of(entry).summary
                if found is not None and found.key == summary.key:
                    about.append(entry)
        return about


def is_named(summary: RequestSummary, mention: Mention, unix_time: int) -> bool:
    return (
        summary.path == mention.path
        and mention.method in ("", summary.method)
        and (not mention.status or not summary.status or mention.status == summary.status)
        and is_near(summary, unix_time, AFTER)
    )


def is_near(summary: RequestSummary, unix_time: int, after: int) -> bool:
    """Whether the request ran at a time, or had ended so shortly before."""
    return summary.unix_time - BEFORE <= unix_time <= end_of(summary, unix_time) + after


def end_of(summary: RequestSummary, unix_time: int) -> int:
    """When the request ended; for one that has not, the time that is asked about."""
    if summary.duration is None:
        return max(unix_time, summary.unix_time) if summary.state is RequestState.OPEN else summary.unix_time
    return summary.unix_time + summary.duration
