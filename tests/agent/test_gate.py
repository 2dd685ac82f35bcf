"""A held request waits, and nothing else does; it goes on when somebody says so, or when nobody is there to say it."""

from __future__ import annotations

import http.client
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from traced_server import DEADLINE, Watcher, free_port, server_environment, serving

from reqtrace.agent.gate import Gate, fits
from reqtrace.agent.recorder import RequestState
from reqtrace.events.holds import ANY, MAX_HOLDS, Hold, read_holds
from reqtrace.events.kinds import (
    Hook,
    LayerEntered,
    LevelChanged,
    RequestFinished,
    RequestHeld,
    RequestReleased,
    ViewEntered,
)
from reqtrace.hub.hub import Hub

HERE = Path(__file__).resolve().parent
SITE = HERE / "gate_site.py"


# --- which requests, and where -----------------------------------------------------------------------------------


def a_request(method: str = "GET", path: str = "/polls/1/vote/") -> RequestState:
    state = RequestState(1, 0, notes=False)
    # As WSGI has it: SCRIPT_NAME and PATH_INFO.
    state.target = (method, ("", path))
    return state


@pytest.mark.parametrize(
    ("hold", "place", "layer", "hook", "does"),
    [
        (Hold(1), "layer", 3, -1, True),
        (Hold(1), "view", ANY, -1, True),
        (Hold(1, "layer", 3), "layer", 3, -1, True),
        (Hold(1, "layer", 3), "layer", 2, -1, False),
        (Hold(1, "layer", -1), "layer", -1, -1, True),
        (Hold(1, "layer", 3), "hook", 3, Hook.process_request, True),
        (Hold(1, "layer", 3), "hook", 3, Hook.process_view, False),
        (Hold(1, "hook", 3, Hook.process_view), "hook", 3, Hook.process_view, True),
        (Hold(1, "hook", ANY, Hook.process_response), "hook", 5, Hook.process_response, True),
        (Hold(1, "view"), "layer", 0, -1, False),
        (Hold(1, "view", method="POST"), "view", ANY, -1, False),
        (Hold(1, "view", method="GET", path="/vote"), "view", ANY, -1, True),
        (Hold(1, "view", path="/admin"), "view", ANY, -1, False),
    ],
)
def test_a_hold_means_a_place_and_a_condition(hold: Hold, place: str, layer: int, hook: int, does: bool) -> None:
    """Layer, hook or view; method and part of the path."""
    assert fits(hold, a_request(), place, layer, hook) is does


def test_nobody_is_held_who_is_not_meant() -> None:
    """Without holds nothing is asked, with holds for others nothing waits."""
    gate = Gate()
    assert not gate.is_armed
    gate.arm((Hold(1, "view", path="/elsewhere/"),))
    assert gate.is_armed
    state = a_request()
    gate.pass_by(state, "view", ANY)
    assert state.log == []
    gate.arm(())
    assert not gate.is_armed


def test_a_thread_that_runs_an_event_loop_is_never_stopped() -> None:
    """Everybody else in it would wait, too."""
    import asyncio

    gate = Gate()
    gate.arm((Hold(1, seconds=60),))
    state = a_request()

    async def handler() -> None:
        gate.pass_by(state, "view", ANY)

    asyncio.run(asyncio.wait_for(handler(), 5))
    assert state.log == []


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        [[1, "layer"]],
        [["1", "layer", 0, 0, "", "", 60]],
        [[1, "somewhere", 0, 0, "", "", 60]],
        [[1, "layer", 0, 0, "", "", 0]],
        [[1, "layer", 0, 0, "", "", 10**9]],
        [[1, "layer", 0, 0, "", "x" * 1_000, 60]],
        [[1, "any", 0, 0, "", "", 60]] * (MAX_HOLDS + 1),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_is_no_hold_is_refused(value: Any) -> None:
    """Wrong types, places that do not exist, no limit, too many."""
    with pytest.raises(ValueError, match="expected"):
        read_holds(value)


def test_holds_are_what_they_were_behind_the_wire() -> None:
    """Every field in its place."""
    hold = Hold(4, "hook", 2, Hook.process_view, "POST", "/vote", 30)
    assert read_holds([list(hold)]) == (hold,)


# --- a real server and a real client -----------------------------------------------------------------------------


@pytest.fixture
def watcher(hub: Hub) -> Watcher:
    return Watcher(hub)


@contextmanager
def served(hub: Hub, watcher: Watcher, tmp_path: Path) -> Iterator[Callable[[str], Future[str]]]:
    """The site under runserver, told its holds; gives a function that asks for a page in a thread of its own."""
    port = free_port()
    command = [sys.executable, str(SITE), "runserver", "--noreload", "--skip-checks", f"127.0.0.1:{port}"]

    def ask(path: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
        connection.request("GET", path)
        answer = connection.getresponse()
        body = f"{answer.status} {answer.read().decode()}"
        connection.close()
        return body

    with serving(command, port, server_environment(hub, HERE), tmp_path), ThreadPoolExecutor() as clients:
        try:
            obey(hub, watcher)
            yield lambda path: clients.submit(ask, path)
        finally:
            hub.set_holds([])
            hub.go()


def obey(hub: Hub, watcher: Watcher) -> None:
    """Until the site has taken everything it was told: what is said first is obeyed first."""
    watcher.until(lambda: watcher.events, "a process")
    hub.set_level("deep")
    watcher.until(lambda: watcher.of(LevelChanged), "the answer to what was said last")


def held(watcher: Watcher, count: int = 1) -> RequestHeld:
    """The newest place a request is held at, once there are ``count``."""

    def places() -> list[RequestHeld]:
        return [event for events in watcher.of(RequestHeld).values() for event in events]

    watcher.until(lambda: len(places()) >= count, f"{count} held requests")
    return places()[count - 1]


def released(watcher: Watcher, count: int = 1) -> list[str]:
    """Why requests went on, once ``count`` did."""

    def reasons() -> list[str]:
        return [event.reason for events in watcher.of(RequestReleased).values() for event in events]

    watcher.until(lambda: len(reasons()) >= count, f"{count} released requests")
    return reasons()


@pytest.mark.slow
def test_a_request_is_held_stepped_and_let_go(hub: Hub, watcher: Watcher, tmp_path: Path) -> None:
    """Its client waits, others are answered; a step leads to the next place, and then it goes its way."""
    hub.set_holds([Hold(7, "layer", 1, path="/held/")])
    with served(hub, watcher, tmp_path) as ask:
        answer = ask("/held/")
        place = held(watcher)
        assert (place.hold, place.place, place.layer) == (7, "layer", 1)
        assert ask("/other/").result(DEADLINE) == "200 /other/"
        assert not answer.done()
        [process] = watcher.events
        hub.step(process, place.request)
        place = held(watcher, 2)
        assert (place.hold, place.place, place.layer) == (0, "layer", 2)
        assert not answer.done()
        hub.go(process, place.request)
        assert answer.result(DEADLINE) == "200 /held/"
        assert released(watcher, 2) == ["step", "go"]
        events = [event for event in watcher.events[process] if event.request == place.request]
        [first, _second] = [event for event in events if isinstance(event, RequestHeld)]
        assert isinstance(events[events.index(first) - 1], LayerEntered), "held right behind the entry"


@pytest.mark.slow
def test_the_view_can_be_held(hub: Hub, watcher: Watcher, tmp_path: Path) -> None:
    """Entered, and not run yet."""
    hub.set_holds([Hold(1, "view", path="/held/")])
    with served(hub, watcher, tmp_path) as ask:
        answer = ask("/held/")
        place = held(watcher)
        [process] = watcher.events
        assert isinstance(watcher.events[process][watcher.events[process].index(place) - 1], ViewEntered)
        hub.go()
        assert answer.result(DEADLINE) == "200 /held/"


@pytest.mark.slow
def test_a_request_goes_on_when_its_time_is_up(hub: Hub, watcher: Watcher, tmp_path: Path) -> None:
    """Nobody has to say anything."""
    hub.set_holds([Hold(1, "hook", 0, Hook.process_response, path="/held/", seconds=1)])
    with served(hub, watcher, tmp_path) as ask:
        assert ask("/held/").result(DEADLINE) == "200 /held/"
        [reason] = released(watcher)
        assert reason == "time limit"


@pytest.mark.slow
def test_a_request_goes_on_when_the_hub_is_gone(hub: Hub, watcher: Watcher, tmp_path: Path) -> None:
    """Whoever held it and left does not leave it waiting, and holds nobody else."""
    hub.set_holds([Hold(1, "layer", 1, path="/held/", seconds=600)])
    with served(hub, watcher, tmp_path) as ask:
        answer = ask("/held/")
        held(watcher)
        hub.close()
        assert answer.result(DEADLINE) == "200 /held/"
        assert ask("/held/").result(DEADLINE) == "200 /held/"


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/held/", "/aheld/"])
@pytest.mark.parametrize(
    "hold",
    [
        Hold(1, "layer", 1),
        Hold(1, "layer", 3),
        Hold(1, "hook", 0, Hook.process_request),
        Hold(1, "hook", 3, Hook.process_view),
        Hold(1, "view"),
    ],
    ids=["layer", "async layer", "sync hook", "async hook", "view"],
)
def test_a_held_task_stops_nobody_else(hub: Hub, watcher: Watcher, path: str, hold: Hold) -> None:
    """Sync or async, under ASGI: the event loop goes on and answers others."""
    hub.set_holds([hold._replace(path="held/")])
    environment = server_environment(hub, HERE)
    site = subprocess.Popen(
        [sys.executable, str(SITE), "tasks", path], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        obey(hub, watcher)
        assert site.stdin is not None
        site.stdin.write(b"\n")
        site.stdin.flush()
        place = held(watcher)
        [process] = watcher.events

        def others() -> int:
            return len(watcher.of(RequestFinished).get(process, []))

        before = others()
        watcher.until(lambda: others() >= before + 3, "three other answers")
        hub.go(process, place.request)
        printed, _nothing = site.communicate(timeout=DEADLINE)
    finally:
        site.kill()
        site.wait()
    answers = printed.decode().split()
    assert answers.count(path) == 1
    assert answers.index(path) >= 3
    assert released(watcher) == ["go"]
