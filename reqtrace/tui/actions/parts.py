"""The state of the mode Flow, for the groups of actions that the screen is put together from."""

from __future__ import annotations

from collections.abc import Sequence

from reqtrace.analysis.filtering import NO_FILTER, Filter
from reqtrace.trace.model import RequestSummary, RequestTrace, Stop
from reqtrace.tui.bridge import Bridge
from reqtrace.tui.narrative import shown_stop
from reqtrace.tui.position import Position
from reqtrace.tui.screens.mode import ModeScreen
from reqtrace.tui.subject import Subject
from reqtrace.tui.widgets.ground import Body

__all__ = ["FlowParts"]


class FlowParts(ModeScreen):
    """What actions may read, and the one way to move."""

    def __init__(self, bridge: Bridge, subject: Subject) -> None:
        super().__init__(bridge, subject)
        self._body = Body(id="body")
        """What is open is a class of it."""
        self._wanted: Filter = NO_FILTER
        """Which requests the list shows."""
        self._shown: Sequence[RequestSummary] = ()
        """The requests of the list, the newest last."""
        self._ordered: Sequence[RequestSummary] = ()
        """The same in the order of the list."""
        self._position = Position(is_following=bridge.source.is_live)
        self._trace: RequestTrace | None = None
        """The request that is shown."""

    def go(self, position: Position) -> None:
        """Show everything as it is at a position."""
        raise NotImplementedError

    def list_anew(self) -> None:
        """Show the list as it is now: other requests came, or another filter is set."""
        raise NotImplementedError

    def to_mention(self, direction: int) -> bool:
        """Go to the next mention of what is searched for; whether a search is open."""
        raise NotImplementedError

    def summary(self) -> RequestSummary | None:
        """The selected request, as the list has it."""
        key, shown = self._position.selected, self._shown
        if key is None or not shown:
            return None
        if shown[-1].key == key:
            return shown[-1]
        return next((summary for summary in shown if summary.key == key), None)

    def current_stop(self) -> Stop | None:
        """The step that is lit."""
        return None if self._trace is None else shown_stop(self._trace, self._position.stop)
