"""The watched command as a child: its own process group, its output line by line, always reaped.

* It leads a session of its own, so that Ctrl+C in our terminal reaches only us, and so that everything it starts
  (the autoreloader's second process, workers) can be ended with it. A process that leaves the group on purpose
  (a daemon) is out of reach.
* Its output is a pipe, which Python would buffer by the block, and nothing would be seen until 8 kB have gathered.
  ``PYTHONUNBUFFERED=1`` (unless the variable is set already) brings back what the site does in a terminal.
* If reqtrace is killed outright, ``watchdog.py`` ends the group.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from reqtrace.errors import ProjectError
from reqtrace.hub import watchdog

__all__ = ["Child"]

logger = logging.getLogger("reqtrace")

GRACE = 4.0
"""Seconds between asking and killing."""
MAX_OUTPUT_LINE = 64 * 1024
"""Bytes of output without a line break that are handed over as one line."""
PIPE_TIMEOUT = 1.0
"""Seconds to wait for the end of the output once the group is gone: a daemon may still hold the pipe."""

OnOutput = Callable[[str, str], None]


class Child:
    """One command, started and stopped any number of times."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        environment: Mapping[str, str],
        on_output: OnOutput,
        inherits_stdin: bool = False,
    ) -> None:
        """``environment`` is complete; ``on_output(stream, text)`` is called from two threads."""
        self.command = tuple(command)
        self.exit_code: int | None = None
        """Of the last run; negative if a signal ended it."""
        self._cwd = cwd
        self._environment = dict(environment)
        self._on_output = on_output
        self._stdin = None if inherits_stdin else subprocess.DEVNULL
        self._process: subprocess.Popen[bytes] | None = None
        self._watchdog: subprocess.Popen[bytes] | None = None
        self._readers: list[threading.Thread] = []
        self._monitor: threading.Thread | None = None
        self._is_stopping = False

    @property
    def pid(self) -> int | None:
        """Process and group id of the running child."""
        return self._process.pid if self._process is not None else None

    @property
    def is_running(self) -> bool:
        return self._monitor is not None and self._monitor.is_alive()

    def start(self) -> None:
        """Start the command. Raises ``ProjectError``."""
        self.exit_code = None
        self._is_stopping = False
        try:
            process = subprocess.Popen(
                self.command,
                cwd=self._cwd,
                env={"PYTHONUNBUFFERED": "1", **self._environment},
                stdin=self._stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        except OSError as error:
            raise cannot_start(self.command[0], self._cwd, error) from error
        self._process = process
        self._watchdog = start_watchdog(process.pid)
        self._readers = [
            self._start_thread("stdout", self._read, "stdout", process.stdout),
            self._start_thread("stderr", self._read, "stderr", process.stderr),
        ]
        self._monitor = self._start_thread("exit", self._await_exit, process)

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait until the command and all it started are gone and its output is read; the exit code, or none yet."""
        if self._monitor is not None:
            self._monitor.join(timeout)
        return self.exit_code

    def stop(self, *, grace: float = GRACE) -> None:
        """Ask the whole group to end, kill what has not after ``grace`` seconds, and reap."""
        if self._process is not None and self.is_running:
            self._is_stopping = True
            end_tree(self._process.pid, grace)
            self.wait()

    def kill(self) -> None:
        """End the group at once, without waiting; safe in a signal handler, and while ``stop`` waits."""
        if self._process is not None and self.is_running:
            kill_tree(self._process.pid)

    def restart(self) -> None:
        """Stop if it runs, and start again. Raises ``ProjectError``."""
        self.stop()
        self.start()

    def _start_thread(self, name: str, target: Callable[..., None], *arguments: object) -> threading.Thread:
        thread = threading.Thread(target=target, args=arguments, name=f"reqtrace-child-{name}", daemon=True)
        thread.start()
        return thread

    def _read(self, stream: str, pipe: IO[bytes]) -> None:
        with pipe:
            while line := pipe.readline(MAX_OUTPUT_LINE):
                self._on_output(stream, line.decode("utf-8", "backslashreplace").rstrip("\r\n"))

    def _await_exit(self, process: subprocess.Popen[bytes]) -> None:
        exit_code = process.wait()
        if not self._is_stopping:
            # What it started and left behind would hold the port.
            end_tree(process.pid, GRACE)
        self._dismiss_watchdog()
        for reader in self._readers:
            reader.join(PIPE_TIMEOUT)
        self.exit_code = exit_code

    def _dismiss_watchdog(self) -> None:
        if self._watchdog is not None:
            # It may have been ended by somebody else.
            with contextlib.suppress(BrokenPipeError):
                self._watchdog.communicate(b".")


def start_watchdog(group: int) -> subprocess.Popen[bytes] | None:
    """A watchdog for the group, where there are process groups and an interpreter to run it."""
    if os.name != "posix" or not sys.executable:
        return None
    try:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", watchdog.__file__, str(group)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        logger.warning("If reqtrace is killed, the site will go on: no watchdog (%s)", error.strerror or error)
        return None


def end_tree(pid: int, grace: float) -> None:
    """End a child and all it started: the process group, or on Windows, which has none, its descendants."""
    if os.name == "posix":
        watchdog.end_group(pid, grace)
    else:
        kill_tree(pid)


def kill_tree(pid: int) -> None:
    """End a child and all it started, now."""
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    else:
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(pid)], capture_output=True, check=False)


def cannot_start(program: str, cwd: Path, error: OSError) -> ProjectError:
    """What to tell when a command cannot be executed."""
    if not cwd.is_dir():
        return ProjectError(f"The directory {cwd} does not exist.")
    if isinstance(error, FileNotFoundError):
        return ProjectError(f"There is no program {program}.", hint="Check the spelling, or give its full path.")
    return ProjectError(f"{program} cannot be started: {error.strerror or error}.")
