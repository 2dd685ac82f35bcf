"""A terminal for one program: says what it painted, when, and how much CPU it took."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Painting", "Terminal"]

ASKS_FOR_FRAMES, FRAMES_ARE_KNOWN = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
PATIENCE = 60.0
LAST_WORDS = 5.0
"""Seconds a program may take to end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Painting:
    """What came between a moment and silence; seconds are counted from that moment."""

    painted: bytes
    first: float
    last: float


class Terminal:
    """Runs a program with a terminal of a size in front of it, until the block is left."""

    def __init__(
        self, command: Sequence[str], *, size: tuple[int, int], environment: dict[str, str], cwd: Path
    ) -> None:
        self._screen, theirs = pty.openpty()
        width, height = size
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        self.begun = time.perf_counter()
        self._process = subprocess.Popen(
            command, cwd=cwd, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
        )
        os.close(theirs)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            # Nobody may be kept waiting for a full terminal.
            deadline = time.perf_counter() + LAST_WORDS
            while self._process.poll() is None and time.perf_counter() < deadline:
                self._read(0.05)
        finally:
            if self._process.poll() is None:
                self._process.kill()
            self._process.wait()
            os.close(self._screen)

    def settle(self, silence: float, *, since: float | None = None, patience: float = PATIENCE) -> Painting:
        """Everything that is painted from now on, until nothing has come for some seconds.

        With ``since`` it is waited so long for something to come at all.
        """
        begun = time.perf_counter() if since is None else since
        painted, first, last = b"", 0.0, 0.0
        while time.perf_counter() - begun < PATIENCE:
            part = self._read(silence if first or since is None else patience)
            if not part:
                break
            last = time.perf_counter() - begun
            first = first or last
            painted += part
        return Painting(painted=painted, first=first, last=last)

    def press(self, keys: bytes, silence: float, *, patience: float) -> Painting:
        """What a key paints; it is waited so long for the first of it."""
        begun = time.perf_counter()
        os.write(self._screen, keys)
        return self.settle(silence, since=begun, patience=patience)

    def cpu(self) -> float:
        """Seconds of CPU of the program so far, of all its threads but not of its children."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _read(self, timeout: float) -> bytes:
        ready, _, _ = select.select([self._screen], [], [], timeout)
        if not ready:
            return b""
        part = b""
        with contextlib.suppress(OSError):  # Linux: nobody is left on the other side
            part = os.read(self._screen, 65536)
        if ASKS_FOR_FRAMES in part:
            os.write(self._screen, FRAMES_ARE_KNOWN)
        return part
