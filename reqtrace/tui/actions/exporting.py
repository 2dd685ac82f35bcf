"""Writing the picture one looks at into a file."""

from __future__ import annotations

import threading
from pathlib import Path

from textual.message import Message

from reqtrace.errors import ReqtraceError
from reqtrace.render.roles import DEFAULT_THEME, THEMES
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.model import RequestTrace
from reqtrace.tui.actions.parts import FlowParts
from reqtrace.tui.widgets.picture import PictureView
from reqtrace.tui.words import word

__all__ = ["ExportActions", "ExportEnded"]

SHORT, LONG = 4, 12
"""Seconds that a remark stays; where a file is has to be read."""
NARROWEST = 80


class ExportEnded(Message):
    """A file is written, or it is known why not."""

    def __init__(self, outcome: Path | ReqtraceError) -> None:
        super().__init__()
        self.outcome = outcome


class ExportActions(FlowParts):
    """``x``."""

    def action_export(self) -> None:
        """Ask for the format."""
        trace = self._trace
        if trace is None:
            self.notify(word("export.nothing"), timeout=SHORT)
            return
        # Wanted by nobody else, and the first picture should not wait for it.
        from reqtrace.tui.screens.exporting import ExportScreen

        def write(form: str | None) -> None:
            if form:
                self._begin_export(trace, form)

        title = word("export.chooser", n=trace.summary.ordinal)
        self.app.push_screen(ExportScreen(title, str(Path.cwd())), write)

    def _begin_export(self, trace: RequestTrace, form: str) -> None:
        """In a thread: a browser that draws a PNG takes seconds."""
        if form == "png":
            self.notify(word("export.working"), timeout=SHORT)
        picture = self.query_one(PictureView)
        theme = self.app.theme if self.app.theme in THEMES else DEFAULT_THEME
        width = max(picture.scrollable_content_region.width, NARROWEST)
        view = (picture.picture, self._position.stop, width, theme)
        threading.Thread(target=self._export, args=(trace, form, *view), name="reqtrace-export", daemon=True).start()

    def _export(self, trace: RequestTrace, form: str, picture: str, stop: int | None, width: int, theme: str) -> None:
        from reqtrace.render.exports import View, export, file_name, save

        outcome: Path | ReqtraceError
        try:
            content = export(trace, form, View(picture=picture, stop=stop, width=width, theme=theme))
            outcome = save(content, Path.cwd() / file_name(trace, form))
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
