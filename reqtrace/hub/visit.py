"""A request that somebody asks to be sent through a project's handler, as the agent's programs take it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

__all__ = ["UNSAFE_METHODS", "Reply", "Visit", "describe_visit"]

UNSAFE_METHODS = frozenset(("POST", "PUT", "PATCH", "DELETE"))
"""Methods that are meant to change something (RFC 9110)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request as a person asks for it."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    content_type: str = ""
    username: str | None = None
    """Whom it comes from: a session of this user is made for it and taken away afterwards."""
    wants_csrf: bool = False
    is_asgi: bool = False

    @property
    def is_unsafe(self) -> bool:
        return self.method in UNSAFE_METHODS


class Reply(NamedTuple):
    """What the site answered."""

    status: int
    reason: str
    seconds: float
    """Until the headers of the answer were there."""


def describe_visit(visit: Visit) -> dict[str, Any]:
    """The request as ``reqtrace.agent.message`` and ``reqtrace.agent.visitor`` want it."""
    return {
        "method": visit.method,
        "url": visit.url,
        "headers": visit.headers,
        "body": visit.body,
        "content_type": visit.content_type,
        "as": visit.username,
        "csrf": visit.wants_csrf,
        "asgi": visit.is_asgi,
    }
