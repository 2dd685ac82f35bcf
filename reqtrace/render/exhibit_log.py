"""What the site has printed as an exhibit."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from reqtrace.analysis.output_entries import OutputEntry
from reqtrace.render.canvas import Canvas
from reqtrace.render.exhibit import Exhibit
from reqtrace.render.framed import framed_exhibit
from reqtrace.render.labels import text
from reqtrace.render.log_rows import columns_for, draw_log_row, log_rows
from reqtrace.render.roles import Paint, Role

__all__ = ["log_exhibit"]


def log_exhibit(
    entries: Sequence[OutputEntry],
    *,
    title: str = "",
    opened: Collection[int] = (),
    marked: Collection[int] = (),
) -> Exhibit:
    """Every entry; ``opened`` are the numbers of tracebacks that are whole, ``marked`` of what is about a request."""
    shown, whole = tuple(entries), frozenset(opened)

    def draw(width: int) -> Canvas:
        columns, canvas = columns_for(width), Canvas(width)
        if not shown:
            canvas.put(1, 0, text("log.empty"), Paint(Role.SKIP))
        for entry in shown:
            is_mine = entry.number in marked
            for part, row in enumerate(log_rows(entry, columns.room, is_open=entry.number in whole)):
                drawn = draw_log_row(entry, row, columns, is_first=part == 0, is_here=False, is_mine=is_mine)
                canvas.paste(drawn, 0, canvas.height)
        return canvas

    return framed_exhibit(draw, name=("log",), title=title or text("log.title"))
