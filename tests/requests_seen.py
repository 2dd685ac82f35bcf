"""Lines of the request list, made by hand, for tests of what is done with a list of requests."""

from __future__ import annotations

from typing import Any

from reqtrace.trace.model import RequestKey, RequestState, RequestSummary

__all__ = ["request"]


def request(number: int = 1, **fields: Any) -> RequestSummary:
    """A finished GET of ``/``, apart from what is given."""
    facts: dict[str, Any] = {
        "key": RequestKey(1, number),
        "ordinal": number,
        "method": "GET",
        "path": "/",
        "query": "",
        "unix_time": 0,
        "duration": 8_000_000,
        "status": 200,
        "state": RequestState.DONE,
        "lane": "chain",
        "flags": (),
    }
    return RequestSummary(**{**facts, **fields})
