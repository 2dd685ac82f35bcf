"""The hub: agents connect to it, and their lines come out in one queue."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import logging
import os
import re
import secrets
import socket
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from reqtrace.errors import HubError
from reqtrace.events.holds import Hold
from reqtrace.events.wire import FORMAT_VERSION, LEVELS, FrameError, dump_record, load_record
from reqtrace.hub.arrival import (
    HUB,
    RESERVED_RECORDS,
    Arrival,
    SiteState,
    bye_record,
    gap_record,
    note_record,
    output_record,
    process_record,
    state_record,
)
from reqtrace.hub.asking import NOBODY, AgentAnswer, Asking
from reqtrace.hub.backlog import Backlog
from reqtrace.hub.lines import LineReader
from reqtrace.hub.preflight import OLDEST_DJANGO

__all__ = ["Hub", "Recorder"]

logger = logging.getLogger("reqtrace")

BOOTSTRAP = Path(__file__).resolve().parents[1] / "agent" / "bootstrap"
MAX_HEADER = 256 * 1024
"""Bytes a peer may send before it has shown the token."""
MAX_CONNECTIONS = 256
ADMISSION_TIMEOUT = 5.0
"""Seconds a peer has to send its header, however slowly it drips."""
ASKING_TIMEOUT = 6.0
"""Seconds an answer is waited for; the agent itself gives up a little earlier."""
CLOSING_TIMEOUT = 1.0
"""Seconds for agents that are ending to have their last lines read."""
FLUSH_INTERVAL = 0.5


class Recorder(Protocol):
    """Who keeps every line (``reqtrace.hub.recording.RecordingWriter``)."""

    def write(self, arrivals: Iterable[Arrival]) -> None: ...

    def flush(self) -> None: ...


class Hub:
    """Listens on the loopback interface in one thread; ``drain`` hands over what has arrived."""

    def __init__(self, *, recorder: Recorder | None = None, backlog: Backlog | None = None) -> None:
        self.token = secrets.token_urlsafe(24)
        self._recorder = recorder
        self._backlog = Backlog() if backlog is None else backlog
        self._publishing = threading.Lock()
        self._address: tuple[str, int] | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()
        self._is_ready = threading.Event()
        self._connections: set[asyncio.Task[None]] = set()
        self._agents: dict[int, asyncio.StreamWriter] = {}
        """By process number."""
        self._level = LEVELS[0]
        self._holds: tuple[Hold, ...] = ()
        self._asking = Asking()
        self._alive: set[int] = set()
        self._last_number = 0

    # --- for whoever starts the site ---------------------------------------------------------------------------

    @property
    def address(self) -> str:
        """``host:port``."""
        host, port = self._address or ("127.0.0.1", 0)
        return f"{host}:{port}"

    def environment(self) -> dict[str, str]:
        """What a child needs in its environment to be traced by this hub."""
        path = os.environ.get("PYTHONPATH", "")
        return {
            "REQTRACE_HUB": self.address,
            "REQTRACE_TOKEN": self.token,
            "REQTRACE_LEVEL": self._level,
            "PYTHONPATH": os.pathsep.join([str(BOOTSTRAP), path] if path else [str(BOOTSTRAP)]),
        }

    def start(self) -> None:
        """Listen. Raises ``HubError``."""
        try:
            listener = socket.create_server(("127.0.0.1", 0))
        except OSError as error:
            raise HubError(f"reqtrace cannot listen on 127.0.0.1: {error.strerror or error}") from error
        self._address = listener.getsockname()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(listener)), name="reqtrace-hub", daemon=True
        )
        self._thread.start()
        self._is_ready.wait()

    def close(self) -> None:
        """Read what ending agents still have to say, then close every connection and the port."""
        thread, self._thread = self._thread, None
        if thread is not None and self._loop is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
            thread.join(CLOSING_TIMEOUT * 3)

    # --- what the agents shall do ------------------------------------------------------------------------------

    @property
    def level(self) -> str:
        """How much the agents shall observe, one of ``LEVELS``."""
        return self._level

    def set_level(self, level: str) -> None:
        """Tell every agent, and every one that connects from now on; from any thread."""
        if level not in LEVELS:
            raise ValueError(f"{level!r} is no level of detail; there are {', '.join(LEVELS)}")
        self._level = level
        self._say(["level", level])

    @property
    def holds(self) -> tuple[Hold, ...]:
        """Where the agents shall hold requests."""
        return self._holds

    def set_holds(self, holds: Iterable[Hold]) -> None:
        """Hold requests here and nowhere else, in every process; from any thread. Who waits goes on waiting."""
        self._holds = tuple(holds)
        self._say(["holds", self._holds])

    def step(self, process: int, request: int) -> None:
        """Let a held request do one step; from any thread."""
        self._say(["step", request], process)

    def go(self, process: int = 0, request: int = 0) -> None:
        """Let a held request go on to the next hold, or all of them; from any thread."""
        self._say(["go", request], process)

    def ask(self, question: str, *arguments: Any, process: int = 0, timeout: float = ASKING_TIMEOUT) -> AgentAnswer:
        """Ask the newest process, or one of them, and wait; from any thread but the hub's own.

        Which questions there are: ``reqtrace.hub.asking``. It never raises: that there is no answer is an answer.
        """
        alive = sorted(self._agents)
        if self._thread is None or not alive or process not in (0, *alive):
            return NOBODY
        process = process or alive[-1]
        number, future = self._asking.begin(process)
        self._say(["ask", number, question, *arguments], process)
        if process not in self._agents:  # it went meanwhile, and whoever looked for its questions may have been earlier
            self._asking.lose(process)
        return self._asking.wait(number, future, timeout)

    def _say(self, record: list[Any], process: int = 0) -> None:
        """Write a record to one agent, or to all."""
        line = dump_record(record)

        def write() -> None:
            for number, agent in self._agents.items():
                if process in (0, number):
                    agent.write(line)

        if self._thread is not None and self._loop is not None:
            with contextlib.suppress(RuntimeError):  # it was closed meanwhile
                self._loop.call_soon_threadsafe(write)

    # --- for whoever shows the lines ---------------------------------------------------------------------------

    def drain(self, limit: int) -> list[Arrival]:
        """The oldest lines that nobody has had, at most ``limit``; never waits."""
        return self._backlog.drain(limit)

    def wait(self, timeout: float) -> bool:
        """Wait until there is something to drain."""
        return self._backlog.wait(timeout)

    @property
    def backlog(self) -> int:
        """Lines that wait to be drained."""
        return len(self._backlog)

    @property
    def dropped(self) -> int:
        """Lines lost because nobody drained fast enough."""
        return self._backlog.dropped

    @property
    def untold(self) -> int:
        """Those of the dropped lines that what was drained does not mention yet."""
        return self._backlog.untold

    @property
    def process_count(self) -> int:
        """Traced processes that are connected."""
        return len(self._alive)

    @property
    def last_process(self) -> int:
        """The highest process number so far."""
        return self._last_number

    # --- the hub's own records ---------------------------------------------------------------------------------

    def output(self, stream: str, text: str) -> None:
        """A line the child printed on ``stdout`` or ``stderr``."""
        self._publish([Arrival(HUB, output_record(stream, text))])

    def state(self, state: SiteState) -> None:
        """What has become of the watched command."""
        self._publish([Arrival(HUB, state_record(state))])

    def note(self, text: str) -> None:
        """A remark for the person who watches."""
        self._publish([Arrival(HUB, note_record(text))])

    def _publish(self, arrivals: list[Arrival]) -> None:
        """Record, then queue; in the same order from whatever thread."""
        with self._publishing:
            try:
                if self._recorder is not None:
                    self._recorder.write(arrivals)
            except OSError as error:
                self._give_up_recording(error)
            self._backlog.put(arrivals)

    def _flush_recording(self) -> None:
        with self._publishing:
            try:
                if self._recorder is not None:
                    self._recorder.flush()
            except OSError as error:
                self._give_up_recording(error)

    def _give_up_recording(self, error: OSError) -> None:
        self._recorder = None
        self._backlog.put([Arrival(HUB, note_record(f"The recording ends here: {error.strerror or error}"))])

    # --- the listening thread ----------------------------------------------------------------------------------

    async def _serve(self, listener: socket.socket) -> None:
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._accept, sock=listener)
        self._is_ready.set()
        while not self._stopping.is_set():
            self._flush_recording()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), FLUSH_INTERVAL)
        server.close()
        if self._connections:
            await asyncio.wait(self._connections, timeout=CLOSING_TIMEOUT)
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        self._flush_recording()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            if len(self._connections) <= MAX_CONNECTIONS:
                await self._converse(LineReader(reader), writer)
            else:
                logger.warning("More than %d connections: one was closed", MAX_CONNECTIONS)
        except OSError as error:
            logger.debug("a connection was lost: %s", error)
        finally:
            self._connections.discard(task)
            writer.close()

    async def _converse(self, lines: LineReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(ADMISSION_TIMEOUT):
                header = read_header(await lines.one(MAX_HEADER), self.token)
                writer.write(dump_record(["welcome", {}]))
                await writer.drain()
        except FrameError as error:
            logger.warning("The hub refused a connection: %s", error)
            await refuse(lines, writer, str(error))
        except TimeoutError:
            logger.warning("The hub closed a connection that sent no header for %.0f s", ADMISSION_TIMEOUT)
        else:
            await self._receive(header, lines, writer)

    async def _receive(self, header: dict[str, Any], lines: LineReader, writer: asyncio.StreamWriter) -> None:
        number = self._last_number + 1
        self._agents[number] = writer
        # In one piece: whoever has read the first half may have changed the other.
        holds = dump_record(["holds", self._holds]) if self._holds else b""
        writer.write(dump_record(["level", self._level]) + holds)
        self._alive.add(number)
        self._last_number = number
        self._publish([Arrival(number, process_record(number, header))])
        if is_too_old(django := str(header.get("django", ""))):
            self.note(f"Process {number} has Django {django}; reqtrace is made for {OLDEST_DJANGO} and later.")
        is_clean = False
        try:
            while not is_clean and (batch := await lines.batch()):
                is_clean = self._publish_batch(number, batch)
                while self._backlog.is_overfull:
                    await asyncio.sleep(FLUSH_INTERVAL / 10)
        except FrameError as error:
            logger.warning("The hub closed the connection of process %d (pid %s): %s", number, header["pid"], error)
            self._publish([Arrival(number, gap_record(number, str(error)))])
        finally:
            self._alive.discard(number)
            del self._agents[number]
            self._asking.lose(number)
            self._publish([Arrival(number, bye_record(is_clean=is_clean))])

    def _publish_batch(self, number: int, batch: list[bytes]) -> bool:
        """Pass on the lines of an agent; whether the last one was its good-bye. Raises ``FrameError``."""
        sound: list[Arrival] = []
        try:
            for line in batch:
                record = load_record(line)
                name = record[0]
                if name == "bye":
                    return True
                if name in RESERVED_RECORDS:
                    raise FrameError(f"an agent may not send {name!r}")
                if name == "answer":
                    self._asking.take(number, record)
                sound.append(Arrival(number, line))
        finally:
            self._publish(sound)
        return False


def is_too_old(django: str) -> bool:
    """Whether a Django version is older than the oldest that can be traced; not if it cannot be told."""
    numbers = re.match(r"(\d{1,4})\.(\d{1,4})", django)
    oldest = tuple(map(int, OLDEST_DJANGO.split(".")))
    return numbers is not None and (int(numbers[1]), int(numbers[2])) < oldest


def read_header(line: bytes, token: str) -> dict[str, Any]:
    """The header in the first line of a peer that knows the token. Raises ``FrameError``."""
    record = load_record(line)
    match record:
        case ["reqtrace", version, {"token": str(shown)}]:
            if not hmac.compare_digest(shown.encode("utf-8", "surrogatepass"), token.encode()):
                raise FrameError("the token is wrong")
        case _:
            raise FrameError("the first line is no header with a token")
    if version != FORMAT_VERSION:
        raise FrameError(f"format {version!r}, but this hub speaks format {FORMAT_VERSION}: update reqtrace")
    header: dict[str, Any] = record[2]
    kinds = header.get("kinds")
    if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
        raise FrameError("the header lists no event kinds")
    if type(header.get("pid")) is not int:
        raise FrameError("the header names no process id")
    return header


async def refuse(lines: LineReader, writer: asyncio.StreamWriter, why: str) -> None:
    """Say why, and let the peer read it: closing with its bytes unread would reset the connection."""
    writer.write(dump_record(["refused", why]))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(CLOSING_TIMEOUT):
            writer.write_eof()
            await lines.discard()
