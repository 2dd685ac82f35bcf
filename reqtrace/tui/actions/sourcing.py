"""The source of a step, of the code that called it, and the editor at its line."""

from __future__ import annotations

import asyncio
import os

from textual.app import SuspendNotSupported

from reqtrace.render.sanitize import sanitize
from reqtrace.trace.model import RequestKey
from reqtrace.tui.actions.parts import FlowParts
from reqtrace.tui.bridge import Bridge
from reqtrace.tui.call_view import Frame, frame_at
from reqtrace.tui.editing import EditorProblem, command_for, editor_words, is_windowed, run_editor
from reqtrace.tui.narrative import telling_stop
from reqtrace.tui.subject import Subject
from reqtrace.tui.widgets.source_pane import SourcePane
from reqtrace.tui.words import word

__all__ = ["SOURCE_SWAPPED", "SourceActions"]

SOURCE_SWAPPED = "-swap-source"


class SourceActions(FlowParts):
    """``s``, ``[``, ``]`` and ``E``."""

    def __init__(self, bridge: Bridge, subject: Subject) -> None:
        super().__init__(bridge, subject)
        self._source = SourcePane(id="source")
        self._depth = 0
        """How many callers further out than the code of the step itself."""
        self._depth_of: tuple[RequestKey, int] | None = None
        """The step at which somebody went out to the callers: at any other it begins anew."""

    def action_source(self) -> None:
        """Narrow: source in the place of the picture; wider: with or without the source."""
        if self.close_reading():
            self._reveal()
        else:
            self._body.toggle_class(SOURCE_SWAPPED)

    def close_reading(self) -> bool:
        """Close what is read in the place of the source; whether something was."""
        raise NotImplementedError

    def _reveal(self) -> None:
        """Narrow: in the place of the picture; wider: beside it."""
        self._body.set_class(self.has_class("-narrow"), SOURCE_SWAPPED)

    def action_scroll_source(self, rows: int) -> None:
        """Lines of the source."""
        self._source.scroll_rows(rows)

    def show_source(self) -> None:
        """The source at the position."""
        chosen = self._frame(self._depth_here())
        if chosen is None or self._trace is None:
            self._source.show(None, missing=word("source.no_step") if self._trace is None else "")
            return
        time = self._trace.summary.unix_time
        self._source.show(chosen.source, time, who=sanitize(chosen.who), missing=sanitize(chosen.missing))

    def action_caller(self, distance: int) -> None:
        """Further out along the calls, to the code that called this, or back in."""
        if self._frame(0) is None:
            return
        before = self._depth_here()
        depth = before + distance
        if depth < 0 or self._frame(depth) is None:
            self.notify(word("source.outermost" if distance > 0 else "source.innermost"), timeout=3)
            depth = before
        self._depth, self._depth_of = depth, self._here()
        if not self._source.display:
            self.close_reading()
            self._reveal()
        self.show_source()

    def _frame(self, depth: int) -> Frame | None:
        if self._trace is None:
            return None
        current = self.current_stop() or telling_stop(self._trace)
        return frame_at(self._trace, current, depth) if current is not None else None

    def _depth_here(self) -> int:
        return self._depth if self._depth_of is not None and self._depth_of == self._here() else 0

    def _here(self) -> tuple[RequestKey, int] | None:
        stop = self.current_stop()
        return None if self._trace is None else (self._trace.summary.key, -1 if stop is None else stop.index)

    # --- editing -----------------------------------------------------------------------------------------------

    def action_edit(self) -> None:
        """The file in the person's editor, at the line."""
        chosen = self._frame(self._depth_here())
        place = None if chosen is None else chosen.source
        if place is None:
            self._tell(word("edit.nothing"))
            return
        try:
            command = command_for(editor_words(os.environ), place.file, place.mark or place.line)
        except EditorProblem as problem:
            self._tell_problem(problem)
            return
        if is_windowed(command):
            self.run_worker(self._edit_beside(command), exit_on_error=False)
        else:
            self._edit_here(command)

    def _edit_here(self, command: list[str]) -> None:
        """With the terminal lent to the editor."""
        try:
            with self.app.suspend():
                problem = run_editor(command)
        except SuspendNotSupported:
            self._tell(word("edit.no_terminal"))
            return
        if problem is not None:
            self._tell_problem(problem)
        self._source.reload()

    async def _edit_beside(self, command: list[str]) -> None:
        """In a window of its own, while the screen goes on."""
        problem = await asyncio.to_thread(run_editor, command)
        if problem is not None:
            self._tell_problem(problem)
            return
        self._tell(word("edit.opened", editor=sanitize(command[0])))
        self._source.reload()

    def _tell_problem(self, problem: EditorProblem) -> None:
        self._tell(word(problem.key, **{name: sanitize(value) for name, value in problem.values.items()}))

    def _tell(self, words: str) -> None:
        self.notify(words, timeout=5, markup=False)
