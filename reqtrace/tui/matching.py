"""The simple filter: words that must all occur in a request's method, path or status."""

from __future__ import annotations

from collections.abc import Sequence

from reqtrace.trace.model import RequestSummary

__all__ = ["matching"]


def matching(summaries: Sequence[RequestSummary], words: str) -> Sequence[RequestSummary]:
    """The requests in which every word occurs, whatever its case; all of them without words."""
    wanted = words.casefold().split()
    if not wanted:
        return summaries
    return [summary for summary in summaries if _matches(summary, wanted)]


def _matches(summary: RequestSummary, wanted: Sequence[str]) -> bool:
    query = f"?{summary.query}" if summary.query else ""
    text = f"{summary.method} {summary.path}{query} {summary.status or ''}".casefold()
    return all(word in text for word in wanted)
