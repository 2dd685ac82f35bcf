"""Which request a line of the output is about: the one that it names, or the only one that ran when it was printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reqtrace.analysis.output_entries import Mention, OutputEntry
from reqtrace.trace.model import RequestState, RequestSummary

__all__ = ["RequestOfEntry", "entries_about", "request_of"]

BEFORE = 50_000_000
"""Nanoseconds by which the clocks of the site and of the hub may be read out of order, if a line names its request."""
AFTER = 2_000_000_000
"""Nanoseconds after its end in which a request's own line may come."""
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


def request_of(entry: OutputEntry, summaries: Sequence[RequestSummary]) -> RequestOfEntry:
    """The request a line, or a traceback, is about."""
    if entry.mention is not None:
        named = [summary for summary in summaries if is_named(summary, entry.mention, entry.unix_time)]
        nearest = min(named, key=lambda summary: abs(end_of(summary, entry.unix_time) - entry.unix_time), default=None)
        return RequestOfEntry(summary=nearest, is_named=nearest is not None)
    # A line is read after it was printed, never before: what came before a request began is not about it.
    began = [summary for summary in summaries if summary.unix_time <= entry.unix_time and summary.parent is None]
    running = [summary for summary in began if is_near(summary, entry.unix_time, SOON)]
    if len(running) > 1:
        # What was printed while one ran is not about another that had just ended.
        running = [summary for summary in running if is_near(summary, entry.unix_time, 0)] or running
    if len(running) == 1:
        return RequestOfEntry(summary=running[0])
    return RequestOfEntry(running=len(running))


def entries_about(
    entries: Iterable[OutputEntry], summary: RequestSummary, summaries: Sequence[RequestSummary]
) -> list[OutputEntry]:
    """The entries that are about one request."""
    about = []
    for entry in entries:
        if entry.mention is not None and not is_named(summary, entry.mention, entry.unix_time):
            continue
        if is_near(summary, entry.unix_time, AFTER):
            found = request_of(entry, summaries).summary
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
