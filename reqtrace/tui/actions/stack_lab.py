"""Trying what comes of another list of layers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from textual.message import Message

from reqtrace.analysis.experiment_bisect import Bisection, bisect
from reqtrace.analysis.experiment_requests import visit_of_trace
from reqtrace.analysis.experiment_series import PositionTable, try_every_position
from reqtrace.analysis.experiment_symptoms import Symptom, read_symptom
from reqtrace.analysis.experiments import Experiment, Remark
from reqtrace.analysis.filtering_completion import Completion
from reqtrace.analysis.lab import Lab, NeedsConsent
from reqtrace.analysis.lab_draft import Draft
from reqtrace.errors import ReqtraceError, UsageError
from reqtrace.hub.visit import Visit
from reqtrace.render.canvas import Canvas
from reqtrace.render.sanitize import sanitize
from reqtrace.render.stack_experiment import (
    draft_question,
    draw_bisected,
    draw_experiment,
    draw_refusal,
    draw_table,
    outcome_line,
)
from reqtrace.tui.actions.stack_draft import DraftActions
from reqtrace.tui.bridge import Bridge
from reqtrace.tui.lab_desk import LabDesk
from reqtrace.tui.screens.consent import ConsentScreen
from reqtrace.tui.screens.page import PageScreen
from reqtrace.tui.stack_narrative import symptoms_of
from reqtrace.tui.subject import Subject
from reqtrace.tui.widgets.lab_bars import SymptomBar
from reqtrace.tui.widgets.query_bar import Problem, QueryBar
from reqtrace.tui.words import word

__all__ = ["LabActions"]


class Came(NamedTuple):
    """What came of a try, and what the lab says of the project as a whole."""

    answer: Experiment | PositionTable | Bisection
    remarks: tuple[Remark, ...]


Try = Callable[[Lab, bool], Experiment | PositionTable | Bisection]
"""Given the lab, and whether a person has agreed."""


class LabActions(DraftActions):
    """``r``, ``p`` and ``b``."""

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
        self._progress = ""
        """What is being done in the lab."""
        self._symptom = SymptomBar(id="stack-symptom")

    def on_unmount(self) -> None:
        self._lab.close()

    # --- what is tried -----------------------------------------------------------------------------------------

    def action_try(self) -> None:
        """Send the request through MIDDLEWARE as it is, and through the changed list."""
        draft, visit = self._draft, self._visit()
        if not draft.is_changed:
            self.notify(word("stack.lab.nothing"), timeout=4, markup=False)
        elif visit is not None:
            self._try(lambda lab, is_agreed: lab.run(visit, draft.middleware, has_consent=is_agreed), False)

    def action_positions(self) -> None:
        """Send the request with this layer at every position of MIDDLEWARE."""
        draft, visit = self._draft, self._visit()
        origin = draft.layers[self._line].origin if draft.layers else None
        if origin is None:
            self.notify(word("stack.lab.only_original"), timeout=4, markup=False)
        elif visit is not None:
            layers, number, tell = draft.original, str(origin + 1), self._tell_progress
            self._try(
                lambda lab, is_agreed: try_every_position(
                    lab, visit, layers, number, has_consent=is_agreed, progress=tell
                ),
                False,
            )

    def action_symptom(self) -> None:
        """Type what the cause is looked for of."""
        self._symptom.open()

    def on_query_bar_changed(self, message: QueryBar.Changed) -> None:
        if message.bar is self._add:
            self.offer_layers(message.text)
            return
        wanted = message.text.strip().lower()
        offered = symptoms_of(self._bridge.trace(self._subject.key))
        found = tuple(words for words in offered if wanted in words.lower() and words != message.text)
        self._symptom.show_completion(Completion(start=0, end=len(message.text), candidates=found))

    def on_query_bar_submitted(self, message: QueryBar.Submitted) -> None:
        if message.bar is self._add:
            self.add_layer(message.text)
            return
        try:
            symptom = read_symptom(message.text)
        except UsageError as error:
            self._symptom.show_problem(Problem(start=0, end=len(message.text), words=sanitize(error.message)))
            return
        self._symptom.close()
        self._bisect(symptom)

    def _bisect(self, symptom: Symptom) -> None:
        visit, layers = self._visit(), self._draft.original
        if visit is not None:
            tell = self._tell_progress
            self._try(
                lambda lab, is_agreed: bisect(lab, visit, layers, symptom, has_consent=is_agreed, progress=tell), False
            )

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
            self._show_refusal(error)
            return None

    # --- how it is tried ---------------------------------------------------------------------------------------

    def _try(self, trying: Try, is_agreed: bool) -> None:
        project, draft = self._bridge.source.project, self._draft
        if project is None or self._lab.is_busy:
            return

        def work(lab: Lab) -> Came:
            check_same_list(lab, draft)
            return Came(trying(lab, is_agreed), lab.facts.remarks)

        self._progress = word("stack.lab.working")
        self._lab.ask(project, work, lambda answer: self.post_message(self.Tried(trying, draft, answer)))
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
                self._show_refusal(error)
            case Came() as came:
                self._show_answer(came, message.draft)
        self.go(self._position)

    def _ask_consent(self, trying: Try, needed: NeedsConsent) -> None:
        def answered(is_agreed: bool | None) -> None:
            if is_agreed:
                self._try(trying, True)

        title, how = word("stack.lab.consent"), word("stack.lab.consent.how")
        self.app.push_screen(ConsentScreen(title, needed.question, how), answered)

    # --- what came of it ---------------------------------------------------------------------------------------

    def _show_answer(self, came: Came, draft: Draft) -> None:
        remarks = came.remarks
        match came.answer:
            case Experiment() as experiment:
                self._verdict = sanitize(outcome_line(experiment))
                title = sanitize(draft_question(draft))
                self._show_page(title, lambda width: draw_experiment(experiment, draft, remarks, width=width))
            case PositionTable() as table:
                title = word("stack.lab.positions")
                self._show_page(title, lambda width: draw_table(table, remarks, width=width))
            case Bisection() as found:
                title = word("stack.lab.cause", symptom=sanitize(found.symptom.words))
                self._show_page(title, lambda width: draw_bisected(found, remarks, width=width))

    def _show_refusal(self, error: ReqtraceError) -> None:
        self._show_page(word("stack.lab.refused"), partial(refusal_page, error))

    def _show_page(self, title: str, draw: Callable[[int], Canvas]) -> None:
        self.app.push_screen(PageScreen(title, draw))


def refusal_page(error: ReqtraceError, width: int) -> Canvas:
    """For a page that is told its width by position."""
    return draw_refusal(error, width=width)


def check_same_list(lab: Lab, draft: Draft) -> None:
    """Raises ``UsageError`` if the project's list is no longer the one on the screen."""
    if lab.facts.middleware != draft.original:
        raise UsageError(
            "MIDDLEWARE has changed since this chain was loaded, so there is nothing to compare with.",
            hint="The site loads it again when it starts again.",
        )
