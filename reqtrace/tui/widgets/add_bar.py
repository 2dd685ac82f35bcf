"""The line in which the path of a middleware is typed that shall be tried in the lab."""

from __future__ import annotations

from reqtrace.tui.widgets.query_bar import QueryBar

__all__ = ["AddBar"]


class AddBar(QueryBar):
    """Offers Django's own middleware."""

    PROMPT = "stack.add"
