"""Asking whether the order is right."""

from __future__ import annotations

from functools import partial

from textual.message import Message

from reqtrace.render.canvas import Canvas
from reqtrace.render.stack_findings import draw_findings
from reqtrace.render.stack_words import numbered_name
from reqtrace.tui.actions.stack_parts import StackParts, StackPicture
from reqtrace.tui.bridge import Bridge
from reqtrace.tui.linting import LintDesk
from reqtrace.tui.screens.page import PageScreen
from reqtrace.tui.subject import Subject
from reqtrace.tui.words import word

__all__ = ["LintActions"]


class LintActions(StackParts):
    """``l`` and Enter."""

    class Linted(Message):
        """The project has answered, or could not."""

    def __init__(self, bridge: Bridge, subject: Subject) -> None:
        super().__init__(bridge, subject)
        self._lint = LintDesk()

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
        layer, project = self._position.layer, self._bridge.source.project
        remark = word("stack.lint.how.surveyed" if lint.is_surveyed else "stack.lint.how.known")
        root = "" if project is None else str(project.root)

        def draw(width: int) -> Canvas:
            return draw_findings(lint.report, layer, remark=remark, width=width, root=root)

        title = word("stack.lint.title", layer=numbered_name(place.chain.layers[layer]))
        self.app.push_screen(PageScreen(title, draw))
