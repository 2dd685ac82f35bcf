"""Turns the hub's arrivals into what the store keeps. Nothing that arrives can make it raise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reqtrace.events.wire import Decoder, FrameError, load_record
from reqtrace.hub.arrival import HUB, Arrival, SiteState
from reqtrace.trace.model import OutputLine
from reqtrace.trace.store import TraceStore

__all__ = ["Feed"]

MAX_KINDS = 1_000

REMARK = "reqtrace"
"""The stream of the hub's own remarks."""


class Feed:
    """Decodes the lines of every process with that process's own kinds and texts."""

    def __init__(self, store: TraceStore) -> None:
        self.store = store
        self._decoders: dict[int, Decoder] = {}

    def take(self, arrival: Arrival) -> None:
        """Use one line. A line that cannot be read is counted as a gap of its process."""
        try:
            self._use(arrival.process, load_record(arrival.line))
        except FrameError:
            self.store.miss(arrival.process)

    def _use(self, process: int, record: list[Any]) -> None:
        match record:
            case ["events" | "strings", *_]:
                self._decode(process, record)
            case ["process", int(number), {"kinds": [*kinds]}]:
                self._introduce(number, kinds, record[2])
            case ["bye", *_]:
                self._decoders.pop(process, None)
                self.store.end_process(process)
            case ["dropped", int(count)]:
                self.store.miss(process, count)
            case ["gap", int(number), *_]:
                self.store.miss(number)
            case _:
                self._use_hub_record(record)

    def _use_hub_record(self, record: list[Any]) -> None:
        store = self.store
        match record:
            case ["output", int(unix_time), str(stream), str(text)]:
                store.add_output(OutputLine(unix_time, stream, text))
            case ["note", int(unix_time), str(text)]:
                store.notes.append((unix_time, text))
                store.add_output(OutputLine(unix_time, REMARK, text))
            case ["state", {}]:
                store.site = SiteState.from_fields(record[1])
            case ["from" | "reqtrace" | "answer", *_]:
                # Whoever asked has been told; the traces are no different for it.
                return
            case _:
                raise FrameError("a record nobody knows")
        store.version += 1

    def _introduce(self, number: int, kinds: list[Any], header: Mapping[str, Any]) -> None:
        if number == HUB or len(kinds) > MAX_KINDS or not all(isinstance(kind, str) for kind in kinds):
            raise FrameError("no header of a process")
        self._decoders[number] = Decoder(kinds)
        self.store.add_process(number, header)

    def _decode(self, process: int, record: list[Any]) -> None:
        decoder = self._decoders.get(process)
        if decoder is None:
            raise FrameError("events of a process that was not introduced")
        events = decoder.decode(record)
        if events:
            self.store.add(process, events)
