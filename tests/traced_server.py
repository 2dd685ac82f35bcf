"""Real servers that are traced, and a watcher that collects what each of their processes says."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from reqtrace.events.kinds import Event
from reqtrace.events.wire import Decoder, load_record
from reqtrace.hub.hub import Hub

DEADLINE = 20.0


class Watcher:
    """What each process of a server has said so far."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.headers: dict[int, dict[str, Any]] = {}
        self.events: dict[int, list[Event]] = {}
        self.ends: dict[int, str] = {}
        self.decoders: dict[int, Decoder] = {}

    def look(self) -> None:
        for process, line in self.hub.drain(10_000):
            record = load_record(line)
            if record[0] == "process":
                self.headers[process] = record[2]
                self.events[process] = []
                self.decoders[process] = Decoder(record[2]["kinds"])
            elif record[0] == "bye":
                self.ends[process] = record[1]
            else:
                self.events[process] += self.decoders[process].decode(record)

    def until(self, condition: Callable[[], Any], what: str) -> Any:
        deadline = time.monotonic() + DEADLINE
        while not (answer := condition()):
            assert time.monotonic() < deadline, f"{what} did not come true"
            time.sleep(0.01)
            self.look()
        return answer

    def of(self, *kinds: type[Event]) -> dict[int, list[Any]]:
        """The events of these kinds of each process that has any."""
        found = {process: [e for e in events if isinstance(e, kinds)] for process, events in self.events.items()}
        return {process: events for process, events in found.items() if events}


def server_environment(hub: Hub, *paths: Path) -> dict[str, str]:
    """The environment of a server whose agent reports to this hub, with directories to import from."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("REQTRACE_", "PYTHON"))}
    ours = hub.environment()
    ours["PYTHONPATH"] = os.pathsep.join([ours["PYTHONPATH"].split(os.pathsep)[0], *map(str, paths)])
    return {**inherited, **ours, "PYTHONDONTWRITEBYTECODE": "1"}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


@contextmanager
def serving(command: list[str], port: int, environment: dict[str, str], cwd: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A server in a process group of its own, up and answering; ended with all of its children."""
    child = subprocess.Popen(
        command, env=environment, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        deadline = time.monotonic() + DEADLINE
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            assert child.poll() is None, "the server ended"
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.05)
        yield child
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGTERM)
        try:
            child.wait(10)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
