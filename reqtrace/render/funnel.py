"""The picture of a request: down through the layers, into the view, and out again.

``draw_funnel`` is a pure function of the trace, the current stop and the size, so stepping redraws it. Modules
beside this one do the parts: ``funnel_owners`` sorts the stops into rows, ``funnel_plan`` chooses what fits,
``funnel_layers``, ``funnel_core``, ``funnel_send`` draw rows, ``funnel_lanes`` joins them.
"""

from __future__ import annotations

from collections.abc import Sequence

from reqtrace.events.holds import Hold
from reqtrace.render.canvas import Canvas
from reqtrace.render.circumstances import calls_badge, hop_badge, hops_by_layer
from reqtrace.render.columns import Columns, columns_for
from reqtrace.render.drawing import MIN_WIDTH, Drawing, Target, drawn
from reqtrace.render.funnel_bypass import bypass_rows
from reqtrace.render.funnel_fold import Row
from reqtrace.render.funnel_header import paint_header
from reqtrace.render.funnel_lanes import Turn, find_turn, paint_lanes
from reqtrace.render.funnel_layers import LayerRow
from reqtrace.render.funnel_owners import Owners, owners_of
from reqtrace.render.funnel_plan import plan_rows
from reqtrace.render.funnel_send import SendRow, send_row
from reqtrace.render.progress import Progress, progress_at
from reqtrace.trace.model import RequestTrace

__all__ = ["MIN_WIDTH", "Drawing", "Target", "draw_funnel", "funnel_height"]


def draw_funnel(
    trace: RequestTrace,
    *,
    stop: int | None = None,
    width: int,
    height: int | None = None,
    ascii_only: bool = False,
    holds: Sequence[Hold] = (),
) -> Drawing:
    """Draw the request as it is at a stop, or finished if ``stop`` is ``None``, with marks where requests are held.

    With a ``height`` the picture uses the room (two rows a layer) or saves it (boring rows are folded); it may
    still come out taller, when every row that is left tells something.
    """
    progress = progress_at(trace, stop)
    owners = owners_of(trace)
    columns = _columns(trace, width)
    canvas = Canvas(columns.width)
    paint_header(canvas, trace, progress, owners.header)
    rows = _rows(trace, owners, progress, columns, None if height is None else height - 1, holds)
    _paint_rows(canvas, rows, progress, columns)
    return drawn(canvas, _targets(rows, owners, columns), ascii_only=ascii_only)


def funnel_height(trace: RequestTrace, *, width: int) -> int:
    """Rows of the whole picture with one row a layer and nothing folded."""
    columns = _columns(trace, width)
    rows = _rows(trace, owners_of(trace), progress_at(trace, None), columns, None)
    return 1 + sum(row.height for row in rows)


def _columns(trace: RequestTrace, width: int) -> Columns:
    layers = [layer_pass.layer for layer_pass in trace.passes]
    hops = hops_by_layer(trace)
    badges = [calls_badge(row.calls) + hop_badge(hops.get(row.layer.index, 0)) for row in trace.passes]
    return columns_for(max(width, MIN_WIDTH), layers, badge_width=max(map(len, badges), default=0))


def _rows(
    trace: RequestTrace,
    owners: Owners,
    progress: Progress,
    columns: Columns,
    height: int | None,
    holds: Sequence[Hold] = (),
) -> Sequence[Row]:
    if trace.summary.lane == "chain":
        return plan_rows(trace, owners, progress, columns, height, holds)
    sent = send_row(trace, owners.send, progress)
    return [*bypass_rows(trace), *([sent] if sent is not None else [])]


def _paint_rows(canvas: Canvas, rows: Sequence[Row], progress: Progress, columns: Columns) -> None:
    placed: list[tuple[Row, int]] = []
    y = 1
    for row in rows:
        row.paint(canvas, y, columns)
        placed.append((row, y))
        y += row.height
    on_lanes = [(row, top) for row, top in placed if not isinstance(row, SendRow)]
    turn = find_turn(on_lanes, progress)
    if turn.way_out is None and turn.way_in is not None:
        turn = Turn(way_in=turn.way_in, way_out=turn.way_in, has_left=turn.has_left)
    paint_lanes(canvas, on_lanes, turn, columns, top=1)


def _targets(rows: Sequence[Row], owners: Owners, columns: Columns) -> tuple[Target, ...]:
    width = columns.width
    targets = [Target(stop.index, 0, 1, 0, width // 2) for stop in owners.header]
    y = 1
    for row in rows:
        bottom = y + row.height
        if isinstance(row, LayerRow):
            targets += [Target(stop, y, bottom, 0, columns.name_end) for stop in row.stops_in]
            targets += [Target(stop, y, bottom, columns.name_end, width) for stop in row.stops_out]
        else:
            targets += [Target(stop, y, bottom, 0, width) for stop in row.stops]
        y = bottom
    return tuple(targets)
