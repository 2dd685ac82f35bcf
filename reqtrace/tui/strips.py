"""Canvas rows as Textual strips."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from reqtrace.render.canvas import Canvas, Piece
from reqtrace.render.roles import DEFAULT_THEME, INK, THEMES, Paint
from reqtrace.render.styles import style

__all__ = ["blank_strip", "canvas_strips", "paint_style", "pieces_strip"]


def paint_style(paint: Paint, theme: str) -> Style:
    """The Rich style of a paint in the theme of the app; our own default if that is somebody else's."""
    return style(paint, theme if theme in THEMES else DEFAULT_THEME)


def pieces_strip(pieces: Iterable[Piece], width: int, theme: str, *, fill: Paint = INK) -> Strip:
    """One row: the pieces from the left, filled up with blanks and cut to the width."""
    segments = [Segment(text, paint_style(paint, theme)) for text, paint in pieces]
    length = sum(cell_len(segment.text) for segment in segments)
    return Strip(segments, length).adjust_cell_length(width, paint_style(fill, theme))


def canvas_strips(canvas: Canvas, theme: str) -> list[Strip]:
    """Every row of a picture."""
    return [pieces_strip(runs, canvas.width, theme) for runs in canvas.rows()]


def blank_strip(width: int, theme: str) -> Strip:
    """An empty row of the page."""
    return Strip([Segment(" " * width, paint_style(INK, theme))], width)
