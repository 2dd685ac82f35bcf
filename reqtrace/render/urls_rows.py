"""One row of the mode URLs, and a window of them as a picture: the pattern, what is said about it, a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from reqtrace.analysis.url_tree import Place, UrlNode
from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas, Phrase, Piece, phrase_width
from reqtrace.render.roles import INK, Paint, Role, Surface
from reqtrace.render.sanitize import sanitize

__all__ = [
    "QUIET",
    "STRONG",
    "RowColumns",
    "UrlRow",
    "columns_of",
    "draw_rows",
    "pattern_phrase",
    "pattern_text",
    "row_canvas",
]

STRONG = Paint(bold=True)
QUIET = Paint(Role.SKIP)
PARAMETER = Paint(Role.WARN, bold=True)
LITERAL = Paint(bold=True)
OPENED, CLOSED = symbols.NEXT_CORE, symbols.INCLUDE
CURSOR = "▌"
INDENT = 2
LEAST_PATTERN = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlRow:
    """A pattern, or several that are folded into one row."""

    place: Place
    """Where the pattern stands; of several, the first."""
    depth: int
    pattern: Phrase
    words: Phrase = ()
    count: str = ""
    mark: Piece = (" ", INK)
    is_open: bool | None = None
    """What is inside is shown; ``None`` if there is nothing inside."""
    is_fold: bool = False
    """It stands for several."""

    @property
    def pattern_width(self) -> int:
        """Cells up to the end of the pattern."""
        return self.depth * INDENT + phrase_width(self.pattern)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowColumns:
    """Where the parts of all rows of a page stand."""

    width: int
    first: int
    """Where a pattern of the root begins."""
    words: int
    end: int
    """Where the words end."""


def columns_of(rows: Sequence[UrlRow], width: int) -> RowColumns:
    """The columns in which these rows fit best."""
    count_width = max((cell_len(row.count) for row in rows), default=0)
    first = 5 if any(row.is_open is not None for row in rows) else 3
    end = width - count_width - (2 if count_width else 1)
    widest = max((row.pattern_width for row in rows if row.words), default=0)
    share = max((end - first) * 2 // 5, LEAST_PATTERN)
    needs = max((phrase_width(row.words) for row in rows), default=0)
    # What the words do not need is the patterns'.
    words = first + min(widest, max(share, end - first - needs - 2)) + 2
    return RowColumns(width=width, first=first, words=words, end=end)


def row_canvas(row: UrlRow, columns: RowColumns, *, is_here: bool) -> Canvas:
    """One row; the one at the cursor is on a bar."""
    canvas = Canvas(columns.width, 1)
    draw_row(canvas, 0, row, columns, is_here=is_here)
    return canvas


def draw_rows(rows: Sequence[UrlRow], *, start: int, height: int, width: int, cursor: int) -> Canvas:
    """The rows from ``start`` on, as many as fit."""
    canvas = Canvas(width, height)
    columns = columns_of(rows, width)
    for y, row in enumerate(rows[start : start + height]):
        draw_row(canvas, y, row, columns, is_here=start + y == cursor)
    return canvas


def draw_row(canvas: Canvas, y: int, row: UrlRow, columns: RowColumns, *, is_here: bool) -> None:
    surface = Surface.BAR if is_here else Surface.PAGE
    canvas.fill(0, y, canvas.width, INK.on(surface))
    if is_here:
        canvas.put(0, y, CURSOR, Paint(Role.TOKEN, surface))
    mark, paint = row.mark
    canvas.put(1, y, mark, paint.on(surface))
    x = columns.first + row.depth * INDENT
    if row.is_open is not None:
        canvas.put(x - 2, y, OPENED if row.is_open else CLOSED, Paint(Role.DOWN, surface, bold=True))
    room = columns.words - 2 - x if row.words else columns.end - x
    put_clipped(canvas, x, y, row.pattern, room, surface)
    if row.words:
        put_clipped(canvas, columns.words, y, row.words, columns.end - columns.words, surface)
    canvas.put(canvas.width - cell_len(row.count) - 1, y, row.count, QUIET.on(surface))


def put_clipped(canvas: Canvas, x: int, y: int, phrase: Phrase, room: int, surface: Surface) -> None:
    """The phrase in so many cells, with a mark where it is cut."""
    end = x + max(room, 1)
    for position, (text, paint) in enumerate(phrase):
        rest = sum(cell_len(words) for words, _ in phrase[position + 1 :])
        if x + cell_len(text) + min(rest, 1) > end and x >= end:
            return
        must_mark = x + cell_len(text) == end and rest
        x = canvas.put(x, y, f"{text}{symbols.ELLIPSIS}" if must_mark else text, paint.on(surface), width=end - x)


def pattern_text(node: UrlNode) -> str:
    """The pattern as written; two quotes if that is nothing."""
    return sanitize(node.text) or "''"


def pattern_phrase(node: UrlNode, *, is_quiet: bool = False) -> Phrase:
    """The pattern with its parameters standing out."""
    text = pattern_text(node)
    if is_quiet:
        return ((text, QUIET),)
    if node.sort != "path" or "<" not in text:
        return ((text, LITERAL),)
    pieces: list[Piece] = []
    while "<" in text:
        before, _bracket, behind = text.partition("<")
        parameter, bracket, text = behind.partition(">")
        pieces += [(before, LITERAL)] if before else []
        pieces.append((f"<{parameter}{bracket}", PARAMETER))
    return (*pieces, *([(text, LITERAL)] if text else []))
