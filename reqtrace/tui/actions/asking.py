"""Questions about what is shown, answered over it."""

from __future__ import annotations

from reqtrace.render.exhibit import request_name
from reqtrace.render.why_sections import why_sections
from reqtrace.tui.actions.parts import FlowParts
from reqtrace.tui.narrative import why_title
from reqtrace.tui.screens.why import WhyScreen
from reqtrace.tui.words import word

__all__ = ["AskActions"]


class AskActions(FlowParts):
    """``w``."""

    def action_why(self) -> None:
        """What did not run here, and why, over everything."""
        trace = self._trace
        if trace is None:
            self.notify(word("why.none"), timeout=3)
            return
        current = self.current_stop()
        step = None if current is None else current.index + 1
        sections = why_sections(trace, current)
        self.app.push_screen(
            WhyScreen(why_title(trace, current), sections, about=request_name(trace.summary), step=step)
        )
