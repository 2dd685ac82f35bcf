"""What a viewer can watch: a site that runs, or a recording."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from reqtrace.errors import HubError, UsageError
from reqtrace.events.holds import Hold
from reqtrace.hub.arrival import Arrival, SiteState
from reqtrace.hub.asking import NOBODY, AgentAnswer
from reqtrace.hub.hub import Hub
from reqtrace.hub.project import Project
from reqtrace.hub.recording import read_recording
from reqtrace.hub.site import Site
from reqtrace.hub.visit import Reply, Visit
from reqtrace.trace.model import RequestKey
from reqtrace.trace.source import Source

__all__ = ["AwaitedSource", "LiveSource", "RecordedSource"]


class AwaitedSource(Source, Protocol):
    """A source as a viewer sees it that does nothing but wait for more."""

    def wait(self, timeout: float) -> bool:
        """Wait until there is something to drain."""

    @property
    def is_over(self) -> bool:
        """Nothing more will come."""


class LiveSource:
    """A site and the hub its agents report to."""

    def __init__(self, site: Site, hub: Hub, *, recording: Path | None = None) -> None:
        self._site = site
        self._hub = hub
        self._recording = recording

    @property
    def is_live(self) -> bool:
        return True

    @property
    def title(self) -> str:
        return self._site.launch.title

    @property
    def address(self) -> str:
        return urlsplit(self._site.state.url).netloc

    @property
    def notice(self) -> str:
        return self._site.notice

    @property
    def recording(self) -> str:
        return self._recording.name if self._recording else ""

    @property
    def project(self) -> Project | None:
        return self._site.launch.project

    @property
    def backlog(self) -> int:
        return self._hub.backlog

    @property
    def dropped(self) -> int:
        return self._hub.untold

    def drain(self, limit: int) -> list[Arrival]:
        return self._hub.drain(limit)

    def wait(self, timeout: float) -> bool:
        return self._hub.wait(timeout)

    @property
    def is_over(self) -> bool:
        return self._site.wait(0) and self._hub.process_count == 0 and self._hub.backlog == 0

    @property
    def state(self) -> SiteState:
        """What the site is doing."""
        return self._site.state

    def restart(self) -> None:
        self._site.restart()

    @property
    def level(self) -> str:
        return self._hub.level

    def set_level(self, level: str) -> None:
        self._hub.set_level(level)

    @property
    def holds(self) -> tuple[Hold, ...]:
        return self._hub.holds

    def set_holds(self, holds: tuple[Hold, ...]) -> None:
        self._hub.set_holds(holds)

    def step_held(self, key: RequestKey) -> None:
        self._hub.step(key.process, key.request)

    def let_go(self, key: RequestKey | None) -> None:
        self._hub.go(*(key or ()))

    def ask(self, question: str, *arguments: Any, process: int = 0) -> AgentAnswer:
        return self._hub.ask(question, *arguments, process=process)

    def send(self, visit: Visit) -> Reply:
        from reqtrace.hub.sending import send_visit

        url = self._site.state.url
        if not url:
            raise HubError(f"{self.title} does not listen at an address that is known, so nothing can be sent to it.")
        return send_visit(url, visit, self.project)


class RecordedSource:
    """A ``.reqtrace`` file; nothing in it is trusted."""

    is_live = False
    address = notice = recording = level = ""
    holds: tuple[Hold, ...] = ()
    project: Project | None = None
    dropped = 0

    def __init__(self, path: Path) -> None:
        """Open the file. Raises ``RecordingError``."""
        self.title = path.name
        self._arrivals: Iterator[Arrival] = read_recording(path)
        self._next = list(islice(self._arrivals, 1))

    @property
    def backlog(self) -> int:
        return len(self._next)

    def drain(self, limit: int) -> list[Arrival]:
        drained = self._next + list(islice(self._arrivals, limit))
        self._next = drained[limit:]
        return drained[:limit]

    def wait(self, timeout: float) -> bool:
        return bool(self._next)

    @property
    def is_over(self) -> bool:
        return not self._next

    def restart(self) -> None:
        """There is no site."""

    def set_level(self, level: str) -> None:
        """It holds what was watched then."""

    def set_holds(self, holds: tuple[Hold, ...]) -> None:
        """Nothing of it runs any more."""

    def step_held(self, key: RequestKey) -> None:
        """Nothing of it waits."""

    def let_go(self, key: RequestKey | None) -> None:
        """Nothing of it waits."""

    def ask(self, question: str, *arguments: Any, process: int = 0) -> AgentAnswer:
        """Nobody is there to answer."""
        return NOBODY

    def send(self, visit: Visit) -> Reply:
        """Nobody is there to send it to."""
        raise UsageError(f"{self.title} is a recording: there is no site to send a request to.")
