"""Which requests are worth a look: what ``n`` goes to, the list marks, ``is:interesting`` keeps, and is followed."""

from __future__ import annotations

from collections.abc import Sequence

from reqtrace.trace.model import RequestState, RequestSummary

__all__ = ["is_interesting", "is_static", "newest"]


def is_interesting(summary: RequestSummary) -> bool:
    """A short circuit, an exception, a warning, or a status that is an error."""
    return bool(summary.flags) or summary.status >= 400 or summary.state in (RequestState.ESCAPED, RequestState.GONE)


def is_static(summary: RequestSummary) -> bool:
    """A static file, served before the chain: no middleware, no URLconf, no view."""
    return summary.lane == "static"


def newest(summaries: Sequence[RequestSummary]) -> RequestSummary:
    """The newest of some requests; static files, which come after a page, do not take its place."""
    return next((summary for summary in reversed(summaries) if not is_static(summary)), summaries[-1])
