"""Says what is to be painted in few bytes: the colours are taken in turn, and each is said once.

A frame is shown at once, so nobody sees in which order its cells were written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from reqtrace.tui.graphic_rendition import of_blanks, rendition
from reqtrace.tui.terminal_row import Row

__all__ = ["Stroke", "said", "strokes_of"]


class Stroke(NamedTuple):
    """Cells of a row that are written in the same colours."""

    y: int
    x: int
    text: str
    cells: int
    style: str

    @property
    def is_blank(self) -> bool:
        """Only its background is seen."""
        return not self.text.strip(" ")

    def joined(self, other: Stroke) -> Stroke | None:
        """Both in one, if they can be written in the same colours."""
        if self.style == other.style or (other.is_blank and of_blanks(self.style) == other.style):
            style = self.style
        elif self.is_blank and of_blanks(other.style) == self.style:
            style = other.style
        else:
            return None
        return Stroke(self.y, self.x, self.text + other.text, self.cells + other.cells, style)


def strokes_of(y: int, row: Row, first: int, after: int) -> list[Stroke]:
    """The cells from one column up to another."""
    strokes: list[Stroke] = []
    x = first
    while x < after:
        run = x + 1
        while run < after and row.styles[run] == row.styles[x]:
            run += 1
        stroke = Stroke(y, x, "".join(row.texts[x:run]), run - x, row.styles[x])
        both = strokes[-1].joined(stroke) if strokes else None
        if both is None:
            strokes.append(stroke)
        else:
            strokes[-1] = both
        x = run
    return strokes


def said(strokes: Sequence[Stroke]) -> str:
    """What the terminal is sent; it begins and ends with no colours set."""
    left = by_style(strokes)
    parts: list[str] = []
    style, place = "", (-1, -1)
    while left:
        nearest = min(left, key=lambda other: len(rendition(style, other)))
        for stroke in left.pop(nearest):
            parts += (way(place, (stroke.y, stroke.x)), rendition(style, nearest), stroke.text)
            style, place = nearest, (stroke.y, stroke.x + stroke.cells)
    return "".join([*parts, rendition(style, "")])


def by_style(strokes: Sequence[Stroke]) -> dict[str, list[Stroke]]:
    """The strokes of each style; blanks go with any that has their background."""
    styles: dict[str, list[Stroke]] = {stroke.style: [] for stroke in strokes if not stroke.is_blank}
    grounds = {of_blanks(style): style for style in styles}
    for stroke in strokes:
        style = stroke.style if stroke.style in styles else grounds.get(stroke.style, stroke.style)
        styles.setdefault(style, []).append(stroke)
    return styles


def way(place: tuple[int, int], wanted: tuple[int, int]) -> str:
    """How the cursor gets from one cell to another; behind the last column it stands nowhere."""
    if place == wanted:
        return ""
    far = wanted[1] - place[1]
    if place[0] == wanted[0] and far > 0:
        return f"\x1b[{far}C"
    return f"\x1b[{wanted[0] + 1};{wanted[1] + 1}H"
