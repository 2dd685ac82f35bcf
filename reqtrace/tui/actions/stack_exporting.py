"""What of the mode Stack can be exported."""

from __future__ import annotations

from reqtrace.render.exhibit import Exhibit
from reqtrace.render.exhibit_stack import draft_exhibit, hooks_exhibit, loading_exhibit
from reqtrace.render.stack_arrows import arrow_lanes
from reqtrace.tui.actions.stack_lab import LabActions
from reqtrace.tui.actions.stack_lint import LintActions
from reqtrace.tui.actions.stack_parts import StackPicture
from reqtrace.tui.stack_narrative import (
    chain_title,
    foot,
    hooks_narrative,
    lab_foot,
    lab_narrative,
    lint_remark,
    request_words,
    step_narrative,
)
from reqtrace.tui.stack_position import ChainPlace

__all__ = ["StackExportActions"]


class StackExportActions(LabActions, LintActions):
    """Loading at its step, the hooks, or the list of the lab, with every layer."""

    def exhibit(self) -> Exhibit | None:
        """Of the chain that is shown."""
        place = self._place
        if place is None:
            return None
        number, total = self._places.index(place) + 1, len(self._places)
        title = chain_title(place, number, total, picture=self._shown.value, is_live=self._board.is_live)
        match self._shown:
            case StackPicture.LOADING:
                step = self._position.current(place.chain)
                said = step_narrative(place.chain, step)
                return loading_exhibit(place.chain, title=title, step=step.index, said=said)
            case StackPicture.HOOKS:
                return self._hooks_exhibit(place, title)
            case StackPicture.LAB:
                below = lab_foot(self._draft, request_words(self._request()), self._progress, self._verdict)
                said = lab_narrative(self._draft, self._line)
                return draft_exhibit(self._draft, title=title, selected=self._line, foot=below, said=said)

    def _hooks_exhibit(self, place: ChainPlace, title: str) -> Exhibit:
        lint = self._lint.state(place.chain, place.process)
        return hooks_exhibit(
            place.chain,
            title=title,
            selected=self._position.layer,
            lanes=arrow_lanes(lint.report),
            remark=lint_remark(lint),
            foot=foot(lint, can_ask=False),
            said=hooks_narrative(place.chain, self._position.layer, lint),
        )
