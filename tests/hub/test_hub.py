"""Agents connect, and their lines come out; whatever else connects does no harm."""

from __future__ import annotations

import gzip
import json
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

import reqtrace
from reqtrace.errors import HubError
from reqtrace.events.holds import Hold
from reqtrace.events.kinds import EVENT_KINDS
from reqtrace.events.wire import MAX_LINE, Decoder, Encoder, dump_record, kind_numbers
from reqtrace.hub import hub as hub_module
from reqtrace.hub.arrival import Arrival, SitePhase, SiteState
from reqtrace.hub.backlog import Backlog
from reqtrace.hub.hub import Hub
from reqtrace.hub.recording import RecordingWriter, read_recording

REQUEST_FINISHED = kind_numbers()["request.finished"]


def test_an_agent_is_introduced_heard_and_bidden_farewell(join: Any, records_of: Any) -> None:
    """Its header comes first, without the token; its good-bye comes last."""
    agent = join(pid=4711, cwd="/srv/shop")
    agent.send(["strings", 0, ["GET"]], ["events", []], ["bye"])
    (first, process), *rest = records_of(4)
    assert first == 1
    assert process[:2] == ["process", 1]
    assert process[2]["pid"] == 4711
    assert "token" not in process[2]
    assert rest == [(1, ["strings", 0, ["GET"]]), (1, ["events", []]), (1, ["bye", "clean"])]
    assert agent.answer() is None


def test_lines_come_out_as_they_went_in(join: Any, hub: Hub, until: Any) -> None:
    """What the encoder of an agent wrote, the decoder of a viewer reads."""
    encoder, decoder = Encoder(), Decoder([kind.KIND for kind in EVENT_KINDS])
    lines = encoder.encode([(REQUEST_FINISHED, 5, 1, 1)])
    join().socket.sendall(b"".join(lines))
    arrivals: list[Arrival] = []

    def all_have_arrived() -> bool:
        arrivals.extend(hub.drain(10))
        return len(arrivals) == 1 + len(lines)

    until(all_have_arrived)
    assert [arrival.line for arrival in arrivals[1:]] == lines
    assert decoder.decode(json.loads(lines[-1]))[0].time == 5


def test_a_lost_agent_has_an_end_too(join: Any, records_of: Any, hub: Hub, until: Any) -> None:
    """Every process ends exactly once; a half line is nobody's."""
    agent = join()
    agent.socket.sendall(b'["events",[[1,')
    agent.close()
    assert records_of(2)[1] == (1, ["bye", "lost"])
    until(lambda: hub.process_count == 0)
    assert hub.drain(10) == []


def test_every_connection_is_a_process_of_its_own(join: Any, records_of: Any, hub: Hub) -> None:
    """An agent that reconnects has the same pid and a new number."""
    join(pid=1)
    join(pid=1)
    assert [number for number, _record in records_of(2)] == [1, 2]
    assert (hub.process_count, hub.last_process) == (2, 2)


@pytest.mark.slow
def test_closing_ends_every_process(connect: Any) -> None:
    """A viewer that drains a closed hub sees the end of all."""
    hub = Hub()
    hub.start()
    agent = connect(hub)
    agent.send(agent.header())
    agent.answer()
    hub.close()
    assert [json.loads(line)[0] for _process, line in hub.drain(10)] == ["process", "bye"]
    with pytest.raises(OSError):
        connect(hub)


def test_closing_reads_what_an_ending_agent_still_says(connect: Any) -> None:
    """The last lines of a site that was just stopped are not lost."""
    hub = Hub()
    hub.start()
    agent = connect(hub)
    agent.send(agent.header(), *[["events", []]] * 5000, ["bye"])
    agent.answer()
    hub.close()
    arrivals = hub.drain(10_000)
    assert len(arrivals) == 5002
    assert json.loads(arrivals[-1].line) == ["bye", "clean"]


def test_the_hub_has_records_of_its_own(hub: Hub, records_of: Any) -> None:
    """Output, states and notes belong to process 0."""
    hub.output("stderr", "caf\u00e9 \x1b[31m")
    hub.state(SiteState(phase=SitePhase.SERVING, url="http://127.0.0.1:8000/"))
    hub.note("Port 8000 is taken.")
    output, state, note = records_of(3)
    assert (output[0], output[1][0], output[1][2:]) == (0, "output", ["stderr", "caf\u00e9 \x1b[31m"])
    assert SiteState.from_fields(state[1][1]).phase is SitePhase.SERVING
    assert (note[1][0], note[1][2]) == ("note", "Port 8000 is taken.")


def test_only_the_loopback_interface_is_listened_on(hub: Hub) -> None:
    """Nobody else's machine can knock."""
    assert hub.address.startswith("127.0.0.1:")


def headers() -> Iterable[Any]:
    def with_facts(**facts: Any) -> Callable[[Any], bytes]:
        return lambda peer: dump_record(peer.header(**facts))

    yield pytest.param(with_facts(token="x" * 32), "the token is wrong", id="wrong token")
    yield pytest.param(with_facts(token="\ud800é"), "the token is wrong", id="token that is no text")
    yield pytest.param(with_facts(token=None), "no header with a token", id="token that is null")
    yield pytest.param(with_facts(kinds="all"), "lists no event kinds", id="kinds that are no list")
    yield pytest.param(with_facts(kinds=[1]), "lists no event kinds", id="kinds that are no names")
    yield pytest.param(with_facts(pid="1"), "no process id", id="pid that is no number")
    yield pytest.param(lambda peer: b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "not JSON", id="a browser")
    yield pytest.param(lambda peer: b"\x16\x03\x01\x02\x00\n", "not JSON", id="TLS")
    yield pytest.param(lambda peer: b"{}\n", "not a record", id="no record")
    yield pytest.param(lambda peer: b"[" * 100_000 + b"\n", "not JSON", id="deep")
    yield pytest.param(lambda peer: b'["events",[]]\n', "no header", id="events before the header")
    yield pytest.param(lambda peer: b"x" * 1_000_000, "at most 262144 bytes", id="oversized")
    future = lambda peer: dump_record(["reqtrace", 99, peer.header()[2]])  # noqa: E731
    yield pytest.param(future, "update reqtrace", id="another format")


@pytest.mark.parametrize(("first_line", "why"), list(headers()))
def test_a_stranger_is_refused_and_told_why(
    first_line: Callable[[Any], bytes],
    why: str,
    connect: Any,
    hub: Hub,
    join: Any,
    records_of: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It leaves a warning and no other trace, and the next agent is served."""
    peer = connect()
    peer.socket.sendall(first_line(peer))
    name, reason = peer.answer()
    assert name == "refused"
    assert why in reason
    assert peer.answer() is None
    assert why in caplog.text
    assert hub.token not in caplog.text
    join()
    assert records_of(1)[0][0] == 1


@pytest.mark.slow
def test_a_silent_stranger_is_dropped(connect: Any, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even one that sends a byte from time to time: the limit is for the whole header."""
    monkeypatch.setattr(hub_module, "ADMISSION_TIMEOUT", 0.3)
    silent, dripping = connect(), connect()
    started = time.monotonic()
    while time.monotonic() - started < 5:
        try:
            dripping.socket.sendall(b"[")
        except OSError:
            break
        time.sleep(0.02)
    assert time.monotonic() - started < 2
    assert silent.answer() is None


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"garbage\n", "not JSON"),
        (b"\n", "not JSON"),
        (b"\xff\xfe\x00\n", "not JSON"),
        (b'{"events":1}\n', "not a record"),
        (b"[]\n", "not a record"),
        (b"[" * 100_000 + b"]" * 100_000 + b"\n", "not JSON"),
        (b'["events",' + b"9" * 5000 + b"]\n", "not JSON"),
        (b'["from",2]\n', "may not send 'from'"),
        (b'["process",2,{}]\n', "may not send 'process'"),
        (b'["output",1,"stdout","forged"]\n', "may not send 'output'"),
        (b"x" * (MAX_LINE + 10), "a line of more than"),
    ],
    ids=lambda value: value[:14].decode("latin-1") if isinstance(value, bytes) else "",
)
def test_a_bad_line_ends_that_connection_only(
    line: bytes, why: str, join: Any, records_of: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """What came before it arrives, then a gap that says why, then the end; another agent goes on."""
    bad, good = join(), join()
    bad.socket.sendall(b'["events",[]]\n' + line)
    records = records_of(5)
    assert [record[0] for number, record in records if number == 1] == ["process", "events", "gap", "bye"]
    _number, gap = records[-2]
    assert gap[:2] == ["gap", 1]
    assert why in gap[2]
    assert why in caplog.text
    good.send(["events", []])
    assert records_of(1) == [(2, ["events", []])]


@pytest.mark.parametrize(("django", "is_noted"), [("3.2.25", True), ("4.2.1", False), ("10.0", False), ("", False)])
def test_a_django_that_is_too_old_is_noted(django: str, is_noted: bool, join: Any, hub: Hub, until: Any) -> None:
    """The site runs, but what is shown of it may be wrong."""
    agent = join(django=django)
    agent.send(["bye"])
    until(lambda: hub.process_count == 0 and hub.last_process)
    records = [json.loads(line) for _process, line in hub.drain(10)]
    assert any(record[0] == "note" and f"Django {django}" in record[2] for record in records) is is_noted


def test_an_unknown_record_is_passed_on(join: Any, records_of: Any) -> None:
    """A later agent may say more than this hub understands."""
    join().send(["weather", "fine"])
    assert records_of(2)[1] == (1, ["weather", "fine"])


@pytest.mark.slow
def test_ten_thousand_lines_a_second_are_no_burden(join: Any, hub: Hub) -> None:
    """20,000 lines of a few events each are through with less than two seconds of work, however busy the machine is."""
    line = dump_record(["events", [[REQUEST_FINISHED, 10**15, 1, 1]] * 3])
    agent = join()
    deadline, worked = time.monotonic() + 30, time.process_time()
    agent.socket.sendall(line * 20_000 + dump_record(["bye"]))
    count = 0
    while count < 20_002 and time.monotonic() < deadline:
        hub.wait(1)
        count += len(hub.drain(1000))
    assert count == 20_002
    assert hub.dropped == 0
    assert time.process_time() - worked < 2


def test_the_recording_has_what_the_backlog_dropped(tmp_path: Path, connect: Any, until: Any) -> None:
    """Drops are a matter of the screen."""
    path = tmp_path / "all.reqtrace"
    writer = RecordingWriter(path)
    hub = Hub(recorder=writer, backlog=Backlog(max_lines=3))
    hub.start()
    agent = connect(hub)
    agent.send(agent.header(), *[["events", []]] * 100, ["bye"])
    agent.answer()
    until(lambda: hub.process_count == 0 and hub.last_process)
    hub.close()
    writer.close()
    assert hub.dropped == 98
    assert [json.loads(line)[0] for _process, line in hub.drain(1000)] == [
        "process",
        "events",
        "events",
        "dropped",
        "bye",
    ]
    assert sum(arrival.line.startswith(b'["events"') for arrival in read_recording(path)) == 100


class FullDisk:
    """A recorder that has no room."""

    def write(self, arrivals: Iterable[Arrival]) -> None:
        raise OSError(28, "No space left on device")

    def flush(self) -> None:
        return None


def test_a_full_disk_ends_the_recording_and_nothing_else(until: Any) -> None:
    """The hub says so once and goes on."""
    hub = Hub(recorder=FullDisk())
    hub.output("stdout", "one")
    hub.output("stdout", "two")
    records = [json.loads(line) for _process, line in hub.drain(10)]
    assert [record[0] for record in records] == ["note", "output", "output"]
    assert records[0][2] == "The recording ends here: No space left on device"


@pytest.mark.slow
def test_a_compressed_recording_reaches_the_disk_while_it_is_made(tmp_path: Path, until: Any) -> None:
    """If reqtrace is killed, half a second is lost."""
    path = tmp_path / "live.reqtrace.gz"
    writer = RecordingWriter(path)
    hub = Hub(recorder=writer)
    hub.start()
    hub.output("stdout", "hello")
    size = path.stat().st_size
    until(lambda: path.stat().st_size > size)
    hub.close()
    writer.close()
    assert b"hello" in gzip.decompress(path.read_bytes())


def test_the_environment_leads_to_the_hub(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bootstrap comes before whatever PYTHONPATH there is."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["/a", "/b"]))
    environment = hub.environment()
    bootstrap, *rest = environment["PYTHONPATH"].split(os.pathsep)
    assert Path(bootstrap) == Path(reqtrace.__file__).parent / "agent" / "bootstrap"
    assert rest == ["/a", "/b"]
    assert environment["REQTRACE_HUB"] == hub.address
    assert environment["REQTRACE_TOKEN"] == hub.token
    assert environment["REQTRACE_LEVEL"] == "path"


def test_every_agent_is_told_the_level(join: Any, hub: Hub, connect: Any) -> None:
    """Those that are there when it changes, those that come later, and children by their environment."""
    first = join()
    hub.set_level("deep")
    assert first.answer() == ["level", "deep"]
    second = connect()
    second.send(second.header())
    assert [second.answer(), second.answer()] == [["welcome", {}], ["level", "deep"]]
    assert hub.environment()["REQTRACE_LEVEL"] == "deep"
    hub.set_level("path")
    assert [first.answer(), second.answer()] == [["level", "path"]] * 2


def test_the_level_is_remembered_without_any_agent(hub: Hub) -> None:
    """It may be set before the hub listens and, to no effect, after its end; nonsense is refused."""
    early = Hub()
    early.set_level("deep")
    assert early.level == "deep"
    hub.close()
    hub.set_level("deep")
    with pytest.raises(ValueError, match="'deeper' is no level"):
        hub.set_level("deeper")


def test_an_agent_that_has_gone_is_not_told(join: Any, hub: Hub, until: Any) -> None:
    """A change of the level reaches the others."""
    gone, here = join(), join()
    gone.close()
    until(lambda: hub.process_count == 1)
    hub.set_level("deep")
    assert here.answer() == ["level", "deep"]


def test_an_empty_pythonpath_adds_nothing(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty part of PYTHONPATH would mean the current directory."""
    monkeypatch.setenv("PYTHONPATH", "")
    assert os.pathsep not in hub.environment()["PYTHONPATH"]


def test_tokens_are_never_the_same() -> None:
    """Every hub has its own."""
    assert len({Hub().token for _ in range(10)}) == 10


def test_too_many_connections_are_turned_away(
    connect: Any, hub: Hub, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """File descriptors are not endless."""
    monkeypatch.setattr(hub_module, "MAX_CONNECTIONS", 2)
    first, second = connect(), connect()
    for peer in (first, second):
        peer.send(peer.header())
        assert peer.answer() == ["welcome", {}]
    assert connect().answer() is None
    assert "More than 2 connections" in caplog.text


def test_a_hub_that_cannot_listen_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """It raises one of our errors."""

    def refuse(*arguments: object, **options: object) -> socket.socket:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(socket, "create_server", refuse)
    with pytest.raises(HubError, match=r"cannot listen on 127\.0\.0\.1: Too many open files"):
        Hub().start()


@pytest.mark.slow
def test_an_agent_in_another_process_is_heard(hub: Hub, records_of: Any, tmp_path: Path) -> None:
    """What the environment promises is enough to find the hub."""
    source = tmp_path / "agent.py"
    source.write_text(
        "import json, os, socket\n"
        "host, _, port = os.environ['REQTRACE_HUB'].rpartition(':')\n"
        "with socket.create_connection((host, int(port))) as hub:\n"
        "    facts = {'token': os.environ['REQTRACE_TOKEN'], 'pid': os.getpid(), 'kinds': []}\n"
        "    for record in (['reqtrace', 1, facts], ['bye']):\n"
        "        hub.sendall(json.dumps(record).encode() + b'\\n')\n"
    )
    with subprocess.Popen([sys.executable, str(source)], env={**os.environ, **hub.environment()}) as child:
        (number, process), bye = records_of(2)
    assert (number, process[2]["pid"], bye) == (1, child.pid, (1, ["bye", "clean"]))


def test_a_connection_that_is_reset_is_only_lost(join: Any, records_of: Any, caplog: pytest.LogCaptureFixture) -> None:
    """A killed process resets its connection; that is no error of the hub."""
    caplog.set_level(logging.WARNING)
    agent = join()
    agent.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    agent.close()
    assert records_of(2)[1] == (1, ["bye", "lost"])
    assert caplog.records == []


def test_agents_are_told_where_to_hold_requests(join: Any, hub: Hub) -> None:
    """At once, or with their welcome if they come later; a step and a go reach only whom they mean."""
    first = join(pid=1)
    hub.set_holds([Hold(1, "view", path="/vote")])
    told = ["holds", [[1, "view", -2, -2, "", "/vote", 120]]]
    assert first.answer() == told
    second = join(pid=2)
    assert second.answer() == told
    hub.step(2, 7)
    hub.go(1, 3)
    hub.go()
    assert [first.answer(), first.answer()] == [["go", 3], ["go", 0]]
    assert [second.answer(), second.answer()] == [["step", 7], ["go", 0]]
