"""An agent made of a bare socket."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from waiting import until

from reqtrace.events.kinds import EVENT_KINDS
from reqtrace.events.wire import FORMAT_VERSION, dump_record
from reqtrace.hub.arrival import Arrival
from reqtrace.hub.hub import Hub

DEADLINE = 10.0


class Peer:
    """One end of a connection to a hub."""

    def __init__(self, hub: Hub) -> None:
        host, _colon, port = hub.address.rpartition(":")
        self.socket = socket.create_connection((host, int(port)), timeout=DEADLINE)
        self.lines = self.socket.makefile("rb")
        self.token = hub.token

    def header(self, **facts: Any) -> list[Any]:
        kinds = [kind.KIND for kind in EVENT_KINDS]
        clock = {"monotonic_ns": time.perf_counter_ns(), "unix_ns": time.time_ns()}
        known = {"token": self.token, "pid": os.getpid(), "argv": ["manage.py"], "python": "3.11.7", "django": "5.2"}
        return ["reqtrace", FORMAT_VERSION, {**known, "kinds": kinds, "clock": clock, **facts}]

    def send(self, *records: list[Any]) -> None:
        self.socket.sendall(b"".join(dump_record(record) for record in records))

    def answer(self) -> Any:
        """The next record from the hub; ``None`` if it closed the connection."""
        line = self.lines.readline()
        return json.loads(line) if line else None

    def close(self) -> None:
        self.lines.close()
        self.socket.close()


@pytest.fixture
def connect(hub: Hub) -> Iterator[Callable[..., Peer]]:
    """Connect to the hub; closed at the end of the test."""
    peers: list[Peer] = []

    def connected(to: Hub = hub) -> Peer:
        peers.append(Peer(to))
        return peers[-1]

    yield connected
    for peer in peers:
        peer.close()


@pytest.fixture
def join(connect: Callable[..., Peer], hub: Hub) -> Callable[..., Peer]:
    """Connect to the hub as an agent that it welcomes."""

    def joined(**facts: Any) -> Peer:
        peer = connect()
        peer.send(peer.header(**facts))
        assert peer.answer() == ["welcome", {}]
        assert peer.answer() == ["level", hub.level]
        return peer

    return joined


@pytest.fixture
def records_of(hub: Hub) -> Callable[[int], list[tuple[int, Any]]]:
    """Wait for that many records and return them with their process numbers."""

    def take(count: int) -> list[tuple[int, Any]]:
        taken: list[Arrival] = []

        def enough() -> bool:
            taken.extend(hub.drain(count - len(taken)))
            return len(taken) == count

        until(enough, f"the arrival of {count} records")
        return [(process, json.loads(line)) for process, line in taken]

    return take


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], list[str]]:
    """The command line of a Python script with the given source."""

    def write(source: str) -> list[str]:
        path = tmp_path / f"script_{len(list(tmp_path.iterdir()))}.py"
        path.write_text(source)
        return [sys.executable, str(path)]

    return write
