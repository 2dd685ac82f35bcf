"""The link reaches a hub whenever there is one, and costs the site nothing when there is none."""

from __future__ import annotations

import atexit
import os
import socket
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from waiting import until

from reqtrace.agent import link as module
from reqtrace.agent.control import Control
from reqtrace.agent.guard import Probe
from reqtrace.agent.levels import Levels
from reqtrace.agent.link import Link
from reqtrace.agent.recorder import MAX_WAITING, Recorder, number_of
from reqtrace.events.kinds import (
    AgentWarned,
    ChainLoading,
    Event,
    EventsDropped,
    LayerEntered,
    LevelChanged,
    RequestFinished,
    TemplateEntered,
)
from reqtrace.events.steps import StepCode
from reqtrace.events.wire import FORMAT_VERSION, Decoder, dump_record, load_record
from reqtrace.hub.hub import Hub

ROOT = Path(__file__).resolve().parents[2]
DEADLINE = 10.0
ENTERED, FINISHED = StepCode.pack(LayerEntered), StepCode.pack(RequestFinished)
TEMPLATE = number_of(TemplateEntered)


class Listener:
    """A hub reduced to its socket, which answers when and as the test wants."""

    def __init__(self, port: int = 0) -> None:
        self.server = socket.create_server(("127.0.0.1", port))
        self.server.settimeout(DEADLINE)
        self.port = self.server.getsockname()[1]
        self.connection: socket.socket | None = None
        self.lines: Any = None
        self.decoder = Decoder([])

    def accept(self) -> dict[str, Any]:
        """The header of the next agent."""
        self.connection, _address = self.server.accept()
        self.connection.settimeout(DEADLINE)
        self.lines = self.connection.makefile("rb")
        record = load_record(self.lines.readline())
        assert record[:2] == ["reqtrace", FORMAT_VERSION]
        header: dict[str, Any] = record[2]
        self.decoder = Decoder(header["kinds"])
        return header

    def answer(self, *record: Any) -> None:
        assert self.connection is not None
        self.connection.sendall(dump_record(record))

    def welcome(self) -> dict[str, Any]:
        header = self.accept()
        self.answer("welcome", {})
        return header

    def events(self, count: int) -> list[Event]:
        """The next events, at least so many."""
        events: list[Event] = []
        while len(events) < count:
            events += self.decoder.decode(load_record(self.lines.readline()))
        return events

    def rest(self) -> list[list[Any]]:
        """Every record until the agent closes the connection."""
        return [load_record(line) for line in self.lines]

    def hang_up(self) -> None:
        if self.connection is not None:
            self.lines.close()
            self.connection.close()
            self.connection = None

    def close(self) -> None:
        self.hang_up()
        self.server.close()


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def listen() -> Iterator[Callable[..., Listener]]:
    """``listen(port)``: a hub to play; closed at the end."""
    listeners: list[Listener] = []

    def make(port: int = 0) -> Listener:
        listeners.append(Listener(port))
        return listeners[-1]

    yield make
    for listener in listeners:
        listener.close()


@pytest.fixture
def connect(
    recorder: Recorder, listen: Callable[..., Listener], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Link]]:
    """``connect(port)``: a started link that hurries; ended at the end."""
    monkeypatch.setattr(module, "FIRST_WAIT", 0.02)
    monkeypatch.setattr(module, "LONGEST_WAIT", 0.04)
    monkeypatch.setattr(module, "probe", Probe("link"))
    monkeypatch.setattr(Probe, "reported", None)
    links: list[Link] = []

    def make(port: int, token: str = "a token") -> Link:
        links.append(Link(("127.0.0.1", port), token, recorder))
        links[-1].start()
        return links[-1]

    yield make
    for link in links:
        link.close()
        atexit.unregister(link.close)


def test_questions_are_answered_among_the_events(
    recorder: Recorder, listen: Callable[..., Listener], connect: Callable[..., Link]
) -> None:
    """Each answer once, on the connection it was asked on."""
    listener = listen()
    connect(listener.port)
    load_chain(recorder)
    listener.welcome()
    listener.answer("ask", 3, "shoe.size")
    records = (load_record(line) for line in listener.lines)
    assert next(record for record in records if record[0] == "answer") == [
        *("answer", 3, False),
        "this process knows no question 'shoe.size'",
    ]
    listener.hang_up()
    listener.welcome()
    assert load_record(listener.lines.readline())[0] != "answer"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def visit(recorder: Recorder, name: str = "page.html") -> bool:
    """A request; false if it is not traced."""
    state = recorder.begin(0)
    if state is None:
        return False
    state.step(ENTERED)
    state.tell(TEMPLATE, name, "")
    state.step(FINISHED)
    state.is_closed = True
    return True


def load_chain(recorder: Recorder, chain: int = 1) -> None:
    recorder.fact(ChainLoading, chain, "WSGIHandler", False, ["a.Middleware"])


def names(events: list[Event]) -> list[str]:
    return [event.name for event in events if isinstance(event, TemplateEntered)]


# --- while all is well -------------------------------------------------------------------------------------------


def test_the_thread_comes_with_the_first_thing_to_tell(
    recorder: Recorder, listen: Callable[..., Listener], connect: Callable[..., Link]
) -> None:
    """A process that never builds a handler has no thread and no connection; recording is on all the same."""
    listener = listen()
    link = connect(listener.port)
    assert recorder.is_on
    assert link._thread is None
    load_chain(recorder)
    assert link._thread is not None
    assert link._thread.daemon
    listener.welcome()


def test_the_header_says_who_speaks(
    recorder: Recorder, listen: Callable[..., Listener], connect: Callable[..., Link]
) -> None:
    """Token, process, versions, clock and the numbers of the kinds."""
    listener = listen()
    connect(listener.port, "s3cr3t")
    load_chain(recorder)
    header = listener.welcome()
    assert (header["token"], header["pid"]) == ("s3cr3t", os.getpid())
    assert header["kinds"][0] == "chain.loading"
    assert set(header) == {
        *("token", "reqtrace", "python", "django", "pid", "argv", "executable", "cwd", "clock", "kinds"),
    }


def test_everything_is_told_once_and_in_order(
    recorder: Recorder, listen: Callable[..., Listener], connect: Callable[..., Link]
) -> None:
    """Facts first, then the requests, then what comes later; good-bye at the end."""
    listener = listen()
    link = connect(listener.port)
    load_chain(recorder)
    visit(recorder, "first")
    listener.welcome()
    events = listener.events(4)
    assert isinstance(events[0], ChainLoading)
    assert names(events) == ["first"]
    visit(recorder, "second")
    events = listener.events(3)
    assert [type(event) for event in events] == [LayerEntered, TemplateEntered, RequestFinished]
    visit(recorder, "third")
    link.close()
    *records, bye = listener.rest()
    assert names([event for record in records for event in listener.decoder.decode(record)]) == ["third"]
    assert bye == ["bye"]


def test_the_hub_sets_the_level(
    recorder: Recorder,
    listen: Callable[..., Listener],
    connect: Callable[..., Link],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In the same packet as its welcome or later; the change is told behind what happened before."""
    levels = Levels(recorder)
    monkeypatch.setattr(module, "Control", partial(Control, levels))
    listener = listen()
    connect(listener.port)
    load_chain(recorder)
    listener.accept()
    assert listener.connection is not None
    listener.connection.sendall(dump_record(["welcome", {}]) + dump_record(["level", "deep"]))
    until(lambda: levels.is_deep, "the level is deep")
    listener.answer("level", "path")
    until(lambda: not levels.is_deep, "the level is path")
    changes = [event for event in listener.events(3) if isinstance(event, LevelChanged)]
    assert [event.level for event in changes] == ["deep", "path"]


def test_a_hub_that_talks_nonsense_is_still_told(
    recorder: Recorder, listen: Callable[..., Listener], connect: Callable[..., Link]
) -> None:
    """What is not understood is passed over."""
    listener = listen()
    connect(listener.port)
    load_chain(recorder)
    listener.welcome()
    assert listener.connection is not None
    listener.connection.sendall(b"\xff\n[]\n" + b"x" * 100_000)
    until(lambda: recorder.is_on, "the link is up")
    visit(recorder, "heard")
    assert names(listener.events(4)) == ["heard"]


# --- while there is no hub ---------------------------------------------------------------------------------------


def test_no_hub_is_silent(
    recorder: Recorder, connect: Callable[..., Link], caplog: pytest.LogCaptureFixture, capfd: Any
) -> None:
    """Nothing is printed or logged as a warning, and nothing is recorded."""
    caplog.set_level("WARNING")
    connect(free_port())
    assert visit(recorder)
    until(lambda: not recorder.is_on, "the link gives up for now")
    assert not visit(recorder)
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def test_a_hub_that_comes_later_is_told_the_facts(
    recorder: Recorder, listen: Callable[..., Listener], connect: Callable[..., Link]
) -> None:
    """Also those from the time when nobody listened; requests of that time are gone."""
    port = free_port()
    connect(port)
    load_chain(recorder)
    visit(recorder, "unheard")
    until(lambda: not recorder.is_on, "the link gives up for now")
    load_chain(recorder, chain=2)
    listener = listen(port)
    listener.welcome()
    until(lambda: recorder.is_on, "the link is up")
    visit(recorder, "heard")
    events = listener.events(5)
    assert [event.chain for event in events if isinstance(event, ChainLoading)] == [1, 2]
    assert names(events) == ["heard"]


def test_a_hub_that_dies_is_replaced_by_the_next(
    recorder: Recorder, listen: Callable[..., Listener], connect: Callable[..., Link]
) -> None:
    """On the same port: facts are told again, requests are not, texts are numbered anew."""
    first = listen()
    connect(first.port)
    load_chain(recorder)
    visit(recorder, "first")
    first.welcome()
    first.events(4)
    first.close()
    until(lambda: not recorder.is_on, "the loss is noticed without anything to send")
    second = listen(first.port)
    second.welcome()
    until(lambda: recorder.is_on, "the link is up")
    visit(recorder, "first")
    visit(recorder, "second")
    events = second.events(7)
    assert len([event for event in events if isinstance(event, ChainLoading)]) == 1
    assert names(events) == ["first", "second"]


def test_a_hub_that_hangs_up_on_a_busy_site(
    recorder: Recorder, listen: Callable[..., Listener], connect: Callable[..., Link]
) -> None:
    """In the middle of a lot that is being sent: the site goes on, and the next hub hears what comes then."""
    first = listen()
    connect(first.port)
    for number in range(2_000):
        visit(recorder, f"{number} {'x' * 500}")
    first.welcome()
    first.hang_up()
    first.welcome()
    until(lambda: recorder.is_on, "the link is up")
    visit(recorder, "after")
    while "after" not in names(first.events(1)):
        pass


@pytest.mark.parametrize("answer", [["refused", "the token is wrong"], ["events", []]], ids=["refused", "no hub"])
def test_a_refusal_is_final(
    recorder: Recorder,
    listen: Callable[..., Listener],
    connect: Callable[..., Link],
    caplog: pytest.LogCaptureFixture,
    answer: list[Any],
) -> None:
    """A hub that does not want this process, or something that is no hub, is told nothing and never asked again."""
    listener = listen()
    link = connect(listener.port)
    load_chain(recorder)
    visit(recorder)
    listener.accept()
    listener.answer(*answer)
    assert link._thread is not None
    link._thread.join(DEADLINE)
    assert not link._thread.is_alive()
    assert not recorder.is_on
    assert listener.rest() == []
    assert len([record for record in caplog.records if record.levelname == "WARNING"]) == 1
    load_chain(recorder, chain=2)
    assert not visit(recorder)
    listener.server.settimeout(0.2)
    with pytest.raises(TimeoutError):
        listener.server.accept()


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"", b"\xff" * 5_000 + b"\n"], ids=repr)
def test_something_else_on_the_port(
    recorder: Recorder, listen: Callable[..., Listener], connect: Callable[..., Link], answer: bytes
) -> None:
    """Another server, or one that hangs up, is no hub; one that comes later is."""
    listener = listen()
    connect(listener.port)
    load_chain(recorder)
    listener.accept()
    assert listener.connection is not None
    listener.connection.sendall(answer)
    listener.hang_up()
    listener.welcome()
    assert isinstance(listener.events(1)[0], ChainLoading)


def test_the_real_hub_refuses_a_wrong_token(recorder: Recorder, connect: Callable[..., Link], hub: Hub) -> None:
    """The agent takes no for an answer."""
    link = connect(int(hub.address.rpartition(":")[2]), "a wrong token")
    load_chain(recorder)
    assert link._thread is not None
    link._thread.join(DEADLINE)
    assert not recorder.is_on
    assert hub.drain(10) == []


# --- while the hub is slow, or the link itself fails -------------------------------------------------------------


@pytest.mark.slow
def test_a_slow_hub_does_not_hold_the_site(
    recorder: Recorder, listen: Callable[..., Listener], connect: Callable[..., Link]
) -> None:
    """A hub that does not read: requests go on untraced and are counted; when it reads again it is told how many."""
    listener = listen()
    connect(listener.port)
    load_chain(recorder)
    listener.welcome()
    refused = total = 0
    while refused < 10:
        total += 1
        refused += not visit(recorder, f"{total} {'x' * 2_000}")
    assert len(recorder.begun) == MAX_WAITING
    told = dropped = 0
    while not dropped:
        for event in listener.events(1):
            told += isinstance(event, RequestFinished)
            dropped += event.requests if isinstance(event, EventsDropped) else 0
    while told < total - dropped:
        told += sum(isinstance(event, RequestFinished) for event in listener.events(1))
    assert (told, dropped) == (total - 10, 10)


def test_a_link_that_fails_is_switched_off(
    recorder: Recorder,
    listen: Callable[..., Listener],
    connect: Callable[..., Link],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Something nobody thought of in what is sent: it is told once in the log, and the site goes on untraced."""
    listener = listen()
    link = connect(listener.port)
    recorder.fact(AgentWarned, "probe", object())
    listener.welcome()
    assert link._thread is not None
    link._thread.join(DEADLINE)
    assert not recorder.is_on
    assert not visit(recorder)
    [record] = [record for record in caplog.records if record.levelname == "WARNING"]
    assert record.getMessage().startswith("probe link switched off: TypeError in ")


# --- at the end of the process, and in its children --------------------------------------------------------------

LAST_WORDS = """
from reqtrace.agent import link
from reqtrace.agent.recorder import recorder, number_of
from reqtrace.events.kinds import AgentWarned, TemplateEntered

link.start_from_environment()
recorder.fact(AgentWarned, "probe", "why")
state = recorder.begin(0)
for number in range(3_000):
    state.tell(number_of(TemplateEntered), f"page {number}", "")
"""
ENDS = {"end": "", "exit": "import sys; sys.exit(0)", "exception": "import sys\ntry: 1 / 0\nfinally: sys.exit(0)"}


@pytest.mark.slow
@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_nothing_is_lost_at_the_end(run_child: Callable[..., Any], end: str) -> None:
    """A process that tells a lot and ends at once has been heard to the last word, good-bye included."""
    seen = run_child("-c", LAST_WORDS + end)
    assert names(seen.events) == [f"page {number}" for number in range(3_000)]
    assert len(seen.of(AgentWarned)) == 1
    assert seen.stderr == ""


FORK = """
import os, warnings
warnings.simplefilter("ignore", DeprecationWarning)
from reqtrace.agent import link
from reqtrace.agent.recorder import recorder, number_of
from reqtrace.events.kinds import AgentWarned, TemplateEntered

link.start_from_environment()
recorder.fact(AgentWarned, "before", "the fork")
recorder.begin(0).tell(number_of(TemplateEntered), "parent", "")
pid = os.fork()
if pid == 0:
    recorder.begin(0).tell(number_of(TemplateEntered), "child", "")
else:
    assert os.waitpid(pid, 0)[1] == 0
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_process_has_a_connection_of_its_own(run_child: Callable[..., Any]) -> None:
    """It tells the facts again, and its requests, once; the parent's thread and socket stay the parent's."""
    seen = run_child("-c", FORK)
    assert sorted(names(seen.events)) == ["child", "parent"]
    assert [warned.probe for warned in seen.of(AgentWarned)] == ["before", "before"]


IMPORTS = """
import json, sys, threading
from reqtrace.agent.probes import requests

imported = []


def watch(event, args):
    if event == "import" and threading.current_thread().name == "reqtrace-sender":
        imported.append(args[0])


sys.addaudithook(watch)
"""


@pytest.mark.slow
def test_the_sender_imports_nothing(run_child: Callable[..., Any]) -> None:
    """A fork (``gunicorn --preload``) in the middle of an import in another thread leaves half a module behind."""
    program = IMPORTS + LAST_WORDS + "link.started.close(); print(json.dumps(imported))"
    assert run_child("-c", program).outcome == []


MALFORMED = ["", "nonsense", "127.0.0.1", "127.0.0.1:", ":8000", "127.0.0.1:99999", "127.0.0.1:²", "a b:80", "h:-1"]

TRY_ADDRESSES = """
import json, os, threading
from reqtrace.agent import link
from reqtrace.agent.recorder import recorder

for address in ADDRESSES:
    os.environ["REQTRACE_HUB"] = address
    link.start_from_environment()
print(json.dumps([link.started is None, recorder.is_on, threading.active_count()]))
"""


@pytest.mark.slow
def test_a_malformed_address_is_told_and_ignored(run_child: Callable[..., Any]) -> None:
    """One line on stderr that quotes it; no thread, no recording, no exception."""
    program = f"ADDRESSES = {MALFORMED!r}\n{TRY_ADDRESSES}"
    seen = run_child("-c", program, traced=False, environment={"PYTHONPATH": os.fspath(ROOT), "PYTHONUTF8": "1"})
    assert seen.outcome == [True, False, 1]
    expected = [f"REQTRACE_HUB is {address!r}, not host:port; not tracing" for address in MALFORMED if address]
    assert seen.stderr.splitlines() == expected
