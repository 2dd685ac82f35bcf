"""What the screens that lie over a mode have in common."""

from __future__ import annotations

from typing import Generic, TypeVar

from textual import events
from textual.screen import ModalScreen

from reqtrace.tui.screens.settling import SettlingScreen

__all__ = ["Overlay"]

Answer = TypeVar("Answer")


class Overlay(SettlingScreen[Answer], ModalScreen[Answer], Generic[Answer]):
    """Covers everything, and answers when it is closed."""

    HORIZONTAL_BREAKPOINTS = []
    """It looks the same at any width; having classes for widths, its styles would be looked up once more."""

    def on_resize(self, event: events.Resize) -> None:
        if event.size == self.size:
            # Textual tells a new screen of the layout it has just done, and would do it again.
            event.prevent_default()
