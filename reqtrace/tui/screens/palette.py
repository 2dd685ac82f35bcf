"""The palette: everything that can be done where one is, searched by its name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Label

from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas
from reqtrace.render.roles import INK, LIT, Paint, Role
from reqtrace.tui.keys.overlays import PALETTE_KEYS
from reqtrace.tui.screens.overlay import Overlay
from reqtrace.tui.widgets.key_bar import KeyBar
from reqtrace.tui.widgets.painted import Painted
from reqtrace.tui.widgets.scrolling import entitle
from reqtrace.tui.words import word

__all__ = ["Command", "PaletteScreen", "fitting"]

KEYS, NAME, TIP = 3, 13, 32
"""First cells of the columns."""
ROOMY = 110
"""Where it is narrower, what the selected command does stands below in full."""
BOLD = Paint(bold=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something that can be done."""

    name: str
    tip: str
    keys: str
    run: Callable[[], Awaitable[object]]


def fitting(commands: Sequence[Command], typed: str) -> list[Command]:
    """The commands that contain every word that is typed; those whose names begin with it before all others."""
    words = typed.casefold().split()
    begin = " ".join(words)

    def distance(command: Command) -> int:
        name = command.name.casefold()
        return 0 if name.startswith(begin) else 1 if begin in name else 2

    found = [one for one in commands if all(part in f"{one.name} {one.tip}".casefold() for part in words)]
    return sorted(found, key=distance)


class CommandList(Painted):
    """The commands, one a row; one of them is selected."""

    def __init__(self, commands: Sequence[Command]) -> None:
        super().__init__(id="commands")
        self._commands = commands
        self._selected = 0
        self._top = 0

    @property
    def selected(self) -> Command | None:
        """What Enter would do."""
        return self._commands[self._selected] if self._commands else None

    def show(self, commands: Sequence[Command], total: int) -> None:
        """Other commands, the first of them selected."""
        self._commands, self._selected, self._top = commands, 0, 0
        entitle(self, word("palette.title", n=len(commands), total=total), word("palette.close"))
        self.redraw()

    def move(self, rows: int) -> None:
        """Select another row."""
        self._selected = min(max(self._selected + rows, 0), max(len(self._commands) - 1, 0))
        self.redraw()

    def draw(self, width: int, height: int) -> Canvas:
        canvas = Canvas(width, height)
        if not self._commands:
            canvas.put(1, 0, word("palette.nothing"), INK)
        if width < ROOMY and self.selected is not None:
            height -= 2
            canvas.put(1, height + 1, self.selected.tip, INK, width=width - 2)
        self._top = min(max(self._top, self._selected - height + 1), self._selected)
        for y, command in enumerate(self._commands[self._top : self._top + height]):
            self._put_command(canvas, y, command, is_selected=self._top + y == self._selected)
        return canvas

    def _put_command(self, canvas: Canvas, y: int, command: Command, *, is_selected: bool) -> None:
        if is_selected:
            canvas.fill(1, y, canvas.width - 1, LIT)
            canvas.put(1, y, symbols.ARROW_IN_LATER, LIT)
        canvas.put(KEYS, y, command.keys, LIT if is_selected else Paint(Role.DOWN, bold=True), width=NAME - KEYS - 1)
        canvas.put(NAME, y, command.name, LIT if is_selected else BOLD, width=TIP - NAME - 1)
        canvas.put(TIP, y, command.tip, LIT if is_selected else INK, width=canvas.width - TIP - 1)

    def command_at(self, y: int) -> Command | None:
        """The command of a row that was clicked."""
        return self._commands[self._top + y] if 0 <= y < len(self._commands) - self._top else None


class PaletteScreen(Overlay[Command | None]):
    """Its answer is what shall be done."""

    BINDINGS: ClassVar[list[BindingType]] = [*PALETTE_KEYS]

    def __init__(self, commands: Sequence[Command]) -> None:
        super().__init__()
        self._commands = commands
        self._input = Input(placeholder=word("palette.placeholder"), compact=True, select_on_focus=False)
        self._list = CommandList(commands)

    def compose(self) -> ComposeResult:
        with Horizontal(id="search"):
            yield Label(word("palette.search"))
            yield self._input
        yield self._list
        yield KeyBar()

    def on_mount(self) -> None:
        self._input.cursor_blink = False
        self._input.focus()
        self._list.show(self._commands, len(self._commands))

    def on_input_changed(self, message: Input.Changed) -> None:
        self._list.show(fitting(self._commands, message.value), len(self._commands))

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self._list)
        command = None if offset is None else self._list.command_at(offset.y)
        if command is not None:
            self.dismiss(command)

    def action_close(self) -> None:
        """Back to where you were."""
        self.dismiss(None)

    def action_run(self) -> None:
        """What is selected."""
        if self._list.selected is not None:
            self.dismiss(self._list.selected)

    def action_move(self, rows: int) -> None:
        """Rows up or down."""
        self._list.move(rows)

    def action_page(self, direction: int) -> None:
        """Pages up or down."""
        self._list.move(direction * max(self._list.size.height - 1, 1))
