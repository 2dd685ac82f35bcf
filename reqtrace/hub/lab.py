"""The lab's process: one child in the project's own Python that is asked for one experiment after the other."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import threading
from collections import deque
from collections.abc import Mapping
from typing import IO, Any

from reqtrace.errors import ProjectBroken, ProjectError
from reqtrace.hub.child import end_tree, start_watchdog
from reqtrace.hub.program import describe_project, start_program
from reqtrace.hub.project import Project

__all__ = ["LabProcess"]

GRACE = 0.5
"""Seconds between asking and killing."""
START_TIMEOUT = 60.0
"""Seconds: some projects import for a long time."""
KEPT_OUTPUT = 500
MAX_OUTPUT_LINE = 64 * 1024


class LabProcess:
    """Started once, asked any number of times, from any thread; one question at a time."""

    def __init__(self, project: Project, *, environ: Mapping[str, str] = os.environ, timeout: float = 60.0) -> None:
        self.project = project
        self.timeout = timeout
        self._environ = dict(environ)
        self._process: subprocess.Popen[bytes] | None = None
        self._watchdog: subprocess.Popen[bytes] | None = None
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._output: deque[str] = deque(maxlen=KEPT_OUTPUT)
        self._readers: tuple[threading.Thread, ...] = ()
        self._asking = threading.Lock()

    @property
    def pid(self) -> int | None:
        """Of the running child."""
        return self._process.pid if self._process is not None else None

    def start(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Start the child and return what it says of the project. Raises ``ProjectError``."""
        project = self.project
        process = start_program("lab", project, {"PYTHONUNBUFFERED": "1", **self._environ})
        self._answers = queue.SimpleQueue()
        self._output.clear()
        self._process, self._watchdog = process, start_watchdog(process.pid)
        assert process.stdout is not None
        assert process.stderr is not None
        self._readers = (
            self._start_reader("answers", self._read_answers, process.stdout, self._answers),
            self._start_reader("output", self._read_output, process.stderr),
        )
        return self.ask({**describe_project(project), **request}, timeout=max(self.timeout, START_TIMEOUT))

    def ask(self, request: Mapping[str, Any], *, timeout: float | None = None) -> Mapping[str, Any]:
        """One question, one answer. Raises ``ProjectError``; a child that gave none is ended."""
        timeout = self.timeout if timeout is None else timeout
        with self._asking:
            process = self._process
            if process is None or process.stdin is None:
                raise ProjectError(f"The lab of {self.project.name} is closed.")
            try:
                process.stdin.write(json.dumps(request).encode("ascii") + b"\n")
                process.stdin.flush()
                line = self._answers.get(timeout=timeout)
            except queue.Empty:
                self.close()
                raise ProjectError(
                    f"{self.project.name} did not come to an end within {timeout:.0f} seconds.",
                    hint="A view or a middleware waits: for a network, a lock, an endless stream.",
                ) from None
            except OSError:  # the child has gone
                line = b""
            if not line:
                raise self._broken()
            facts: Mapping[str, Any] = json.loads(line)
            return facts

    def take_output(self) -> str:
        """What the project has printed since this was asked last."""
        lines = []
        while self._output:
            lines.append(self._output.popleft())
        return "".join(lines)

    def close(self) -> None:
        """End the child and all it started; safe at any time and from any thread, also while ``ask`` waits."""
        process, self._process = self._process, None
        if process is None:
            return
        end_tree(process.pid, GRACE)
        process.wait()
        if process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
        watchdog, self._watchdog = self._watchdog, None
        if watchdog is not None:
            watchdog.communicate(b".")
        for reader in self._readers:
            reader.join()

    def _broken(self) -> ProjectError:
        """Why there is no answer: it was closed meanwhile, or Python has ended."""
        if self._process is None:
            return ProjectError(f"The lab of {self.project.name} was closed.")
        process = self._process
        self.close()
        return ProjectBroken(
            f"{self.project.name} ended Python with exit code {process.returncode} in the lab.",
            hint="What it printed is above.",
            output=self.take_output(),
        )

    def _start_reader(self, name: str, target: Any, *arguments: object) -> threading.Thread:
        reader = threading.Thread(target=target, args=arguments, name=f"reqtrace-lab-{name}", daemon=True)
        reader.start()
        return reader

    @staticmethod
    def _read_answers(pipe: IO[bytes], answers: queue.SimpleQueue[bytes]) -> None:
        with pipe:
            for line in pipe:
                answers.put(line)
        answers.put(b"")

    def _read_output(self, pipe: IO[bytes]) -> None:
        with pipe:
            while line := pipe.readline(MAX_OUTPUT_LINE):
                self._output.append(line.decode("utf-8", "backslashreplace"))
