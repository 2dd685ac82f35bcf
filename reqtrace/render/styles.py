"""Canvases for Rich: paints become styles, rows become text that nothing parses as markup."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from rich.style import Style
from rich.text import Text

from reqtrace.render.canvas import Canvas, Run
from reqtrace.render.roles import DEFAULT_THEME, THEMES, Paint

__all__ = ["MONOCHROME", "canvas_text", "run_text", "style"]

MONOCHROME = "monochrome"
"""Not a theme of colours: only bold, italic, strike and reverse, for NO_COLOR and pipes."""


@cache
def style(paint: Paint, theme: str = DEFAULT_THEME) -> Style:
    """The Rich style of a paint in a theme."""
    if theme == MONOCHROME:
        return Style(bold=paint.bold, italic=paint.italic, strike=paint.strike, reverse=paint.reverse, dim=False)
    foreground, background = THEMES[theme].colours(paint)
    return Style(color=foreground, bgcolor=background, bold=paint.bold, italic=paint.italic, strike=paint.strike)


def run_text(runs: list[Run], theme: str = DEFAULT_THEME) -> Text:
    """One row."""
    text = Text(no_wrap=True, end="")
    for run in runs:
        text.append(run.text, style(run.paint, theme))
    return text


def canvas_text(canvas: Canvas, theme: str = DEFAULT_THEME) -> Text:
    """The whole picture; in monochrome without the blanks at the ends of its rows."""
    return Text("\n", end="").join(_rows(canvas, theme))


def _rows(canvas: Canvas, theme: str) -> Iterator[Text]:
    for runs in canvas.rows():
        row = run_text(runs, theme)
        if theme == MONOCHROME:
            row.rstrip()
        yield row
