"""A request that was recorded, to be sent once more as far as it is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reqtrace.errors import UsageError
from reqtrace.hub.visit import Visit
from reqtrace.trace.model import RequestTrace

__all__ = ["visit_of_trace"]

HIDDEN = ("********", "… +")
"""What stands for a secret, and for the end of a long text (``reqtrace.agent.values``)."""
OF_THE_CONNECTION = frozenset(("connection", "content-length", "content-type", "keep-alive", "transfer-encoding"))


def visit_of_trace(trace: RequestTrace, given: Visit | None = None) -> tuple[Visit, tuple[str, ...]]:
    """The visit, and the names of headers that are left out because their values were hidden.

    ``given`` may bring what is no longer known: a body, headers, a user. Raises ``UsageError`` if that is not enough.
    """
    started = trace.started
    if started is None:
        raise UsageError(
            f"Request {trace.summary.ordinal} never reached Django, so it cannot be sent again.",
            hint="`reqtrace replay` shows what is known of it.",
        )
    url = address(started.path, started.query, trace.summary.ordinal)
    brought = given or Visit(method=started.method, url=url)
    sent_body = next((value for name, value in started.headers if name.lower() == "content-length"), "0") != "0"
    if sent_body and not brought.body:
        raise UsageError(
            f"The body of request {trace.summary.ordinal} ({started.method} {started.path}) is no longer known.",
            hint="A recording keeps no bodies. Give one: --data NAME=VALUE, or --json.",
        )
    known, hidden = known_headers(started.headers, brought.headers)
    visit = replace(
        brought,
        method=started.method,
        url=url,
        headers=(*known, *brought.headers),
        is_asgi=brought.is_asgi or started.entry == "asgi",
    )
    return visit, hidden


def address(path: str, query: str, ordinal: int) -> str:
    """Path and query as ``message_from`` quotes them. Raises ``UsageError`` if a part was hidden."""
    if any(mark in path or mark in query for mark in HIDDEN):
        raise UsageError(
            f"A part of the address of request {ordinal} was hidden or cut off, so it cannot be sent again.",
            hint="Give the URL itself instead of --recording.",
        )
    path = path.replace("%", "%25").replace("?", "%3F").replace("#", "%23")
    return f"{path}?{query}" if query else path


def known_headers(
    headers: Sequence[tuple[str, str]], brought: Sequence[tuple[str, str]]
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Those whose values are known whole and that nobody replaces, and the names of those that are hidden."""
    replaced = OF_THE_CONNECTION | {name.lower() for name, _ in brought}
    rest = [(name, value) for name, value in headers if name.lower() not in replaced]
    hidden = tuple(dict.fromkeys(name for name, value in rest if any(mark in value for mark in HIDDEN)))
    return tuple((name, value) for name, value in rest if name not in hidden), hidden
