"""One request to another server: what is told of it, whatever library sends it."""

from __future__ import annotations

from reqtrace.agent.frames import project_line
from reqtrace.agent.free_text import url_text
from reqtrace.agent.guard import Probe
from reqtrace.agent.recorder import RequestState, get_ident, number_of, perf_counter_ns
from reqtrace.agent.values import plain_text
from reqtrace.events.kinds import HttpCalled

CALLED = number_of(HttpCalled)
HTTPS_PORT = 443

probe = Probe("outgoing")
"""Of all libraries."""


class Call:
    """A request to another server that has begun."""

    __slots__ = ("library", "method", "start", "state", "url")

    def __init__(self, state: RequestState, library: str, method: object, url: str) -> None:
        self.state = state
        self.library = library
        self.method = plain_text(method)
        self.url = url
        self.start = perf_counter_ns()


def address_of(scheme: str, host: object, port: object, url: object) -> str:
    """The address as it may be shown; a proxy is asked for whole addresses."""
    target = plain_text(url, f"<{type(url).__name__}>")
    if not target.startswith("/") and "://" in target.partition("?")[0]:
        return url_text(target)
    name = plain_text(host, "?")
    shown = f"[{name}]" if ":" in name else name
    default = HTTPS_PORT if scheme == "https" else 80
    authority = shown if type(port) is not int or port == default else f"{shown}:{port}"
    return url_text(f"{scheme}://{authority}{target}")


def tell(call: Call, status: object, error: str) -> None:
    duration = perf_counter_ns() - call.start
    state = call.state
    if not state.has_room():
        return
    if get_ident() != state.thread:
        state.hop()
    # The time of the event is the start of the call.
    state.log.append(
        (
            CALLED,
            call.start,
            call.library,
            call.method,
            call.url,
            status if type(status) is int else 0,
            duration,
            error,
            *project_line(),
        )
    )
