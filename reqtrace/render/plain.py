"""Requests as blocks of text: for ``--plain``, for ``reqtrace request``, and one line for a list."""

from __future__ import annotations

import textwrap

from rich.cells import cell_len

from reqtrace.events.kinds import SqlExecuted
from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas, Phrase, clip_start
from reqtrace.render.circumstances import entry_words, parent_words
from reqtrace.render.figures import format_duration, status_mark, status_role
from reqtrace.render.funnel import draw_funnel
from reqtrace.render.labels import count, has, text
from reqtrace.render.notes import Note, notes_of
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.render.why_sections import why_notes
from reqtrace.trace.model import RequestState, RequestSummary, RequestTrace, StopSort

__all__ = ["request_block", "request_line", "request_phrase"]

_BOLD = Paint(Role.INK, bold=True)
_QUIET = Paint(Role.SKIP)
_NOTE_INDENT = 3


def request_block(trace: RequestTrace, *, width: int, ascii_only: bool = False) -> Canvas:
    """The funnel of a finished request, and below it what is notable, each with its file and line."""
    canvas = draw_funnel(trace, width=width).canvas
    y = _put_notes(canvas, canvas.height, notes_of(trace))
    reasons = why_notes(trace)
    if reasons:
        canvas.put(1, y, text("why.title"), _BOLD)
        _put_notes(canvas, y + 1, reasons)
    return canvas.to_ascii() if ascii_only else canvas


def _put_notes(canvas: Canvas, y: int, notes: list[Note]) -> int:
    """The notes from row ``y`` on; the row after them."""
    for note in notes:
        mark = symbols.STATUS_SERVER_ERROR if note.role is Role.BAD else symbols.STATUS_CLIENT_ERROR
        canvas.put(1, y, mark, Paint(note.role, bold=True))
        x = _NOTE_INDENT
        for number, words in enumerate(textwrap.wrap(note.words, max(canvas.width - _NOTE_INDENT, 20)) or [""]):
            y += number > 0
            x = canvas.put(_NOTE_INDENT, y, words, Paint(note.role))
        if note.place:
            fits = x + 2 + cell_len(note.place) <= canvas.width
            y, x = (y, x + 2) if fits else (y + 1, _NOTE_INDENT)
            canvas.put(x, y, clip_start(note.place, canvas.width - x), _QUIET)
        y += 1
    return y


def request_line(trace: RequestTrace) -> str:
    """The request in one line: number, method, path, status, time, and what is special about it."""
    return "".join(words for words, _ in request_phrase(trace.summary, _queries(trace)))


def request_phrase(summary: RequestSummary, queries: int = 0) -> Phrase:
    """The same with paints, from the summary alone."""
    query = f"?{sanitize(summary.query)}" if summary.query else ""
    status = status_mark(summary.status)
    pieces: list[tuple[str, Paint]] = [
        (f"{summary.ordinal:>3} ", _QUIET),
        (f"{sanitize(summary.method):<5}", _BOLD),
        (f"{sanitize(summary.path)}{query}", INK),
        (f"  {status}", Paint(status_role(summary.status), bold=True)),
        (f"  {format_duration(summary.duration)}", INK),
    ]
    if queries:
        pieces.append((f"  {count('line.queries', queries)}", _QUIET))
    remarks = ", ".join(_remarks(summary))
    if remarks:
        pieces.append((f"  {remarks}", Paint(Role.WARN)))
    return tuple(pieces)


def _remarks(summary: RequestSummary) -> list[str]:
    remarks = []
    if summary.is_held:
        remarks.append(text("line.held"))
    remarks += [words for words in (entry_words(summary), parent_words(summary)) if words]
    if summary.lane != "chain":
        remarks.append(text(f"line.lane.{summary.lane}"))
    if summary.state is not RequestState.DONE:
        remarks.append(text(f"line.state.{summary.state.value}"))
    for flag in summary.flags:
        key = f"line.flag.{flag}"
        remarks.append(text(key) if has(key) else flag)
    return remarks


def _queries(trace: RequestTrace) -> int:
    return sum(
        stop.repeat
        for stop in trace.stops
        if stop.sort is StopSort.SQL and stop.span is not None and isinstance(stop.span.entered, SqlExecuted)
    )
