"""What agents would send of many requests, encoded beforehand: encoding is not the watcher's work."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

from scenarios import SCENARIOS, row_of

from reqtrace.events.wire import Encoder
from reqtrace.hub.arrival import Arrival, process_record
from reqtrace.hub.recording import RecordingWriter

__all__ = ["NAMES", "encode", "introduction", "write_recording"]

NAMES = ("home", "detail", "n_plus_one", "csrf_403", "short_circuit_301", "view_raises_500", "template_response")
PROCESS = 1


def introduction() -> Arrival:
    """The line that says what process it is."""
    return Arrival(PROCESS, process_record(PROCESS, SCENARIOS[NAMES[0]].header))


def encode(events: int) -> list[tuple[int, list[Arrival]]]:
    """Whole requests with at least so many events, the loading phase first: numbers of events with their lines."""
    return _encoded(lambda total, requests: total >= events)


def write_recording(path: Path, *, events: int = 0, requests: int = 0) -> tuple[int, int]:
    """A recording with at least that many events and requests; how many it has of each."""
    batches = _encoded(lambda total, number: total >= events and number >= requests)
    writer = RecordingWriter(path, title="benchmark")
    writer.write([introduction(), *itertools.chain.from_iterable(lines for _, lines in batches)])
    writer.close()
    return sum(count for count, _ in batches), len(batches) - 1


def _encoded(is_enough: Any) -> list[tuple[int, list[Arrival]]]:
    encoder = Encoder()

    def arrivals(rows: list[list[object]]) -> tuple[int, list[Arrival]]:
        return len(rows), [Arrival(PROCESS, line) for line in encoder.encode(rows)]

    batches = [arrivals([row_of(event) for event in SCENARIOS[NAMES[0]].loading])]
    rows = {name: [row_of(event) for event in SCENARIOS[name].request] for name in NAMES}
    total = 0
    for number, name in enumerate(itertools.cycle(NAMES), start=1):
        batches.append(arrivals([[kind, at, number, *rest] for kind, at, _, *rest in rows[name]]))
        total += len(rows[name])
        if is_enough(total, number):
            return batches
    return batches
