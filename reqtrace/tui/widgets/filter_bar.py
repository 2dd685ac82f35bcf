"""The row in which the filter is typed."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Label

from reqtrace.tui.words import word

__all__ = ["FilterBar"]


class FilterBar(Horizontal):
    """Hidden until it is opened; tells its screen every change."""

    class Changed(Message):
        """Other words."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    class Closed(Message):
        """Typing is over; the filter stays."""

    def compose(self) -> ComposeResult:
        yield Label(word("filter.prompt"))
        yield Input(placeholder=word("filter.placeholder"), compact=True, max_length=200, select_on_focus=False)

    def on_mount(self) -> None:
        self.display = False

    @property
    def is_open(self) -> bool:
        """Keys are typed into it."""
        return bool(self.display)

    def open(self) -> None:
        """Show the row and type."""
        self.display = True
        self.query_one(Input).focus()

    def close(self) -> None:
        """Hide the row; keys work again."""
        self.screen.set_focus(None)
        self.display = False

    def clear(self) -> None:
        """No words."""
        self.query_one(Input).value = ""

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.close()
        self.post_message(self.Closed())
