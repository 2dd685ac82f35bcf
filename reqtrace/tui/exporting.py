"""Writing what is on the screen into a file."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Protocol, runtime_checkable

from textual.app import App
from textual.message import Message

from reqtrace.errors import ReqtraceError
from reqtrace.render.exhibit import Exhibit, Look
from reqtrace.render.roles import DEFAULT_THEME, THEMES
from reqtrace.render.sanitize import sanitize
from reqtrace.tui.terminal import draws_ascii
from reqtrace.tui.words import word

__all__ = ["Exhibitor", "ExportEnded", "ExportingApp"]

SHORT, LONG = 4, 12
"""Seconds that a remark stays; where a file is has to be read."""
NARROWEST = 80


@runtime_checkable
class Exhibitor(Protocol):
    """A screen with something to export."""

    def exhibit(self) -> Exhibit | None:
        """What is on it, whole; ``None`` if there is nothing yet."""


class ExportEnded(Message):
    """A file is written, or it is known why not."""

    def __init__(self, outcome: Path | ReqtraceError) -> None:
        super().__init__()
        self.outcome = outcome


class ExportingApp(App[int]):
    """``x``, in every mode and over it."""

    def action_export(self) -> None:
        """Ask for the format."""
        exhibit = self.screen.exhibit() if isinstance(self.screen, Exhibitor) else None
        if exhibit is None:
            self.notify(word("export.nothing"), timeout=SHORT)
            return
        # Wanted by nobody else, and the first picture should not wait for it.
        from reqtrace.tui.screens.exporting import ExportScreen, Wanted

        def write(wanted: Wanted | None) -> None:
            if wanted is not None:
                self._begin_export(*wanted)

        self.push_screen(ExportScreen(exhibit, str(Path.cwd())), write)

    def _begin_export(self, exhibit: Exhibit, form: str) -> None:
        """In a thread: a browser that draws a PNG takes seconds."""
        if form == "png":
            self.notify(word("export.working"), timeout=SHORT)
        theme = self.theme if self.theme in THEMES else DEFAULT_THEME
        width = max(exhibit.width or self.size.width, NARROWEST)
        look = Look(width=width, theme=theme, ascii_only=draws_ascii(self))
        threading.Thread(target=self._export, args=(exhibit, form, look), name="reqtrace-export", daemon=True).start()

    def _export(self, exhibit: Exhibit, form: str, look: Look) -> None:
        from reqtrace.render.exports import export, file_name, save

        outcome: Path | ReqtraceError
        try:
            outcome = save(export(exhibit, form, look), Path.cwd() / file_name(exhibit, form))
        except ReqtraceError as error:
            outcome = error
        self.post_message(ExportEnded(outcome))

    def on_export_ended(self, message: ExportEnded) -> None:
        """Say where the file is."""
        outcome = message.outcome
        if isinstance(outcome, ReqtraceError):
            reason = sanitize(f"{outcome.message} {outcome.hint}".strip())
            self.notify(word("export.failed", reason=reason), severity="error", timeout=LONG, markup=False)
        else:
            self.notify(word("export.written", file=sanitize(str(outcome))), timeout=LONG, markup=False)
