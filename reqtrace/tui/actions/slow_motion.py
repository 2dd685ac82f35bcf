"""Slow motion: steps one after the other, at a speed that can be followed."""

from __future__ import annotations

from textual import events
from textual.timer import Timer

from reqtrace.tui.bridge import Bridge
from reqtrace.tui.screens.mode import ModeScreen
from reqtrace.tui.subject import Subject
from reqtrace.tui.words import word

__all__ = ["SlowMotion"]

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Steps a second."""
USUAL = SPEEDS.index(1.0)


class SlowMotion(ModeScreen):
    """``+`` and ``-`` change the speed, any other key stops. What is played, and from where, is the mode's own."""

    def __init__(self, bridge: Bridge, subject: Subject) -> None:
        super().__init__(bridge, subject)
        self._clock: Timer | None = None
        self._speed = USUAL

    @property
    def is_playing(self) -> bool:
        """Steps follow each other by themselves."""
        return self._clock is not None

    def play_on(self) -> None:
        """Show the next step, or stop if there is none."""
        raise NotImplementedError

    def show_again(self) -> None:
        """Show the step that is shown: whether it plays, or how fast, has changed."""
        raise NotImplementedError

    def wind_up(self) -> None:
        """Play from now on, at the speed that is set."""
        if self._clock is not None:
            self._clock.stop()
        self._clock = self.set_interval(1 / SPEEDS[self._speed], self.play_on)

    def stop_playing(self) -> None:
        """Stay where it is."""
        if self._clock is not None:
            self._clock.stop()
            self._clock = None
            self.show_again()

    def play_words(self) -> str:
        """That it plays, how fast, and how to stop it; empty if it does not."""
        return word("play.playing", speed=self._speed_words()) if self.is_playing else ""

    def action_speed(self, change: int) -> None:
        """Faster or slower; it holds for the next time, too."""
        self._speed = min(max(self._speed + change, 0), len(SPEEDS) - 1)
        if self.is_playing:
            self.wind_up()
            self.show_again()
        else:
            # One toast for several presses.
            self.app.clear_notifications()
            self.notify(word("play.speed", speed=self._speed_words()), timeout=3)

    def on_key(self, event: events.Key) -> None:
        """Any key stops, and does nothing else; only the speed may be changed, by whichever keys are bound to that."""
        if self.is_playing and not self._changes_speed(event.key):
            event.stop()
            event.prevent_default()
            self.stop_playing()

    def on_screen_suspend(self) -> None:
        """Another mode, or a page over this one."""
        self.stop_playing()

    def _changes_speed(self, key: str) -> bool:
        bound = self.active_bindings.get(key)
        return bound is not None and bound.binding.action.startswith("speed(")

    def _speed_words(self) -> str:
        return f"{SPEEDS[self._speed]:g}"
