"""What the clients of an experiment get, as it may leave the process, and the cookies they keep."""

from __future__ import annotations

import base64
import hashlib
from http.cookies import SimpleCookie
from typing import Any

from reqtrace.agent.message import Message
from reqtrace.agent.oneshot import Received
from reqtrace.agent.values import redact_headers

__all__ = ["Jars", "told"]

MAX_TOLD_BODY = 4 * 1024
"""Bytes of a body that are in the answer; its digest is of what was kept of it."""


def told(received: Received) -> dict[str, Any]:
    """What the client got, as far as it may leave the process."""
    return {
        "status": received.status,
        "reason": received.reason,
        "headers": redact_headers(received.headers),
        "body": base64.b64encode(received.body[:MAX_TOLD_BODY]).decode("ascii"),
        "digest": hashlib.sha256(received.body).hexdigest(),
        "size": received.size,
        "escaped": received.escaped,
    }


class Jars:
    """The cookies of each visitor who has a name."""

    def __init__(self) -> None:
        self._cookies: dict[str, SimpleCookie] = {}

    def with_cookies(self, visitor: str, message: Message) -> Message:
        jar = self._cookies.get(visitor) if visitor else None
        if not jar:
            return message
        return message.with_headers([("Cookie", "; ".join(f"{name}={one.coded_value}" for name, one in jar.items()))])

    def take(self, visitor: str, received: Received) -> None:
        if visitor:
            jar = self._cookies.setdefault(visitor, SimpleCookie())
            for name, value in received.headers:
                if name.lower() == "set-cookie":
                    jar.load(value)
