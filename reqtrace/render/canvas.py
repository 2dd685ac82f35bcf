"""A picture made of terminal cells, each with a character and the paint it is drawn with.

Cells, not characters: a double-width character takes its cell and an empty one after it, a combining mark joins
the cell before it, so columns line up whatever a path is written in. What a terminal would act on is made
harmless here at the latest, whoever forgot to do so before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rich.cells import cell_len

from reqtrace.render import ascii as ascii_table
from reqtrace.render.roles import INK, Paint
from reqtrace.render.sanitize import sanitize
from reqtrace.render.symbols import ELLIPSIS

__all__ = ["Canvas", "Phrase", "Piece", "Run", "clip", "clip_start", "phrase_width"]


class Run(NamedTuple):
    """Neighbouring cells of a row that share a paint."""

    text: str
    paint: Paint


Piece = tuple[str, Paint]
Phrase = tuple[Piece, ...]
"""Text in several paints, drawn one after the other."""


def clip(text: str, width: int, ellipsis: str = ELLIPSIS) -> str:
    """The text in at most ``width`` cells, ending in ``…`` if something was cut."""
    if cell_len(text) <= width:
        return text
    if width <= 0:
        return ""
    kept, room = [], width - 1
    for character in text:
        room -= cell_len(character)
        if room < 0:
            break
        kept.append(character)
    return "".join(kept) + ellipsis


def clip_start(text: str, width: int) -> str:
    """The end of the text, for paths, whose end tells most."""
    return clip(text[::-1], width)[::-1]


def phrase_width(phrase: Phrase) -> int:
    """Cells a phrase takes."""
    return sum(cell_len(text) for text, _ in phrase)


class Canvas:
    """A grid of cells of a fixed width and as many rows as are drawn on."""

    def __init__(self, width: int, height: int = 0) -> None:
        self.width = width
        self._characters: list[list[str]] = []
        self._paints: list[list[Paint]] = []
        self._reach(height - 1)

    @property
    def height(self) -> int:
        """Rows so far."""
        return len(self._characters)

    def put(self, x: int, y: int, text: str, paint: Paint = INK, *, width: int | None = None) -> int:
        """Draw text from a cell on, cut to ``width`` cells and to the canvas; return the column after it."""
        room = self.width - x if width is None else min(width, self.width - x)
        if x < 0 or y < 0 or room <= 0:
            return x
        self._reach(y)
        text = clip(text if text.isprintable() else sanitize(text), room)
        row = self._characters[y]
        if row[x] == "":  # the second half of a double-width character goes, so does the first
            row[x - 1] = " "
        if text.isascii():
            end = x + len(text)
            row[x:end] = text
        else:
            end = self._put_wide(row, x, text)
        if end < self.width and row[end] == "":
            row[end] = " "
        self._paints[y][x:end] = [paint] * (end - x)
        return end

    def _put_wide(self, row: list[str], x: int, text: str) -> int:
        start = x
        for character in text:
            cells = cell_len(character)
            if cells == 0:
                if x > start:
                    row[x - 1 if row[x - 1] else x - 2] += character
                continue
            row[x : x + cells] = [character] + [""] * (cells - 1)
            x += cells
        return x

    def put_phrase(self, x: int, y: int, phrase: Iterable[Piece], *, width: int | None = None) -> int:
        """Draw the pieces one after the other in at most ``width`` cells; return the column after them."""
        end = self.width if width is None else min(self.width, x + width)
        for text, paint in phrase:
            if x >= end:
                break
            x = self.put(x, y, text, paint, width=end - x)
        return x

    def fill(self, x: int, y: int, end: int, paint: Paint, character: str = " ") -> None:
        """Draw one single-width character over the cells from ``x`` up to, not including, ``end``."""
        x, end = max(x, 0), min(end, self.width)
        if x < end:
            self._reach(y)
            self._characters[y][x:end] = character * (end - x)
            self._paints[y][x:end] = [paint] * (end - x)

    def repaint(self, x: int, y: int, end: int, paint: Paint) -> None:
        """Give cells another paint and leave the characters."""
        x, end = max(x, 0), min(end, self.width)
        if x < end:
            self._paints[y][x:end] = [paint] * (end - x)

    def paste(self, other: Canvas, x: int, y: int, *, height: int | None = None) -> None:
        """Draw another picture, or its first rows, on this one, its corner at a cell; what is too wide is cut."""
        for row in range(other.height if height is None else height):
            self.put_phrase(x, y + row, other.runs(row))

    def runs(self, y: int) -> list[Run]:
        """A row as the fewest runs."""
        paints, characters = self._paints[y], self._characters[y]
        joined: list[Run] = []
        start, current = 0, paints[0] if paints else INK
        for x, paint in enumerate(paints):
            if paint is not current and paint != current:
                joined.append(Run("".join(characters[start:x]), current))
                start, current = x, paint
        if paints:
            joined.append(Run("".join(characters[start:]), current))
        return joined

    def rows(self) -> Iterator[list[Run]]:
        """All rows, from the top."""
        return (self.runs(y) for y in range(self.height))

    def line(self, y: int) -> str:
        """A row as text, to the full width."""
        return "".join(self._characters[y])

    def plain(self) -> str:
        """The picture as text without trailing blanks."""
        return "\n".join(self.line(y).rstrip() for y in range(self.height))

    def to_ascii(self, *, strict: bool = False) -> Canvas:
        """The same picture in ASCII glyphs; ``strict`` replaces other people's letters, too."""
        change = ascii_table.only_ascii if strict else ascii_table.translate
        copy = Canvas(self.width)
        for characters, paints in zip(self._characters, self._paints, strict=True):
            row = list(change("".join(characters))) if strict else [change(cell) for cell in characters]
            copy._characters.append(row)
            copy._paints.append(list(paints))
        return copy

    def _reach(self, y: int) -> None:
        while len(self._characters) <= y:
            self._characters.append([" "] * self.width)
            self._paints.append([INK] * self.width)
