"""Grouping the list of requests."""

from __future__ import annotations

from collections.abc import Sequence

from reqtrace.analysis.grouping import Grouping, grouped
from reqtrace.tui.actions.parts import FlowParts
from reqtrace.tui.bridge import Bridge
from reqtrace.tui.subject import Subject
from reqtrace.tui.widgets.request_list import Row

__all__ = ["GroupActions"]


class GroupActions(FlowParts):
    """``P``: by process, by client, and in one list again."""

    def __init__(self, bridge: Bridge, subject: Subject) -> None:
        super().__init__(bridge, subject)
        self._grouping = Grouping.NONE
        self._rows: Sequence[Row] = ()
        """The list with the headers of its groups."""

    def action_group(self) -> None:
        """The next way to group."""
        self._grouping = self._grouping.following
        self.list_anew()

    @property
    def is_grouped(self) -> bool:
        """The list has headers."""
        return self._grouping is not Grouping.NONE

    def put_in_groups(self) -> None:
        """Put what is shown into groups."""
        if self._grouping is Grouping.NONE:
            self._rows = self._ordered = self._shown
            return
        groups = grouped(self._shown, self._grouping)
        self._ordered = [summary for group in groups for summary in group.summaries]
        rows: list[Row] = []
        for group in groups:
            rows += [group, *group.summaries]
        self._rows = rows
