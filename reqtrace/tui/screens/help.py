"""Help for where you are: what the screen shows, and every key that works on it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType

from reqtrace.render.canvas import Canvas
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.tui.keys.naming import key_name
from reqtrace.tui.keys.overlays import HELP_KEYS
from reqtrace.tui.keys.ranking import rank
from reqtrace.tui.screens.page import PageText
from reqtrace.tui.screens.reading import ReadingScreen
from reqtrace.tui.words import word, words_of

__all__ = ["HelpScreen"]

KEY_WIDTH = 10


class HelpText(PageText, can_focus=False, inherit_bindings=False):
    """The lines of the help."""

    def __init__(self, topic: str, bindings: Sequence[Binding]) -> None:
        title = word("help.title", where=word(f"help.{topic}.where"))
        super().__init__(title, partial(_help_canvas, topic, bindings))


def _help_canvas(topic: str, bindings: Sequence[Binding], width: int) -> Canvas:
    canvas = Canvas(width)
    y = 0
    for line in words_of(f"help.{topic}."):
        canvas.put(1, y, line, INK, width=width - 2)
        y += 1
    y += 1
    for keys, tooltip in _key_rows(bindings):
        canvas.put(1, y, f"{keys:>{KEY_WIDTH}}", Paint(Role.DOWN, bold=True))
        canvas.put(KEY_WIDTH + 3, y, tooltip, INK, width=width - KEY_WIDTH - 4)
        y += 1
    return canvas


def _key_rows(bindings: Sequence[Binding]) -> list[tuple[str, str]]:
    """One row an action, with all its keys, the most needed first."""
    rows: dict[str, tuple[list[str], str]] = {}
    for binding in sorted(bindings, key=rank):
        keys, _ = rows.setdefault(binding.action, ([], binding.tooltip))
        shown = key_name(binding)
        if shown not in keys:
            keys.append(shown)
    return [(" ".join(keys), tooltip) for keys, tooltip in rows.values()]


class HelpScreen(ReadingScreen):
    """Lies over the screen it explains."""

    BINDINGS: ClassVar[list[BindingType]] = [*HELP_KEYS]

    def __init__(self, topic: str, bindings: Sequence[Binding]) -> None:
        super().__init__(HelpText(topic, bindings))
