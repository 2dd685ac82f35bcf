"""In which format what is on the screen shall be written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

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

__all__ = ["ExportScreen"]

TOP = 1
"""Rows above the first format."""
NAME = 6
"""First cell of a format's name."""
REMARK = 16
"""First cell of what it is for."""
QUIET = Paint(Role.SKIP)
BOLD = Paint(bold=True)


class ExportList(Painted):
    """The formats, one a row, and where the file will be."""

    def __init__(self, exhibit: Exhibit, directory: str) -> None:
        super().__init__()
        self._title = word("export.chooser", title=exhibit.title)
        self._directory = directory
        self._forms = {key: form for key, form in EXPORT_FORMS.items() if form in exhibit.forms}
        self._has_steps = exhibit.walk is not None
        self.selected = 0
        rasteriser = find_rasteriser()
        self.missing = "png" if rasteriser is None else ""
        """The format that cannot be made here."""
        self._program = "" if rasteriser is None else rasteriser.name

    def on_mount(self) -> None:
        entitle(self, self._title, word("export.close"))

    @property
    def form(self) -> str:
        """The format of the selected row."""
        return list(self._forms.values())[self.selected]

    def can_write(self, form: str) -> bool:
        """Whether it is offered, and can be made here."""
        return form in self._forms.values() and form != self.missing

    def move(self, rows: int) -> None:
        """Select another row."""
        self.selected = (self.selected + rows) % len(self._forms)
        self.redraw()

    def draw(self, width: int, height: int) -> Canvas:
        canvas = Canvas(width, height)
        for row, (key, form) in enumerate(self._forms.items()):
            self._put_form(canvas, TOP + row, key, form, is_selected=row == self.selected)
        place = sanitize(self._directory)
        words = word("export.into", directory="")
        x = canvas.put(2, TOP + len(self._forms) + 1, words, QUIET)
        canvas.put(x, TOP + len(self._forms) + 1, clip_start(place, width - x - 1), BOLD)
        return canvas

    def _put_form(self, canvas: Canvas, y: int, key: str, form: str, *, is_selected: bool) -> None:
        is_missing = form == self.missing
        paint = LIT if is_selected else QUIET if is_missing else INK
        if is_selected:
            canvas.fill(1, y, canvas.width - 1, LIT)
            canvas.put(1, y, symbols.ARROW_IN_LATER, LIT)
        canvas.put(3, y, key, paint if is_selected else BOLD)
        canvas.put(NAME, y, word(f"export.form.{form}"), paint if is_selected or is_missing else BOLD)
        if is_missing:
            remark = word(f"export.form.{form}.missing", programs=listed(LOOKED_FOR))
        elif form == "html" and self._has_steps:
            remark = word("export.form.html.steps")
        else:
            remark = word(f"export.form.{form}.tip", program=self._program)
        canvas.put(REMARK, y, remark, paint, width=canvas.width - REMARK - 1)

    def form_at(self, y: int) -> str | None:
        """The format of a row that was clicked."""
        forms, row = list(self._forms.values()), y - TOP
        return forms[row] if 0 <= row < len(forms) else None


def listed(names: Sequence[str]) -> str:
    """``a, b or c``"""
    return word("export.or", others=", ".join(names[:-1]), last=names[-1])


class ExportScreen(Overlay[str]):
    """Lies over the picture; its answer is a format, empty for none."""

    BINDINGS: ClassVar[list[BindingType]] = [*EXPORT_KEYS]

    def __init__(self, exhibit: Exhibit, directory: str) -> None:
        super().__init__()
        self._list = ExportList(exhibit, directory)

    def compose(self) -> ComposeResult:
        yield self._list
        yield KeyBar()

    def action_close(self) -> None:
        """Back to the picture, and nothing is written."""
        self.dismiss("")

    def action_move(self, rows: int) -> None:
        """Another format."""
        self._list.move(rows)

    def action_choose(self) -> None:
        """The selected format."""
        self.action_write(self._list.form)

    def action_write(self, form: str) -> None:
        """This format; one that cannot be made leaves the list open, which says why."""
        if self._list.can_write(form):
            self.dismiss(form)
        else:
            self.app.bell()

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self._list)
        form = None if offset is None else self._list.form_at(offset.y)
        if form is not None:
            self.action_write(form)
