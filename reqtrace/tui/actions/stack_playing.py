"""Playing the steps of loading."""

from __future__ import annotations

from reqtrace.tui.actions.slow_motion import SlowMotion
from reqtrace.tui.actions.stack_parts import StackParts, StackPicture

__all__ = ["StackPlayActions"]


class StackPlayActions(SlowMotion, StackParts):
    """``p``."""

    def action_play(self) -> None:
        """Play from here; the complete chain from its beginning."""
        place = self._place
        if place is not None and self._shown is StackPicture.LOADING:
            # A toast would lie over the words that tell each step.
            self.app.clear_notifications()
            self.wind_up()
            self.go(self._position.at_step(place.chain, self._position.step or 0))

    def show_again(self) -> None:
        """The step that is shown."""
        self.go(self._position)

    def play_on(self) -> None:
        """The next step, up to the end of loading."""
        place, position = self._place, self._position
        if place is None or position.step is None:
            self.stop_playing()
            return
        self.go(position.by_steps(place.chain, 1))
        if self._position.step is None:
            self.stop_playing()
