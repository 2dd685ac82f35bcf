"""The line in which words to be found in a request are typed; it stays while the search is open."""

from __future__ import annotations

from reqtrace.tui.widgets.query_bar import QueryBar

__all__ = ["FindBar"]


class FindBar(QueryBar):
    """Its right end says which mention the picture is at."""

    PROMPT = "find"
    completes = False
