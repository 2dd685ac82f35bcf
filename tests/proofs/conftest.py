"""Programs that run for long in a process of their own, traced and untraced, and what their agents say meanwhile."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reqtrace.events.kinds import Event, RequestFinished
from reqtrace.events.wire import Decoder, load_record
from reqtrace.hub.hub import Hub
from reqtrace.trace.feed import Feed
from reqtrace.trace.store import TraceStore

HERE = Path(__file__).resolve().parent
PATIENCE = 30.0


def clean_environment() -> dict[str, str]:
    """Ours, without what would trace the child."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("REQTRACE_", "PYTHONPATH"))}


@pytest.fixture(scope="session")
def agent_environment() -> Callable[[Hub], dict[str, str]]:
    """``agent_environment(hub)``: what makes a child tell that hub."""

    def make(hub: Hub) -> dict[str, str]:
        ours = hub.environment()
        return {**clean_environment(), **ours, "PYTHONPATH": ours["PYTHONPATH"].split(os.pathsep)[0]}

    return make


class Watch:
    """A hub, what it hears as events, and the store that they go into."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.store = TraceStore()
        self.events: list[Event] = []
        """Of all processes, since they were last taken."""
        self._feed = Feed(self.store)
        self._decoders: dict[int, Decoder] = {}

    def look(self) -> None:
        for arrival in self.hub.drain(10_000):
            self._feed.take(arrival)
            record = load_record(arrival.line)
            if record[0] == "process":
                self._decoders[record[1]] = Decoder(record[2]["kinds"])
            elif arrival.process in self._decoders:
                self.events += self._decoders[arrival.process].decode(record)

    def until(self, condition: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
        """Take what arrives until something is as wanted."""
        deadline = time.monotonic() + patience
        while not condition():
            assert time.monotonic() < deadline, f"{what} did not come true"
            self.hub.wait(0.01)
            self.look()

    def take_requests(self, count: int) -> list[list[Event]]:
        """The events of the next requests, one list each, when so many have ended."""

        self.until(lambda: len(ended_in(self.events)) >= count, f"the end of {count} requests")
        events, self.events = self.events, []
        return [[event for event in events if event.request == number] for number in sorted(ended_in(events))]


def ended_in(events: list[Event]) -> set[int]:
    """The requests that ended."""
    return {event.request for event in events if isinstance(event, RequestFinished)}


@pytest.fixture(scope="module")
def watch() -> Iterator[Watch]:
    """A hub that is being listened to."""
    watch = Watch()
    watch.hub.start()
    try:
        yield watch
    finally:
        watch.hub.close()


class Program:
    """A child that answers a line with a line."""

    def __init__(self, path: Path, environment: dict[str, str]) -> None:
        self._child = subprocess.Popen(
            [sys.executable, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def ask(self, line: str) -> None:
        assert self._child.stdin is not None
        self._child.stdin.write(line + "\n")
        self._child.stdin.flush()

    def answer(self) -> str:
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        if not line:
            assert self._child.stderr is not None
            raise AssertionError(f"the program ended: {self._child.stderr.read()}")
        return line

    def close(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            self._child.communicate(timeout=PATIENCE)


@pytest.fixture(scope="module")
def start() -> Iterator[Callable[..., Program]]:
    """``start(path, environment)``: a program, ended after the module."""
    programs: list[Program] = []

    def begin(path: str, environment: dict[str, str] | None = None) -> Program:
        programs.append(Program(HERE / path, environment or clean_environment()))
        return programs[-1]

    try:
        yield begin
    finally:
        for program in programs:
            program.close()
