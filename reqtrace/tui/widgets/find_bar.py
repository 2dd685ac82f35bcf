"""The line in which words to be found in a request are typed; it stays while the search is open.

What is found is told by the narration, so this is one row over its second, and over the keys when it is kept.
"""

from __future__ import annotations

from reqtrace.tui.widgets.query_bar import Problem, QueryBar

__all__ = ["FindBar"]

KEPT = "-kept"


class FindBar(QueryBar):
    """Its right end says which mention the picture is at, or that there is none."""

    PROMPT = "find"
    completes = False
    has_hints = False

    def __init__(self) -> None:
        super().__init__()
        self._problem = self._place = ""

    def open(self) -> None:
        self.remove_class(KEPT)
        super().open()

    def leave(self) -> None:
        """Away from the narration, over the keys: it says itself which of them go on."""
        self.add_class(KEPT)
        self.show_nothing()
        super().leave()

    def show_count(self, words: str) -> None:
        """Where the picture is, unless there is nothing to be found."""
        self._place = words
        super().show_count(self._problem or words)

    def show_problem(self, problem: Problem) -> None:
        """Nothing mentions the words."""
        self._problem = problem.words
        self.show_count(self._place)
        super().show_problem(problem)

    def show_nothing(self) -> None:
        """Something does."""
        self._problem = ""
        self.show_count(self._place)
        super().show_nothing()
