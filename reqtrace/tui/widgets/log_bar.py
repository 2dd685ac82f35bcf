"""The line in which it is typed what to find in the output."""

from __future__ import annotations

from textual.widgets import Input

from reqtrace.analysis.completion import Completion
from reqtrace.analysis.output_filter import FIELDS
from reqtrace.tui.widgets.query_bar import QueryBar

__all__ = ["LogBar", "field_completion"]


class LogBar(QueryBar):
    """Its right end counts the lines."""

    PROMPT = "log.find"

    def fill(self, text: str) -> None:
        """As if it had been typed."""
        self.query_one(Input).value = text


def field_completion(text: str, cursor: int) -> Completion:
    """The fields that begin with the word before the cursor."""
    start = text[:cursor].rfind(" ") + 1
    typed = text[start:cursor].lower()
    fitting = tuple(field for field in FIELDS if typed and field.startswith(typed) and field != typed)
    return Completion(start=start, end=cursor, candidates=fitting)
