"""Holding live requests, and letting them go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from reqtrace.trace.model import RequestKey, RequestSummary
from reqtrace.tui.actions.parts import FlowParts
from reqtrace.tui.holding import hold_at, layers_of, place_words, toggled
from reqtrace.tui.words import word

__all__ = ["HoldActions"]


class HoldActions(FlowParts):
    """``b``, ``o`` and ``c``."""

    def action_hold(self) -> None:
        """Hold live requests at this step, or no longer."""
        source, trace = self._bridge.source, self._trace
        hold = hold_at(trace, self.current_stop())
        if not source.is_live:
            self.notify(word("hold.recording"), timeout=3)
        elif hold is None:
            self.notify(word("hold.nowhere"), timeout=3)
        else:
            before = source.holds
            source.set_holds(toggled(before, hold))
            key = "hold.set" if len(source.holds) > len(before) else "hold.lifted"
            self.notify(word(key, place=place_words(hold, layers_of(trace))), timeout=5)

    def action_step_held(self) -> None:
        """Let the held request do one step, and follow it."""
        self._answer_held(self._bridge.source.step_held)

    def action_let_go(self) -> None:
        """Let the held request go on."""
        self._answer_held(self._bridge.source.let_go)

    def _answer_held(self, answer: Callable[[RequestKey], None]) -> None:
        summary = self._held()
        if summary is not None:
            answer(summary.key)
            self.go(replace(self._position, selected=summary.key, stop=None))

    def show_held(self) -> None:
        """A request was caught, which is what the person waits for."""
        summary = self._held()
        if summary is not None and summary.key != self._position.selected:
            self.go(replace(self._position, selected=summary.key, stop=None))

    def _held(self) -> RequestSummary | None:
        """The selected request if it is held, else the newest one that is."""
        selected = self.summary()
        if selected is not None and selected.is_held:
            return selected
        return next((summary for summary in reversed(self._shown) if summary.is_held), None)
