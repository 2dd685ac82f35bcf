"""What is wrong with a filter, in words: what stands there, and what was probably meant."""

from __future__ import annotations

from reqtrace.analysis.filtering import FilterProblem, FilterProblemId
from reqtrace.render.labels import text
from reqtrace.render.sanitize import sanitize

__all__ = ["problem_words"]

LISTED = frozenset(
    {
        FilterProblemId.UNKNOWN_FIELD,
        FilterProblemId.UNKNOWN_STATE,
        FilterProblemId.NOT_FOR_HOLDS,
        FilterProblemId.UNKNOWN_PLACE,
    }
)
"""Problems that end in a list of what may stand there, if nothing like the word does."""


def problem_words(problem: FilterProblem) -> str:
    """One sentence."""
    possible = " ".join(problem.possible)
    words = text(f"filter.problem.{problem.id.value}", word=sanitize(problem.word), possible=possible)
    if problem.nearest:
        return text("filter.nearest", problem=words, nearest=problem.nearest)
    return text("filter.possible", problem=words, possible=possible) if problem.id in LISTED else words
