"""The tables of the mode Time: the statements of a request, the layers and the views of all requests."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from reqtrace.analysis.findings import FindingId
from reqtrace.analysis.statements import Cause, Statement
from reqtrace.analysis.timing import LayerTotal, ViewTotal
from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas, Phrase
from reqtrace.render.figures import format_duration
from reqtrace.render.labels import has, text
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.render.sql_text import short_sql
from reqtrace.render.table import Column, TableDrawing, draw_table, share_bar

__all__ = ["cause_words", "draw_layers", "draw_statements", "draw_views", "layer_label", "share_words", "view_label"]

_BOLD = Paint(Role.INK, bold=True)
_QUIET = Paint(Role.SKIP)
_WARN = Paint(Role.WARN, bold=True)
_BAD = Paint(Role.BAD, bold=True)
_HOT = Paint(Role.HOT, bold=True)
_HOT_SHARE = 0.25
_SUFFIX = "Middleware"
_BAR_CELLS = 8
_NARROW = 72
"""Below it the name of a view needs the room of its bar and its mean, which follow from the other numbers."""


# --- statements --------------------------------------------------------------------------------------------------


def draw_statements(
    rows: Sequence[Statement], *, selected: int, is_front: bool, width: int, height: int | None
) -> TableDrawing:
    """A row a statement; below, the chosen one in full and the lines that caused it."""
    details = [*_details(rows[selected], width)] if rows else []
    height = len(rows) + 2 + len(details) if height is None else height
    room = max(height - 2 - min(len(rows), max(height // 2, 4)), 0)
    details = details[:room]
    columns = (
        Column(head=text("time.times"), width=5, is_number=True),
        Column(head=text("time.total"), width=6, is_number=True),
        Column(head=text("time.share"), width=5, is_number=True),
        Column(head="", width=5),
        Column(head=text("time.statement")),
    )
    table = height - len(details) - 1 if details else height
    drawing = draw_table(
        columns,
        [_statement_cells(row) for row in rows],
        selected=selected,
        is_front=is_front,
        width=width,
        height=table,
    )
    _paint_details(drawing.canvas, details, min(table, 1 + len(rows)))
    return drawing


def _statement_cells(row: Statement) -> Sequence[Phrase]:
    times = f"{symbols.TIMES}{row.times}" if row.times > 1 else "1"
    mark: Phrase = ()
    if row.error:
        mark = ((symbols.STATUS_SERVER_ERROR, _BAD),)
    elif row.suspicion is FindingId.N_PLUS_ONE:
        mark = ((text("time.n_plus_one"), _WARN),)
    elif row.suspicion is FindingId.SAME_QUERY:
        mark = ((text("time.same_query"), _WARN),)
    return (
        ((times, _WARN if row.suspicion else INK),),
        ((format_duration(row.duration), _paint(row.share)),),
        ((share_words(row.share), _QUIET),),
        mark,
        ((short_sql(row.sql), INK),),
    )


def _details(row: Statement, width: int) -> Iterator[Phrase]:
    for cause in row.causes[:3]:
        yield ((cause_words(cause), _BOLD),)
    if len(row.causes) > 3:
        yield ((text("time.more_causes", n=len(row.causes) - 3), _QUIET),)
    if row.error:
        yield ((f"{symbols.STATUS_SERVER_ERROR} {sanitize(row.error)}", _BAD),)
    for line in textwrap.wrap(sanitize(" ".join(row.sql[:2_000].split())), max(width - 2, 20), break_on_hyphens=False):
        yield ((line, INK),)


def cause_words(cause: Cause) -> str:
    """How often, and by which line or template."""
    key = "time.cause" if cause.file else "time.cause.unknown"
    place = sanitize(cause.file.replace("\\", "/")).rpartition("/")[2]
    words = text(
        key,
        times=f"{symbols.TIMES}{cause.times} " if cause.times > 1 else "",
        total=format_duration(cause.duration),
        place=f"{place}:{cause.line}",
        function=sanitize(cause.function),
    )
    return words + (text("time.cause.template", template=sanitize(cause.template)) if cause.template else "")


def _paint_details(canvas: Canvas, details: Sequence[Phrase], top: int) -> None:
    if not details:
        return
    canvas.fill(1, top, canvas.width - 1, Paint(Role.RULE), symbols.RULE)
    for y, phrase in enumerate(details, top + 1):
        canvas.put_phrase(1, y, phrase, width=canvas.width - 2)


# --- all requests ------------------------------------------------------------------------------------------------


def draw_layers(
    rows: Sequence[LayerTotal], *, selected: int, is_front: bool, width: int, height: int | None
) -> TableDrawing:
    """A row a layer, that which took most time of its own first."""
    columns = (
        Column(head=text("time.layer")),
        Column(head=text("time.own"), width=8, is_number=True),
        Column(head=text("time.share"), width=5, is_number=True),
        Column(head=text("time.calls"), width=6, is_number=True),
        Column(head=text("time.mean"), width=6, is_number=True),
        Column(head=text("time.longest"), width=7, is_number=True),
    )
    cells = [
        (
            ((layer_label(row), _BOLD),),
            ((format_duration(row.own), _paint(row.share)),),
            ((share_words(row.share), INK),),
            ((str(row.calls), INK),),
            ((format_duration(row.mean), INK),),
            ((format_duration(row.longest.time), INK),),
        )
        for row in rows
    ]
    return draw_table(columns, cells, selected=selected, is_front=is_front, width=width, height=height)


def draw_views(
    rows: Sequence[ViewTotal], *, selected: int, is_front: bool, width: int, height: int | None
) -> TableDrawing:
    """A row a view, that whose requests took most time first."""
    is_narrow = width < _NARROW
    columns = (
        Column(head=text("time.view")),
        Column(head=text("time.total"), width=6, is_number=True),
        Column(head=text("time.share"), width=5, is_number=True),
        *(() if is_narrow else (Column(head="", width=_BAR_CELLS),)),
        Column(head=text("time.requests"), width=4, is_number=True),
        *(() if is_narrow else (Column(head=text("time.mean"), width=6, is_number=True),)),
        Column(head=text("time.longest"), width=7, is_number=True),
        Column(head=text("time.queries"), width=4, is_number=True),
    )
    cells = [
        (
            ((view_label(row), _BOLD if row.view else _QUIET),),
            ((format_duration(row.time), _paint(row.share)),),
            ((share_words(row.share), INK),),
            *(() if is_narrow else (((share_bar(row.share, _BAR_CELLS), _paint(row.share)),),)),
            ((str(row.requests), INK),),
            *(() if is_narrow else (((format_duration(row.mean), INK),),)),
            ((format_duration(row.longest.time), INK),),
            ((_per_request(row), INK),),
        )
        for row in rows
    ]
    return draw_table(columns, cells, selected=selected, is_front=is_front, width=width, height=height)


def layer_label(row: LayerTotal) -> str:
    """Number and name, as in the funnel."""
    name = sanitize(row.path).rpartition(".")[2] or "?"
    return f"{row.index + 1} {name.removesuffix(_SUFFIX) or name}"


def view_label(row: ViewTotal) -> str:
    """The view, or why there was none."""
    if row.view:
        return sanitize(row.view)
    key = f"time.no_view.{row.lane}"
    return text(key) if has(key) else text("time.no_view")


def share_words(share: float) -> str:
    """``12%``; what is more than nothing is never 0."""
    return "<1%" if 0 < share < 0.005 else f"{share:.0%}"


def _per_request(row: ViewTotal) -> str:
    mean = row.queries / max(row.requests, 1)
    return f"{mean:.0f}" if mean >= 10 or mean == int(mean) else f"{mean:.1f}"


def _paint(share: float) -> Paint:
    return _HOT if share >= _HOT_SHARE else INK
