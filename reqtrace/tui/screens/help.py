"""Help for where you are: what the screen shows, and every key that works on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.scroll_view import ScrollView
from textual.strip import Strip

from reqtrace.render.canvas import Canvas
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.tui.keys.naming import key_name
from reqtrace.tui.keys.overlays import HELP_KEYS
from reqtrace.tui.keys.ranking import rank
from reqtrace.tui.strips import blank_strip, canvas_strips
from reqtrace.tui.widgets.key_bar import KeyBar
from reqtrace.tui.widgets.scrolling import entitle, jump_by, set_extent
from reqtrace.tui.words import word, words_of

__all__ = ["HelpScreen"]

KEY_WIDTH = 10


class HelpText(ScrollView, can_focus=False, inherit_bindings=False):
    """The lines of the help."""

    def __init__(self, topic: str, bindings: Sequence[Binding]) -> None:
        super().__init__()
        self._topic = topic
        self._explained = bindings
        self._strips: list[Strip] = []

    def on_mount(self) -> None:
        entitle(self, word("help.title", where=word(f"help.{self._topic}.where")), word("help.close"))

    def on_resize(self) -> None:
        width = self.scrollable_content_region.width
        self._strips = canvas_strips(_help_canvas(self._topic, self._explained, width), self.app.theme)
        set_extent(self, len(self._strips))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        row = y + self.scroll_offset.y
        if row < len(self._strips):
            return self._strips[row]
        return blank_strip(self.scrollable_content_region.width, self.app.theme)

    def move(self, rows: int) -> None:
        """Scroll by rows."""
        jump_by(self, rows)


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


class HelpScreen(ModalScreen[None]):
    """Lies over the screen it explains."""

    BINDINGS: ClassVar[list[BindingType]] = [*HELP_KEYS]

    def __init__(self, topic: str, bindings: Sequence[Binding]) -> None:
        super().__init__()
        self._topic = topic
        self._explained = bindings

    def compose(self) -> ComposeResult:
        yield HelpText(self._topic, self._explained)
        yield KeyBar()

    def action_close(self) -> None:
        """Back to where you were."""
        self.dismiss()

    def action_scroll(self, rows: int) -> None:
        """Lines up or down."""
        self.query_one(HelpText).move(rows)

    def action_page(self, direction: int) -> None:
        """Pages up or down."""
        text = self.query_one(HelpText)
        text.move(direction * max(text.scrollable_content_region.height - 1, 1))
