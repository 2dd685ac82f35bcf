"""The connection to the hub: one daemon thread that sends what the recorder holds.

The thread is started by the first thing worth telling, so a process that never builds a handler (the autoreloader's
parent, ``manage.py migrate``) never has one. Without a hub it is silent and cheap, and tries again with back-off.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import re
import socket
import sys
import threading
import time
from typing import Any

from reqtrace import __version__
from reqtrace.agent.collector import Collector
from reqtrace.agent.control import Control
from reqtrace.agent.gate import gate
from reqtrace.agent.guard import Probe
from reqtrace.agent.recorder import Recorder, Row, recorder
from reqtrace.agent.values import redact_arguments
from reqtrace.events.kinds import EVENT_KINDS
from reqtrace.events.wire import FORMAT_VERSION, MAX_LINE, Encoder, FrameError, dump_record, load_record

logger = logging.getLogger("reqtrace")

INTERVAL = 0.04
"""Seconds between two looks at the buffer: the watcher draws at 20 Hz."""
BATCH = 16
"""Rows (a row holds what one request did since the last look) encoded at a time, so that a request's thread never
waits long for the interpreter lock."""
FIRST_WAIT, LONGEST_WAIT = 0.5, 10.0
CONNECT_TIMEOUT = 3.0
EXIT_TIMEOUT = 2.0


ADDRESS = re.compile(r"(?P<host>[\w.:-]{1,63}):(?P<port>[0-9]{1,5})", re.ASCII)
MAX_PORT = 65_535

probe = Probe("link")

started: Link | None = None


def start_from_environment() -> None:
    """Start the one link of this process, if ``REQTRACE_HUB`` (``host:port``) names a hub."""
    global started
    hub = os.environ.get("REQTRACE_HUB", "")
    if not hub or started is not None:
        return
    address = ADDRESS.fullmatch(hub)
    if address is None or int(address["port"]) > MAX_PORT:
        logger.warning("REQTRACE_HUB is %r, not host:port; not tracing", hub)
        return
    started = Link((address["host"], int(address["port"])), os.environ.get("REQTRACE_TOKEN", ""))
    started.start()


class Link:
    """Sends the recorder's rows to the hub at ``host:port``, for as long as both exist."""

    def __init__(self, address: tuple[str, int], token: str, source: Recorder = recorder) -> None:
        self._address = address
        self._token = token
        self._recorder = source
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._due = threading.Event()
        """Somebody waits for what has been observed: do not sleep until the next look."""
        self._lock = threading.Lock()
        self._control = Control()
        self._is_refused = False

    def start(self) -> None:
        """Begin to record; the thread comes with the first event."""
        self._recorder.is_on = True
        self._recorder.wake = self.wake
        atexit.register(self.close)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._after_fork)

    def wake(self) -> None:
        """Make sure the sender runs in this process."""
        if self._thread is None:
            with self._lock:
                if self._thread is None and not self._stop.is_set():
                    self._thread = threading.Thread(target=self._run, name="reqtrace-sender", daemon=True)
                    self._thread.start()

    def hurry(self) -> None:
        """Send what is there now, not at the next look."""
        self._due.set()

    def close(self) -> None:
        """Send what is left and say good-bye; called when the process ends."""
        self._stop.set()
        self._due.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(EXIT_TIMEOUT)
        self._recorder.is_on = False

    def _after_fork(self) -> None:
        # The thread did not survive the fork, and its socket belongs to the parent.
        self._thread = None
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._due = threading.Event()
        self._recorder.is_on = not self._is_refused

    def _run(self) -> None:
        probe.attempt(self._keep_sending)
        if not probe.is_on:
            self._recorder.silence()

    def _keep_sending(self) -> None:
        wait = FIRST_WAIT
        while not self._is_refused:
            try:
                with contextlib.closing(self._connect()) as connection:
                    self._recorder.resume()
                    wait = FIRST_WAIT
                    self._send_until_closed(connection)
            except OSError as error:
                logger.debug("no hub at %s:%s: %s", *self._address, error)
            finally:
                gate.abandon()
            if self._stop.is_set():
                return
            self._recorder.silence()
            self._stop.wait(wait)
            wait = min(wait * 2, LONGEST_WAIT)

    def _connect(self) -> socket.socket:
        host, port = self._address
        # As bytes: a text would import the codec "idna" in this thread, and a fork in the middle of that spoils it.
        address: Any = (host.encode("ascii"), port)
        connection = socket.create_connection(address, timeout=CONNECT_TIMEOUT)
        try:
            connection.sendall(dump_record(["reqtrace", FORMAT_VERSION, self._header()]))
            self._read_welcome(connection)
            connection.settimeout(None)
        except BaseException:
            connection.close()
            raise
        return connection

    def _header(self) -> dict[str, Any]:
        django = sys.modules.get("django")
        return {
            "token": self._token,
            "reqtrace": __version__,
            "python": ".".join(map(str, sys.version_info[:3])),
            "django": ".".join(map(str, django.VERSION[:3])) if django is not None else "",
            "pid": os.getpid(),
            "argv": redact_arguments(str(argument) for argument in sys.argv),
            "executable": sys.executable,
            "cwd": os.getcwd(),
            "clock": {"monotonic_ns": time.perf_counter_ns(), "unix_ns": time.time_ns()},
            "kinds": [kind.KIND for kind in EVENT_KINDS],
        }

    def _read_welcome(self, connection: socket.socket) -> None:
        received = b""
        while b"\n" not in received and len(received) < MAX_LINE:
            part = connection.recv(4096)
            if not part:
                raise ConnectionError("the hub closed the connection")
            received += part
        line, _newline, behind = received.partition(b"\n")
        try:
            record = load_record(line)
        except FrameError as error:
            raise ConnectionError(f"the hub does not speak this format: {error}") from None
        if record[0] != "welcome":
            self._is_refused = True
            logger.warning("the hub refused this process: %s", record[1:])
            raise ConnectionError("refused")
        self._control = Control()
        self._control.take(behind)

    def _send_until_closed(self, connection: socket.socket) -> None:
        encoder, collector = Encoder(), Collector(self._recorder)
        facts = collector.facts()
        if facts:
            connection.sendall(b"".join(encoder.encode(facts)))
        while True:
            is_last = self._stop.is_set()
            batch: list[Row] = []
            for rows in collector.collect():
                batch.extend(rows)
                if len(batch) >= BATCH:
                    connection.sendall(b"".join(encoder.encode(batch)))
                    batch = []
                    time.sleep(0)
            if batch:
                connection.sendall(b"".join(encoder.encode(batch)))
            if is_last:
                connection.sendall(dump_record(["bye"]))
                # Bytes nobody has read would make closing a reset, and the hub might lose what was said last.
                self._hear(connection)
                return
            self._due.wait(INTERVAL)
            self._due.clear()
            self._hear(connection)
            answers = self._control.questions.take_lines()
            if answers:
                connection.sendall(b"".join(answers))

    def _hear(self, connection: socket.socket) -> None:
        """Take what the hub has said meanwhile; never waits. Raises ``ConnectionError`` if it has gone."""
        connection.setblocking(False)
        part = None
        with contextlib.suppress(BlockingIOError):
            part = connection.recv(4096)
        connection.setblocking(True)
        if part == b"":
            raise ConnectionError("the hub is gone")
        if part is not None:
            self._control.take(part)
