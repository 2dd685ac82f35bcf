"""The site from the first ``prepare`` command to its end: started in a thread, its states told to the hub."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from reqtrace.errors import ProjectBroken, ReqtraceError
from reqtrace.hub.arrival import SitePhase, SiteState
from reqtrace.hub.child import Child
from reqtrace.hub.hub import Hub
from reqtrace.hub.ports import address_of, free_port, is_answering
from reqtrace.hub.project import Project
from reqtrace.hub.sitewatch import LAST_WORDS, SiteWatch

__all__ = ["Launch", "Site"]

TICK = 0.2
UNTRACED_AFTER = 5.0
"""Seconds a site may serve before reqtrace says that no process of it is traced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """What to start, and how."""

    title: str
    """What to call it on screen."""
    cwd: Path
    command: Callable[[int], Sequence[str]]
    """The command line for a port (0 if ``host`` is empty). May raise ``ProjectError``."""
    environment: Mapping[str, str]
    """The complete environment, without what the hub adds."""
    prepare: Sequence[Sequence[str]] = ()
    """Command lines to run first, untraced; each has to end with 0."""
    explain: Callable[[], ReqtraceError | None] = lambda: None
    """Asked when it did not start: a better explanation than its last words, if there is one."""
    host: str = ""
    """Where it is told to listen; empty if only the command knows."""
    port: int = 0
    inherits_stdin: bool = False
    project: Project | None = None
    """What is started, if it was found and not given as a command."""


class Site:
    """Prepares, starts, watches, restarts and stops one site; every method returns soon but ``close``."""

    def __init__(self, launch: Launch, hub: Hub) -> None:
        self.launch = launch
        self.state = SiteState(phase=SitePhase.STARTING)
        """The latest state told to the hub."""
        self.failure: ReqtraceError | None = None
        """Why it could not be started, if that is its state."""
        self.notice = ""
        """What a person must know about its address."""
        self._hub = hub
        self._child: Child | None = None
        self._thread: threading.Thread | None = None
        self._changing = threading.Lock()
        self._telling = threading.Lock()
        self._is_stopping = threading.Event()
        self._is_closed = False
        self._is_prepared = False
        self._port = launch.port

    def start(self) -> None:
        """Begin, in a thread."""
        with self._changing:
            self._start()

    def close(self) -> None:
        """End the site and all it started, politely first, for good."""
        self._is_closed = True
        with self._changing:
            self._end()

    def restart(self) -> None:
        """End the site and start it again, in a thread of its own."""
        threading.Thread(target=self._restart, name="reqtrace-site-restart", daemon=True).start()

    def kill(self) -> None:
        """End the site at once; safe in a signal handler."""
        self._is_stopping.set()
        if self._child is not None:
            self._child.kill()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the end of the site; whether it has ended."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout)
        return thread is None or not thread.is_alive()

    def _restart(self) -> None:
        with self._changing:
            self._end()
            self._start()

    def _start(self) -> None:
        if self.wait(0) and not self._is_closed:
            self._is_stopping.clear()
            self._thread = threading.Thread(target=self._run, name="reqtrace-site", daemon=True)
            self._thread.start()

    def _end(self) -> None:
        self._is_stopping.set()
        while True:
            if self._child is not None:
                self._child.stop()
            if self.wait(TICK):
                # Else a child may have been born a moment after that look.
                return

    # --- the thread --------------------------------------------------------------------------------------------

    def _run(self) -> None:
        self.failure = None
        try:
            self._prepare()
            if not self._is_stopping.is_set():
                self._serve()
        except ReqtraceError as error:
            self._fail(error)
        if self._is_stopping.is_set():
            self._tell(SiteState(phase=SitePhase.STOPPED, command=self.state.command, url=self.state.url))

    def _fail(self, error: ReqtraceError) -> None:
        if not self._is_stopping.is_set():
            self.failure = error
            self._tell(SiteState(phase=SitePhase.FAILED, command=self.state.command, detail=in_full(error)))

    def _tell(self, state: SiteState) -> None:
        self.state = state
        self._hub.state(state)

    def _prepare(self) -> None:
        """Run what the project declared it needs. Raises ``ProjectError``."""
        for command in () if self._is_prepared else self.launch.prepare:
            if self._is_stopping.is_set():
                return
            words = " ".join(command)
            self._tell(SiteState(phase=SitePhase.PREPARING, command=tuple(command), detail=words))
            printed: deque[str] = deque(maxlen=LAST_WORDS)

            def on_output(stream: str, text: str, printed: deque[str] = printed) -> None:
                printed.append(text)
                self._hub.output(stream, text)

            child = self._spawn(command, self.launch.environment, on_output)
            child.wait()
            if child.exit_code != 0 and not self._is_stopping.is_set():
                raise self.launch.explain() or ProjectBroken(
                    f"`{words}` ended with exit code {child.exit_code}, so the site was not started.",
                    hint="It is a `prepare` command of the project's reqtrace configuration.",
                    output="\n".join(printed),
                )
        self._is_prepared = True

    def _serve(self) -> None:
        """Start the command and follow it to its end. Raises ``ReqtraceError``."""
        url = self._choose_address()
        command = tuple(self.launch.command(self._port))
        watch = SiteWatch(command, url=url, now=time.monotonic())
        self._tell(watch.state)

        def on_output(stream: str, text: str) -> None:
            self._hub.output(stream, text)
            with self._telling:
                self._tell_if_new(watch.saw_line(text, time.monotonic()))

        environment = {**self.launch.environment, **self._hub.environment()}
        self._follow(self._spawn(command, environment, on_output), watch)

    def _follow(self, child: Child, watch: SiteWatch) -> None:
        untraced = Untraced(self._hub)
        while child.wait(TICK) is None:
            now = time.monotonic()
            has_answered = watch.wants_probe(now) and answers(watch.state.url)
            with self._telling:
                self._tell_if_new(watch.saw_answer(now) if has_answered else watch.look(self._hub.process_count, now))
            untraced.look(watch.state, now)
        if not self._is_stopping.is_set():
            was_serving = watch.state.phase is SitePhase.SERVING
            self._tell(watch.saw_exit(child.exit_code or 0, time.monotonic()))
            if child.exit_code and not was_serving and (error := self.launch.explain()):
                self._fail(error)

    def _tell_if_new(self, state: SiteState | None) -> None:
        if state is not None:
            self._tell(state)

    def _choose_address(self) -> str:
        if not self.launch.host:
            return ""
        wanted = self._port
        self._port = free_port(self.launch.host, wanted)
        if wanted and self._port != wanted:
            self.notice = f"Port {wanted} is taken: the site gets port {self._port}."
            self._hub.note(self.notice)
        return address_of(self.launch.host, self._port)

    def _spawn(
        self, command: Sequence[str], environment: Mapping[str, str], on_output: Callable[[str, str], None]
    ) -> Child:
        child = Child(
            command,
            cwd=self.launch.cwd,
            environment=environment,
            on_output=on_output,
            inherits_stdin=self.launch.inherits_stdin,
        )
        child.start()
        self._child = child
        return child


class Untraced:
    """Says once that a site serves although no process of it has reported: it drops its environment, or isolates."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._serving_since: float | None = None
        self._is_settled = False

    def look(self, state: SiteState, now: float) -> None:
        if self._is_settled or state.phase is not SitePhase.SERVING:
            self._serving_since = None
        elif self._hub.last_process:
            self._is_settled = True
        elif self._serving_since is None:
            self._serving_since = now
        elif now - self._serving_since > UNTRACED_AFTER:
            self._is_settled = True
            self._hub.note(
                "The site is up, but none of its processes is traced. Does it start Python with -I, -E or -S, "
                "or with an environment of its own?"
            )


def answers(url: str) -> bool:
    parts = urlsplit(url)
    return is_answering(parts.hostname or "", parts.port or 80)


def in_full(error: ReqtraceError) -> str:
    """An error as one text: what the project said, what happened, what to do."""
    output = error.output if isinstance(error, ProjectBroken) else ""
    return "\n".join(part for part in (output, error.message, error.hint) if part)
