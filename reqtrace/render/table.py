"""A table on a canvas: a row of headings, a row an entry, the chosen one marked, what does not fit counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas, Phrase, phrase_width
from reqtrace.render.labels import text
from reqtrace.render.roles import Paint, Role, Surface
from reqtrace.render.stack_window import Window, window

__all__ = ["Column", "TableDrawing", "draw_empty", "draw_table", "share_bar"]

_HEAD = Paint(Role.SKIP)
_GAP = 2
_LEAST_ROOM = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Its heading, and how it stands."""

    head: str
    width: int = 0
    """Cells; 0 for all that the others leave."""
    is_number: bool = False
    """Ends at the right, so that digits stand below each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDrawing:
    """The picture, and which entry each row of it is."""

    canvas: Canvas
    first_row: int
    """Row of the canvas with the first entry that is shown."""
    entries: range
    """The entries that are shown."""

    def entry_at(self, y: int) -> int | None:
        """The entry a click on a row means."""
        place = y - self.first_row
        return self.entries[place] if 0 <= place < len(self.entries) else None


def draw_table(
    columns: Sequence[Column],
    rows: Sequence[Sequence[Phrase]],
    *,
    selected: int,
    is_front: bool,
    width: int,
    height: int | None,
) -> TableDrawing:
    """The entries around the selected one, as many as there is room for; ``is_front`` if keys go to this table.

    Without a height there is room for all.
    """
    height = len(rows) + 1 if height is None else height
    canvas = Canvas(width, max(height, 1))
    places = _places(columns, width)
    for column, (left, right) in zip(columns, places, strict=True):
        _put(canvas, 0, ((column.head, _HEAD),), left, right, is_number=column.is_number)
    part = _part(len(rows), selected, max(height - 1, 1))
    y = 1
    if part.above:
        canvas.put(1, y, f"{symbols.FOLD_ABOVE} {text('table.more_above', n=part.above)}", _HEAD)
        y += 1
    first = y
    for index in range(part.start, part.end):
        surface = Surface.BAR if index == selected else Surface.PAGE
        canvas.fill(0, y, width, Paint(surface=surface))
        for column, phrase, (left, right) in zip(columns, rows[index], places, strict=True):
            words = tuple((piece, paint.on(surface)) for piece, paint in phrase)
            _put(canvas, y, words, left, right, is_number=column.is_number)
        if index == selected and is_front:
            canvas.put(0, y, symbols.BAR_LEFT, Paint(Role.TOKEN, Surface.BAR))
        y += 1
    if part.below:
        canvas.put(1, y, f"{symbols.FOLD_BELOW} {text('table.more_below', n=part.below)}", _HEAD)
    return TableDrawing(canvas=canvas, first_row=first, entries=range(part.start, part.end))


def _part(count: int, selected: int, room: int) -> Window:
    """Below three rows of room nothing is said about what is left out."""
    if count > room and room < _LEAST_ROOM:
        start = min(max(selected - room // 2, 0), count - room)
        return Window(start, start + room, 0, 0)
    return window(count, selected, room)


def draw_empty(words: str, *, width: int, height: int) -> TableDrawing:
    """No entries, and why."""
    canvas = Canvas(width, max(height, 1))
    canvas.put(1, 0, words, _HEAD, width=width - 2)
    return TableDrawing(canvas=canvas, first_row=0, entries=range(0))


def share_bar(share: float, cells: int) -> str:
    """A bar of at most so many cells that is never longer than its share."""
    halves = int(min(max(share, 0.0), 1.0) * 2 * cells)
    return symbols.BAR_FULL * (halves // 2) + symbols.BAR_LEFT * (halves % 2)


def _places(columns: Sequence[Column], width: int) -> list[tuple[int, int]]:
    fixed = sum(column.width for column in columns) + _GAP * (len(columns) - 1)
    rest = max(width - 2 - fixed, 4)
    places, x = [], 1
    for column in columns:
        right = x + (column.width or rest)
        places.append((x, min(right, width)))
        x = right + _GAP
    return places


def _put(canvas: Canvas, y: int, phrase: Phrase, left: int, right: int, *, is_number: bool) -> None:
    start = max(right - phrase_width(phrase), left) if is_number else left
    canvas.put_phrase(start, y, phrase, width=right - start)
