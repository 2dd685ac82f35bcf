"""Requests that run at the same time, in threads, tasks and processes, never mix."""

from __future__ import annotations

import contextlib
import http.client
import importlib.util
import itertools
import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from traced_server import DEADLINE, Watcher, free_port, server_environment, serving

from reqtrace.events.kinds import (
    ChainLoaded,
    ConnectionClosed,
    ConnectionOpened,
    Event,
    ExceptionRaised,
    LayerEntered,
    RequestFinished,
    RequestLineReceived,
    RequestStarted,
    SqlExecuted,
    UrlResolved,
)
from reqtrace.hub.hub import Hub

pytestmark = pytest.mark.slow

HERE = Path(__file__).resolve().parent
SITE = HERE / "crowd_site.py"
CROWD = 8

VARYING = {
    *("time", "thread", "request", "unix_time", "duration", "wait", "ran"),
    *("path", "arguments", "parameters", "message"),
}


def story(events: list[Event]) -> list[tuple[Any, ...]]:
    """The events of a request without what may differ from one request to the next."""
    return [
        (event.KIND, *(getattr(event, field.name) for field in fields(event) if field.name not in VARYING))
        for event in events
    ]


def numbers_in(events: list[Event]) -> set[str]:
    """Every mark that a request with a number of its own leaves in its events."""
    marks: set[str] = set()
    for event in events:
        if isinstance(event, RequestStarted):
            marks.add(event.path.split("/")[2])
        elif isinstance(event, UrlResolved):
            marks.update(value for _name, value in event.arguments)
        elif isinstance(event, SqlExecuted):
            marks.update(event.parameters)
        elif isinstance(event, ExceptionRaised):
            marks.add(event.message)
    return marks


@pytest.mark.parametrize(
    ("how", "view"),
    [
        ("threads", "together"),
        ("threads", "raises"),
        ("threads", "stream"),
        ("threads", "atogether"),
        ("tasks", "atogether"),
        ("tasks", "together"),
        ("tasks", "raises"),
    ],
)
def test_a_request_in_a_crowd_is_told_as_if_alone(run_child: Callable[..., Any], how: str, view: str) -> None:
    """All wait inside the view until all are there: each tells the same story, and only its own."""
    seen = run_child(str(SITE), how, view, str(CROWD))
    alone, *crowd = seen.of(RequestStarted)
    assert len(crowd) == CROWD
    expected = story(seen.of(request=alone.request))
    assert len(expected) > 20
    marks = []
    for started in crowd:
        events = seen.of(request=started.request)
        assert story(events) == expected
        marks.append(numbers_in(events))
        assert len(marks[-1]) == 1
    assert sorted(mark for [mark] in marks) == [str(number) for number in range(1, CROWD + 1)]
    last_entry = max(event.time for event in seen.of(LayerEntered) if event.request != alone.request)
    first_end = min(event.time for event in seen.of(RequestFinished) if event.request != alone.request)
    assert last_entry < first_end, "they did not overlap"


# --- servers -----------------------------------------------------------------------------------------------------


@pytest.fixture
def watcher(hub: Hub) -> Watcher:
    return Watcher(hub)


@pytest.fixture
def environment(hub: Hub) -> dict[str, str]:
    return server_environment(hub, HERE)


def get(port: int, connection: http.client.HTTPConnection | None = None) -> str:
    """The body of the page that names its process."""
    here = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
    here.request("GET", "/")
    body = here.getresponse().read().decode()
    if connection is None:
        here.close()
    return body


def test_a_kept_alive_connection_has_distinct_requests(
    watcher: Watcher, environment: dict[str, str], tmp_path: Path
) -> None:
    """Three requests in one thread, one after the other: each has its number, its line and its layers."""
    port = free_port()
    command = [sys.executable, str(SITE), "runserver", "--noreload", "--skip-checks", f"127.0.0.1:{port}"]
    with serving(command, port, environment, tmp_path):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
        for _ in range(3):
            get(port, connection)
        connection.close()
        get(port)
        watcher.until(lambda: sum(map(len, watcher.of(RequestFinished).values())) >= 4, "four requests")
        watcher.until(lambda: sum(map(len, watcher.of(ConnectionClosed).values())) >= 2, "two closed connections")
    [(process, events)] = watcher.events.items()
    lines = watcher.of(RequestLineReceived)[process]
    started = {event.request: event for event in watcher.of(RequestStarted)[process]}
    assert len({line.request for line in lines}) == len(lines)
    assert {line.request for line in lines} >= set(started)
    assert all(event.parent == 0 for event in started.values())
    opened = {event.connection for event in events if isinstance(event, ConnectionOpened)}
    assert {line.connection for line in lines} <= opened
    sequences = [[line.sequence for line in lines if line.connection == number] for number in opened]
    # The third is the one that looked whether the server is up.
    assert sorted(sequences) == [[], [1], [1, 2, 3]]
    for number in started:
        layers = [e.layer for e in events if isinstance(e, LayerEntered) and e.request == number]
        assert layers == [0, 1, 2, 3, 4, -1]


@pytest.mark.skipif(importlib.util.find_spec("gunicorn") is None, reason="gunicorn is not installed")
@pytest.mark.parametrize("options", [[], ["--preload"]], ids=["after the fork", "preload"])
def test_prefork_workers_reach_one_hub(
    watcher: Watcher, environment: dict[str, str], tmp_path: Path, options: list[str]
) -> None:
    """Two workers, the site loaded in each or before the fork: both tell their chain and their own requests."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--workers", "2", "--bind", f"127.0.0.1:{port}", *options]
    with serving([*command, "crowd_site:application"], port, environment, tmp_path):
        pids: list[str] = []
        watcher.until(lambda: pids.append(get(port)) or len(set(pids)) == 2, "an answer of each worker")
        watcher.until(lambda: sum(map(len, watcher.of(RequestFinished).values())) >= len(pids), "every request")
    watcher.until(lambda: set(watcher.ends) == set(watcher.headers), "the end of every process")
    finished = watcher.of(RequestFinished)
    by_pid = {str(watcher.headers[process]["pid"]): events for process, events in finished.items()}
    assert {pid: len(events) for pid, events in by_pid.items()} == {pid: pids.count(pid) for pid in set(pids)}
    for process in finished:
        assert len(watcher.of(ChainLoaded)[process]) == 1
        assert watcher.ends[process] == "clean"


def test_the_autoreloader_announces_each_process(watcher: Watcher, environment: dict[str, str], tmp_path: Path) -> None:
    """A file is saved: the old process says good-bye, the new one hello; the parent, which loads nothing, is silent."""
    for name in ("crowd_site.py", "awkward.py"):
        shutil.copy(HERE / name, tmp_path / name)
    port = free_port()
    command = [sys.executable, "crowd_site.py", "runserver", "--skip-checks", f"127.0.0.1:{port}"]
    environment["PYTHONPATH"] = environment["PYTHONPATH"].split(os.pathsep)[0]
    with serving(command, port, environment, tmp_path) as parent:
        first = int(get(port))
        watcher.until(lambda: watcher.of(RequestFinished), "the first request")
        moments = itertools.count(time.time() + 10)

        def save() -> None:
            # Again and again: the reloader does not notice a change before its first look.
            moment = next(moments)
            os.utime(tmp_path / "awkward.py", (moment, moment))

        watcher.until(lambda: save() or watcher.ends, "the end of the old process")
        watcher.until(lambda: len(watcher.headers) == 2, "the new process")

        def second() -> int:
            with contextlib.suppress(OSError, http.client.HTTPException):
                return int(get(port))
            return 0

        watcher.until(lambda: second() not in (0, first), "an answer of the new process")
        pids = [header["pid"] for header in watcher.headers.values()]
        assert pids[0] == first
        assert parent.pid not in pids
        assert watcher.ends == {1: "clean"}
