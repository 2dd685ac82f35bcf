"""The ``.reqtrace`` file: the hub's lines, written as they come and read back as untrusted input."""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, cast

from reqtrace import __version__
from reqtrace.errors import RecordingError
from reqtrace.events.wire import FORMAT_VERSION, MAX_LINE, FrameError, dump_record, load_record
from reqtrace.hub.arrival import HUB, Arrival, bye_record, note_record

__all__ = ["RecordingWriter", "read_recording"]

GZIP_MAGIC = b"\x1f\x8b"
FLUSH_INTERVAL = 0.5
"""Seconds of a compressed recording that a crash may cost: every flush makes it a little larger."""
MAX_BYTES = 4 * 1024**3
"""Unpacked bytes read from one file."""
MAX_PROCESSES = 10_000


class RecordingWriter:
    """Writes a recording; compressed if the name ends in ``.gz``. Never overwrites a file."""

    def __init__(self, path: Path, *, title: str = "") -> None:
        """Open the file and write the header. Raises ``RecordingError``."""
        self.path = path
        self._current = HUB
        self._flushed = time.monotonic()
        try:
            raw = path.open("xb")
        except FileExistsError:
            raise RecordingError(
                f"{path} exists already, and reqtrace overwrites nothing.", hint="Choose another name, or remove it."
            ) from None
        except OSError as error:
            raise RecordingError(f"{path} cannot be written: {error.strerror or error}.") from error
        self._raw = raw
        self._is_compressed = path.suffix == ".gz"
        self._file = cast(IO[bytes], gzip.GzipFile(fileobj=raw, mode="wb")) if self._is_compressed else raw
        facts = {"recording": True, "reqtrace": __version__, "title": title, "unix_ns": time.time_ns()}
        self._file.write(dump_record(["reqtrace", FORMAT_VERSION, facts]))
        self.flush()

    def write(self, arrivals: Iterable[Arrival]) -> None:
        """Append lines; what was written before the last flush survives a crash of reqtrace. Raises ``OSError``."""
        for process, line in arrivals:
            if process != self._current:
                self._file.write(dump_record(["from", process]))
                self._current = process
            self._file.write(line)
        if not self._is_compressed or time.monotonic() - self._flushed > FLUSH_INTERVAL:
            self.flush()

    def flush(self) -> None:
        """Hand everything to the operating system. Raises ``OSError``."""
        self._flushed = time.monotonic()
        self._file.flush()
        self._raw.flush()

    def close(self) -> None:
        """Finish the file. Raises ``RecordingError`` if its end cannot be written."""
        try:
            self._file.close()
            self._raw.close()
        except OSError as error:
            raise RecordingError(f"The end of {self.path} is missing: {error.strerror or error}.") from error


def read_recording(path: Path) -> Iterator[Arrival]:
    """The arrivals in a file, header checked at once. Raises ``RecordingError``.

    A file that is cut off or damaged further on is read up to the last sound line, and a note says so.
    """
    file = open_recording(path)
    try:
        check_header(path, next_line(file))
    except FrameError:
        file.close()
        raise RecordingError(
            f"{path} is not a reqtrace recording.", hint="Recordings are made with `reqtrace serve --record FILE`."
        ) from None
    except (OSError, EOFError, zlib.error) as error:
        file.close()
        raise RecordingError(f"{path} cannot be read: {error}.") from error
    except RecordingError:
        file.close()
        raise
    return arrivals_of(path, file)


def open_recording(path: Path) -> IO[bytes]:
    """The file, unpacked if it is compressed. Raises ``RecordingError``."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise RecordingError(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise RecordingError(f"{path} is a directory, not a recording.") from None
    except OSError as error:
        raise RecordingError(f"{path} cannot be read: {error.strerror or error}.") from error
    start = file.peek(2)
    if start and not start.startswith(GZIP_MAGIC):
        return file
    file.close()
    if not start:
        raise RecordingError(f"{path} is empty.")
    return cast(IO[bytes], gzip.open(path))


def check_header(path: Path, line: bytes) -> None:
    """Raises ``FrameError`` if the line is no header, ``RecordingError`` if it is one of a newer reqtrace."""
    match load_record(line):
        case ["reqtrace", int(version), {}] if version > FORMAT_VERSION:
            raise RecordingError(
                f"{path} was made by a newer reqtrace (format {version}; this one reads {FORMAT_VERSION}).",
                hint="Update reqtrace.",
            )
        case ["reqtrace", int(version), {}] if version == FORMAT_VERSION:
            return
    raise FrameError("no header")


def next_line(file: IO[bytes]) -> bytes:
    """The next whole line, or nothing at the end. Raises ``FrameError`` if it is too long or not finished."""
    line = file.readline(MAX_LINE + 1)
    if len(line) > MAX_LINE:
        raise FrameError(f"a line of more than {MAX_LINE} bytes")
    if line and not line.endswith(b"\n"):
        raise FrameError("the last line is not finished")
    return line


def arrivals_of(path: Path, file: IO[bytes]) -> Iterator[Arrival]:
    """Everything after the header, then a note if something is missing, then the good-byes nobody could say."""
    cursor = Cursor()
    with file:
        try:
            while line := next_line(file):
                arrival = cursor.take(line)
                if arrival is not None:
                    yield arrival
        except (FrameError, OSError, EOFError, zlib.error) as error:
            yield Arrival(HUB, note_record(f"{path.name} is damaged or cut off after line {cursor.lines}: {error}"))
    for process in sorted(cursor.alive):
        yield Arrival(process, bye_record(is_clean=False))


class Cursor:
    """Where a reader is: whose lines these are, and which processes are alive."""

    def __init__(self) -> None:
        self.lines = 1
        self.alive: set[int] = set()
        self._known = {HUB}
        self._current = HUB
        self._bytes = 0

    def take(self, line: bytes) -> Arrival | None:
        """The arrival in a line; none if it only says whose the next ones are. Raises ``FrameError``."""
        self._bytes += len(line)
        if self._bytes > MAX_BYTES:
            raise FrameError(f"more than {MAX_BYTES} bytes")
        record = load_record(line)
        self._follow(record)
        self.lines += 1
        return None if record[0] == "from" else Arrival(self._current, line)

    def _follow(self, record: list[Any]) -> None:
        match record:
            case ["from", int(process)]:
                # The record that introduces a process comes after the switch to it.
                if not 0 <= process <= MAX_PROCESSES:
                    raise FrameError(f"lines from process {process}")
                self._current = process
            case ["process", number, {}]:
                if number != self._current or number in self._known:
                    raise FrameError(f"process {number} appears out of place")
                self._known.add(number)
                self.alive.add(number)
            case _ if self._current not in self._known:
                raise FrameError(f"a line of process {self._current} before it was introduced")
            case ["bye", *_]:
                self.alive.discard(self._current)
