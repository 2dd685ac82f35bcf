"""Changing the list of layers that is to be tried in the lab."""

from __future__ import annotations

from reqtrace.analysis.filtering_completion import Completion
from reqtrace.analysis.known_layers import KNOWN_LAYERS
from reqtrace.analysis.lab_draft import Draft, draft_of
from reqtrace.tui.actions.stack_parts import StackParts
from reqtrace.tui.bridge import Bridge
from reqtrace.tui.subject import Subject
from reqtrace.tui.widgets.lab_bars import AddBar
from reqtrace.tui.widgets.query_bar import Problem
from reqtrace.tui.words import word

__all__ = ["DraftActions"]


class DraftActions(StackParts):
    """``<`` ``>`` ``o`` ``d`` ``a`` ``u``."""

    def __init__(self, bridge: Bridge, subject: Subject) -> None:
        super().__init__(bridge, subject)
        self._draft = draft_of(())
        self._line = 0
        """The selected line of the draft."""
        self._verdict = ""
        """What came of the last try."""
        self._add = AddBar(id="stack-add")

    def settle_draft(self) -> None:
        """Another chain may be shown, whose list is another one."""
        place = self._place
        paths = () if place is None else tuple(layer.path for layer in place.chain.layers)
        if paths != self._draft.original:
            self._draft, self._verdict = draft_of(paths), ""
        self._line = min(self._line, max(len(self._draft.layers) - 1, 0))

    def change_draft(self, draft: Draft, line: int) -> None:
        """Show another list; what came of the one before is no longer about it."""
        self._draft, self._line, self._verdict = draft, line, ""
        self.go(self._position)

    def action_move(self, distance: int) -> None:
        """The line up or down."""
        if self._draft.layers:
            self.change_draft(*self._draft.move(self._line, distance))

    def action_switch(self) -> None:
        """Without the layer, or with it again."""
        if self._draft.layers:
            self.change_draft(self._draft.switch(self._line), self._line)

    def action_duplicate(self) -> None:
        """The layer once more."""
        if self._draft.layers:
            self.change_draft(self._draft.duplicate(self._line), self._line + 1)

    def action_undo(self) -> None:
        """MIDDLEWARE as it is."""
        origin = self._draft.layers[self._line].origin if self._draft.layers else None
        self.change_draft(self._draft.undone(), self._line if origin is None else origin)

    def action_add(self) -> None:
        """Type the path of another middleware."""
        self._add.open()

    def offer_layers(self, typed: str) -> None:
        """Django's own middleware, as far as it fits what is typed."""
        wanted = typed.strip().lower()
        found = tuple(path for path in KNOWN_LAYERS if wanted in path.lower() and path != typed)
        self._add.show_completion(Completion(start=0, end=len(typed), candidates=found))

    def add_layer(self, typed: str) -> None:
        """Put it above the selected line."""
        path = typed.strip()
        if "." not in path.strip("."):
            self._add.show_problem(Problem(start=0, end=len(typed), words=word("stack.add.no_path")))
            return
        self._add.clear()
        self._add.close()
        self.change_draft(self._draft.add(self._line, path), self._line)
