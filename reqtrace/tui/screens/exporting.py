"""What of the screen shall be written, and in which format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType

from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas, clip_start
from reqtrace.render.exhibit import Exhibit
from reqtrace.render.rasteriser import LOOKED_FOR, find_rasteriser
from reqtrace.render.roles import INK, LIT, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.tui.keys.exporting import EXPORT_FORMS, EXPORT_KEYS
from reqtrace.tui.screens.overlay import Overlay
from reqtrace.tui.widgets.key_bar import KeyBar
from reqtrace.tui.widgets.painted import Painted
from reqtrace.tui.widgets.scrolling import entitle
from reqtrace.tui.words import word

__all__ = ["ExportScreen", "Wanted"]

TOP = 1
"""Rows above the first format, or above the names of what is on the screen."""
PARTS = 2
"""Rows that these names take."""
NAME = 6
"""First cell of a format's name."""
REMARK = 16
"""First cell of what it is for."""
QUIET = Paint(Role.SKIP)
BOLD = Paint(bold=True)
FORMS = tuple(EXPORT_FORMS.values())


class Wanted(NamedTuple):
    """What a person chose."""

    exhibit: Exhibit
    form: str


class ExportList(Painted):
    """What is on the screen, the formats, one a row, and where the file will be."""

    def __init__(self, exhibit: Exhibit, directory: str) -> None:
        super().__init__()
        self._directory = directory
        self._parts = (exhibit, *exhibit.others)
        self._part = 0
        self._selected = 0
        rasteriser = find_rasteriser()
        self._missing = "png" if rasteriser is None else ""
        """The format that cannot be made on this machine."""
        self._program = "" if rasteriser is None else rasteriser.name

    def on_mount(self) -> None:
        self._entitle()

    def _entitle(self) -> None:
        entitle(self, word("export.chooser", title=self.exhibit.title), word("export.close"))

    @property
    def exhibit(self) -> Exhibit:
        """What is chosen of the screen."""
        return self._parts[self._part]

    @property
    def has_parts(self) -> bool:
        """Whether there is anything to choose."""
        return len(self._parts) > 1

    @property
    def form(self) -> str:
        """The format of the selected row."""
        return FORMS[self._selected]

    def can_write(self, form: str) -> bool:
        """Whether it is a format of what is chosen, and can be made here."""
        return form in self.exhibit.forms and form != self._missing

    def move(self, rows: int) -> None:
        """Select another row."""
        self._selected = (self._selected + rows) % len(FORMS)
        self.redraw()

    def choose_part(self, number: int) -> None:
        """Something else of the screen."""
        self._part = number % len(self._parts)
        self._entitle()
        self.redraw()

    def step_part(self, direction: int) -> None:
        """What stands after it, or before."""
        self.choose_part(self._part + direction)

    # --- drawing -----------------------------------------------------------------------------------------------

    @property
    def _first_form(self) -> int:
        return TOP + PARTS * self.has_parts

    def draw(self, width: int, height: int) -> Canvas:
        canvas = Canvas(width, height)
        if self.has_parts:
            x = canvas.put(2, TOP, word("export.parts"), QUIET)
            for number, (start, part) in enumerate(zip(self._part_places(), self._parts, strict=True)):
                is_chosen = number == self._part
                canvas.put(start, TOP, f" {part.label} ", LIT if is_chosen else BOLD)
                if is_chosen:
                    canvas.put(start - 1, TOP, symbols.ARROW_IN_LATER, BOLD)
        for row, (key, form) in enumerate(EXPORT_FORMS.items()):
            self._put_form(canvas, self._first_form + row, key, form, is_selected=row == self._selected)
        y = self._first_form + len(FORMS) + 1
        x = canvas.put(2, y, word("export.into", directory=""), QUIET)
        canvas.put(x, y, clip_start(sanitize(self._directory), width - x - 1), BOLD)
        return canvas

    def _part_places(self) -> list[int]:
        """First cell of each name."""
        places, x = [], 2 + cell_len(word("export.parts")) + 2
        for part in self._parts:
            places.append(x)
            x += cell_len(part.label) + 3
        return places

    def _put_form(self, canvas: Canvas, y: int, key: str, form: str, *, is_selected: bool) -> None:
        can_write = self.can_write(form)
        paint = LIT if is_selected else INK if can_write else QUIET
        if is_selected:
            canvas.fill(1, y, canvas.width - 1, LIT)
            canvas.put(1, y, symbols.ARROW_IN_LATER, LIT)
        canvas.put(3, y, key, paint if is_selected or not can_write else BOLD)
        canvas.put(NAME, y, word(f"export.form.{form}"), paint if is_selected or not can_write else BOLD)
        canvas.put(REMARK, y, self._remark(form), paint, width=canvas.width - REMARK - 1)

    def _remark(self, form: str) -> str:
        """What the format is for, or why it cannot be had."""
        if form not in self.exhibit.forms:
            elsewhere = next((part.label for part in self._parts if form in part.forms), "")
            return word(f"export.form.{form}.{'elsewhere' if elsewhere else 'never'}", part=elsewhere)
        if form == self._missing:
            return word(f"export.form.{form}.missing", programs=listed(LOOKED_FOR))
        if form == "html" and self.exhibit.walk is not None:
            return word("export.form.html.steps")
        return word(f"export.form.{form}.tip", program=self._program)

    def form_at(self, y: int) -> str | None:
        """The format of a row that was clicked."""
        row = y - self._first_form
        return FORMS[row] if 0 <= row < len(FORMS) else None

    def part_at(self, x: int, y: int) -> int | None:
        """The part whose name was clicked."""
        if not self.has_parts or y != TOP:
            return None
        return max((number for number, start in enumerate(self._part_places()) if start <= x), default=None)


def listed(names: Sequence[str]) -> str:
    """``a, b or c``"""
    return word("export.or", others=", ".join(names[:-1]), last=names[-1])


class ExportScreen(Overlay[Wanted]):
    """Lies over the picture; its answer is what to write, none for nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [*EXPORT_KEYS]

    def __init__(self, exhibit: Exhibit, directory: str) -> None:
        super().__init__()
        self._list = ExportList(exhibit, directory)

    def compose(self) -> ComposeResult:
        yield self._list
        yield KeyBar()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing to choose where there is one thing."""
        return action != "part" or self._list.has_parts

    def action_close(self) -> None:
        """Back to the picture, and nothing is written."""
        self.dismiss()

    def action_move(self, rows: int) -> None:
        """Another format."""
        self._list.move(rows)

    def action_part(self, direction: int) -> None:
        """Something else that is on the screen."""
        self._list.step_part(direction)

    def action_choose(self) -> None:
        """The selected format."""
        self.action_write(self._list.form)

    def action_write(self, form: str) -> None:
        """This format; one that cannot be made leaves the list open, which says why."""
        if self._list.can_write(form):
            self.dismiss(Wanted(self._list.exhibit, form))
        else:
            self.app.bell()

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self._list)
        if offset is None:
            return
        form, part = self._list.form_at(offset.y), self._list.part_at(offset.x, offset.y)
        if form is not None:
            self.action_write(form)
        elif part is not None:
            self._list.choose_part(part)
