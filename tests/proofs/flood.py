"""Makes events as fast as it can, as the probes do; run only in child processes.

``python flood.py REQUESTS EVENTS`` makes that many requests of that many events each, prints how much memory that took,
and ends when a line is read.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from reqtrace.agent import link
from reqtrace.agent.recorder import number_of, recorder
from reqtrace.events.kinds import LayerEntered, RequestFinished, TemplateEntered
from reqtrace.events.steps import StepCode

ENTERED, FINISHED = StepCode.pack(LayerEntered), StepCode.pack(RequestFinished)
TEMPLATE = number_of(TemplateEntered)


def resident() -> int:
    """Bytes of memory that this process has now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def make_request(events: int) -> None:
    state = recorder.begin(0)
    if state is None:
        return
    for number in range(events - 1):
        if number % 10:
            state.step(ENTERED)
        elif state.has_room():
            state.tell(TEMPLATE, f"page {number}.html", "/site/templates")
    state.step(FINISHED)
    state.is_closed = True


def main() -> None:
    requests, events = map(int, sys.argv[1:])
    link.start_from_environment()
    recorder.wake()
    before = largest = resident()
    for number in range(requests):
        make_request(events)
        if not number % 100:
            largest = max(largest, resident())
    sys.stdout.write(json.dumps({"grown": largest - before}) + "\n")
    sys.stdout.flush()
    sys.stdin.readline()


main()
