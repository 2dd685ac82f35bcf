"""The onion shows every layer as a box around those further in, and its boxes stay where they are while one steps."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scenarios import SCENARIOS

from reqtrace.render.canvas import Canvas
from reqtrace.render.onion import draw_onion
from reqtrace.render.roles import Role
from reqtrace.trace.model import LayerState, RequestTrace, StopSort

TraceOf = Callable[..., RequestTrace]
Golden = Callable[[str, str], None]

FINISHED = [
    "home",
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
    "not_used",
    "thirty_layers",
    "cjk_path",
]
STEPS = {"detail": (3, 9, 13, 20), "short_circuit_301": (3, 4), "view_raises_500": (12,)}


def lines(canvas: Canvas) -> list[str]:
    return [canvas.line(y) for y in range(canvas.height)]


def is_lit(canvas: Canvas, y: int) -> bool:
    return any(run.paint.role is Role.TOKEN for run in canvas.runs(y))


@pytest.mark.parametrize("name", FINISHED)
def test_finished_pictures(name: str, trace_of: TraceOf, golden: Golden) -> None:
    """A finished request looks as in its snapshot, in the 18 rows there are on a screen of 80×24."""
    drawing = draw_onion(trace_of(name), width=80, height=18)
    golden(f"onion_{name}_80x18.txt", drawing.canvas.plain())


@pytest.mark.parametrize("name", ["home", "n_plus_one", "csrf_403"])
def test_pictures_with_room(name: str, trace_of: TraceOf, golden: Golden) -> None:
    """With room every layer has its own box, and what runs inside the view its rows."""
    golden(f"onion_{name}_110x27.txt", draw_onion(trace_of(name), width=110, height=27).canvas.plain())


@pytest.mark.parametrize(("name", "stop"), [(name, stop) for name, stops in STEPS.items() for stop in stops])
def test_pictures_while_stepping(name: str, stop: int, trace_of: TraceOf, golden: Golden) -> None:
    """A stop in the middle looks as in its snapshot."""
    golden(
        f"onion_{name}_step_{stop:02}.txt", draw_onion(trace_of(name), stop=stop, width=80, height=18).canvas.plain()
    )


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("height", [None, 18])
def test_every_stop_is_lit_in_its_place(name: str, height: int | None, trace_of: TraceOf) -> None:
    """At each stop the place that stands for it is lit, and a click there means that stop or one beside it."""
    trace = trace_of(name)
    for stop in trace.stops[len(name) % 4 :: 4]:
        drawing = draw_onion(trace, stop=stop.index, width=80, height=height)
        assert set(drawing.stop_rows) == {one.index for one in trace.stops}
        top, _ = drawing.stop_rows[stop.index]
        assert is_lit(drawing.canvas, top), stop
        place = next(target for target in drawing.targets if target.stop == stop.index)
        assert drawing.stop_at(place.left, top) is not None


@pytest.mark.parametrize("name", SCENARIOS)
def test_boxes_do_not_jump(name: str, trace_of: TraceOf) -> None:
    """While one steps the edges of the boxes stay in their rows."""
    trace = trace_of(name)
    edges = set()
    for stop in trace.stops[::3]:
        drawing = draw_onion(trace, stop=stop.index, width=80, height=18)
        sorts = {one.index: one.sort for one in trace.stops}
        edges.add(tuple(drawing.stop_rows[index] for index, sort in sorts.items() if sort is StopSort.LAYER_IN))
    assert len(edges) <= 1


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_box_is_closed(name: str, trace_of: TraceOf) -> None:
    """There are as many upper as lower corners, nested in order, and each loaded layer is named."""
    trace = trace_of(name)
    picture = lines(draw_onion(trace, width=100).canvas)
    upper = [line for line in picture if "╭" in line]
    lower = [line for line in picture if "╰" in line]
    assert [line.index("╭") for line in upper] == [line.index("╰") for line in reversed(lower)]
    assert [line.index("╮") for line in upper] == [line.index("╯") for line in reversed(lower)]
    for layer_pass, line in zip(
        [one for one in trace.passes if one.layer.state is LayerState.LOADED], upper, strict=True
    ):
        assert layer_pass.layer.name.removesuffix("Middleware").removesuffix("_middleware") in line


def test_a_layer_that_matters_has_its_own_box(trace_of: TraceOf) -> None:
    """However many layers there are, the one that turned the request back shares its box with none."""
    picture = lines(draw_onion(trace_of("short_circuit_301"), width=80, height=8).canvas)
    (turning,) = (line for line in picture if "returned 301" in line)
    assert "3 Common  returned 301" in turning


def test_nothing_is_told_before_it_happens(trace_of: TraceOf) -> None:
    """Before the request turns back nothing says that it will."""
    trace = trace_of("short_circuit_301")
    picture = draw_onion(trace, stop=2, width=80, height=18).canvas.plain()
    assert "301" not in picture
    assert "never" not in picture
    assert "Content-Length" not in picture


@pytest.mark.parametrize("name", SCENARIOS)
def test_ascii_is_complete(name: str, trace_of: TraceOf) -> None:
    """In ASCII nothing is left but ASCII and other people's letters, and nothing moves."""
    wide = lines(draw_onion(trace_of(name), width=80).canvas)
    narrow = lines(draw_onion(trace_of(name), width=80, ascii_only=True).canvas)
    assert [len(line) for line in wide] == [len(line) for line in narrow]
    if name != "cjk_path":
        assert all(line.isascii() for line in narrow)


@pytest.mark.parametrize("width", [1, 40, 60, 79, 115, 200])
@pytest.mark.parametrize("name", ["thirty_layers", "detail"])
def test_any_width_is_drawn(name: str, width: int, trace_of: TraceOf) -> None:
    """Thirty boxes fit into the narrowest screen, too."""
    canvas = draw_onion(trace_of(name), width=width).canvas
    assert canvas.width == max(width, 40)
    assert any("VIEW" in line for line in lines(canvas))


def test_a_request_under_way_is_where_it_is(trace_of: TraceOf) -> None:
    """Of an open request the last stop is lit."""
    trace = trace_of("home", 25)
    drawing = draw_onion(trace, width=80, height=18)
    top, _ = drawing.stop_rows[trace.stops[-1].index]
    assert is_lit(drawing.canvas, top)


@pytest.mark.parametrize(
    ("name", "words"),
    [("n_plus_one", "13 SQL, 1 TPL  the same SQL ×12"), ("n_plus_one_included", "9 SQL, 9 TPL  the same SQL ×8")],
)
def test_what_is_folded_is_counted_as_often_as_it_ran(name: str, words: str, trace_of: TraceOf) -> None:
    """A loop of twelve statements is not one statement, and is told as a warning."""
    canvas = draw_onion(trace_of(name), width=80, height=18).canvas
    (y,) = (y for y in range(canvas.height) if words in canvas.line(y))
    assert any("×" in run.text and run.paint.role is Role.WARN for run in canvas.runs(y))


def test_a_layer_whose_exception_was_converted_has_been_left(trace_of: TraceOf) -> None:
    """The response that the film made leaves through its lower edge, so that edge is not one still to come."""
    picture = lines(draw_onion(trace_of("request_hook_raises"), width=80).canvas)
    (edge,) = (line for line in picture if "DisallowedHost → 400" in line)
    assert "→ 400 ●" in edge
