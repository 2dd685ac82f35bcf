"""Keeps the events of one request, within a limit."""

from __future__ import annotations

from reqtrace.events.kinds import (
    BodySent,
    ConnectionOpened,
    Event,
    EventsDropped,
    LayerLeft,
    RequestEscaped,
    RequestFinished,
    ResponseClosed,
    ResponseStarted,
    ViewLeft,
)
from reqtrace.trace.model import Chain, RequestState
from reqtrace.trace.summary import Tally

__all__ = ["Record"]

ROOM_FOR_ENDINGS = 1_000
ENDINGS = (BodySent, LayerLeft, ViewLeft, ResponseStarted, ResponseClosed, RequestEscaped, RequestFinished)
"""Kinds that are still kept of a request with too many events, so that its trace has an end."""


class Record:
    """One request: its events as they came, and its line in the list."""

    __slots__ = ("chain", "connection", "events", "overflow", "tally", "version")

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.events: list[Event] = []
        self.overflow = 0
        """Events beyond the limit, counted and not kept."""
        self.version = 0
        self.chain: Chain | None = None
        self.connection: ConnectionOpened | None = None

    @property
    def is_open(self) -> bool:
        return self.tally.state is RequestState.OPEN

    def keep(self, event: Event, limit: int) -> int:
        """Keep the event if it may be kept; how many more events are held now."""
        events = self.events
        if type(event) is BodySent and len(events) > 1 and type(events[-1]) is type(events[-2]) is BodySent:
            # Each report counts from the start, so the first and the last tell all.
            events[-1] = event
            return 0
        if len(events) < limit or (isinstance(event, ENDINGS) and len(events) < limit + ROOM_FOR_ENDINGS):
            events.append(event)
            return 1
        self.overflow += 1
        return 0

    def to_fold(self) -> list[Event]:
        """The events, with the overflow told as any other loss."""
        if not self.overflow:
            return list(self.events)
        last = self.events[-1]
        lost = EventsDropped(time=last.time, request=last.request, thread=last.thread, count=self.overflow, requests=0)
        return [*self.events, lost]
