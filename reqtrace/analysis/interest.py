"""Which requests are worth a look: what ``n`` goes to, what the list marks, what ``is:interesting`` keeps."""

from __future__ import annotations

from reqtrace.trace.model import RequestState, RequestSummary

__all__ = ["is_interesting"]


def is_interesting(summary: RequestSummary) -> bool:
    """A short circuit, an exception, a warning, or a status that is an error."""
    return bool(summary.flags) or summary.status >= 400 or summary.state is RequestState.ESCAPED
