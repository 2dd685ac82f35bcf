"""The picture of a request as nested boxes: each layer around those further in, the view in the middle.

``draw_onion`` is a pure function of the trace, the current stop and the size, as ``draw_funnel`` is; it says less, for
the first minutes of a lesson. The upper edge of a box is a layer's way in, its lower edge the way out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from reqtrace.events.holds import Hold
from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas, Phrase, phrase_width
from reqtrace.render.columns import Columns, columns_for, short_name
from reqtrace.render.core_view import CoreView
from reqtrace.render.drawing import MIN_WIDTH, Drawing, Target, drawn
from reqtrace.render.funnel_bypass import bypass_rows
from reqtrace.render.funnel_core import CoreRow, with_tree
from reqtrace.render.funnel_fold import total_height
from reqtrace.render.funnel_header import note_below_header, paint_header
from reqtrace.render.funnel_holds import HoldMarks
from reqtrace.render.funnel_layers import LayerRow, layer_row
from reqtrace.render.funnel_owners import Owners, owners_of
from reqtrace.render.funnel_rows import core_rows
from reqtrace.render.funnel_send import SendRow, send_row
from reqtrace.render.hold_marks import HELD_ROW
from reqtrace.render.labels import text
from reqtrace.render.onion_boxes import Box, boxes_of
from reqtrace.render.onion_core import fold_core
from reqtrace.render.progress import Progress, progress_at
from reqtrace.render.roles import Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.model import RequestTrace

__all__ = ["draw_onion"]

_QUIET = Paint(Role.SKIP)
_LATER = Paint(Role.RULE)
_HERE = Paint(Role.TOKEN, bold=True)
_FEWEST_CORE = 4
"""Rows of URLconf, hooks, view and what it runs that are kept before layers have to share a box."""
_WIDE = 110
_NARROWEST_CORE = 40
"""Below this the boxes stand closer together,"""
_LEAST_CORE = 26
"""and below this layers share a box."""


class _Edges(NamedTuple):
    """What a box is drawn with."""

    upper: str
    side: str
    lower: str
    line: str
    paint: Paint


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What is drawn, from outside to inside."""

    boxes: Sequence[Box]
    core: Sequence[CoreRow]
    after: Sequence[SendRow | CoreRow]
    missing: Sequence[str]
    """A line for each entry of MIDDLEWARE that is not in the chain."""
    note: str
    has_hints: bool
    step: int
    """Cells from one box to the next."""


def draw_onion(
    trace: RequestTrace,
    *,
    stop: int | None = None,
    width: int,
    height: int | None = None,
    ascii_only: bool = False,
    holds: Sequence[Hold] = (),
) -> Drawing:
    """Draw the request as it is at a stop, or finished if ``stop`` is ``None``, with marks where requests are held.

    With a ``height`` what runs inside the view is folded, and layers with little to tell share a box.
    """
    progress = progress_at(trace, stop)
    owners = owners_of(trace)
    canvas = Canvas(max(width, MIN_WIDTH))
    paint_header(canvas, trace, progress, owners.header)
    plan = _plan(trace, owners, progress, canvas.width, height, HoldMarks(trace=trace, holds=holds))
    targets = [Target(stop.index, 0, 1, 0, canvas.width // 2) for stop in owners.header]
    targets += _paint(canvas, plan)
    return drawn(canvas, targets, ascii_only=ascii_only)


# --- what is drawn -----------------------------------------------------------------------------------------------


def _plan(
    trace: RequestTrace, owners: Owners, progress: Progress, width: int, height: int | None, marks: HoldMarks
) -> _Plan:
    layers = [
        marks.on_layer(layer_row(trace, layer_pass, position, stops, progress))
        for position, (layer_pass, stops) in enumerate(zip(trace.passes, owners.layers, strict=True))
    ]
    present = [row for row in layers if not row.is_skipped]
    after = _after(trace, owners, progress, width)
    is_chain = trace.summary.lane == "chain"
    note = note_below_header(trace, width)
    missing = [_missing_words(row) for row in layers if row.is_skipped]
    around = 1 + bool(note) + len(missing) + total_height(after)
    step = _step(len(present), width)
    core = core_rows(_view(trace, progress, _columns(width, step * len(present))), owners.core) if is_chain else []
    core = with_tree([marks.on_core(row) for row in core]) if is_chain else bypass_rows(trace)
    most = (width - _LEAST_CORE) // 2
    boxes = boxes_of(present, most)
    if height is not None:
        room = height - around
        kept = max(room - 2 * len(present), _FEWEST_CORE)
        core = fold_core(core, kept)
        boxes = boxes_of(present, min((room - len(core)) // 2, most))
    step = _step(len(boxes), width)
    spare = 0 if height is None else height - around - len(core) - 2 * len(boxes)
    return _Plan(
        boxes=boxes,
        core=core,
        after=after,
        missing=missing,
        note=note,
        has_hints=spare >= 2 and is_chain,
        step=step,
    )


def _after(trace: RequestTrace, owners: Owners, progress: Progress, width: int) -> list[SendRow | CoreRow]:
    """What was sent when all boxes had been left, and what ran while the body was made."""
    sent = send_row(trace, owners.send, progress)
    body = core_rows(_view(trace, progress, _columns(width, 0)), owners.body) if owners.body else []
    inside = [replace(row, depth=max(row.depth, 1)) for row in body if row.sort is not None]
    return [*([sent] if sent is not None else []), *with_tree(inside)]


def _view(trace: RequestTrace, progress: Progress, columns: Columns) -> CoreView:
    return CoreView(trace=trace, progress=progress, columns=columns, is_roomy=False)


def _step(boxes: int, width: int) -> int:
    """As much as leaves the middle enough room."""
    room = (width - _NARROWEST_CORE) // max(2 * boxes, 1)
    return max(min(room, 3 if width >= _WIDE else 2), 1)


def _columns(width: int, inset: int) -> Columns:
    """Columns whose core lies between two edges that are inset so far."""
    return replace(columns_for(width, ()), lane_in=inset - 3, lane_out=width - inset + 3)


def _missing_words(row: LayerRow) -> str:
    layer = row.layer_pass.layer
    why = "".join(words for words, _ in row.side_out.variants[0])
    kind = "".join(words for words, _ in row.side_in.variants[0])
    return f"{layer.index + 1} {short_name(layer)}  {kind}  {sanitize(why)}"


# --- drawing -----------------------------------------------------------------------------------------------------


def _paint(canvas: Canvas, plan: _Plan) -> Iterable[Target]:
    y = 1
    if plan.note:
        canvas.put(1, y, plan.note, Paint(Role.WARN), width=canvas.width - 2)
        y += 1
    if plan.has_hints:
        canvas.put(1, y, text("onion.enters"), Paint(Role.DOWN))
        y += 1
    top, bottom = y + len(plan.boxes), y + len(plan.boxes) + len(plan.core)
    columns = _columns(canvas.width, plan.step * len(plan.boxes))
    for at, row in enumerate(plan.core, top):
        row.paint(canvas, at, columns)
        yield from (Target(stop, at, at + 1, columns.core, columns.core_end) for stop in row.stops)
    for place, box in enumerate(plan.boxes):
        upper, lower = y + place, bottom + len(plan.boxes) - 1 - place
        _paint_box(canvas, box, place * plan.step, upper, lower)
        left, right = place * plan.step, canvas.width - place * plan.step
        yield from (Target(stop, upper, upper + 1, left, right) for stop in box.stops_in)
        yield from (Target(stop, lower, lower + 1, left, right) for stop in box.stops_out)
    y = bottom + len(plan.boxes)
    for words in plan.missing:
        canvas.put(1, y, words, Paint(Role.SKIP, italic=True), width=canvas.width - 2)
        y += 1
    if plan.has_hints:
        canvas.put(1, y, text("onion.leaves"), Paint(Role.UP))
        y += 1
    for after in plan.after:
        after.paint(canvas, y, _columns(canvas.width, 0))
        yield from (Target(stop, y, y + 1, 0, canvas.width) for stop in after.stops)
        y += 1


def _edges(box: Box) -> _Edges:
    if box.is_here:
        corners = (symbols.BOX_LEFT_HERE + symbols.BOX_RIGHT_HERE, symbols.TURN_IN_DONE + symbols.TURN_OUT_DONE)
        return _Edges(corners[0], symbols.LANE_DONE, corners[1], symbols.STUB_DONE, _HERE)
    upper, lower = symbols.BOX_LEFT + symbols.BOX_RIGHT, symbols.TURN_IN_LATER + symbols.TURN_OUT_LATER
    if not box.is_entered:
        return _Edges(upper, symbols.LANE_LATER, lower, symbols.STUB_LATER, _LATER)
    return _Edges(upper, symbols.TREE_PAST, lower, symbols.RULE, Paint(Role.UP if box.is_left else Role.DOWN))


def _paint_box(canvas: Canvas, box: Box, left: int, upper: int, lower: int) -> None:
    edges, right = _edges(box), canvas.width - 1 - left
    for y, corners in ((upper, edges.upper), (lower, edges.lower)):
        canvas.fill(left, y, right, edges.paint, edges.line)
        canvas.put(left, y, corners[0], edges.paint)
        canvas.put(right, y, corners[1], edges.paint)
    for y in range(upper + 1, lower):
        canvas.put(left, y, edges.side, edges.paint)
        canvas.put(right, y, edges.side, edges.paint)
    room = right - left - 5
    words = _fitting(box.upper(), room)
    canvas.put_phrase(left + 2, upper, [(" ", edges.paint), *words, (" ", edges.paint)], width=room + 2)
    words = _fitting(box.lower(), room)
    start = right - 3 - min(phrase_width(words), room)
    canvas.put_phrase(start, lower, [(" ", edges.paint), *words, (" ", edges.paint)], width=right - 1 - start)
    for y, is_way_out in ((upper, False), (lower, True)):
        if box.is_held(is_way_out=is_way_out):
            canvas.repaint(left, y, right + 1, HELD_ROW)


def _fitting(variants: Iterable[Phrase], room: int) -> Phrase:
    """The first that fits, else the last."""
    phrase: Phrase = ()
    for phrase in variants:
        if phrase_width(phrase) <= room:
            break
    return phrase
