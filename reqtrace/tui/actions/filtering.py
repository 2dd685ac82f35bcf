"""Filtering the list of requests while the filter is typed."""

from __future__ import annotations

from reqtrace.analysis.filtering import NO_FILTER, Filter, FilterProblem, is_unfinished, parse_filter, without_outgrown
from reqtrace.analysis.filtering_completion import complete_filter
from reqtrace.render.filter_words import problem_words
from reqtrace.tui.actions.parts import FlowParts
from reqtrace.tui.bridge import Bridge
from reqtrace.tui.subject import Subject
from reqtrace.tui.widgets.filter_bar import FilterBar
from reqtrace.tui.widgets.query_bar import Problem
from reqtrace.tui.words import word

__all__ = ["FilterActions"]


class FilterActions(FlowParts):
    """``/``: a text that is no filter (yet) leaves the list as it was."""

    def __init__(self, bridge: Bridge, subject: Subject) -> None:
        super().__init__(bridge, subject)
        self._filter = FilterBar()

    def action_filter(self) -> None:
        """Type."""
        self._filter.open()
        self.count_filtered()

    def type_filter(self, text: str, cursor: int) -> None:
        """Show what the text comes to."""
        read = parse_filter(text)
        completion = complete_filter(text, cursor, self._board.summaries)
        if not isinstance(read, FilterProblem):
            self._filter.show_completion(completion)
            if not is_unfinished(text):
                self._apply_filter(read)
            return
        self._apply_filter(without_outgrown(text, self._wanted))
        if completion.candidates and completion.start <= read.end:
            # What is wrong is what is being typed, and there is something to choose.
            self._filter.show_completion(completion)
        else:
            self._show_wrong(read)

    def keep_filter(self, text: str) -> None:
        """Typing is over, unless the text is no filter."""
        read = parse_filter(text)
        if isinstance(read, FilterProblem):
            self._show_wrong(read)
            return
        self._filter.close()
        self._apply_filter(read)

    def clear_filter(self) -> bool:
        """All requests again; whether there was a filter."""
        if not (self._filter.is_open or self._wanted.text):
            return False
        self._filter.close()
        self._filter.clear()
        self._apply_filter(NO_FILTER)
        return True

    def count_filtered(self) -> None:
        """Say at the line how many there are."""
        if self._filter.is_open:
            words = word("filter.count", n=len(self._shown), total=len(self._board.summaries))
            self._filter.show_count(words)

    def _show_wrong(self, problem: FilterProblem) -> None:
        self._filter.show_problem(Problem(start=problem.start, end=problem.end, words=problem_words(problem)))

    def _apply_filter(self, wanted: Filter) -> None:
        if wanted.text != self._wanted.text:
            self._wanted = wanted
            self.list_anew()
