"""Asking whether the order is right, proving it, and putting it right in the lab."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from textual.message import Message

from reqtrace.analysis.proving import Proved, proof_lab, prove
from reqtrace.analysis.rules.engine import LintReport
from reqtrace.analysis.rules.proofs import proof_of
from reqtrace.analysis.rules.rule import Rule
from reqtrace.errors import ReqtraceError
from reqtrace.render.canvas import Canvas
from reqtrace.render.stack_experiment import draw_proved, draw_refusal
from reqtrace.render.stack_findings import draw_findings, findings_about
from reqtrace.render.stack_words import numbered_name
from reqtrace.tui.actions.stack_draft import DraftActions
from reqtrace.tui.actions.stack_parts import StackPicture
from reqtrace.tui.bridge import Bridge
from reqtrace.tui.errand import Errand
from reqtrace.tui.linting import LintDesk
from reqtrace.tui.screens.findings import FIX, PROVE, FindingsScreen
from reqtrace.tui.screens.page import PageScreen
from reqtrace.tui.subject import Subject
from reqtrace.tui.words import word

__all__ = ["LintActions"]


class LintActions(DraftActions):
    """``l`` and Enter."""

    class Linted(Message):
        """The project has answered, or could not."""

    class Shown(Message):
        """Both orders of a rule have been served, or could not be."""

        def __init__(self, rule: Rule, answer: object) -> None:
            super().__init__()
            self.rule = rule
            self.answer = answer

    def __init__(self, bridge: Bridge, subject: Subject) -> None:
        super().__init__(bridge, subject)
        self._lint = LintDesk()
        self._proving = Errand("proof")

    def action_lint(self) -> None:
        """Ask the project's own Python about its middleware, and show the hooks with what is found."""
        place, project = self._place, self._bridge.source.project
        if place is None:
            return
        if project is None:
            told = "stack.lint.nowhere" if self._board.is_live else "stack.lint.recording"
            self.notify(word(told), timeout=5, markup=False)
        else:
            done = partial(self.post_message, self.Linted())
            self._lint.ask(project, is_asgi=place.chain.is_async, done=done)
        self.show_picture(StackPicture.HOOKS)

    def on_lint_actions_linted(self) -> None:
        self.go(self._position)

    def action_findings(self) -> None:
        """Everything that is found about the selected layer."""
        place = self._place
        if place is None or not place.chain.layers:
            return
        lint = self._lint.state(place.chain, place.process)
        report, layer, project = lint.report, self._position.layer, self._bridge.source.project
        remark = word("stack.lint.how.surveyed" if lint.is_surveyed else "stack.lint.how.known")
        root = "" if project is None else str(project.root)
        rule = provable_rule(report, layer)

        def draw(width: int) -> Canvas:
            return draw_findings(report, layer, remark=remark, width=width, root=root)

        def chosen(what: str | None) -> None:
            if what == PROVE and rule is not None:
                self._prove(rule)
            elif what == FIX:
                self._fix(report)

        title = word("stack.lint.title", layer=numbered_name(place.chain.layers[layer]))
        can_fix = report.order != report.stack.layers
        self.app.push_screen(FindingsScreen(title, draw, can_prove=rule is not None, can_fix=can_fix), chosen)

    def _fix(self, report: LintReport) -> None:
        """The list as lint would have it, ready to be tried."""
        moving = {finding.move.layer.index for finding in report.findings if finding.move is not None}
        draft = self._draft.undone().in_order([layer.index for layer in report.order], moving)
        self._draft, self._line, self._verdict = draft, min(draft.moved, default=0), ""
        self.show_picture(StackPicture.LAB)

    def _prove(self, rule: Rule) -> None:
        """Serve both orders of the smallest stack that shows it, in the project's Python where that is known."""
        project = self._bridge.source.project
        python = None if project is None else project.interpreter
        self.notify(word("stack.lint.proving", rule=rule.id), timeout=4, markup=False)
        self._proving.start(
            partial(proved_rule, rule, python), lambda answer: self.post_message(self.Shown(rule, answer))
        )

    def on_lint_actions_shown(self, message: Shown) -> None:
        answer, title = message.answer, word("stack.lint.proof", rule=message.rule.id)
        match answer:
            case Proved() as proved:
                self.app.push_screen(PageScreen(title, lambda width: draw_proved(proved, width=width)))
            case ReqtraceError() as error:
                self.app.push_screen(PageScreen(title, lambda width: draw_refusal(error, width=width)))


def provable_rule(report: LintReport, layer: int) -> Rule | None:
    """The rule of the worst finding about a layer that can be proved."""
    rules = (finding.rule for finding in findings_about(report, layer))
    return next((rule for rule in rules if rule is not None and proof_of(rule.id) is not None), None)


def proved_rule(rule: Rule, python: Path | None) -> Proved:
    """In a lab of its own, which ends with it."""
    with proof_lab(python) as lab:
        return prove(rule, lab)
