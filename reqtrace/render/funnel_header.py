"""The line above the funnel: the request on the left, what became of it on the right."""

from __future__ import annotations

from rich.cells import cell_len

from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas, Phrase, phrase_width
from reqtrace.render.circumstances import circumstances_of
from reqtrace.render.figures import format_duration, status_role
from reqtrace.render.funnel_sides import ALARM
from reqtrace.render.labels import text
from reqtrace.render.progress import Moment, Progress
from reqtrace.render.roles import INK, LIT, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.model import RequestState, RequestTrace, Stop, StopSort

__all__ = ["note_below_header", "paint_header"]

_DOWN = Paint(Role.DOWN, bold=True)
_UP = Paint(Role.UP, bold=True)
_BOLD = Paint(Role.INK, bold=True)
_QUIET = Paint(Role.SKIP)
_GAP = 2
_NARROW = 72
"""Below this the words REQUEST and RESPONSE give way to the path."""


def paint_header(canvas: Canvas, trace: RequestTrace, progress: Progress, received: tuple[Stop, ...]) -> None:
    """Draw the line at the top of the canvas."""
    width = canvas.width
    result = _result(trace, progress, width)
    right: Phrase = (*result, (f" {text('header.response')} ", _UP)) if width >= _NARROW else (*result, (" ", _UP))
    right_x = width - 2 - phrase_width(right)
    canvas.put_phrase(right_x, 0, right)
    canvas.put(width - 2, 0, symbols.RESPONSE, _UP)
    canvas.put(1, 0, symbols.REQUEST, _DOWN)
    x = canvas.put(3, 0, text("header.request"), _DOWN) + 1 if width >= _NARROW else 3
    summary = trace.summary
    query = f"?{sanitize(summary.query)}" if summary.query else ""
    words: Phrase = ((f"{sanitize(summary.method)} {sanitize(summary.path)}", _BOLD), (query, INK))
    end = canvas.put_phrase(x, 0, words, width=right_x - x - 1)
    if not note_below_header(trace, width):
        canvas.put(end + _GAP, 0, _note(trace), Paint(Role.WARN), width=right_x - end - _GAP)
    if received and progress.among(received) is Moment.HERE:
        canvas.repaint(2, 0, min(end + 1, right_x), LIT)


def note_below_header(trace: RequestTrace, width: int) -> str:
    """What is unusual about the request, if the header has no room for it beside the finished result."""
    note = _note(trace)
    if not note or trace.summary.lane != "chain":
        return ""
    is_wide = width >= _NARROW
    labels = cell_len(text("header.request")) + cell_len(text("header.response")) + 3 if is_wide else 1
    result = phrase_width(_result(trace, Progress(stop=None, has_turned=True), width))
    summary = trace.summary
    target = cell_len(sanitize(f"{summary.method} {summary.path}")) + cell_len(sanitize(summary.query)) + 1
    return note if 3 + labels + target + result + cell_len(note) + 2 * _GAP > width - 2 else ""


def _note(trace: RequestTrace) -> str:
    return f" {symbols.DOT} ".join(circumstances_of(trace))


def _result(trace: RequestTrace, progress: Progress, width: int) -> Phrase:
    summary = trace.summary
    if progress.stop is not None and not _is_answered(trace, progress):
        return ((text("header.waiting"), _QUIET),)
    if summary.state is RequestState.LOST:
        return ((f" {text('header.lost')} ", ALARM),)
    if summary.state is RequestState.GONE and not summary.status:
        return ((f" {text('header.gone')} ", ALARM),)
    if not summary.status and (summary.state is RequestState.ESCAPED or summary.lane == "server"):
        return ((f" {text('header.escaped')} ", ALARM),)
    if not summary.status:
        return ((text("header.no_status"), _QUIET),)
    told = trace.response or trace.refused
    reason = sanitize(told.reason) if told is not None else ""
    paint = Paint(status_role(summary.status), bold=True)
    words = f"{summary.status} {reason}".rstrip()
    time = f" {symbols.DOT} {format_duration(summary.duration)}" if summary.duration is not None else ""
    fits = cell_len(words + time) <= width // 3
    return ((f"{words}{time}" if fits else f"{summary.status}{time}", paint),)


def _is_answered(trace: RequestTrace, progress: Progress) -> bool:
    if trace.refused is not None:
        # The only step there is tells of the answer, too.
        return True
    ends = [stop.index for stop in trace.stops if stop.sort in (StopSort.STARTED, StopSort.ESCAPED)]
    return bool(ends) and progress.stop is not None and progress.stop >= ends[0]
