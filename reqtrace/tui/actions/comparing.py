"""Marking a request, and comparing another one with it."""

from __future__ import annotations

from reqtrace.trace.model import RequestKey, RequestSummary, RequestTrace
from reqtrace.tui.actions.parts import FlowParts
from reqtrace.tui.bridge import Bridge
from reqtrace.tui.subject import Subject
from reqtrace.tui.words import word

__all__ = ["CompareActions"]

SECONDS = 4
"""How long an answer to a key stays."""


class CompareActions(FlowParts):
    """``m`` and ``=``."""

    def __init__(self, bridge: Bridge, subject: Subject) -> None:
        super().__init__(bridge, subject)
        self._marked: RequestSummary | None = None

    @property
    def marked_key(self) -> RequestKey | None:
        """The marked request."""
        return None if self._marked is None else self._marked.key

    @property
    def marked_number(self) -> int:
        """Its display number; 0 if none is marked."""
        return 0 if self._marked is None else self._marked.ordinal

    def action_mark(self) -> None:
        """Mark the selected request, or no longer."""
        summary = self.summary()
        if summary is None:
            self.notify(word("mark.nothing"), timeout=SECONDS)
            return
        is_lifted = summary.key == self.marked_key
        self._marked = None if is_lifted else summary
        self.notify(word("mark.lifted" if is_lifted else "mark.set", n=summary.ordinal), timeout=SECONDS)
        self.go(self._position)

    def action_compare(self) -> None:
        """The marked request and the selected one side by side."""
        trace, marked = self._trace, self._marked
        if marked is None or trace is None:
            self.notify(word("compare.unmarked"), timeout=SECONDS)
            return
        if trace.summary.key == marked.key:
            self.notify(word("compare.itself", n=marked.ordinal), timeout=SECONDS)
            return
        other = self._bridge.trace(marked.key)
        if other is None:
            self.notify(word("compare.forgotten", n=marked.ordinal), timeout=SECONDS)
            self._marked = None
            self.go(self._position)
            return
        self._show_comparison(other, trace)

    def _show_comparison(self, a: RequestTrace, b: RequestTrace) -> None:
        # Wanted by nobody else, and the first picture should not wait for it.
        from reqtrace.analysis.comparison import compare
        from reqtrace.tui.screens.comparison import ComparisonScreen

        numbers = a.summary.ordinal, b.summary.ordinal
        names = word("compare.name", n=numbers[0]), word("compare.name", n=numbers[1])
        title = word("compare.title", a=numbers[0], b=numbers[1])
        self.app.push_screen(ComparisonScreen(title, compare(a, b), names))
