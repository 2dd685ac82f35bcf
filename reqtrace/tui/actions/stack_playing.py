"""Slow motion: the steps of loading one after the other."""

from __future__ import annotations

from textual import events
from textual.timer import Timer

from reqtrace.tui.actions.playing import SPEEDS, USUAL, changes_speed
from reqtrace.tui.actions.stack_parts import StackParts, StackPicture
from reqtrace.tui.bridge import Bridge
from reqtrace.tui.subject import Subject
from reqtrace.tui.words import word

__all__ = ["StackPlayActions"]


class StackPlayActions(StackParts):
    """``p``; ``+`` and ``-`` change the speed, any other key stops."""

    def __init__(self, bridge: Bridge, subject: Subject) -> None:
        super().__init__(bridge, subject)
        self._clock: Timer | None = None
        self._speed = USUAL

    def action_play(self) -> None:
        """Play from here; the complete chain from its beginning."""
        place = self._place
        if place is not None and self._shown is StackPicture.LOADING:
            self._wind_up()
            self.go(self._position.at_step(place.chain, self._position.step or 0))

    def action_speed(self, change: int) -> None:
        """Faster or slower; it holds for the next time, too."""
        self._speed = min(max(self._speed + change, 0), len(SPEEDS) - 1)
        if self._clock is not None:
            self._wind_up()
        self.go(self._position)

    def on_key(self, event: events.Key) -> None:
        """Any key stops, and does nothing else."""
        if self._clock is not None and not changes_speed(self, event.key):
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
        return "" if self._clock is None else word("play.playing", speed=f"{SPEEDS[self._speed]:g}")

    def _wind_up(self) -> None:
        if self._clock is not None:
            self._clock.stop()
        self._clock = self.set_interval(1 / SPEEDS[self._speed], self._play_on)

    def _play_on(self) -> None:
        place, position = self._place, self._position
        if place is None or position.step is None:
            self.stop_playing()
            return
        self.go(position.by_steps(place.chain, 1))
        if self._position.step is None:
            self.stop_playing()
