"""The viewer with a screen; Textual is imported when it opens, while the site is already starting."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from reqtrace.cli.preferences import Preferences, keep_theme, preferences
from reqtrace.trace.source import Source

if TYPE_CHECKING:
    from reqtrace.tui.app import ReqtraceApp
    from reqtrace.tui.taste import Taste

__all__ = ["ScreenViewer"]


def taste_of(wanted: Preferences) -> Taste:
    """The preferences as the screen takes them."""
    from reqtrace.tui.taste import Taste

    own = Taste()
    return Taste(
        theme=wanted.theme or own.theme,
        picture=wanted.picture or own.picture,
        keymap=wanted.keymap,
        remarks=tuple([" ".join(filter(None, (error.message, error.hint))) for error in wanted.problems]),
        on_theme=keep_theme if wanted.remembers_theme else own.on_theme,
    )


class ScreenViewer:
    """Runs the Textual application."""

    keeps_output = False

    def __init__(self, *, ascii_only: bool = False) -> None:
        self._ascii_only = ascii_only
        self._is_quitting = threading.Event()
        self._app: ReqtraceApp | None = None

    def show(self, source: Source) -> None:
        """Open the screen, until the person leaves it. An exception in it is raised once the terminal is restored."""
        from reqtrace.tui.collecting import rare_full_collections

        wanted = preferences()
        # Modules are many objects that stay; looking through them again and again costs a tenth of the start.
        with rare_full_collections():
            from reqtrace.tui.app import KEEP, ReqtraceApp
        self._app = ReqtraceApp(source, keep=wanted.keep or KEEP, ascii_only=self._ascii_only, taste=taste_of(wanted))
        if not self._is_quitting.is_set():
            self._app.run_to_end()

    def quit(self) -> None:
        """Ask ``show`` to return."""
        self._is_quitting.set()
        if self._app is not None:
            self._app.request_exit()
