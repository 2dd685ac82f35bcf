"""The line in which the filter is typed."""

from __future__ import annotations

from reqtrace.tui.widgets.query_bar import QueryBar

__all__ = ["FilterBar"]


class FilterBar(QueryBar):
    """Its right end counts the requests that fit."""

    PROMPT = "filter"
