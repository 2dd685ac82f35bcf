"""The lines in which something is typed for the lab."""

from __future__ import annotations

from reqtrace.tui.widgets.query_bar import QueryBar

__all__ = ["AddBar", "SymptomBar"]


class AddBar(QueryBar):
    """The path of another middleware; Django's own are offered."""

    PROMPT = "stack.add"


class SymptomBar(QueryBar):
    """What the cause is looked for of; what the selected request shows is offered."""

    PROMPT = "stack.symptom"
