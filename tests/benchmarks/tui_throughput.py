"""How fast events reach the screen, and how long a key press waits meanwhile.

``python tests/benchmarks/tui_throughput.py [--rate EVENTS_PER_SECOND] [--seconds N] [--size 120x40]``

A thread puts the lines of whole requests into the hub's own backlog at the given rate; the app runs without a
terminal, but draws every cell. A key is pressed every 100 ms, and it counts as answered when the picture it asks for
has been composed.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import statistics
import sys
import threading
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]
# ruff: noqa: E402 - a script, not a test: pytest does not say where scenarios are

from scenarios import SCENARIOS
from textual.pilot import Pilot
from traffic import NAMES, encode, introduction

from reqtrace.events.holds import Hold
from reqtrace.hub.arrival import HUB, Arrival, SitePhase, SiteState, state_record
from reqtrace.hub.backlog import Backlog
from reqtrace.hub.project import Project
from reqtrace.trace.model import RequestKey
from reqtrace.tui.app import ReqtraceApp
from reqtrace.tui.collecting import rare_full_collections

FLUSH = 0.05
"""Seconds between two batches of an agent."""
HEARTBEAT = 0.005


class Site:
    """A backlog that a thread fills as agents would."""

    is_live = True
    title = "benchmark"
    address = "127.0.0.1:8000"
    notice = recording = ""
    level = "path"
    project: Project | None = None
    holds: tuple[Hold, ...] = ()

    def __init__(self, rate: int, seconds: float) -> None:
        self._backlog = Backlog()
        self._rate = rate
        self._batches = encode(int(rate * seconds * 1.5))
        self._is_ending = threading.Event()
        self._thread = threading.Thread(target=self._send, daemon=True)
        self.sent = 0

    @property
    def backlog(self) -> int:
        return len(self._backlog)

    @property
    def dropped(self) -> int:
        return self._backlog.dropped

    def drain(self, limit: int) -> list[Arrival]:
        return self._backlog.drain(limit)

    def restart(self) -> None: ...

    def set_level(self, level: str) -> None: ...

    def set_holds(self, holds: tuple[Hold, ...]) -> None: ...

    def step_held(self, key: RequestKey) -> None: ...

    def let_go(self, key: RequestKey | None) -> None: ...

    def start(self) -> None:
        self._backlog.put([Arrival(HUB, state_record(SiteState(phase=SitePhase.SERVING)))])
        self._backlog.put([introduction()])
        self._thread.start()

    def end(self) -> None:
        self._is_ending.set()
        self._thread.join()

    def _send(self) -> None:
        begun = time.perf_counter()
        for count, arrivals in self._batches:
            self._backlog.put(arrivals)
            self.sent += count
            ahead = self.sent / self._rate - (time.perf_counter() - begun)
            if (ahead > FLUSH and self._is_ending.wait(ahead)) or self._is_ending.is_set():
                return


class Stalls:
    """How long the loop that answers keys did nothing else: how late it is for something due every 5 ms."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def watch(self) -> None:
        while True:
            due = time.perf_counter() + HEARTBEAT
            await asyncio.sleep(HEARTBEAT)
            self.seconds.append(time.perf_counter() - due)


async def measure(rate: int, seconds: float, size: tuple[int, int]) -> dict[str, object]:
    site = Site(rate, seconds)
    app = ReqtraceApp(site)
    async with app.run_test(size=size) as pilot:
        site.start()
        stalls = Stalls()
        watching = asyncio.create_task(stalls.watch())
        cpu, begun = time.process_time(), time.perf_counter()
        answers = await press_keys(app, pilot, begun + seconds)
        sent, behind = site.sent, site.backlog
        wall, used = time.perf_counter() - begun, time.process_time() - cpu
        site.end()
        watching.cancel()
        shown = app.bridge.store.total
    per_request = statistics.mean(len(SCENARIOS[name].request) for name in NAMES)
    return {
        "events_per_second": round(sent / wall),
        "requests_shown": shown,
        "events_shown_per_second": round(shown * per_request / wall),
        "lines_behind_at_the_end": behind,
        "dropped": site.dropped,
        "key_answered_ms": spread(answers),
        "stall_ms": spread(stalls.seconds),
        "cpu_percent": round(100 * used / wall),
    }


def spread(seconds: list[float]) -> dict[str, float]:
    figures = (statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1], max(seconds))
    return {name: round(figure * 1e3, 1) for name, figure in zip(("median", "p95", "most"), figures, strict=True)}


async def press_keys(app: ReqtraceApp, pilot: Pilot[int], until: float) -> list[float]:
    """Seconds from each key press to the composed screen that answers it."""
    answers = []
    keys = itertools.cycle(["left", "left", "right", "up", "G"])
    while time.perf_counter() < until:
        begun = time.perf_counter()
        answered = asyncio.Event()
        app.simulate_key(next(keys))
        # The key is handled by the screen, then what it changed is drawn: after the next refresh both have happened.
        app.call_later(app.screen.call_after_refresh, answered.set)
        await answered.wait()
        answers.append(time.perf_counter() - begun)
        await asyncio.sleep(0.1)
    return answers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--size", default="120x40")
    options = parser.parse_args()
    width, height = (int(part) for part in options.size.split("x"))
    with rare_full_collections():
        figures = asyncio.run(measure(options.rate, options.seconds, (width, height)))
    sys.stdout.write(json.dumps({"rate": options.rate, "size": options.size, **figures}, indent=2) + "\n")


if __name__ == "__main__":
    main()
