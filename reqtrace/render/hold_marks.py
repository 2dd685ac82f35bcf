"""The marks of places where requests are held: where this one waits now, and where others will."""

from __future__ import annotations

from enum import Enum

from reqtrace.render.labels import text
from reqtrace.render.roles import Paint, Role

__all__ = ["HELD_ROW", "HoldMark"]

HELD_ROW = Paint(Role.WARN, bold=True, reverse=True)
"""The row a request waits at, instead of the light of an ordinary step."""
_FOR_THIS = Paint(Role.WARN, bold=True, reverse=True)
_FOR_OTHERS = Paint(Role.WARN, bold=True)


class HoldMark(Enum):
    """What is known of a place."""

    HELD = "held"
    """The request waits here."""
    HOLD = "hold"
    """A request like this one will."""
    OTHERS = "others"
    """Other requests will, by their method or path."""

    @property
    def words(self) -> str:
        """What is written."""
        return text(f"hold.mark.{self.value}")

    @property
    def paint(self) -> Paint:
        """How it is drawn."""
        return _FOR_OTHERS if self is HoldMark.OTHERS else _FOR_THIS
