"""A real hub that reads everything the traced tests say, so that every probe really records."""

from __future__ import annotations

import threading
import time
from collections import Counter
from types import TracebackType

from reqtrace.events.kinds import AgentWarned, Event, EventsDropped
from reqtrace.events.wire import Decoder, load_record
from reqtrace.hub.arrival import Arrival
from reqtrace.hub.hub import Hub

PATIENCE = 10.0
"""Seconds for processes that have ended to say so."""


class Listener:
    """Counts events by kind, and keeps what must not happen: probes switched off, events lost, lines not understood."""

    def __init__(self, *, level: str = "path", keep: bool = False) -> None:
        self.hub = Hub()
        self.hub.set_level(level)
        self.kept: list[Event] = []
        """Every event, if they are to be kept."""
        self._keep = keep
        self.counts: Counter[str] = Counter()
        self.complaints: list[str] = []
        self.dropped = 0
        self._decoders: dict[int, Decoder] = {}
        self._alive: set[int] = set()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="listener")

    @property
    def events(self) -> int:
        return self.counts.total()

    def __enter__(self) -> Listener:
        self.hub.start()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        deadline = time.monotonic() + PATIENCE
        while self._alive and time.monotonic() < deadline:
            self.hub.wait(0.05)
        self.hub.close()
        self._is_over.set()
        self._thread.join()

    def _listen(self) -> None:
        while not self._is_over.is_set() or self.hub.backlog:
            if self.hub.wait(0.1):
                for arrival in self.hub.drain(1000):
                    self._take(arrival)

    def _take(self, arrival: Arrival) -> None:
        record = load_record(arrival.line)
        match record:
            case ["process", int(number), dict(header)]:
                self._decoders[number] = Decoder(header["kinds"])
                self._alive.add(number)
            case ["bye", *_]:
                self._alive.discard(arrival.process)
            case ["gap", _, why]:
                self.complaints.append(f"a line was not understood: {why}")
            case ["dropped", int(lines)]:
                self.complaints.append(f"this program was too slow for {lines} lines")
            case _ if arrival.process in self._decoders:
                for event in self._decoders[arrival.process].decode(record):
                    self._count(event)

    def _count(self, event: Event) -> None:
        if self._keep:
            self.kept.append(event)
        self.counts[event.KIND] += 1
        if isinstance(event, AgentWarned):
            self.complaints.append(f"probe {event.probe} switched off: {event.message}")
        elif isinstance(event, EventsDropped):
            self.dropped += event.count + event.requests
