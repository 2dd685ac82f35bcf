"""Two recordings beside each other: one row a pair of requests, with the first difference of each pair that differs."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from reqtrace.analysis.comparison_model import Comparison
from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas, clip_start
from reqtrace.render.comparison_words import difference_words
from reqtrace.render.figures import status_mark, status_role
from reqtrace.render.labels import count, text
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.model import RequestSummary

__all__ = ["RequestPair", "draw_pairs"]

MIN_WIDTH = 60
NUMBERS = 5
"""Cells of a request's number."""
STATUS = 6
BOLD = Paint(bold=True)
QUIET = Paint(Role.SKIP)
DIFFERENT = Paint(Role.WARN, bold=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPair:
    """A request of one recording and its twin in the other; one of them may be missing."""

    a: RequestSummary | None
    b: RequestSummary | None
    comparison: Comparison | None
    """``None`` if there is no twin."""

    @property
    def is_same(self) -> bool:
        """Both are there, and nothing of substance differs."""
        return self.comparison is not None and self.comparison.is_same

    @property
    def mark(self) -> str:
        """As between the paths of two requests."""
        if self.comparison is None:
            return "+" if self.a is None else "-"
        return "=" if self.is_same else symbols.DIFFERS


def draw_pairs(pairs: Sequence[RequestPair], *, files: tuple[str, str], width: int, ascii_only: bool = False) -> Canvas:
    """The list."""
    width = max(width, MIN_WIDTH)
    canvas = Canvas(width)
    y = 0
    for name, file, requests in zip(("A", "B"), files, totals(pairs), strict=True):
        x = canvas.put(1, y, f"{name} ", BOLD)
        tally = count("comparison.list.requests", requests)
        x = canvas.put(x + 1, y, clip_start(sanitize(file), width - x - len(tally) - 4), INK)
        canvas.put(x + 2, y, tally, QUIET)
        y += 1
    y = put_head(canvas, y + 1)
    for pair in pairs:
        y = put_pair(canvas, y, pair)
    for line in textwrap.wrap(verdict(pairs), width - 2):
        y += 1
        canvas.put(1, y, line, BOLD)
    return canvas.to_ascii() if ascii_only else canvas


def totals(pairs: Sequence[RequestPair]) -> tuple[int, int]:
    return sum(pair.a is not None for pair in pairs), sum(pair.b is not None for pair in pairs)


def verdict(pairs: Sequence[RequestPair]) -> str:
    """How many differ, and how many have no twin."""
    differing = sum(pair.comparison is not None and not pair.is_same for pair in pairs)
    single = sum(pair.comparison is None for pair in pairs)
    if not differing and not single:
        return text("comparison.list.same")
    parts = [count("comparison.list.differ", differing)] if differing else []
    parts += [count("comparison.list.single", single)] if single else []
    return " ".join(parts)


def put_head(canvas: Canvas, y: int) -> int:
    canvas.fill(1, y, canvas.width - 1, Paint(Role.RULE), symbols.RULE)
    for x, name in ((3, "A"), (3 + NUMBERS, "B")):
        canvas.put(x, y, f" {name:>{NUMBERS - 2}} ", BOLD)
    for place, name in ((2, "A"), (1, "B")):
        canvas.put(canvas.width - place * STATUS, y, f" {name} ", BOLD)
    return y + 1


def put_pair(canvas: Canvas, y: int, pair: RequestPair) -> int:
    """The row of a pair, and below it what differs first; the row after them."""
    known = pair.a or pair.b
    assert known is not None
    paint = QUIET if pair.is_same else DIFFERENT
    canvas.put(1, y, pair.mark, paint)
    for x, one in ((3, pair.a), (3 + NUMBERS, pair.b)):
        canvas.put(x, y, f"{one.ordinal:>{NUMBERS - 1}}" if one is not None else f"{symbols.DOT:>{NUMBERS - 1}}", QUIET)
    x = 3 + 2 * NUMBERS + 1
    query = f"?{known.query}" if known.query else ""
    end = canvas.width - 2 * STATUS - 1
    words = sanitize(f"{known.method:<5}{known.path}{query}")
    canvas.put(x, y, words, INK if pair.is_same else BOLD, width=end - x)
    for place, one in ((2, pair.a), (1, pair.b)):
        if one is not None:
            mark = status_mark(one.status)
            start = canvas.width - place * STATUS + max(STATUS - 1 - cell_len(mark), 0)
            canvas.put(start, y, mark, Paint(status_role(one.status), bold=True))
    first = pair.comparison.first if pair.comparison is not None else None
    lines = textwrap.wrap(difference_words(first), max(canvas.width - x - 1, 20)) if first is not None else []
    for number, line in enumerate(lines):
        canvas.put(x, y + 1 + number, line, DIFFERENT)
    return y + 1 + len(lines)
