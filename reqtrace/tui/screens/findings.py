"""What lint has found about a layer, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import BindingType

from reqtrace.render.canvas import Canvas
from reqtrace.tui.keys.stack import FINDINGS_KEYS
from reqtrace.tui.screens.page import PageScreen

__all__ = ["FIX", "PROVE", "FindingsScreen"]

PROVE = "prove"
FIX = "fix"


class FindingsScreen(PageScreen):
    """A page whose findings may be proved, or put right in the lab."""

    BINDINGS: ClassVar[list[BindingType]] = [*FINDINGS_KEYS]

    def __init__(self, title: str, draw: Callable[[int], Canvas], *, can_prove: bool, can_fix: bool) -> None:
        super().__init__(title, draw)
        self._possible = {PROVE: can_prove, FIX: can_fix}

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what is possible here."""
        return None if action == "choose" and not self._possible[str(parameters[0])] else True

    def action_choose(self, what: str) -> None:
        """Prove it, or put it right."""
        self.dismiss(what)
