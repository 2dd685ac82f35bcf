"""What goes wrong around a request harms neither the request nor what is told of the others."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from waiting import until

from reqtrace.events.kinds import (
    Event,
    EventsDropped,
    LayerEntered,
    LayerLeft,
    RequestFinished,
    RequestStarted,
    SqlExecuted,
    UrlResolved,
    ViewEntered,
)
from reqtrace.events.wire import RUN, THREAD, Decoder, load_record
from reqtrace.render.plain import request_block
from reqtrace.trace.model import RequestState, StopSort

pytestmark = pytest.mark.slow

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CROWD_SITE = HERE.parent / "agent" / "crowd_site.py"
DEADLINE = 60.0


@pytest.fixture
def run() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """``run(path, *arguments, environment=…)``: a child; killed at the end if it is still there."""
    children: list[subprocess.Popen[str]] = []

    def begin(path: Path, *arguments: str, environment: dict[str, str]) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        command = [sys.executable, str(path), *arguments]
        children.append(subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment))
        return children[-1]

    yield begin
    for child in children:
        child.kill()
        child.communicate()


def ask(site: subprocess.Popen[str], url: str) -> None:
    assert site.stdin is not None
    site.stdin.write(url + "\n")
    site.stdin.flush()


def answer(site: subprocess.Popen[str]) -> dict[str, Any]:
    assert site.stdout is not None
    told: dict[str, Any] = json.loads(site.stdout.readline())
    return told


def test_a_hub_that_is_killed_harms_no_request(run: Any, agent_environment: Any, tmp_path: Path) -> None:
    """In the middle of one: that and the next ones are answered as ever and as quickly, and the site ends in peace."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("REQTRACE_")}
    hub = run(HERE / "lone_hub.py", environment={**clean, "PYTHONPATH": str(ROOT)})
    environment = {**clean, **json.loads(hub.stdout.readline())}
    environment["PYTHONPATH"] = environment["PYTHONPATH"].split(os.pathsep)[0]
    site = run(HERE / "faults_site.py", environment=environment)
    ask(site, "/")
    usual = answer(site)
    place = tmp_path / "go"
    ask(site, f"/waits/?at={place}")
    until(place.with_suffix(".reached").exists, "the view")
    hub.kill()
    hub.wait(DEADLINE)
    place.touch()
    assert answer(site)["body"] == "waited"
    for _ in range(20):
        ask(site, "/")
        again = answer(site)
        assert (again["start"], again["body"]) == (usual["start"], usual["body"])
        assert again["seconds"] < 2
    _output, errors = site.communicate(timeout=DEADLINE)
    assert (site.returncode, errors) == (0, "")


def test_a_site_that_is_killed_leaves_a_lost_request(
    run: Any, watch: Any, agent_environment: Any, tmp_path: Path
) -> None:
    """What was told before is there, the request is said to be lost, and it can be shown."""
    site = run(HERE / "faults_site.py", environment=agent_environment(watch.hub))
    ask(site, "/")
    answer(site)
    ask(site, f"/waits/?at={tmp_path / 'never'}")
    until((tmp_path / "never.reached").exists, "the view")
    watch.until(lambda: any(isinstance(event, SqlExecuted) and event.request == 2 for event in watch.events), "its SQL")
    site.kill()
    site.wait(DEADLINE)
    watch.until(lambda: not watch.store.processes()[0].is_alive, "the end of the process")
    whole, lost = [watch.store.trace(line.key) for line in watch.store.summaries()]
    assert (whole.summary.state, whole.summary.status) == (RequestState.DONE, 200)
    assert lost.summary.state is RequestState.LOST
    assert [stop.sort for stop in lost.stops if stop.sort in (StopSort.VIEW, StopSort.SQL)] == [
        StopSort.VIEW,
        StopSort.SQL,
    ]
    assert "/waits/" in request_block(lost, width=100).plain()


# --- a crowd ---------------------------------------------------------------------------------------------------------

CROWD = 64
KEPT = (RequestStarted, UrlResolved, ViewEntered, SqlExecuted, LayerEntered, LayerLeft, RequestFinished)


def marks_of(events: list[Event]) -> set[str]:
    """Every number that the events of one request name; each request has its own."""
    marks: set[str] = set()
    for event in events:
        match event:
            case RequestStarted(path=path):
                marks.add(path.split("/")[2])
            case UrlResolved(arguments=arguments):
                marks.update(value for _name, value in arguments)
            case SqlExecuted(parameters=parameters):
                marks.update(parameters)
    return marks


@pytest.mark.parametrize(("how", "view"), [("threads", "together"), ("tasks", "atogether")])
def test_sixty_four_at_once_are_told_apart(how: str, view: str, run: Any, watch: Any, agent_environment: Any) -> None:
    """All stand in the view before the first may leave it; each has its own number, and its share of events."""
    watch.events.clear()
    site = run(CROWD_SITE, how, view, str(CROWD), environment=agent_environment(watch.hub))
    requests = watch.take_requests(CROWD + 1)
    _output, errors = site.communicate(timeout=DEADLINE)
    assert (site.returncode, errors) == (0, "")
    alone, *crowd = requests
    marks = [marks_of(events) for events in crowd]
    assert sorted(int(mark) for [mark] in marks) == list(range(1, CROWD + 1))
    usual = Counter(type(event) for event in alone if isinstance(event, KEPT))
    for events in crowd:
        assert Counter(type(event) for event in events if isinstance(event, KEPT)) == usual
    last_entry = max(event.time for events in crowd for event in events if isinstance(event, ViewEntered))
    first_end = min(event.time for events in crowd for event in events if isinstance(event, RequestFinished))
    assert last_entry < first_end, "they did not overlap"


# --- a flood ---------------------------------------------------------------------------------------------------------


MAX_GROWTH = 80_000_000
"""Bytes; a million and a half events are more."""


class SlowHub:
    """A hub that welcomes an agent, and then reads nothing, or little, until it is told to."""

    def __init__(self, *, pause: float | None) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.settimeout(DEADLINE)
        self.pause = pause
        self.may_read = threading.Event()
        self.per_request: Counter[int] = Counter()
        self.dropped_events = self.dropped_requests = 0
        self.is_stopped = False
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def environment(self) -> dict[str, str]:
        return {"REQTRACE_HUB": f"127.0.0.1:{self.server.getsockname()[1]}", "REQTRACE_TOKEN": ""}

    def serve(self) -> None:
        connection, _address = self.server.accept()
        with connection, connection.makefile("rb") as lines:
            header = load_record(lines.readline())[2]
            connection.sendall(b'["welcome",{}]\n')
            if self.pause is None:
                self.may_read.wait(DEADLINE)
            decoder = Decoder(header["kinds"])
            for line in lines:
                if line.startswith(b'["bye"'):
                    break
                self.count(load_record(line), decoder)
                if not self.may_read.is_set():
                    time.sleep(self.pause or 0)

    def count(self, record: list[Any], decoder: Decoder) -> None:
        """Count events; those of requests without making objects of them, which would take longer than all the rest."""
        if record[0] != "events":
            decoder.decode(record)
            return
        for row in record[1]:
            if row[0] == RUN:
                rows = [item for item in row[3] if type(item) is list]
                hops = sum(1 for item in rows if item[0] == THREAD)
                self.per_request[row[1]] += len(rows) - hops + (len(row[3]) - len(rows)) // 2
            else:
                [event] = decoder.decode(["events", [row]])
                assert isinstance(event, EventsDropped)
                self.dropped_events += event.count
                self.dropped_requests += event.requests

    def close(self) -> None:
        self.may_read.set()
        self.thread.join(DEADLINE)
        self.server.close()


@pytest.fixture
def slow_hub(request: Any) -> Iterator[SlowHub]:
    hub = SlowHub(pause=request.param)
    yield hub
    hub.close()


STALLED, SLOW = None, 0.02


@pytest.mark.parametrize(
    ("slow_hub", "requests", "size"),
    [(STALLED, 20_000, 50), (SLOW, 20_000, 50), (STALLED, 400, 4_000)],
    ids=["stalled, small requests", "slow, small requests", "stalled, large requests"],
    indirect=["slow_hub"],
)
def test_a_million_events_are_sent_or_counted(slow_hub: SlowHub, requests: int, size: int, run: Any) -> None:
    """Through a hub that cannot keep up: memory is bounded, and not one event is lost without being counted."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("REQTRACE_")}
    environment = {**clean, "PYTHONPATH": str(ROOT), **slow_hub.environment()}
    program = run(HERE / "flood.py", str(requests), str(size), environment=environment)
    grown = answer(program)["grown"]
    slow_hub.may_read.set()
    made = requests * size

    def told() -> int:
        return slow_hub.per_request.total() + slow_hub.dropped_events + slow_hub.dropped_requests * size

    until(lambda: told() >= made, "the end of the flood")
    _output, errors = program.communicate("\n", timeout=DEADLINE)
    assert (program.returncode, errors) == (0, "")
    assert told() == made
    if not slow_hub.dropped_events:
        # What is told of a request is told in full.
        assert set(slow_hub.per_request.values()) == {size}
    assert grown < MAX_GROWTH
