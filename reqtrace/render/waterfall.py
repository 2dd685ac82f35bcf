"""The picture of where a request's time went: every layer, hook, view and statement over one axis.

``draw_waterfall`` is a pure function of the trace, the current stop and the size, as ``draw_funnel`` is. It is honest
about microseconds: a bar covers only what its time fills wholly (``time_scale``), and what is too short for half a
cell gets a mark that is no bar.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from reqtrace.events.holds import Hold
from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas, Phrase, phrase_width
from reqtrace.render.drawing import MIN_WIDTH, Drawing, Target, drawn
from reqtrace.render.figures import format_duration
from reqtrace.render.funnel_bypass import bypass_rows
from reqtrace.render.funnel_header import note_below_header, paint_header
from reqtrace.render.funnel_owners import owners_of
from reqtrace.render.hold_marks import HELD_ROW, HoldMark
from reqtrace.render.labels import text
from reqtrace.render.progress import Moment, Progress, progress_at
from reqtrace.render.roles import INK, LIT, Paint, Role
from reqtrace.render.time_scale import TimeScale
from reqtrace.render.waterfall_fold import fold_times
from reqtrace.render.waterfall_rows import Bar, TimeRow, end_of, time_rows
from reqtrace.trace.model import RequestTrace

__all__ = ["draw_waterfall", "paint_times"]

_QUIET = Paint(Role.SKIP)
_ALARM = Paint(Role.BAD, bold=True)
_ITALIC = Paint(Role.SKIP, italic=True)
_BOLD = Paint(Role.INK, bold=True)
_HOT = Paint(Role.HOT, bold=True)
_TIME_WIDTH = 6
_NARROWEST_LABELS = 18
_WIDE = 100
_MICROSECOND = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """What all rows of one picture share."""

    scale: TimeScale
    now: int | None
    """The moment of the current stop; ``None`` when all has happened."""
    label_end: int
    time_end: int
    layer_inset: int
    """Cells by which the innermost layer, and the core, is inset."""
    layer_count: int

    def inset(self, row: TimeRow) -> int:
        """Cells before the label."""
        position = row.layer if row.inside is None else row.inside
        if position is None:
            return self.layer_inset + row.depth
        inset = position * self.layer_inset // max(self.layer_count - 1, 1)
        return inset if row.inside is None else inset + 2 + row.depth


def draw_waterfall(
    trace: RequestTrace,
    *,
    stop: int | None = None,
    width: int,
    height: int | None = None,
    ascii_only: bool = False,
    holds: Sequence[Hold] = (),
) -> Drawing:
    """Draw the request as it is at a stop, or finished if ``stop`` is ``None``, with marks where requests are held.

    With a ``height`` the rows that tell least are folded; it may still come out taller.
    """
    progress = progress_at(trace, stop)
    owners = owners_of(trace)
    canvas = Canvas(max(width, MIN_WIDTH))
    paint_header(canvas, trace, progress, owners.header)
    top = _paint_note(canvas, trace)
    targets = [Target(stop.index, 0, 1, 0, canvas.width // 2) for stop in owners.header]
    targets += paint_times(canvas, trace, progress, top, None if height is None else height - top, holds)
    return drawn(canvas, targets, ascii_only=ascii_only)


def paint_times(
    canvas: Canvas,
    trace: RequestTrace,
    progress: Progress,
    top: int,
    height: int | None,
    holds: Sequence[Hold] = (),
) -> Sequence[Target]:
    """Draw axis and rows from a row of a canvas on, and a legend if there is room."""
    rows = time_rows(trace, owners_of(trace), progress, holds)
    if height is not None:
        rows = fold_times(rows, height - 1)
    if not rows:
        return ()
    frame = _frame(trace, rows, progress, canvas.width)
    _paint_axis(canvas, top, frame)
    for y, row in enumerate(rows, top + 1):
        _paint_row(canvas, y, row, frame)
    if height is None or len(rows) + 1 < height:
        _paint_legend(canvas, canvas.height, frame)
    return [Target(stop, y, y + 1, 0, canvas.width) for y, row in enumerate(rows, top + 1) for stop in row.stops]


def _frame(trace: RequestTrace, rows: Sequence[TimeRow], progress: Progress, width: int) -> _Frame:
    inset = min(max(len(trace.passes) - 1, 0), 4 if width < _WIDE else 8)
    widest = max(inset + row.depth + cell_len(row.label) + _mark_width(row) for row in rows) + 2
    label_end = max(min(widest, width * 3 // 8), _NARROWEST_LABELS)
    begin = trace.stops[0].time if trace.stops else 0
    return _Frame(
        scale=TimeScale(
            begin=begin, end=max(end_of(trace), begin + 1), left=label_end + 1, right=width - 2 - _TIME_WIDTH
        ),
        now=None if progress.stop is None else trace.stops[progress.stop].time,
        label_end=label_end,
        time_end=width - 1,
        layer_inset=inset,
        layer_count=len(trace.passes),
    )


# --- around the rows ---------------------------------------------------------------------------------------------


def _paint_note(canvas: Canvas, trace: RequestTrace) -> int:
    """What is unusual about the request, or where it went past the layers; the row after it."""
    y = 1
    if note := note_below_header(trace, canvas.width):
        canvas.put(1, y, note, Paint(Role.WARN), width=canvas.width - 2)
        y += 1
    if trace.summary.lane != "chain":
        for row in bypass_rows(trace):
            canvas.put_phrase(1, y, ((f"{row.label}  " if row.label else "", _BOLD), *row.variants[0]))
            y += 1
    return y


def _paint_axis(canvas: Canvas, y: int, frame: _Frame) -> None:
    short = text("waterfall.short", mark=symbols.TOO_SHORT, time=_shortest(frame))
    canvas.put(1, y, short, _QUIET, width=frame.label_end - 1)
    frame.scale.paint_axis(canvas, y)
    words = text("waterfall.time")
    canvas.put(frame.time_end - cell_len(words), y, words, _QUIET)
    if frame.now is not None:
        canvas.put(frame.scale.cell(frame.now), y, symbols.NEXT_CORE, Paint(Role.TOKEN, bold=True, reverse=True))


def _paint_legend(canvas: Canvas, y: int, frame: _Frame) -> None:
    """What the marks mean, as far as there is room."""
    parts: tuple[Phrase, ...] = (
        ((f"{symbols.BAR_FULL} ", Paint(Role.DOWN)), (text("waterfall.way_in"), INK)),
        ((f"{symbols.BAR_FULL} ", Paint(Role.UP)), (text("waterfall.way_out"), INK)),
        ((f"{symbols.STUB_LATER * 2} ", _QUIET), (text("waterfall.waiting"), INK)),
        ((f"{symbols.TOO_SHORT} ", INK), (text("waterfall.too_short", time=_shortest(frame)), INK)),
        ((text("waterfall.own"), INK),),
    )
    x = 1
    for phrase in parts:
        if x + phrase_width(phrase) < canvas.width:
            x = canvas.put_phrase(x, y, [(words, paint if paint != INK else _QUIET) for words, paint in phrase]) + 3


def _shortest(frame: _Frame) -> str:
    return format_duration(max(frame.scale.shortest, _MICROSECOND))


def _mark_width(row: TimeRow) -> int:
    return cell_len(row.mark.words) + 1 if row.mark is not None else 0


# --- one row -----------------------------------------------------------------------------------------------------


def _paint_row(canvas: Canvas, y: int, row: TimeRow, frame: _Frame) -> None:
    if row.is_hidden:
        canvas.put(0, y, " ")
        return
    is_later = row.moment is Moment.LATER
    x = 1 + frame.inset(row)
    if row.mark is not None:
        x = canvas.put(x, y, row.mark.words, row.mark.paint) + 1
    label = _QUIET if is_later else _BOLD if row.layer is not None or row.is_main else INK
    canvas.put(x, y, row.label, label, width=frame.label_end - x)
    frame.scale.paint_grid(canvas, y)
    if row.remark:
        canvas.put(frame.scale.left + 1, y, row.remark, _ITALIC, width=frame.scale.right - frame.scale.left - 1)
    else:
        label_end = min([frame.scale.cell(bar.start) for bar in row.bars], default=frame.scale.right) - 1
        if x + cell_len(row.label) > frame.label_end:
            canvas.put(x, y, f"{row.label} ", label, width=max(label_end, frame.label_end) - x)
        _paint_bars(canvas, y, row, frame)
    if row.duration is not None and not is_later and all(_has_begun(bar, frame) for bar in row.bars):
        time = format_duration(row.duration)
        canvas.put(frame.time_end - cell_len(time), y, time, _HOT if row.is_hot else _QUIET)
    if row.alarm and not is_later:
        _paint_alarm(canvas, y, row, frame)
    if row.is_here:
        canvas.repaint(1, y, frame.label_end, HELD_ROW if row.mark is HoldMark.HELD else LIT)


def _paint_bars(canvas: Canvas, y: int, row: TimeRow, frame: _Frame) -> None:
    for start, end in row.waited:
        frame.scale.paint_wait(canvas, y, start, end)
    for bar in row.bars:
        paint = Paint(bar.role, bold=row.is_here) if _has_begun(bar, frame) else _QUIET
        frame.scale.paint_bar(canvas, y, bar.start, bar.end, paint)


def _has_begun(bar: Bar, frame: _Frame) -> bool:
    return frame.now is None or bar.start <= frame.now


def _paint_alarm(canvas: Canvas, y: int, row: TimeRow, frame: _Frame) -> None:
    """Beside the bars, in as many words as there is room for; over the end of the last bar if there is none."""
    left, right = frame.scale.left, frame.scale.right
    starts = [frame.scale.cell(bar.start) for bar in row.bars]
    ends = [frame.scale.cell(bar.end) for bar in row.bars]
    for alarm in row.alarm:
        width = cell_len(alarm) + 2
        x = next(_places(starts, ends, width, left, right), None)
        if x is not None or alarm is row.alarm[-1]:
            # Not the usual block: beside a bar it would look like more of it.
            canvas.put(max(right - width, left) if x is None else x, y, f" {alarm} ", _ALARM)
            return


def _places(starts: Sequence[int], ends: Sequence[int], width: int, left: int, right: int) -> Iterator[int]:
    """After the last bar, between two, before the first."""
    if not starts:
        yield left
        return
    for end, start in zip(reversed(ends), [right, *reversed(starts[1:])], strict=True):
        if start - end - 3 >= width:
            yield end + 2
    if min(starts) - 1 - width >= left:
        yield min(starts) - 1 - width
