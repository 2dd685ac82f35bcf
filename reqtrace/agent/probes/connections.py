"""What the server probe hands to the handler probe: the request that a request line announced."""

from __future__ import annotations

from contextvars import ContextVar

from reqtrace.agent.recorder import RequestState


class Connection:
    """A connection of runserver; it has a thread, and so a context, of its own."""

    __slots__ = ("announced", "number", "requests", "serving")

    def __init__(self, number: int) -> None:
        self.number = number
        self.requests = 0
        self.announced: RequestState | None = None
        """Its request line was read, no handler has been called yet."""
        self.serving: RequestState | None = None
        """The request the server is working for, until its connection is free again."""


connection: ContextVar[Connection | None] = ContextVar("reqtrace_connection", default=None)


def adopt() -> RequestState | None:
    """The announced request, which now is the handler's; ``None`` outside runserver or for a second handler call."""
    here = connection.get()
    if here is None or here.announced is None:
        return None
    here.serving, here.announced = here.announced, None
    return here.serving
