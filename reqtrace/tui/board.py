"""What there is to show at one moment, apart from the picture of one request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from reqtrace.events.holds import Hold
from reqtrace.hub.arrival import SitePhase, SiteState
from reqtrace.trace.model import RequestSummary

__all__ = ["Board"]

MOST_WAITING = 200
"""Newest requests among which the held ones are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Handed to every screen; never changed."""

    title: str = ""
    address: str = ""
    is_live: bool = True
    notice: str = ""
    """Something the person must know about the address (the port was taken)."""
    recording: str = ""
    """Name of the file that is being recorded to."""
    is_deep: bool = False
    """More than the path is watched."""
    holds: tuple[Hold, ...] = ()
    """Where requests are held."""
    site: SiteState | None = None
    is_paused: bool = False
    held: int = 0
    """Requests that came since the picture was paused."""
    total: int = 0
    dropped: int = 0
    summaries: Sequence[RequestSummary] = field(default=(), repr=False)

    @property
    def phase(self) -> SitePhase | None:
        """How the site is, once it has been said."""
        return None if self.site is None else self.site.phase

    @property
    def is_down(self) -> bool:
        """The site does not run, and will not by itself."""
        return self.phase in (SitePhase.BROKEN, SitePhase.FAILED, SitePhase.EXITED)

    @property
    def waiting(self) -> int:
        """How many requests are held at this moment."""
        return sum(summary.is_held for summary in self.summaries[-MOST_WAITING:]) if self.holds else 0

    @property
    def status(self) -> tuple[object, ...]:
        """Everything the top row depends on."""
        site = (self.title, self.address, self.is_live, self.notice, self.recording, self.is_deep, self.phase)
        return (
            *site,
            self.holds,
            self.waiting,
            self.is_paused,
            self.held,
            self.total,
            self.dropped,
            len(self.summaries),
        )
