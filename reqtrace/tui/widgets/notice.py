"""A page in the place of the picture: what the matter is, and what to do."""

from __future__ import annotations

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
        canvas.put(MARGIN, 1, shown, title, width=width - 2 * MARGIN)
        y = 3
        for line in text.lines:
            canvas.put(MARGIN, y, line, INK, width=width - 2 * MARGIN)
            y += 1
        hints = [row for hint in text.hints for row in wrap_phrase(((hint, Paint(Role.SKIP)),), width - 2 * MARGIN)]
        room = max(height - y - len(hints) - 1, 1)
        for row in output_rows(text.output, width - 2 * MARGIN)[-room:]:
            canvas.put_phrase(MARGIN, y, row, width=width - 2 * MARGIN)
            y += 1
        y += bool(text.output)
        for row in hints:
            canvas.put_phrase(MARGIN, y, row, width=width - 2 * MARGIN)
            y += 1
        return canvas


def output_rows(lines: tuple[str, ...], width: int) -> list[Phrase]:
    """Each line in a row; the last, which says what it was, in as many as it needs."""
    shown = [sanitize(without_colours(line)) for line in lines]
    rows: list[Phrase] = [((line, INK),) for line in shown[:-1]]
    return rows + [row for line in shown[-1:] for row in wrap_phrase(((line, INK),), width)]
