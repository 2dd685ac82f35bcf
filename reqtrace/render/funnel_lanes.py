"""The two lanes beside the rows: down into the view on the left, up and out on the right.

A lane is solid as far as the request has come and dashed where it still has to go; it ends where the request turned
back, so no stroke leads to what was never reached.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas
from reqtrace.render.columns import Columns
from reqtrace.render.funnel_core import CoreRow
from reqtrace.render.funnel_layers import FoldRow, LayerRow, LegendRow
from reqtrace.render.progress import Moment, Progress
from reqtrace.render.roles import Paint, Role
from reqtrace.trace.model import StopSort

__all__ = ["Placed", "Turn", "find_turn", "paint_lanes"]

Row = LegendRow | FoldRow | LayerRow | CoreRow
Placed = tuple[Row, int]
"""A row and the y it begins at."""

_LATER = Paint(Role.RULE)
_HERE = Paint(Role.TOKEN, bold=True)
_DOWN = Paint(Role.DOWN, bold=True)
_UP = Paint(Role.UP, bold=True)
_BAD = Paint(Role.BAD, bold=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Where the way in ends and the way out begins."""

    way_in: Placed | None
    way_out: Placed | None
    has_left: bool
    """The response is on its way out."""


def find_turn(rows: Sequence[Placed], progress: Progress) -> Turn:
    """The turning point as far as it may be known at this moment."""
    cores = [(row, y) for row, y in rows if isinstance(row, CoreRow) and row.depth == 0 and not row.is_hidden]
    reached = [placed for placed in cores if placed[0].sort is not None]
    layers = [(row, y) for row, y in rows if isinstance(row, LayerRow)]
    if progress.has_turned and layers and not reached:
        turned = [(row, y) for row, y in layers if row.side_in.is_alarm]
        place = turned[-1] if turned else None
        return Turn(way_in=place, way_out=place, has_left=True)
    into = [placed for placed in cores if placed[0].has_node]
    out_of = [placed for placed in reached if placed[0].moment is not Moment.LATER or progress.stop is not None]
    way_in = into[-1] if into else None
    return Turn(
        way_in=way_in,
        way_out=_last_after(out_of, way_in) if out_of else way_in,
        has_left=progress.stop is None or any(_is_out(row) for row, _ in rows),
    )


def _last_after(candidates: Sequence[Placed], way_in: Placed | None) -> Placed | None:
    """The response leaves from the last row of the core, never from above the row the request went in at."""
    last = candidates[-1]
    return way_in if way_in is not None and way_in[1] > last[1] else last


def _is_out(row: Row) -> bool:
    return isinstance(row, LayerRow | FoldRow) and row.moment_out is not Moment.LATER and _has_out_stops(row)


def _has_out_stops(row: LayerRow | FoldRow) -> bool:
    return any(one.stops_out for one in row.rows) if isinstance(row, FoldRow) else bool(row.stops_out)


def paint_lanes(canvas: Canvas, rows: Sequence[Placed], turn: Turn, columns: Columns, top: int) -> None:
    """Draw both lanes from row ``top`` on."""
    if turn.way_in is not None:
        _paint_lane_in(canvas, rows, turn.way_in, columns, top)
    if turn.way_out is not None:
        _paint_lane_out(canvas, rows, turn, turn.way_out, columns, top)


def _paint_lane_in(canvas: Canvas, rows: Sequence[Placed], end: Placed, columns: Columns, top: int) -> None:
    x, last = columns.lane_in, end[1]
    reached = max((y for row, y in rows if _moment_in(row) is not Moment.LATER and y <= last), default=top - 1)
    for y in range(top, last + 1):
        done = y <= reached
        canvas.put(x, y, symbols.LANE_DONE if done else symbols.LANE_LATER, _DOWN if done else _LATER)
    for row, y in rows:
        if y > last:
            break
        if isinstance(row, LayerRow | FoldRow) and _has_node_in(row):
            is_bad = isinstance(row, LayerRow) and row.side_in.is_alarm
            _paint_node(canvas, x, y, row.moment_in, _BAD if is_bad else _DOWN)
            _paint_stub(canvas, x + 1, y, columns.block(row.position)[0], row.moment_in, _BAD if is_bad else _DOWN)
        elif isinstance(row, CoreRow) and row.has_node:
            _paint_core_node(canvas, x, y, row, is_last=y == last)


def _paint_core_node(canvas: Canvas, x: int, y: int, row: CoreRow, *, is_last: bool) -> None:
    paint = _BAD if row.alarm and row.sort is not StopSort.VIEW else _DOWN
    if not is_last or row.sort in (StopSort.RESOLVED, StopSort.VIEW_HOOK):
        _paint_node(canvas, x, y, row.moment, paint)
        _paint_stub(canvas, x + 1, y, x + 2, row.moment, paint)
        return
    is_later = row.moment is Moment.LATER
    canvas.put(x, y, symbols.TURN_IN_LATER if is_later else symbols.TURN_IN_DONE, _LATER if is_later else paint)
    _paint_stub(canvas, x + 1, y, x + 2, row.moment, paint)
    arrow = symbols.ARROW_IN_LATER if is_later else symbols.ARROW_IN
    canvas.put(x + 2, y, arrow, _LATER if is_later else paint)


def _paint_lane_out(
    canvas: Canvas, rows: Sequence[Placed], turn: Turn, start: Placed, columns: Columns, top: int
) -> None:
    x, first = columns.lane_out, start[1]
    ys = [y for row, y in rows if isinstance(row, LayerRow | FoldRow) and _is_out(row) and y <= first]
    risen = min(ys, default=first + 1) if turn.has_left else first + 1
    is_over = all(row.moment_out is Moment.DONE for row, _ in rows if isinstance(row, LayerRow | FoldRow))
    risen = top if is_over and turn.has_left else risen
    for y in range(top, first + 1):
        done = y >= risen
        canvas.put(x, y, symbols.LANE_DONE if done else symbols.LANE_LATER, _UP if done else _LATER)
    row, y = start
    if isinstance(row, CoreRow):
        paint = (_BAD if row.alarm and row.sort is StopSort.VIEW_HOOK else _UP) if turn.has_left else _LATER
        stub, corner = (
            (symbols.STUB_DONE, symbols.TURN_OUT_DONE)
            if turn.has_left
            else (symbols.STUB_LATER, symbols.TURN_OUT_LATER)
        )
        canvas.fill(row.words_end(canvas, y, columns), y, x, paint, stub)
        canvas.put(x, y, corner, paint)
    for row, y in rows:
        if isinstance(row, LayerRow | FoldRow) and y <= first:
            _paint_layer_out(canvas, x, row, y, columns, is_first=y == first)


def _paint_layer_out(
    canvas: Canvas, x: int, row: LayerRow | FoldRow, y: int, columns: Columns, *, is_first: bool
) -> None:
    right = columns.block(row.position)[1]
    if _has_node_out(row):
        is_bad = isinstance(row, LayerRow) and row.side_out.is_alarm
        paint = _BAD if is_bad else _UP
        _paint_node(canvas, x, y, row.moment_out, paint)
        _paint_stub(canvas, right, y, x, row.moment_out, paint)
    elif is_first:
        canvas.fill(right, y, x, _UP, symbols.STUB_DONE)
        canvas.put(x, y, symbols.TURN_OUT_DONE, _UP)


def _paint_node(canvas: Canvas, x: int, y: int, moment: Moment, paint: Paint) -> None:
    glyphs = {
        Moment.DONE: (symbols.NODE_DONE, paint),
        Moment.HERE: (symbols.NODE_HERE, _HERE),
        Moment.LATER: (symbols.NODE_LATER, _LATER),
    }
    canvas.put(x, y, *glyphs[moment])


def _paint_stub(canvas: Canvas, x: int, y: int, end: int, moment: Moment, paint: Paint) -> None:
    is_later = moment is Moment.LATER
    canvas.fill(x, y, end, _LATER if is_later else paint, symbols.STUB_LATER if is_later else symbols.STUB_DONE)


def _moment_in(row: Row) -> Moment:
    if isinstance(row, LegendRow):
        return Moment.LATER
    if isinstance(row, CoreRow):
        return row.moment if row.has_node else Moment.LATER
    return row.moment_in if row.stops else Moment.LATER


def _has_node_in(row: LayerRow | FoldRow) -> bool:
    return any(one.side_in.has_node for one in row.rows) if isinstance(row, FoldRow) else row.side_in.has_node


def _has_node_out(row: LayerRow | FoldRow) -> bool:
    return any(one.side_out.has_node for one in row.rows) if isinstance(row, FoldRow) else row.side_out.has_node
