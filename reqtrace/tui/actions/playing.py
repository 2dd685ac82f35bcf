"""Slow motion: the steps of a request one after the other, at a speed that can be followed."""

from __future__ import annotations

from dataclasses import replace

from textual import events
from textual.timer import Timer

from reqtrace.trace.model import RequestKey, RequestState
from reqtrace.tui.actions.parts import FlowParts
from reqtrace.tui.bridge import Bridge
from reqtrace.tui.screens.mode import ModeScreen
from reqtrace.tui.subject import Subject
from reqtrace.tui.words import word

__all__ = ["SPEEDS", "USUAL", "PlayActions", "changes_speed"]

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Steps a second."""
USUAL = SPEEDS.index(1.0)


def changes_speed(screen: ModeScreen, key: str) -> bool:
    """Whether the key does that, whichever keys the person has given it to."""
    bound = screen.active_bindings.get(key)
    return bound is not None and bound.binding.action.startswith("speed(")


class PlayActions(FlowParts):
    """``p``; ``+`` and ``-`` change the speed, any other key stops.

    A request that is under way is played as far as it has come, and then as it comes. Whoever was following is shown
    the requests that come after it, one by one.
    """

    def __init__(self, bridge: Bridge, subject: Subject) -> None:
        super().__init__(bridge, subject)
        self._clock: Timer | None = None
        self._speed = USUAL
        self._goes_on = False
        """After this request the next one is played."""

    @property
    def is_playing(self) -> bool:
        """Steps follow each other by themselves."""
        return self._clock is not None

    def action_play(self) -> None:
        """Play from here, a finished request from its beginning."""
        trace = self._trace
        if trace is None or not trace.stops:
            self.notify(word("play.nothing"), timeout=3)
            return
        # A toast would lie over the words that tell each step.
        self.app.clear_notifications()
        self._goes_on = self._position.is_following and self._board.is_live
        self._wind_up()
        if self._position.stop is None:
            self.go(self._position.first(trace))
        else:
            self.go(self._position.at_stop(trace, self._position.stop))

    def action_speed(self, change: int) -> None:
        """Faster or slower; it holds for the next time, too."""
        self._speed = min(max(self._speed + change, 0), len(SPEEDS) - 1)
        if self.is_playing:
            self._wind_up()
            self.go(self._position)
        else:
            # One toast for several presses.
            self.app.clear_notifications()
            self.notify(word("play.speed", speed=self._speed_words()), timeout=3)

    def on_key(self, event: events.Key) -> None:
        """Any key stops, and does nothing else."""
        if self.is_playing and not changes_speed(self, event.key):
            event.stop()
            event.prevent_default()
            self.stop_playing()

    def on_screen_suspend(self) -> None:
        """Another mode, or a page over this one."""
        self.stop_playing()

    def stop_playing(self) -> None:
        """Stay where it is."""
        if self._clock is not None:
            self._clock.stop()
            self._clock = None
            self.go(self._position)

    def play_words(self) -> str:
        """That it plays, how fast, and how to stop it; empty if it does not."""
        return word("play.playing", speed=self._speed_words()) if self.is_playing else ""

    def _speed_words(self) -> str:
        return f"{SPEEDS[self._speed]:g}"

    def _wind_up(self) -> None:
        if self._clock is not None:
            self._clock.stop()
        self._clock = self.set_interval(1 / SPEEDS[self._speed], self._play_on)

    def _play_on(self) -> None:
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
        keys = [summary.key for summary in self._ordered] if self._goes_on else []
        place = keys.index(self._position.selected) if self._position.selected in keys else -1
        return keys[place + 1] if 0 <= place < len(keys) - 1 else None
