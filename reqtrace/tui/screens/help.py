"""Help for where you are: what the screen shows, and every key that works on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType

from reqtrace.render.canvas import Canvas
from reqtrace.render.exhibit import Exhibit
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.render.wrapping import wrap_phrase
from reqtrace.tui.keys.naming import key_name
from reqtrace.tui.keys.overlays import HELP_KEYS
from reqtrace.tui.keys.ranking import rank
from reqtrace.tui.screens.page import PageText
from reqtrace.tui.screens.reading import ReadingScreen
from reqtrace.tui.terminal import draws_ascii
from reqtrace.tui.words import word, words_of

__all__ = ["HelpScreen"]

KEY_WIDTH = 10


class HelpText(PageText, can_focus=False, inherit_bindings=False):
    """The lines of the help."""

    def __init__(self, topic: str, bindings: Sequence[Binding]) -> None:
        title = word("help.title", where=word(f"help.{topic}.where"))
        super().__init__(title, self._help, name=("help", topic))
        self._topic = topic
        self._keys = bindings

    def _help(self, width: int) -> Canvas:
        rows = _key_rows(self._keys, ascii_only=draws_ascii(self.app))
        return _help_canvas(words_of(f"help.{self._topic}."), rows, width)


def _help_canvas(sentences: Sequence[str], rows: Sequence[tuple[str, str]], width: int) -> Canvas:
    """What is too long for a row goes on in the next."""
    canvas = Canvas(width)
    y = 0
    for sentence in sentences:
        y = _put_wrapped(canvas, 1, y, sentence)
    y += 1
    key_width = max([KEY_WIDTH, *(cell_len(keys) for keys, _ in rows)])
    for keys, tooltip in rows:
        canvas.put(1 + key_width - cell_len(keys), y, keys, Paint(Role.DOWN, bold=True))
        y = _put_wrapped(canvas, key_width + 3, y, tooltip)
    return canvas


def _put_wrapped(canvas: Canvas, x: int, y: int, words: str) -> int:
    for row in wrap_phrase(((words, INK),), canvas.width - x - 1):
        canvas.put_phrase(x, y, row)
        y += 1
    return y


def _key_rows(bindings: Sequence[Binding], *, ascii_only: bool) -> list[tuple[str, str]]:
    """One row an action, with all its keys, the most needed first."""
    rows: dict[str, tuple[list[str], str]] = {}
    for binding in sorted(bindings, key=rank):
        keys, _ = rows.setdefault(binding.action, ([], binding.tooltip))
        shown = key_name(binding, ascii_only=ascii_only)
        if shown not in keys:
            keys.append(shown)
    return [(" ".join(keys), tooltip) for keys, tooltip in rows.values()]


class HelpScreen(ReadingScreen):
    """Lies over the screen it explains."""

    BINDINGS: ClassVar[list[BindingType]] = [*HELP_KEYS]

    def __init__(self, topic: str, bindings: Sequence[Binding]) -> None:
        self._text = HelpText(topic, bindings)
        super().__init__(self._text)

    def exhibit(self) -> Exhibit:
        """The whole help."""
        return self._text.exhibit()
