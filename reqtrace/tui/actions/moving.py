"""Along the path, and from request to request."""

from __future__ import annotations

from dataclasses import replace

from reqtrace.tui.actions.parts import FlowParts
from reqtrace.tui.words import word

__all__ = ["MoveActions"]


class MoveActions(FlowParts):
    """Stepping and choosing."""

    def take_asked(self) -> None:
        """Show what another mode has asked for."""
        asked, position = self._subject, self._position
        if asked.key is not None and (asked.key, asked.stop) != (position.selected, position.stop):
            self.go(replace(position, selected=asked.key, stop=asked.stop, is_following=False))

    def action_step(self, direction: int) -> None:
        """One stop back or on."""
        if self._trace is not None:
            move = self._position.forward if direction > 0 else self._position.back
            self.go(move(self._trace))

    def action_first_step(self) -> None:
        """The first stop."""
        if self._trace is not None:
            self.go(self._position.first(self._trace))

    def action_last_step(self) -> None:
        """The last stop, and from there the newest request."""
        self.go(self._position.end(self._trace, self._shown))

    def action_request(self, distance: int) -> None:
        """The request above or below."""
        self.go(self._position.by_requests(self._ordered, distance))

    def action_follow(self) -> None:
        """The newest request, from now on."""
        self.go(self._position.follow(self._shown))

    def action_interesting(self, direction: int) -> None:
        """The next request worth a look; while a search is open, the next mention."""
        if self.to_mention(direction):
            return
        position = self._position.to_interesting(self._ordered, direction)
        if position is None:
            self.notify(word("interesting.none"), timeout=3)
        else:
            self.go(position)
