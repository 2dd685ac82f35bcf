"""Knows what the terminal shows, so that only what differs is sent to it.

Textual paints whole rows, each piece with its colours in full; a step of the picture would be many kilobytes over a
slow line. What Textual writes is read here, compared cell by cell, and said again in as few bytes as is simple: a part
of the screen that has only moved up or down is scrolled by the terminal itself. Whatever is not understood is passed on
as it is, and nothing is taken for known after it.
"""

from __future__ import annotations

import re

from reqtrace.tui.terminal_piece import piece_of
from reqtrace.tui.terminal_row import Row, is_nearly, spans
from reqtrace.tui.terminal_strokes import Stroke, said, strokes_of

__all__ = ["TerminalImage"]

CURSOR = re.compile(r"\x1b\[(\d+);(\d+)H")
"""Stands before each piece of a frame of Textual."""
HARMLESS = re.compile(r"\x07|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[\d ]*q")
"""What changes nothing that is shown: the bell, titles and clipboard, the shape of the cursor."""
FRAME_BEGINS, FRAME_ENDS = "\x1b[?2026h", "\x1b[?2026l"
FARTHEST = 4
"""Rows a part of the screen may have moved for it to be scrolled;"""
FEWEST = 6
"""it has at least so many rows."""


class TerminalImage:
    """One terminal."""

    def __init__(self) -> None:
        self._rows: dict[int, Row] = {}
        self._cursor = (0, 0)
        self._is_beginning = False

    def forget(self) -> None:
        """Somebody else has painted, or the size has changed: everything has to be sent again."""
        self._rows.clear()
        self._cursor = (0, 0)

    def changes(self, written: str) -> str:
        """What has to be sent of what was written."""
        if written == FRAME_BEGINS:
            # An empty frame is not worth sending.
            self._is_beginning = True
            return ""
        was_beginning, self._is_beginning = self._is_beginning, False
        if written == FRAME_ENDS:
            return "" if was_beginning else written
        sent = self._needed(written)
        if was_beginning and sent:
            return FRAME_BEGINS + sent
        self._is_beginning = was_beginning
        return sent

    def _needed(self, written: str) -> str:
        if HARMLESS.fullmatch(written):
            return written
        frame = self._read(written)
        if frame is None:
            self.forget()
            return written
        return self._differences(*frame)

    def _read(self, written: str) -> tuple[dict[int, Row], tuple[int, int]] | None:
        """The rows as they shall be, and where the cursor shall be; nothing if there is more to it than cells."""
        before, *pieces = CURSOR.split(written)
        if before or not pieces:
            return None
        rows: dict[int, Row] = {}
        position, is_behind_row = (0, 0), False
        for row, column, words in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True):
            piece = piece_of(words)
            if piece is None:
                return None
            y, x = int(row) - 1, int(column) - 1
            if piece.texts:
                x = self._new_row(rows, y).put(x, piece.texts, piece.styles)
            position, is_behind_row = (y, x), piece.ends_row
        return None if is_behind_row else (rows, position)

    def _new_row(self, rows: dict[int, Row], y: int) -> Row:
        row = rows.get(y)
        if row is None:
            known = self._rows.get(y)
            row = rows[y] = Row([], []) if known is None else known.copy()
        return row

    def _differences(self, rows: dict[int, Row], cursor: tuple[int, int]) -> str:
        changed = {y: row for y, row in rows.items() if row != self._rows.get(y)}
        scrolled = self._scroll(changed)
        sent = scrolled + said(self._strokes(changed))
        self._rows.update(changed)
        if sent or cursor != self._cursor:
            sent += f"\x1b[{cursor[0] + 1};{cursor[1] + 1}H"
        self._cursor = cursor
        return sent

    def _strokes(self, changed: dict[int, Row]) -> list[Stroke]:
        """What leads from the rows that are shown to others."""
        strokes = []
        for y, row in sorted(changed.items()):
            for first, after in spans(row, self._rows.get(y, Row([], []))):
                strokes += strokes_of(y, row, first, after)
        return strokes

    # --- scrolling ---------------------------------------------------------------------------------------------

    def _scroll(self, changed: dict[int, Row]) -> str:
        """Let the terminal move what has only moved; the image follows."""
        band, distance = self._moved(changed)
        if not distance:
            return ""
        first, last = band[0], band[-1]
        before = {y: self._rows[y] for y in band}
        for y in band:
            # What has not changed was moved as well, and has to be painted where it was.
            changed.setdefault(y, before[y])
            self._rows[y] = before.get(y + distance, Row([], []))
        region = f"\x1b[{first + 1};{last + 1}r"
        if distance > 0:
            return f"{region}\x1b[{last + 1};1H" + "\n" * distance + "\x1b[r"
        return f"{region}\x1b[{first + 1};1H" + "\x1bM" * -distance + "\x1b[r"

    def _moved(self, changed: dict[int, Row]) -> tuple[range, int]:
        """Which rows the terminal should move, and how far up (down, if negative); 0 if that would not pay."""
        best, distance = range(0), 0
        if len(changed) >= FEWEST:
            for candidate in (far * way for far in range(1, FARTHEST + 1) for way in (1, -1)):
                band = self._band(changed, candidate)
                if len(band) > len(best):
                    best, distance = band, candidate
        return (best, distance) if len(best) >= FEWEST else (range(0), 0)

    def _band(self, changed: dict[int, Row], distance: int) -> range:
        """From the first to the last row that stood elsewhere; what lies between may differ a little."""
        same = [y for y, row in changed.items() if is_nearly(row, self._rows.get(y + distance))]
        if len(same) < FEWEST:
            return range(0)
        first, last = min(same) + min(distance, 0), max(same) + max(distance, 0)
        band = range(first, last + 1)
        is_worthwhile = sum(y not in changed for y in band) <= abs(distance)
        return band if is_worthwhile and all(y in self._rows for y in band) else range(0)
