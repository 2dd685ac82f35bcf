"""An entry of the output as rows of a given width: long lines go on below, a traceback is folded or whole."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import NamedTuple

from rich.cells import cell_len, chop_cells

from reqtrace.analysis.output_entries import OutputEntry, OutputLevel
from reqtrace.analysis.printed_tracebacks import frame_of, own_frame, raised_words
from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas, clip_start
from reqtrace.render.labels import count, has, text
from reqtrace.render.roles import INK, Paint, Role, Surface
from reqtrace.render.sanitize import sanitize

__all__ = ["LogColumns", "LogRow", "clock_of", "columns_for", "draw_log_row", "height_of", "log_rows"]

QUIET = Paint(Role.SKIP)
STRONG = Paint(bold=True)
MARKS = {
    OutputLevel.WARNING: (symbols.STATUS_CLIENT_ERROR, Paint(Role.WARN, bold=True)),
    OutputLevel.ERROR: (symbols.STATUS_SERVER_ERROR, Paint(Role.BAD, bold=True)),
    OutputLevel.CRITICAL: (symbols.STATUS_SERVER_ERROR, Paint(Role.BAD, bold=True)),
}
WITH_STREAM = 68
"""Cells from which on there is room for the name of the stream."""
MOST_ROWS = 40
"""Of one line."""
LONGEST = 10_000
"""Characters of a line that are shown."""
LAST_WORD = 24
"""Cells that may stay empty because a word goes to the next row."""


class LogColumns(NamedTuple):
    """Where the parts of a row begin."""

    width: int
    clock: int
    stream: int
    """0 without it."""
    mark: int
    words: int

    @property
    def room(self) -> int:
        """Cells for the words."""
        return max(self.width - self.words, 10)


class LogRow(NamedTuple):
    """The words of one row."""

    words: str
    paint: Paint = INK


def columns_for(width: int) -> LogColumns:
    """The columns at a width."""
    if width < WITH_STREAM:
        return LogColumns(width, clock=1, stream=0, mark=10, words=12)
    return LogColumns(width, clock=1, stream=10, mark=14, words=16)


def clock_of(unix_time: int) -> str:
    """The time of day."""
    return time.strftime("%H:%M:%S", time.localtime(unix_time // 1_000_000_000))


def height_of(entry: OutputEntry, room: int, *, is_open: bool) -> int:
    """How many rows it takes."""
    if not entry.is_traceback:
        line = entry.lines[0]
        if len(line) <= room and line.isascii() and line.isprintable():
            return 1
    return len(log_rows(entry, room, is_open=is_open))


def log_rows(entry: OutputEntry, room: int, *, is_open: bool) -> list[LogRow]:
    """The rows of an entry; of a folded traceback what was raised, and where in the project."""
    if not entry.is_traceback:
        paint = MARKS[entry.level][1] if entry.level >= OutputLevel.ERROR else INK
        return [LogRow(words, paint) for words in wrapped(entry.lines[0], room)]
    lines = entry.lines
    while len(lines) > 1 and not lines[-1]:
        lines = lines[:-1]
    if is_open:
        return list(_open_traceback(lines, room))
    total, raised = len(lines), raised_words(lines)
    head = count("log.traceback", total, raised=sanitize(raised)) if raised else count("log.traceback.open", total)
    rows = [LogRow(words, MARKS[OutputLevel.ERROR][1]) for words in wrapped(f"{symbols.INCLUDE} {head}", room)]
    frame = own_frame(lines)
    if frame is not None:
        place = f"{sanitize(frame.file)}:{frame.line}"
        where = text("log.traceback.where", place="", function=sanitize(frame.function)) if frame.function else ""
        rows.append(LogRow(f"  {clip_start(place, room - 2 - cell_len(where))}{where}", STRONG))
    return rows


def _open_traceback(lines: tuple[str, ...], room: int) -> Iterator[LogRow]:
    """Its lines; those of libraries are quiet, with the line of code below them."""
    yield LogRow(f"{symbols.NEXT_CORE} {sanitize(lines[0].strip())}", MARKS[OutputLevel.ERROR][1])
    paint = INK
    for line in lines[1:]:
        frame = frame_of(line)
        if frame is not None:
            paint = QUIET if frame.is_library else STRONG
        elif line and not line[0].isspace():
            paint = MARKS[OutputLevel.ERROR][1]
        if cell_len(line) > room and not line.strip(" ^~"):
            # Below code that goes on in the next row it would point nowhere.
            continue
        for words in wrapped(line, room):
            yield LogRow(words, paint)


def wrapped(line: str, room: int) -> list[str]:
    """The line in rows, at blanks where there are any; what is very long is cut."""
    rest = sanitize(line[:LONGEST])
    rows: list[str] = []
    while cell_len(rest) > room and len(rows) < MOST_ROWS - 1:
        first = chop_cells(rest, room)[0] if not rest.isascii() else rest[:room]
        blank = first.rfind(" ")
        end = blank + 1 if blank >= len(first) - LAST_WORD and first[: max(blank, 0)].strip() else len(first)
        rows.append(rest[:end].rstrip() if end < len(first) else rest[:end])
        rest = rest[end:]
    return [*rows, rest]


def draw_log_row(
    entry: OutputEntry, row: LogRow, columns: LogColumns, *, is_first: bool, is_here: bool, is_mine: bool
) -> Canvas:
    """One row; the entry under the cursor is on a bar, and what is about the request that is looked at has a mark."""
    surface = Surface.BAR if is_here else Surface.PAGE
    canvas = Canvas(columns.width, 1)
    canvas.fill(0, 0, columns.width, INK.on(surface))
    if is_here:
        canvas.put(0, 0, symbols.BAR_LEFT, Paint(Role.TOKEN, surface))
    elif is_mine:
        canvas.put(0, 0, symbols.TOO_SHORT, Paint(Role.TOKEN, surface, bold=True))
    if is_first:
        canvas.put(columns.clock, 0, clock_of(entry.unix_time), QUIET.on(surface))
        if columns.stream:
            canvas.put(columns.stream, 0, stream_mark(entry.stream), QUIET.on(surface), width=3)
        if entry.level in MARKS:
            mark, paint = MARKS[entry.level]
            canvas.put(columns.mark, 0, mark, paint.on(surface))
    canvas.put(columns.words, 0, row.words, row.paint.on(surface))
    return canvas


def stream_mark(stream: str) -> str:
    """Three letters for a stream."""
    key = f"log.mark.{stream}"
    return text(key) if has(key) else sanitize(stream)[:3]
