"""From one layer that lint has found something about to the next."""

from __future__ import annotations

from reqtrace.render.stack_findings import layers_with_findings
from reqtrace.tui.actions.stack_lint import LintActions
from reqtrace.tui.actions.stack_parts import StackPicture
from reqtrace.tui.bridge import Bridge
from reqtrace.tui.subject import Subject
from reqtrace.tui.words import word

__all__ = ["FindingActions"]


class FindingActions(LintActions):
    """``n`` and ``N``; ``l`` goes to what is worst."""

    def __init__(self, bridge: Bridge, subject: Subject) -> None:
        super().__init__(bridge, subject)
        self._asked_at: int | None = None
        """The layer that was selected when the project was asked."""

    @property
    def _found(self) -> list[int]:
        """The layers that something is found about, the worst first."""
        place = self._place
        return [] if place is None else layers_with_findings(self._lint.state(place.chain, place.process).report)

    def action_lint(self) -> None:
        """Ask the project, and go to the worst of what the names of the layers tell already."""
        super().action_lint()
        self._go_to_worst()
        self._asked_at = self._position.layer

    def on_lint_actions_linted(self) -> None:
        # Whoever has gone elsewhere meanwhile stays there.
        if self._shown is StackPicture.HOOKS and self._position.layer == self._asked_at:
            self._go_to_worst()

    def _go_to_worst(self) -> None:
        found = self._found
        if found and self._place is not None and self._position.layer not in found:
            self.go(self._position.at_layer(self._place.chain, found[0]))

    def action_finding(self, direction: int) -> None:
        """The next layer below with a finding, or above; round the end."""
        layers, place = sorted(self._found), self._place
        if place is None:
            return
        if not layers:
            self.notify(word("stack.lint.no_next"), timeout=4, markup=False)
            return
        here = self._position.layer
        if self._shown is not StackPicture.HOOKS:
            layer = here if here in layers else self._found[0]
        elif direction > 0:
            layer = next((layer for layer in layers if layer > here), layers[0])
        else:
            layer = next((layer for layer in reversed(layers) if layer < here), layers[-1])
        self.show_picture(StackPicture.HOOKS)
        self.go(self._position.at_layer(place.chain, layer))
