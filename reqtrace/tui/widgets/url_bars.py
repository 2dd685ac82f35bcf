"""The lines in which a path, a name with arguments, or words to look for are typed."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widgets import Input

from reqtrace.analysis.completion import Completion
from reqtrace.tui.widgets.query_bar import QueryBar

__all__ = ["FindBar", "NameBar", "PathBar", "name_completion"]

MOST = 40


class AgainBar(QueryBar):
    """Opens with what was typed last, marked as a whole: typing begins anew, an arrow key goes on with it."""

    PROMPT = ""

    def open(self) -> None:
        """Show the line and type."""
        super().open()
        self.query_one(Input).action_select_all()


class PathBar(AgainBar):
    """A path to match."""

    PROMPT = "urls.path"
    completes = False

    def open_with(self, path: str) -> None:
        """The same with a path to begin with, as long as none has been typed."""
        if not self.text:
            self.query_one(Input).value = path
        self.open()


class NameBar(AgainBar):
    """A name to look up; the names of the project are offered."""

    PROMPT = "urls.name"


class FindBar(QueryBar):
    """Words to look for; its right end counts the patterns."""

    PROMPT = "urls.find"
    completes = False


def name_completion(names: Iterable[str], text: str, cursor: int) -> Completion:
    """The names that begin with what is before the cursor, with or without namespace; then those that contain it."""
    end = len(text.partition(" ")[0])
    if cursor > end:
        return Completion(start=cursor, end=cursor, candidates=())
    typed = text[:cursor].casefold()
    fitting = sorted({name for name in names if typed in name.casefold() and name != text[:end]})
    fitting.sort(key=lambda name: (not name.casefold().startswith(typed), f":{typed}" not in name.casefold()))
    return Completion(start=0, end=end, candidates=tuple(fitting[:MOST]))
