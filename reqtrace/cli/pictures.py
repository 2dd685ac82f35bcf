"""Prints a canvas: in colours where there are any, as wide as the terminal."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reqtrace.render.canvas import Canvas

__all__ = ["MIN_COLUMNS", "columns", "show_picture"]

MIN_COLUMNS = 60


def columns() -> int:
    """The width of the terminal, or of what stands for it."""
    from rich.console import Console

    return max(MIN_COLUMNS, Console().width)


def show_picture(canvas: Canvas, width: int) -> None:
    """Print the picture as the answer."""
    from reqtrace.cli import output
    from reqtrace.render.roles import DEFAULT_THEME
    from reqtrace.render.styles import MONOCHROME, canvas_text

    theme = DEFAULT_THEME if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else MONOCHROME
    picture = canvas_text(canvas, theme)
    picture.end = "\n"
    output.show(picture, width=width)
