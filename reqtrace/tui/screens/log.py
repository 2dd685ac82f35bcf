"""Mode 5: what the site prints, and the settings that decide what happens to a request."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from reqtrace.tui.board import Board
from reqtrace.tui.bridge import Bridge
from reqtrace.tui.keys.log import LOG_KEYS
from reqtrace.tui.screens.mode import ModeScreen
from reqtrace.tui.subject import Subject
from reqtrace.tui.widgets.key_bar import KeyBar
from reqtrace.tui.widgets.log_view import LogView
from reqtrace.tui.widgets.settings_view import SettingsView
from reqtrace.tui.widgets.status_bar import StatusBar

__all__ = ["LogScreen"]

FULL = "-settings"


class LogScreen(ModeScreen):
    """Output and settings; on a narrow screen ``s`` swaps them."""

    BINDINGS: ClassVar[list[BindingType]] = [*LOG_KEYS]
    HELP_TOPIC = "log"

    def __init__(self, bridge: Bridge, subject: Subject) -> None:
        super().__init__(bridge, subject)
        self._status = StatusBar()
        self._output = LogView(id="output")
        self._settings = SettingsView(id="settings")

    def compose(self) -> ComposeResult:
        yield self._status
        with Container(id="body"):
            yield self._output
            yield self._settings
        yield KeyBar()

    def show(self, board: Board) -> None:
        """Another moment; while it is paused only the top row changes."""
        self._status.show(board)
        if not board.is_paused:
            self._output.show(self._bridge.output())
            self._settings.show(self._bridge.process_with_settings())

    @property
    def _front(self) -> LogView | SettingsView:
        """What the keys scroll."""
        return self._settings if self.has_class(FULL) else self._output

    def action_scroll(self, rows: int) -> None:
        """Lines up or down."""
        self._front.move(rows)

    def action_page(self, direction: int) -> None:
        """Pages up or down."""
        self._front.move(direction * max(self._front.scrollable_content_region.height - 1, 1))

    def action_shift(self, direction: int) -> None:
        """Long lines, sideways."""
        self._output.shift(direction)

    def action_top(self) -> None:
        """The oldest line."""
        self._front.move(-self._front.virtual_size.height)

    def action_follow(self) -> None:
        """The newest line."""
        self.remove_class(FULL)
        self._output.follow()

    def action_settings(self) -> None:
        """Settings over everything, and back."""
        self.toggle_class(FULL)
