"""The state of the mode Stack, for the groups of actions that the screen is put together from."""

from __future__ import annotations

from enum import Enum

from reqtrace.trace.model import RequestSummary
from reqtrace.tui.bridge import Bridge
from reqtrace.tui.screens.mode import ModeScreen
from reqtrace.tui.stack_position import ChainPlace, StackPosition
from reqtrace.tui.subject import Subject

__all__ = ["StackParts", "StackPicture"]


class StackPicture(Enum):
    """What of a chain is shown; ``v`` goes from one to the next."""

    LOADING = "loading"
    HOOKS = "hooks"
    LAB = "lab"

    @property
    def next(self) -> StackPicture:
        """The one after it."""
        pictures = list(StackPicture)
        return pictures[(pictures.index(self) + 1) % len(pictures)]


class StackParts(ModeScreen):
    """What actions may read, and the one way to move."""

    def __init__(self, bridge: Bridge, subject: Subject) -> None:
        super().__init__(bridge, subject)
        self._places: list[ChainPlace] = []
        """Every chain there is."""
        self._place: ChainPlace | None = None
        """The chain that is shown."""
        self._position = StackPosition()
        self._shown = StackPicture.LOADING

    def go(self, position: StackPosition) -> None:
        """Show everything as it is at a position."""
        raise NotImplementedError

    def _request(self) -> RequestSummary | None:
        """The request that is looked at in the mode Flow."""
        key = self._subject.key
        return next((summary for summary in reversed(self._board.summaries) if summary.key == key), None)

    def show_picture(self, picture: StackPicture) -> None:
        """Show something else of the chain."""
        self._shown = picture
        self.refresh_bindings()
        self.go(self._position)
