"""Playing the steps of a request."""

from __future__ import annotations

from dataclasses import replace

from reqtrace.analysis.interest import is_static
from reqtrace.trace.model import RequestKey, RequestState
from reqtrace.tui.actions.parts import FlowParts
from reqtrace.tui.actions.slow_motion import SlowMotion
from reqtrace.tui.bridge import Bridge
from reqtrace.tui.subject import Subject
from reqtrace.tui.words import word

__all__ = ["PlayActions"]


class PlayActions(SlowMotion, FlowParts):
    """``p``.

    A request that is under way is played as far as it has come, and then as it comes. Whoever was following is shown
    the requests that come after it, one by one.
    """

    def __init__(self, bridge: Bridge, subject: Subject) -> None:
        super().__init__(bridge, subject)
        self._goes_on = False
        """After this request the next one is played."""

    def action_play(self) -> None:
        """Play from here, a finished request from its beginning."""
        trace = self._trace
        if trace is None or not trace.stops:
            self.notify(word("play.nothing"), timeout=3)
            return
        # A toast would lie over the words that tell each step.
        self.app.clear_notifications()
        self._goes_on = self._position.is_following and self._board.is_live
        self.wind_up()
        if self._position.stop is None:
            self.go(self._position.first(trace))
        else:
            self.go(self._position.at_stop(trace, self._position.stop))

    def show_again(self) -> None:
        """The step that is shown."""
        self.go(self._position)

    def play_on(self) -> None:
        """The next step; after the last one the next request, if it is wanted."""
        trace, stop = self._trace, self._position.stop
        if trace is None:
            self.stop_playing()
        elif stop is not None and stop < len(trace.stops) - 1:
            self.go(self._position.at_stop(trace, stop + 1))
        elif trace.summary.state is not RequestState.OPEN:
            self._play_next()

    def _play_next(self) -> None:
        """The request after this one, if it is wanted and there is one; else wait for it, or stop at the end."""
        following = self._next_key()
        if following is not None:
            self.go(replace(self._position, selected=following, stop=0, is_following=False))
        elif self._position.stop is not None:
            self.go(replace(self._position, stop=None))
            if not self._goes_on:
                self.stop_playing()

    def _next_key(self) -> RequestKey | None:
        """The next request of the list; static files have no path to be played."""
        shown = self._ordered if self._goes_on else []
        keys = [summary.key for summary in shown if summary.key == self._position.selected or not is_static(summary)]
        place = keys.index(self._position.selected) if self._position.selected in keys else -1
        return keys[place + 1] if 0 <= place < len(keys) - 1 else None
