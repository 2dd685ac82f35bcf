"""The waterfall shows every stop over one axis, tells nothing before it happens, and folds what tells least."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scenarios import SCENARIOS

from reqtrace.render.canvas import Canvas
from reqtrace.render.roles import Role
from reqtrace.render.waterfall import draw_waterfall
from reqtrace.trace.model import RequestTrace, StopSort

TraceOf = Callable[..., RequestTrace]
Golden = Callable[[str, str], None]

FINISHED = [
    "home",
    "n_plus_one",
    "csrf_403",
    "short_circuit_301",
    "view_raises_500",
    "process_exception_answers",
    "template_response",
    "streaming",
    "static",
    "refused_line",
    "asgi",
    "own_call_answers",
    "request_hook_raises",
    "user_evaluated",
]


def lines(canvas: Canvas) -> list[str]:
    return [canvas.line(y) for y in range(canvas.height)]


@pytest.mark.parametrize("name", FINISHED)
def test_finished_pictures(name: str, trace_of: TraceOf, golden: Golden) -> None:
    """A finished request looks as in its snapshot."""
    golden(f"waterfall_{name}_80.txt", draw_waterfall(trace_of(name), width=80).canvas.plain())


@pytest.mark.parametrize(("name", "height"), [("thirty_layers", 18), ("deep", 18), ("deep", 40)])
def test_pictures_in_little_room(name: str, height: int, trace_of: TraceOf, golden: Golden) -> None:
    """What tells least is folded, and what took longest stays."""
    drawing = draw_waterfall(trace_of(name), width=80 if height < 30 else 120, height=height)
    golden(f"waterfall_{name}_x{height}.txt", drawing.canvas.plain())
    assert drawing.canvas.height <= height


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_stop_has_a_row(name: str, trace_of: TraceOf) -> None:
    """Stepping lights a row for each stop, however many rows are folded; a click there means that stop's row."""
    trace = trace_of(name)
    for height in (None, 18):
        drawing = draw_waterfall(trace, width=80, height=height)
        assert set(drawing.stop_rows) == {stop.index for stop in trace.stops}
        for top, _ in drawing.stop_rows.values():
            assert drawing.stop_at(5, top) is not None


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_current_stop_is_lit_and_nothing_is_told_before(name: str, trace_of: TraceOf) -> None:
    """At each stop its row is lit; what is still to come has no time and no alarm."""
    trace = trace_of(name)
    for stop in trace.stops[len(name) % 2 :: 2]:
        drawing = draw_waterfall(trace, stop=stop.index, width=80, height=18)
        top, _ = drawing.stop_rows[stop.index]
        assert any(run.paint.role is Role.TOKEN for run in drawing.canvas.runs(top)), stop
        for later in trace.stops[stop.index + 1 :]:
            row, _ = drawing.stop_rows[later.index]
            is_only_later = all(index > stop.index for index, at in drawing.stop_rows.items() if at == (row, row + 1))
            if is_only_later and row:
                assert all(run.paint.role is not Role.BAD for run in drawing.canvas.runs(row)), (stop, later)
                assert not drawing.canvas.line(row).rstrip().endswith("s"), (stop, later)


def test_the_time_that_has_passed_is_marked_on_the_axis(trace_of: TraceOf) -> None:
    """The axis shows where in time the current stop is; a finished picture has no such mark."""
    trace = trace_of("home")
    marks = [draw_waterfall(trace, stop=stop.index, width=80).canvas.line(1).find("▾") for stop in trace.stops]
    assert -1 not in marks
    assert marks == sorted(marks)
    assert "▾" not in draw_waterfall(trace, width=80).canvas.line(1)


def test_each_statement_of_a_loop_has_its_bar(trace_of: TraceOf) -> None:
    """Twelve statements in one row are twelve bars, because there is time between them."""
    picture = lines(draw_waterfall(trace_of("n_plus_one"), width=600).canvas)
    (row,) = (line for line in picture if "×12" in line)
    chart = row.partition("author")[2].replace("▌", "█").replace("▐", "█").replace("╎", " ")
    assert len([run for run in chart.split(" ") if "█" in run]) == 12


def test_a_request_under_way_ends_where_it_is(trace_of: TraceOf) -> None:
    """Of an open request the last stop is the current one, and what runs has no time yet."""
    trace = trace_of("home", 25)
    drawing = draw_waterfall(trace, width=80)
    top, _ = drawing.stop_rows[trace.stops[-1].index]
    assert any(run.paint.role is Role.TOKEN for run in drawing.canvas.runs(top))


def test_folding_keeps_what_matters(trace_of: TraceOf) -> None:
    """With six rows the view, what raised and the current stop are still there."""
    trace = trace_of("view_raises_500")
    picture = draw_waterfall(trace, width=80, height=8).canvas.plain()
    assert "VIEW shop.views.boom" in picture
    assert "ZeroDivisionError → 500" in picture
    repeated = draw_waterfall(trace_of("n_plus_one"), width=80, height=8).canvas.plain()
    assert "SQL ×12 shop_author" in repeated
    assert "SEND" in repeated
    assert "1 to 7, 7 layers" in repeated
    layer = next(stop for stop in trace.stops if stop.sort is StopSort.LAYER_OUT)
    name = trace.passes[layer.layer or 0].layer.name.removesuffix("Middleware")
    assert name in draw_waterfall(trace, stop=layer.index, width=80, height=8).canvas.plain()


@pytest.mark.parametrize("name", SCENARIOS)
def test_ascii_is_complete(name: str, trace_of: TraceOf) -> None:
    """In ASCII nothing is left but ASCII and other people's letters, and nothing moves."""
    wide = lines(draw_waterfall(trace_of(name), width=80).canvas)
    narrow = lines(draw_waterfall(trace_of(name), width=80, ascii_only=True).canvas)
    assert [len(line) for line in wide] == [len(line) for line in narrow]
    if name != "cjk_path":
        assert all(line.isascii() for line in narrow)


@pytest.mark.parametrize("width", [1, 40, 60, 79, 80, 115, 200])
def test_any_width_is_drawn(width: int, trace_of: TraceOf) -> None:
    """Every row has the width of the picture."""
    canvas = draw_waterfall(trace_of("detail"), width=width).canvas
    assert canvas.width == max(width, 40)


def test_a_layer_that_is_not_in_the_chain_has_no_time(trace_of: TraceOf) -> None:
    """The numbers of the layers go on without a gap, and why one takes no part is said."""
    picture = draw_waterfall(trace_of("not_used"), width=80, height=18).canvas.plain()
    assert "2 Profiler" in picture
    assert "not in the chain: PROFILER is not set" in picture
    assert "1 to 4, 3 layers" in draw_waterfall(trace_of("not_used"), width=80, height=5).canvas.plain()


def test_a_layer_that_asks_twice_is_named(trace_of: TraceOf) -> None:
    """Two walks to the view below each other would look like a fault of the picture; before the end nothing is told."""
    trace = trace_of("called_twice")
    (row,) = (line for line in lines(draw_waterfall(trace, width=80).canvas) if "2 Retry" in line)
    assert "get_response ×2" in row
    assert "get_response ×2" not in draw_waterfall(trace, stop=5, width=80).canvas.plain()


@pytest.mark.parametrize("name", ["csrf_403", "short_circuit_301", "not_found_404", "own_call_answers"])
def test_a_view_that_was_never_called_has_its_row_from_the_beginning(name: str, trace_of: TraceOf) -> None:
    """It says so once the request has turned back, and no row moves for that."""
    trace = trace_of(name)
    rows = set()
    for stop in (*range(len(trace.stops)), None):
        picture = lines(draw_waterfall(trace, stop=stop, width=80).canvas)
        (y,) = (y for y, line in enumerate(picture) if line.split()[:1] == ["VIEW"])
        rows.add(y)
        if stop in (0, None):
            assert ("never called" in picture[y]) is (stop is None)
    assert len(rows) == 1
