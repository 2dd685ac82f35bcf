"""Which request, and which step of it, the person looks at: the same in every mode."""

from __future__ import annotations

from dataclasses import dataclass

from reqtrace.render.pictures import PICTURES
from reqtrace.trace.model import RequestKey

__all__ = ["Subject"]


FIRST_PICTURE = next(iter(PICTURES))


@dataclass(slots=True)
class Subject:
    """Written by the mode Flow; another mode writes what it wants Flow to show."""

    key: RequestKey | None = None
    stop: int | None = None
    """Index of the step; ``None`` at the natural end."""
    is_following: bool = False
    """The mode Flow shows whichever request is the newest."""
    picture: str = FIRST_PICTURE
    """The one to begin with."""
