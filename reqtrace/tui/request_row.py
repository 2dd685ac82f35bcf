"""One request as one row of the list: wide with clock and flags, narrow without."""

from __future__ import annotations

import time

from reqtrace.analysis.interest import is_interesting
from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas
from reqtrace.render.circumstances import entry_words, parent_words
from reqtrace.render.figures import format_duration, status_mark, status_role
from reqtrace.render.labels import has, text
from reqtrace.render.roles import Paint, Role, Surface
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.model import RequestState, RequestSummary
from reqtrace.tui.words import word

__all__ = ["WIDE", "row_canvas"]

WIDE = 58
"""Columns from which the time of day and the flags have room."""
CURSOR = "▌"
WORTH_A_LOOK = "▪"
MARKED = "M"
STATUS_WIDTH = 4
DURATION_WIDTH = 6


def row_canvas(summary: RequestSummary, width: int, *, is_selected: bool, is_marked: bool = False) -> Canvas:
    """The row as a canvas of one line."""
    surface = Surface.BAR if is_selected else Surface.PAGE
    ink = Paint(Role.TOKEN if is_selected else Role.INK, surface, bold=is_selected)
    faint = Paint(Role.SKIP, surface)
    canvas = Canvas(width, 1)
    canvas.fill(0, 0, width, ink)
    canvas.put(0, 0, CURSOR if is_selected else " ", Paint(Role.TOKEN, surface))
    if is_marked:
        canvas.put(1, 0, MARKED, Paint(Role.UP, surface, bold=True, reverse=True))
    else:
        canvas.put(1, 0, WORTH_A_LOOK if is_interesting(summary) else " ", Paint(Role.WARN, surface))
    x = canvas.put(2, 0, f"{summary.ordinal:>3}", faint) + 1
    is_wide = width >= WIDE
    if is_wide:
        x = canvas.put(x, 0, _clock(summary.unix_time), faint) + 1
    method_width = 6 if is_wide else 4
    canvas.put(x, 0, sanitize(summary.method), ink._replace(bold=True), width=method_width)
    x += method_width + 1
    flags_width = min(24, width // 4) if is_wide else 0
    end = width - flags_width - DURATION_WIDTH - STATUS_WIDTH - 3
    canvas.put(x, 0, _target(summary), ink, width=end - x)
    mark, role = _status(summary)
    canvas.put(end + 1, 0, mark, Paint(role, surface, bold=True))
    duration = format_duration(summary.duration)
    canvas.put(end + 2 + STATUS_WIDTH, 0, f"{duration:>{DURATION_WIDTH}}", ink)
    if is_wide:
        flags = Paint(Role.WARN, surface, bold=True)
        canvas.put(width - flags_width + 1, 0, _remarks(summary), flags, width=flags_width - 1)
    return canvas


def _target(summary: RequestSummary) -> str:
    return sanitize(f"{summary.path}?{summary.query}" if summary.query else summary.path)


def _status(summary: RequestSummary) -> tuple[str, Role]:
    if summary.status:
        return status_mark(summary.status), status_role(summary.status)
    if summary.state is RequestState.LOST:
        return word("list.lost"), Role.WARN
    if summary.state in (RequestState.ESCAPED, RequestState.GONE):
        return symbols.STATUS_SERVER_ERROR + word("list.no_answer")[:3], Role.BAD
    return status_mark(0), Role.SKIP


def _remarks(summary: RequestSummary) -> str:
    lane = text(f"line.lane.{summary.lane}") if has(f"line.lane.{summary.lane}") else ""
    where = (text("line.held") if summary.is_held else "", lane, entry_words(summary), parent_words(summary))
    return ", ".join([*filter(None, where), *map(_flag, summary.flags)])


def _flag(flag: str) -> str:
    key = f"line.flag.{flag}"
    return text(key) if has(key) else flag


def _clock(unix_time: int) -> str:
    return time.strftime("%H:%M:%S", time.localtime(unix_time // 1_000_000_000)) if unix_time else "--:--:--"
