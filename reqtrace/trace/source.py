"""What can be watched: a running site, or a recording."""

from __future__ import annotations

from typing import Any, Protocol

from reqtrace.events.holds import Hold
from reqtrace.hub.arrival import Arrival
from reqtrace.hub.asking import AgentAnswer
from reqtrace.hub.project import Project
from reqtrace.hub.visit import Reply, Visit
from reqtrace.trace.model import RequestKey

__all__ = ["Source"]


class Source(Protocol):
    """A running site or a recording, as those who show it see it."""

    @property
    def is_live(self) -> bool:
        """More may come; a recording is all there."""

    @property
    def title(self) -> str:
        """Name of the project, or of the recording."""

    @property
    def address(self) -> str:
        """``host:port`` of the site; empty if it is not known or there is none."""

    @property
    def notice(self) -> str:
        """What must be known about the address (``port 8000 is taken, serving on 8001``); usually empty."""

    @property
    def recording(self) -> str:
        """The file that is recorded to; usually empty."""

    @property
    def project(self) -> Project | None:
        """The project that is watched, if it was found and can be asked; a recording has none."""

    @property
    def backlog(self) -> int:
        """Lines that wait to be drained."""

    @property
    def dropped(self) -> int:
        """Lines lost because nobody drained fast enough, and not yet mentioned by what was drained."""

    def drain(self, limit: int) -> list[Arrival]:
        """The oldest lines, at most ``limit``; never waits."""

    def restart(self) -> None:
        """Start the site again; a recording cannot."""

    @property
    def level(self) -> str:
        """How much of the site is watched, one of ``LEVELS``; empty for a recording."""

    def set_level(self, level: str) -> None:
        """Watch more of the site, or less, from now on; a recording cannot."""

    @property
    def holds(self) -> tuple[Hold, ...]:
        """Where requests shall be held."""

    def set_holds(self, holds: tuple[Hold, ...]) -> None:
        """Hold requests here and nowhere else; a recording holds none."""

    def step_held(self, key: RequestKey) -> None:
        """Let a held request do one step."""

    def let_go(self, key: RequestKey | None) -> None:
        """Let a held request go on, or all of them."""

    def ask(self, question: str, *arguments: Any, process: int = 0) -> AgentAnswer:
        """Ask the running site and wait for the answer (``reqtrace.hub.asking``); a recording knows none."""

    def send(self, visit: Visit) -> Reply:
        """Send a request to the site and wait for its answer. Raises ``ReqtraceError``; a recording has no site."""
