"""A page in the place of the picture: what the matter is, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reqtrace.analysis.ansi import without_colours
from reqtrace.render.canvas import Canvas, Phrase
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.render.wrapping import wrap_phrase
from reqtrace.tui.widgets.painted import Painted

__all__ = ["Notice", "NoticeText"]

MARGIN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeText:
    """What a notice says."""

    title: str
    lines: tuple[str, ...] = ()
    output: tuple[str, ...] = ()
    """Somebody else's lines, such as a traceback of the project; the end of them is shown."""
    hints: tuple[str, ...] = ()
    is_bad: bool = False


class Notice(Painted):
    """Draws a ``NoticeText``; a long output loses its beginning, never its end."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._text = NoticeText(title="")

    def show(self, text: NoticeText) -> None:
        """Another notice."""
        if text != self._text:
            self._text = text
            self.redraw()

    def draw(self, width: int, height: int) -> Canvas:
        text = self._text
        canvas = Canvas(width, height)
        title = Paint(Role.BAD, bold=True, reverse=True) if text.is_bad else Paint(bold=True)
        shown = f" {text.title} " if text.is_bad else text.title
        room = width - 2 * MARGIN
        y = put_rows(canvas, 1, wrap_phrase(((shown, title),), room), room) + 1
        for line in text.lines:
            y = put_rows(canvas, y, wrap_phrase(((line, INK),), room), room)
        hints = [row for hint in text.hints for row in wrap_phrase(((hint, Paint(Role.SKIP)),), room)]
        most = max(height - y - len(hints) - 1, 1)
        y = put_rows(canvas, y, output_rows(text.output, room)[-most:], room)
        put_rows(canvas, y + bool(text.output), hints, room)
        return canvas


def put_rows(canvas: Canvas, y: int, rows: Iterable[Phrase], width: int) -> int:
    """Draw them below each other; the row after the last."""
    for row in rows:
        canvas.put_phrase(MARGIN, y, row, width=width)
        y += 1
    return y


def output_rows(lines: tuple[str, ...], width: int) -> list[Phrase]:
    """Each line in a row; the last, which says what it was, in as many as it needs."""
    shown = [sanitize(without_colours(line)) for line in lines]
    rows: list[Phrase] = [((line, INK),) for line in shown[:-1]]
    return rows + [row for line in shown[-1:] for row in wrap_phrase(((line, INK),), width)]
