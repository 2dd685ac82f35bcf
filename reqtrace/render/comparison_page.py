"""Two requests side by side: what differs first, then the two paths with a mark between them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest

from rich.cells import cell_len

from reqtrace.analysis.comparison_model import Comparison, Difference, DifferenceId, Row
from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas
from reqtrace.render.comparison_cells import Cells, step_name
from reqtrace.render.comparison_words import (
    NAMES,
    circumstance_words,
    difference_words,
    ignored_words,
    side_words,
    subject_words,
    total_words,
)
from reqtrace.render.figures import status_mark, status_role
from reqtrace.render.labels import count, text
from reqtrace.render.roles import INK, LIT, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.model import Direction, RequestTrace

__all__ = ["ComparisonDrawing", "draw_comparison"]

MIN_WIDTH = 50
GUTTER = 4
"""Cells before the left side: the mark of the first difference, the direction."""
MIDDLE = 3
"""Cells between the sides, for the mark."""
FOLDED_FROM = 3
"""Equal steps in a row that are worth a row each up to here."""
DETAIL_ROWS = 3
"""Rows that one detail may take."""
BOLD = Paint(bold=True)
QUIET = Paint(Role.SKIP)
DIFFERENT = Paint(Role.WARN, bold=True)
ALARM = Paint(Role.BAD, bold=True, reverse=True)
DIRECTIONS = {
    Direction.IN: (symbols.REQUEST, Paint(Role.DOWN)),
    Direction.OUT: (symbols.RESPONSE, Paint(Role.UP)),
    Direction.CORE: (" ", INK),
}
DETAILS = frozenset(
    {
        DifferenceId.LAYER_USED,
        DifferenceId.LAYER_CALLS,
        DifferenceId.LAYER_CHANGED,
        DifferenceId.EXCEPTION_RAISED,
        DifferenceId.EXCEPTION_MESSAGE,
        DifferenceId.URLCONF,
        DifferenceId.URL_ARGUMENTS,
        DifferenceId.VIEW_ENDED,
        DifferenceId.HEADER,
        DifferenceId.COOKIE,
        DifferenceId.ENDING,
    }
)
"""Differences that the two cells of their row do not show: they get rows below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonDrawing:
    """The page, and where on it the rows of the comparison are."""

    canvas: Canvas
    first: int | None
    """The line of the first difference."""
    lines: tuple[int, ...]
    """The lines of all steps that differ, from the top."""


def draw_comparison(
    comparison: Comparison,
    *,
    width: int,
    names: tuple[str, str] = NAMES,
    is_whole: bool = False,
    ascii_only: bool = False,
) -> ComparisonDrawing:
    """The whole page; ``is_whole`` gives every equal step a row of its own."""
    page = Page(comparison, max(width, MIN_WIDTH), names, is_whole=is_whole)
    page.draw()
    return ComparisonDrawing(
        canvas=page.canvas.to_ascii() if ascii_only else page.canvas, first=page.first, lines=tuple(page.lines)
    )


class Page:
    """The canvas while it is drawn, from the top."""

    def __init__(self, comparison: Comparison, width: int, names: tuple[str, str], *, is_whole: bool) -> None:
        self.comparison = comparison
        self.names = names
        self.is_whole = is_whole
        self.canvas = Canvas(width)
        self.y = 0
        self.first: int | None = None
        self.lines: list[int] = []
        cell = (width - GUTTER - MIDDLE) // 2
        self.cell = cell
        self.middle = GUTTER + cell
        self.right = GUTTER + cell + MIDDLE
        self.cells = (Cells(comparison, "a", cell), Cells(comparison, "b", cell))
        self.by_row: dict[int, list[Difference]] = {}
        for difference in comparison.differences:
            self.by_row.setdefault(difference.row, []).append(difference)

    def draw(self) -> None:
        self.put_requests()
        self.put_verdict()
        self.put_paths()
        self.put_circumstances()
        self.y += 1
        self.put_words(ignored_words(), QUIET)

    # --- above the paths ---------------------------------------------------------------------------------------

    def put_requests(self) -> None:
        for name, trace in zip(self.names, (self.comparison.a, self.comparison.b), strict=True):
            self.put_request(name, trace)
        self.y += 1

    def put_request(self, name: str, trace: RequestTrace) -> None:
        summary, end = trace.summary, self.canvas.width
        mark = status_mark(summary.status)
        x = self.canvas.put(1, self.y, f"{sanitize(name)} ", BOLD)
        query = f"?{summary.query}" if summary.query else ""
        words = f"{summary.method:<5}{summary.path}{query}"
        self.canvas.put(x + 1, self.y, sanitize(words), INK, width=end - x - cell_len(mark) - 4)
        self.canvas.put(end - cell_len(mark) - 1, self.y, mark, Paint(status_role(summary.status), bold=True))
        self.y += 1

    def put_verdict(self) -> None:
        """What differs first, and how much else does."""
        first = self.comparison.first
        if first is None:
            self.put_words(text("comparison.same"), Paint(Role.OK, bold=True))
        else:
            self.canvas.put(1, self.y, f" {text('comparison.first')} ", ALARM)
            self.y += 1
            self.put_words(difference_words(first, self.names), BOLD)
            self.put_words(total_words(self.comparison), INK)
        self.y += 1

    def put_words(self, words: str, paint: Paint) -> None:
        for line in wrapped(words, self.canvas.width - 2) if words else ():
            self.canvas.put(1, self.y, line, paint)
            self.y += 1

    # --- the paths ---------------------------------------------------------------------------------------------

    def put_paths(self) -> None:
        self.canvas.fill(1, self.y, self.canvas.width - 1, Paint(Role.RULE), symbols.RULE)
        for x, name in zip((GUTTER, self.right), self.names, strict=True):
            self.canvas.put(x, self.y, f" {sanitize(name)} ", BOLD)
        self.y += 1
        for is_equal, group in groupby(enumerate(self.comparison.rows), lambda one: self.is_equal(*one)):
            rows = list(group)
            if is_equal and len(rows) > FOLDED_FROM and not self.is_whole:
                self.put_folded([row for _, row in rows])
                continue
            for number, row in rows:
                self.put_row(number, row, is_equal=is_equal)
        self.put_words(legend_words(self.names), QUIET)

    def is_equal(self, number: int, row: Row) -> bool:
        return row.a is not None and row.b is not None and number not in self.by_row

    def put_folded(self, rows: Sequence[Row]) -> None:
        steps = [row.a for row in rows if row.a is not None]
        names = [step_name(self.comparison, steps[place]) for place in (0, -1)]
        words = count("comparison.equal", len(rows), first=names[0], last=names[1])
        self.canvas.put(1, self.y, "=", QUIET)
        self.canvas.put(GUTTER, self.y, words, QUIET, width=self.canvas.width - GUTTER - 1)
        self.y += 1

    def put_row(self, number: int, row: Row, *, is_equal: bool) -> None:
        first = self.comparison.first
        is_first = first is not None and first.row == number
        known = row.a or row.b
        assert known is not None
        glyph, paint = DIRECTIONS[known.stop.direction]
        self.canvas.put(2, self.y, glyph, paint)
        for x, cells in zip((GUTTER, self.right), self.cells, strict=True):
            self.canvas.put_phrase(x, self.y, cells.phrase(row), width=self.cell)
        self.canvas.put(self.middle + 1, self.y, mark_of(row, is_equal=is_equal), QUIET if is_equal else DIFFERENT)
        if not is_equal:
            self.lines.append(self.y)
        if is_first:
            self.first = self.y
            self.canvas.put(0, self.y, symbols.ARROW_IN, ALARM)
            self.canvas.repaint(1, self.y, self.canvas.width, LIT)
        self.y += 1
        for difference in self.by_row.get(number, ()):
            if difference.id in DETAILS:
                self.put_detail(difference)

    def put_detail(self, difference: Difference) -> None:
        """What is true of each side, below the row."""
        subject = subject_words(difference)
        a, b = (f"{subject}: {side_words(difference, value)}" for value in (difference.a, difference.b))
        self.put_beside(a, b, DIFFERENT, indent=2)

    def put_circumstances(self) -> None:
        given = self.comparison.circumstances
        if given:
            self.y += 1
            self.put_words(text("comparison.given"), BOLD)
        for one in given:
            self.put_beside(circumstance_words(one, one.a), circumstance_words(one, one.b), INK, indent=0)

    def put_beside(self, a: str, b: str, paint: Paint, *, indent: int) -> None:
        """Words of both sides in as many rows as the longer ones take."""
        sides = [wrapped(words, self.cell - indent - 1)[:DETAIL_ROWS] for words in (a, b)]
        for lines in zip_longest(*sides, fillvalue=""):
            for x, line in zip((GUTTER, self.right), lines, strict=True):
                self.canvas.put(x + indent, self.y, line, paint)
            self.y += 1


def legend_words(names: tuple[str, str]) -> str:
    """What the marks between the sides mean."""
    a, b = map(sanitize, names)
    return text("comparison.legend", differs=symbols.DIFFERS, a=a, b=b)


def mark_of(row: Row, *, is_equal: bool) -> str:
    """Between the sides: ``=``, ``≠``, ``-`` for what only the left has, ``+`` for what only the right has."""
    if row.b is None:
        return "-"
    if row.a is None:
        return "+"
    return "=" if is_equal else symbols.DIFFERS


def wrapped(words: str, width: int) -> list[str]:
    return textwrap.wrap(words, max(width, 20), break_on_hyphens=False) or [""]
