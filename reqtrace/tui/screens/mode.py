"""What the screens of all modes have in common."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.geometry import Size
from textual.notifications import SeverityLevel
from textual.widget import Widget

from reqtrace.tui.board import Board
from reqtrace.tui.bridge import Bridge
from reqtrace.tui.screens.settling import SettlingScreen
from reqtrace.tui.subject import Subject
from reqtrace.tui.widgets.key_bar import KeyBar
from reqtrace.tui.widgets.status_bar import StatusBar

__all__ = ["ModeScreen"]


class ModeScreen(SettlingScreen[None]):
    """A mode: handed the board whenever something has changed while it is in front."""

    AUTO_FOCUS = ""
    HELP_TOPIC: ClassVar[str]
    """Its help is ``help.TOPIC.where`` and ``help.TOPIC.1`` … in the table of words."""

    def __init__(self, bridge: Bridge, subject: Subject) -> None:
        super().__init__()
        self._bridge = bridge
        self._subject = subject
        self._board = Board()
        """The moment that is shown."""
        self._status = StatusBar()
        self._laid_out_for: Size | None = None
        self._has_answer = False
        """An answer to a key may be on the screen, over the title."""
        self.add_class(*self._get_breakpoint_classes(self.app.size.width, self.app.HORIZONTAL_BREAKPOINTS or []))

    def on_resize(self) -> None:
        self._laid_out_for = self.app.size

    def _screen_resized(self, size: Size) -> None:
        # Textual 8.2 lays the screen of a mode out again when it comes back, and paints that before all of it.
        if size != self._size:
            super()._screen_resized(size)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        # They are up to date: the app has looked them up already if the theme has changed meanwhile.
        event.refresh_styles = False
        # Textual 8.2 gives the classes of a breakpoint only to the screen that was in front when the size changed.
        if self._laid_out_for != self.app.size:
            self.post_message(events.Resize(self.app.size, self.app.size))

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """The answer to a key; the last one takes the place of those before, so that there is one row of them."""
        self.app.clear_notifications()
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)
        # What went wrong stays as long as it says.
        self._has_answer = severity == "information"

    def on_key(self, event: events.Key) -> None:
        if self._has_answer:
            # Read, or not wanted: what is done next is seen whole.
            self._has_answer = False
            self.app.clear_notifications()

    def on_screen_suspend(self) -> None:
        # Over another screen it would answer nothing, and hide the title.
        self._has_answer = False
        self.app.clear_notifications()

    def framed(self, *widgets: Widget) -> ComposeResult:
        """What the mode shows, between the top row and the keys."""
        yield self._status
        yield from widgets
        yield KeyBar()

    def show(self, board: Board) -> None:
        """Another moment; while it is paused only the top row changes."""
        before, self._board = self._board, board
        self._status.show(board)
        if not (board.is_paused and before.is_paused):
            self.look_again(before)

    def look_again(self, before: Board) -> None:
        """Show what is so now; ``before`` is the moment that was shown until now."""
        raise NotImplementedError
