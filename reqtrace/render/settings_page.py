"""The settings that decide what happens to a request, as a page."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator

from rich.cells import cell_len

from reqtrace.render.canvas import Canvas
from reqtrace.render.exhibit import Exhibit
from reqtrace.render.framed import framed_exhibit
from reqtrace.render.labels import text
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.model import ProcessFacts

__all__ = ["draw_settings", "settings_exhibit", "settings_title"]

INDENT = 2


def settings_exhibit(process: ProcessFacts | None) -> Exhibit:
    """The page, to be written to a file."""
    return framed_exhibit(
        lambda width: draw_settings(process, width), name=("settings",), title=settings_title(process)
    )


def settings_title(process: ProcessFacts | None) -> str:
    """With the name of the module, if it is known."""
    module = sanitize(process.settings_module) if process is not None else ""
    return text("log.settings_of", module=module) if module else text("log.settings")


def draw_settings(process: ProcessFacts | None, width: int) -> Canvas:
    """Name in one colour, its value beside it or wrapped below."""
    canvas = Canvas(width)
    if process is None or not process.settings:
        for y, line in enumerate(wrapped(text("log.no_settings"), width - 2)):
            canvas.put(1, y, line, Paint(Role.SKIP))
        return canvas
    y = 0
    for name, value in process.settings:
        x = canvas.put(1, y, sanitize(name), Paint(Role.DOWN, bold=True)) + 1
        lines = list(value_lines(sanitize(value), width - INDENT - 2))
        if len(lines) == 1 and x + cell_len(lines[0]) < width:
            canvas.put(x, y, lines[0], INK)
        else:
            for line in lines:
                y += 1
                canvas.put(INDENT + 1, y, line, INK)
        y += 1
    return canvas


def value_lines(value: str, width: int) -> Iterator[str]:
    """A list of texts item by item, as it is written in a settings file; anything else as it comes."""
    try:
        items = ast.literal_eval(value)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        items = None
    if isinstance(items, list | tuple) and len(items) > 1 and all(isinstance(item, str) for item in items):
        for item in items:
            yield from wrapped(item, width)
    else:
        yield from wrapped(value, width)


def wrapped(words: str, width: int) -> list[str]:
    """In rows; a dotted path that is too long for one goes on after one of its dots."""
    width, rows = max(width, 10), list[str]()
    for row in textwrap.wrap(words, width, break_on_hyphens=False, break_long_words=False):
        while len(row) > width:
            end = row.rfind(".", 0, width) + 1 or width
            rows.append(row[:end])
            row = row[end:]
        rows.append(row)
    return rows or [words]
