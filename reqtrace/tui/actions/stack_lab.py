"""Changing the list of layers, and trying what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from textual.message import Message

from reqtrace.analysis.experiment_requests import visit_of_trace
from reqtrace.analysis.experiment_series import PositionTable, try_every_position
from reqtrace.analysis.experiments import Experiment, Remark
from reqtrace.analysis.filtering_completion import Completion
from reqtrace.analysis.known_layers import KNOWN_LAYERS
from reqtrace.analysis.lab import Lab, NeedsConsent
from reqtrace.analysis.lab_draft import Draft, draft_of
from reqtrace.errors import ReqtraceError, UsageError
from reqtrace.hub.visit import Visit
from reqtrace.render.canvas import Canvas
from reqtrace.render.sanitize import sanitize
from reqtrace.render.stack_experiment import draft_question, draw_experiment, draw_refusal, draw_table, outcome_line
from reqtrace.tui.actions.stack_parts import StackParts
from reqtrace.tui.bridge import Bridge
from reqtrace.tui.lab_desk import LabDesk
from reqtrace.tui.screens.consent import ConsentScreen
from reqtrace.tui.screens.page import PageScreen
from reqtrace.tui.subject import Subject
from reqtrace.tui.widgets.add_bar import AddBar
from reqtrace.tui.widgets.query_bar import QueryBar
from reqtrace.tui.words import word

__all__ = ["LabActions"]


class Came(NamedTuple):
    """What came of a try, and what the lab says of the project as a whole."""

    answer: Experiment | PositionTable
    remarks: tuple[Remark, ...]


Try = Callable[[Lab, bool], Experiment | PositionTable]
"""Given the lab, and whether a person has agreed."""


class LabActions(StackParts):
    """``<`` ``>`` ``o`` ``d`` ``a`` ``u`` change the list, ``r`` and ``p`` try it."""

    class Tried(Message):
        """An experiment has come to its end."""

        def __init__(self, trying: Try, draft: Draft, answer: object) -> None:
            super().__init__()
            self.trying = trying
            self.draft = draft
            self.answer = answer

    class Progressed(Message):
        """So many attempts of so many have been made."""

        def __init__(self, done: int, total: int) -> None:
            super().__init__()
            self.done = done
            self.total = total

    def __init__(self, bridge: Bridge, subject: Subject) -> None:
        super().__init__(bridge, subject)
        self._lab = LabDesk()
        self._draft = draft_of(())
        self._line = 0
        """The selected line of the draft."""
        self._progress = ""
        """What is being done in the lab."""
        self._verdict = ""
        """What came of the last try."""
        self._add = AddBar(id="stack-add")

    def on_unmount(self) -> None:
        self._lab.close()

    # --- the list ----------------------------------------------------------------------------------------------

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
        self.change_draft(*self._draft.move(self._line, distance))

    def action_switch(self) -> None:
        """Without the layer, or with it again."""
        self.change_draft(self._draft.switch(self._line), self._line)

    def action_duplicate(self) -> None:
        """The layer once more."""
        self.change_draft(self._draft.duplicate(self._line), self._line + 1)

    def action_undo(self) -> None:
        """MIDDLEWARE as it is."""
        origin = self._draft.layers[self._line].origin if self._draft.layers else None
        self.change_draft(self._draft.undone(), self._line if origin is None else origin)

    def action_add(self) -> None:
        """Type the path of another middleware."""
        self._add.open()

    def on_query_bar_changed(self, message: QueryBar.Changed) -> None:
        typed = message.text.strip().lower()
        found = tuple(path for path in KNOWN_LAYERS if typed in path.lower() and path != message.text)
        self._add.show_completion(Completion(start=0, end=len(message.text), candidates=found))

    def on_query_bar_submitted(self, message: QueryBar.Submitted) -> None:
        path = message.text.strip()
        if "." not in path.strip("."):
            self.notify(word("stack.add.no_path"), timeout=4, markup=False)
            return
        self._add.clear()
        self._add.close()
        self.change_draft(self._draft.add(self._line, path), self._line)

    # --- trying ------------------------------------------------------------------------------------------------

    def action_try(self) -> None:
        """Send the request through MIDDLEWARE as it is, and through the changed list."""
        draft, visit = self._draft, self._visit()
        if not draft.is_changed:
            self.notify(word("stack.lab.nothing"), timeout=4, markup=False)
        elif visit is not None:

            def trying(lab: Lab, is_agreed: bool) -> Experiment:
                check_same_list(lab, draft)
                return lab.run(visit, draft.middleware, has_consent=is_agreed)

            self._try(trying, False)

    def action_positions(self) -> None:
        """Send the request with this layer at every position of MIDDLEWARE."""
        draft, visit = self._draft, self._visit()
        origin = draft.layers[self._line].origin if draft.layers else None
        if origin is None:
            self.notify(word("stack.lab.only_original"), timeout=4, markup=False)
        elif visit is not None:

            def trying(lab: Lab, is_agreed: bool) -> PositionTable:
                check_same_list(lab, draft)
                layers, number = lab.facts.middleware, str(origin + 1)
                return try_every_position(
                    lab, visit, layers, number, has_consent=is_agreed, progress=self._tell_progress
                )

            self._try(trying, False)

    def _visit(self) -> Visit | None:
        """The request that is looked at in the mode Flow, else the home page; ``None`` if it cannot be sent again."""
        if self._bridge.source.project is None:
            self.notify(word("stack.lab.nowhere"), timeout=5, markup=False)
            return None
        trace = self._bridge.trace(self._subject.key)
        if trace is None:
            is_async = self._place is not None and self._place.chain.is_async
            return Visit(method="GET", url="/", is_asgi=is_async)
        try:
            return visit_of_trace(trace)[0]
        except UsageError as error:
            self._show_page(word("stack.lab.refused"), partial(draw_refusal_at, error))
            return None

    def _try(self, trying: Try, is_agreed: bool) -> None:
        project, draft = self._bridge.source.project, self._draft
        if project is None or self._lab.is_busy:
            return

        def done(answer: object) -> None:
            self.post_message(self.Tried(trying, draft, answer))

        self._progress = word("stack.lab.working")
        self._lab.ask(project, lambda lab: Came(trying(lab, is_agreed), lab.facts.remarks), done)
        self.go(self._position)

    def _tell_progress(self, done: int, total: int) -> None:
        self.post_message(self.Progressed(done, total))

    def on_lab_actions_progressed(self, message: Progressed) -> None:
        self._progress = word("stack.lab.progress", done=message.done, total=message.total)
        self.go(self._position)

    def on_lab_actions_tried(self, message: Tried) -> None:
        self._progress = ""
        match message.answer:
            case NeedsConsent() as needed:
                self._ask_consent(message.trying, needed)
            case ReqtraceError() as error:
                self._show_page(word("stack.lab.refused"), partial(draw_refusal_at, error))
            case Came(Experiment() as experiment, remarks):
                self._verdict = sanitize(outcome_line(experiment))
                draft = message.draft
                self._show_page(
                    sanitize(draft_question(draft)),
                    lambda width: draw_experiment(experiment, draft, remarks, width=width),
                )
            case Came(PositionTable() as table, remarks):
                self._show_page(word("stack.lab.positions"), lambda width: draw_table(table, remarks, width=width))
        self.go(self._position)

    def _ask_consent(self, trying: Try, needed: NeedsConsent) -> None:
        def answered(is_agreed: bool | None) -> None:
            if is_agreed:
                self._try(trying, True)

        question = word("stack.lab.consent.why", question=needed.question)
        self.app.push_screen(
            ConsentScreen(word("stack.lab.consent"), question, word("stack.lab.consent.how")), answered
        )

    def _show_page(self, title: str, draw: Callable[[int], Canvas]) -> None:
        self.app.push_screen(PageScreen(title, draw))


def draw_refusal_at(error: ReqtraceError, width: int) -> Canvas:
    """For a page that is told its width by position."""
    return draw_refusal(error, width=width)


def check_same_list(lab: Lab, draft: Draft) -> None:
    """Raises ``UsageError`` if the project's list is no longer the one on the screen."""
    if lab.facts.middleware != draft.original:
        raise UsageError(
            "MIDDLEWARE has changed since this chain was loaded, so there is nothing to compare with.",
            hint="The site loads it again when it starts again.",
        )
