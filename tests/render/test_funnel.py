"""The funnel shows every stop, keeps its columns at every width, and tells nothing before it happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django_acts import user_evaluated
from django_model import DETAIL, Journey
from rich.cells import cell_len
from scenarios import SCENARIOS, THIRTY, Scenario, a_page, append_slash, boom, key_error, make, technical_page

from reqtrace.events.kinds import RequestEscaped
from reqtrace.render import ascii as ascii_table
from reqtrace.render.canvas import Canvas
from reqtrace.render.funnel import Drawing, draw_funnel, funnel_height
from reqtrace.render.roles import Role
from reqtrace.trace.model import Phase, RequestState, RequestTrace, Stop, StopSort

TraceOf = Callable[..., RequestTrace]
Golden = Callable[[str, str], None]

SOLID_IN, DASHED_IN = set("┃●◉┗"), set("╎○╰")
SOLID_OUT, DASHED_OUT = set("┃●◉┛"), set("╎○╯")
GOLDEN_NAMES = [name for name in SCENARIOS if name != "thirty_layers"]

STEPS = {
    "detail": (0, 2, 8, 10, 14, 18, 23, 24),
    "csrf_403": (4, 9, 13),
    "short_circuit_301": (2, 3, 5),
    "view_raises_500": (10, 13, 16),
    "process_exception_answers": (11, 13),
    "streaming": (18, 20),
    "request_hook_raises": (3, 4),
}


def lane(canvas: Canvas, x: int) -> str:
    """The cells of a lane from the row below the header on."""
    return "".join(canvas.line(y)[x] for y in range(1, canvas.height))


def ascii_lines(drawing: Drawing) -> list[str]:
    """Rows with one character a cell."""
    canvas = drawing.canvas.to_ascii(strict=True)
    return [canvas.line(y) for y in range(canvas.height)]


def is_lit(canvas: Canvas, y: int) -> bool:
    return any(run.paint.role is Role.TOKEN for run in canvas.runs(y))


def stop_of(trace: RequestTrace, sort: StopSort) -> Stop:
    return next(stop for stop in trace.stops if stop.sort is sort)


# --- the pictures, read one by one -------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [80, 120, 200])
@pytest.mark.parametrize("name", GOLDEN_NAMES)
def test_finished_pictures(name: str, width: int, trace_of: TraceOf, golden: Golden) -> None:
    """A finished request looks as in its snapshot: one row a layer at 80, two where there is room."""
    height = {80: None, 120: 40, 200: 50}[width]
    golden(f"{name}_{width}.txt", draw_funnel(trace_of(name), width=width, height=height).canvas.plain())


@pytest.mark.parametrize(("name", "stop"), [(name, stop) for name, stops in STEPS.items() for stop in stops])
def test_pictures_while_stepping(name: str, stop: int, trace_of: TraceOf, golden: Golden) -> None:
    """A stop in the middle looks as in its snapshot."""
    golden(f"{name}_step_{stop:02}.txt", draw_funnel(trace_of(name), stop=stop, width=80).canvas.plain())


@pytest.mark.parametrize("height", [18, 24, None])
def test_many_layers(height: int | None, trace_of: TraceOf, golden: Golden) -> None:
    """Thirty layers fit into 80 columns, and into few rows by folding those that did nothing."""
    drawing = draw_funnel(trace_of("thirty_layers"), width=80, height=height)
    golden(f"thirty_layers_80x{height or 'all'}.txt", drawing.canvas.plain())


def test_ascii_picture(trace_of: TraceOf, golden: Golden) -> None:
    """The same picture without a single character beyond ASCII."""
    text = draw_funnel(trace_of("detail"), width=80, ascii_only=True).canvas.plain()
    assert text.isascii()
    golden("detail_80_ascii.txt", text)


# --- what holds for every picture --------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("width", [60, 80, 94, 120, 250])
@pytest.mark.parametrize("name", SCENARIOS)
def test_every_picture_is_sound(name: str, width: int, trace_of: TraceOf) -> None:
    """At every stop rows have the exact width, lanes have no hole, and the current stop is lit."""
    trace = trace_of(name)
    stops = [None, *(stop.index for stop in trace.stops[:: 1 if width == 80 else 4])]
    for stop in stops:
        for height in (None, 18):
            check_soundness(draw_funnel(trace, stop=stop, width=width, height=height), trace, stop, width)


def check_soundness(drawing: Drawing, trace: RequestTrace, stop: int | None, width: int) -> None:
    canvas = drawing.canvas
    lines = [canvas.line(y) for y in range(canvas.height)]
    assert {cell_len(line) for line in lines} == {width}
    assert {index for index, _ in drawing.stop_rows.items()} >= {one.index for one in trace.stops}
    assert all(0 <= top < bottom <= canvas.height for top, bottom in drawing.stop_rows.values())
    if stop is not None:
        top, bottom = drawing.stop_rows[stop]
        assert any(is_lit(canvas, y) for y in range(top, bottom)), (stop, lines[top])
    check_lane(column(drawing, 1), "|*@\\", ":o\\", is_way_in=True)
    check_lane(column(drawing, width - 2), "|*@/", ":o/", is_way_in=False)


def column(drawing: Drawing, x: int) -> str:
    return "".join(line[x] for line in ascii_lines(drawing)[1:]).rstrip()


def check_lane(cells: str, solid: str, dashed: str, *, is_way_in: bool) -> None:
    """A lane is unbroken, and solid on one side of the current stop and dashed on the other."""
    assert set(cells) <= set(solid + dashed), cells
    plain = [cell for cell in cells if cell in "|:"]
    ordered = sorted(plain, key="|:".index if is_way_in else ":|".index)
    assert plain == ordered, cells


@pytest.mark.slow
@pytest.mark.parametrize("name", ["detail", "csrf_403", "process_exception_passes", "streaming", "own_call_answers"])
def test_a_request_under_way_is_drawn_at_every_event(name: str, trace_of: TraceOf) -> None:
    """Whatever has arrived so far makes a sound picture, and the last stop is lit."""
    for count in range(1, len(SCENARIOS[name].request) + 1):
        trace = trace_of(name, count)
        drawing = draw_funnel(trace, width=80)
        check_soundness(drawing, trace, None, 80)
        if trace.summary.state.value == "open" and trace.stops:
            top, _ = drawing.stop_rows[trace.stops[-1].index]
            assert is_lit(drawing.canvas, top), drawing.canvas.plain()


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_glyph_has_an_ascii_form(name: str, trace_of: TraceOf) -> None:
    """What a picture adds to the words of the project is in the ASCII table."""
    trace = trace_of(name)
    own = set(trace.summary.path)
    for stop in (None, *(stop.index for stop in trace.stops)):
        for character in set(draw_funnel(trace, stop=stop, width=120, height=40).canvas.plain()) - own:
            assert ascii_table.translate(character).isascii(), character


def test_columns_are_the_same_at_every_stop(trace_of: TraceOf) -> None:
    """Stepping never moves a name: only paints and badges change."""
    trace = trace_of("detail")
    starts = {
        tuple(line.find(name) for line in ascii_lines(draw_funnel(trace, stop=stop.index, width=80))[1:8])
        for stop in trace.stops
        for name in ["Security"]
    }
    assert len(starts) == 1
    heights = {draw_funnel(trace, stop=stop.index, width=80).canvas.height for stop in trace.stops}
    assert heights == {funnel_height(trace, width=80)}


@pytest.mark.parametrize("width", range(60, 251, 10))
def test_names_stand_below_each_other(width: int, trace_of: TraceOf) -> None:
    """Numbers and names of all layers begin in one column."""
    lines = ascii_lines(draw_funnel(trace_of("home"), width=width))[1:8]
    places = {line.index(f" {number} ") for number, line in enumerate(lines, 1)}
    assert len(places) == 1


# --- nothing is told before it happens ---------------------------------------------------------------------------


def test_later_hooks_show_only_their_names(trace_of: TraceOf) -> None:
    """Before a hook runs there is no badge, no time and no result."""
    text = draw_funnel(trace_of("detail"), stop=1, width=80).canvas.plain()
    for secret in ("+request", "✓", "✗", "200", "pk = 3", "+X-Frame"):
        assert secret not in text
    assert "waiting …" in text


def test_what_the_view_evaluates_is_told_when_it_runs(fold_of: FoldOf) -> None:
    """Its decorators are known before; that it will look at the session and the user is not."""
    decorated = replace(DETAIL, decorators=("django.contrib.auth.decorators.user_passes_test",))
    acts = {"view": lambda journey: (a_page(journey), user_evaluated(journey))[0]}
    trace = fold_of(make("members", acts=acts, match=decorated))
    assert trace.view is not None
    at_view = next(stop.index for stop in trace.stops if stop.span is trace.view)
    for stop in range(at_view):
        text = draw_funnel(trace, stop=stop, width=120).canvas.plain()
        assert "evaluat" not in text
        assert "@user_passes_test" in text
    assert "@user_passes_test  request.user evaluated" in draw_funnel(trace, stop=at_view, width=120).canvas.plain()


def test_a_narrow_row_of_the_urlconf_keeps_what_matched(fold_of: FoldOf) -> None:
    """The patterns that were tried give way to it, not the other way round."""
    long = replace(DETAIL, arguments=(("slug", repr("moonstone" * 5)),))
    text = draw_funnel(fold_of(make("collect", acts={"view": a_page}, match=long)), width=60).canvas.plain()
    assert "✓ <int:pk>/" in text


def test_a_short_circuit_is_told_when_it_happens(trace_of: TraceOf) -> None:
    """The layers below a short circuit are pending before it and never reached after it."""
    trace = trace_of("short_circuit_301")
    stop = trace.short_circuit
    assert stop is not None
    before = draw_funnel(trace, stop=stop.index - 1, width=80).canvas.plain()
    after = draw_funnel(trace, stop=stop.index, width=80).canvas.plain()
    assert "never" not in before
    assert "301" not in before
    assert after.count("never reached") == 8
    assert "returned 301: turns back" in after


def test_an_exception_is_told_when_it_is_raised(trace_of: TraceOf) -> None:
    """Until the view has raised, no row speaks of exceptions, and the place of those rows is kept."""
    trace = trace_of("process_exception_passes")
    view = stop_of(trace, StopSort.VIEW)
    before = draw_funnel(trace, stop=view.index - 1, width=80)
    after = draw_funnel(trace, stop=None, width=80)
    for secret in ("exception", "ZeroDivision", "raised"):
        assert secret not in before.canvas.plain()
    assert before.canvas.height == after.canvas.height
    assert "process_exception  8 FriendlyErrors → None, not handled" in after.canvas.plain()
    assert "ZeroDivisionError → 500" in after.canvas.plain()


# --- where the request is ----------------------------------------------------------------------------------------


def test_the_way_in_lights_the_left_and_the_way_out_the_right(trace_of: TraceOf) -> None:
    """The lit block of a layer lies on the side the request is on."""
    trace = trace_of("home")
    inward, outward = (
        next(stop for stop in trace.stops if stop.sort is sort and stop.layer == 1)
        for sort in (StopSort.LAYER_IN, StopSort.LAYER_OUT)
    )
    for stop, expected in ((inward, "left"), (outward, "right")):
        drawing = draw_funnel(trace, stop=stop.index, width=80)
        top, _ = drawing.stop_rows[stop.index]
        x = 0
        lit: list[int] = []
        for run in drawing.canvas.runs(top):
            if run.paint.reverse:
                lit += range(x, x + cell_len(run.text))
            x += cell_len(run.text)
        name = drawing.canvas.line(top).index("Session")
        assert name in lit
        assert ("left" if min(lit) < name - 10 else "right") == expected


def test_a_click_finds_its_stop(trace_of: TraceOf) -> None:
    """Left of the name is the way in, right of it the way out; other rows mean their only stop."""
    trace = trace_of("home")
    drawing = draw_funnel(trace, width=80)
    inward = next(stop for stop in trace.stops if stop.sort is StopSort.LAYER_IN and stop.layer == 2)
    outward = next(stop for stop in trace.stops if stop.sort is StopSort.LAYER_OUT and stop.layer == 2)
    view = stop_of(trace, StopSort.VIEW)
    assert drawing.stop_at(8, 3) == inward.index
    assert drawing.stop_at(70, 3) == outward.index
    assert drawing.stop_at(30, drawing.stop_rows[view.index][0]) == view.index
    assert drawing.stop_at(5, 0) == 0
    assert drawing.stop_at(5, 99) is None


def test_folding_never_hides_where_something_happened(trace_of: TraceOf) -> None:
    """At a small height the current layer and every layer with a change keep their rows."""
    trace = trace_of("thirty_layers")
    for stop in trace.stops:
        drawing = draw_funnel(trace, stop=stop.index, width=80, height=20)
        text = drawing.canvas.plain()
        for name in ("Session", "Authentication", "Message", "XFrameOptions"):
            assert f" {name}" in text
        if stop.layer is not None and stop.sort in (StopSort.LAYER_IN, StopSort.LAYER_OUT):
            top, _ = drawing.stop_rows[stop.index]
            assert f" {stop.layer + 1} " in drawing.canvas.line(top)
            assert drawing.canvas.height <= 21


def test_layers_that_were_never_reached_are_not_called_passed(trace_of: TraceOf) -> None:
    """A fold says what became of the layers in it."""
    text = draw_funnel(trace_of("short_circuit_301"), width=80, height=8).canvas.plain()
    assert "… 4 layers never reached: CsrfView, Authentication" in text
    assert "passed" not in text


# --- requests made for the occasion ------------------------------------------------------------------------------


def saves_the_session(journey: Journey) -> None:
    journey.sql('UPDATE "django_session" SET "session_data" = %s', "x")


FoldOf = Callable[[Scenario], RequestTrace]


def test_a_query_of_a_middleware_belongs_to_its_row(fold_of: FoldOf) -> None:
    """The session's own query is counted in its row, and shown there when the request is at it."""
    trace = fold_of(make("saves", acts={"SessionMiddleware.process_response": saves_the_session}))
    query = stop_of(trace, StopSort.SQL)
    finished = draw_funnel(trace, width=80).canvas.plain()
    assert "1 SQL ━━●" in finished
    drawing = draw_funnel(trace, stop=query.index, width=100)
    top, _ = drawing.stop_rows[query.index]
    assert "UPDATE django_session" in drawing.canvas.line(top)
    assert " 2 Session" in drawing.canvas.line(top)


def test_hostile_requests_are_drawn_harmlessly(fold_of: FoldOf) -> None:
    """Escape sequences, markup, bidi marks and lone surrogates of a path are shown, and the columns hold."""
    path = "/a\x1b[2J[bold]\u202e\udcff\r\n文/" + "x" * 8_000
    trace = fold_of(make("hostile", path=path))
    drawing = draw_funnel(trace, width=120)
    check_soundness(drawing, trace, None, 120)
    line = drawing.canvas.line(0)
    assert "GET /a\\x1b[2J[bold]<U+202E><U+DCFF>\\r\\n文/xxx" in line
    assert line.isprintable()


def test_a_request_of_which_nothing_is_known_has_a_picture(trace_of: TraceOf) -> None:
    """Without a single event there is a header and no stop."""
    drawing = draw_funnel(trace_of("home", 0), width=80)
    assert drawing.stop_rows == {}
    assert "RESPONSE" in drawing.canvas.line(0)


def test_a_layer_entered_twice_says_so(trace_of: TraceOf) -> None:
    """When an outer layer called ``get_response`` again, the rows inside it carry the number of calls."""
    trace = trace_of("home")
    twice = tuple(replace(row, calls=2) if row.layer.index == 2 else row for row in trace.passes)
    text = draw_funnel(replace(trace, passes=twice), width=80).canvas.plain()
    assert "3 Common ×2" in text


def test_a_layer_whose_inner_layer_was_adapted_says_so(trace_of: TraceOf) -> None:
    """With two rows a layer, a hop between sync and async stands under the name."""
    trace = trace_of("home")
    first = replace(trace.passes[0], layer=replace(trace.passes[0].layer, adapted="sync_to_async"))
    adapted = replace(trace, passes=(first, *trace.passes[1:]))
    assert "sync_to_async" in draw_funnel(adapted, width=120, height=40).canvas.plain()
    assert "sync_to_async" not in draw_funnel(adapted, width=120).canvas.plain()


def test_an_exception_that_left_the_handler_is_told(trace_of: TraceOf) -> None:
    """Nothing was started: the server answers, and the header says that Django did not."""
    trace = trace_of("home")
    kept = [stop for stop in trace.stops if stop.sort not in (StopSort.STARTED, StopSort.CLOSED)]
    last = replace(kept[-1], index=len(kept), sort=StopSort.ESCAPED, span=None, layer=None, phase=Phase.SEND)
    error = RequestEscaped(time=1, request=1, thread=1, error="builtins.AttributeError", message="'NoneType'")
    summary = replace(trace.summary, state=RequestState.ESCAPED, status=0)
    escaped = replace(trace, summary=summary, response=None, escaped=error, stops=(*kept, last))
    text = draw_funnel(escaped, width=80).canvas.plain()
    assert "no response from Django" in text
    assert "✖ AttributeError left the handler: the server answers" in text


def test_a_request_whose_process_ended_says_so(trace_of: TraceOf) -> None:
    """A lost request is not left waiting for ever."""
    trace = trace_of("detail", 20)
    lost = replace(trace, summary=replace(trace.summary, state=RequestState.LOST))
    assert "the process ended" in draw_funnel(lost, width=80).canvas.line(0)


@pytest.mark.parametrize("width", [1, 10, 39])
def test_too_narrow_is_drawn_at_the_least_width(width: int, trace_of: TraceOf) -> None:
    """Below the least width the picture keeps it, and whoever shows it cuts."""
    assert draw_funnel(trace_of("home"), width=width).canvas.width == 40


def test_what_is_no_response_is_not_shown_as_one(trace_of: TraceOf) -> None:
    """A layer that turned the request back without a response has no status to show."""
    trace = trace_of("own_call_answers")
    row = trace.passes[1]
    broken = replace(row, way_in=replace(row.way_in, status=0))
    text = draw_funnel(replace(trace, passes=(trace.passes[0], broken, *trace.passes[2:])), width=80).canvas.plain()
    assert "no response" in text
    assert "returned 0" not in text


@pytest.mark.parametrize("height", [15, 17, 19])
def test_all_that_was_unusual_is_seen_at_once(height: int, fold_of: FoldOf) -> None:
    """Of a request that is over, thirty layers with changes give way to what became of its exception."""
    acts = {"view": boom, "error_page": technical_page, "MessageMiddleware.process_response": key_error}
    trace = fold_of(make("thirty_failing", THIRTY, acts))
    canvas = draw_funnel(trace, width=80, height=height).canvas
    text = canvas.plain()
    assert canvas.height <= height
    for words in ("raised ZeroDivisionError", "ZeroDivisionError → 500", "KeyError → 500", " 6 Message", "SEND"):
        assert words in text
    assert ("with changes): " in text) is (height == 15)


def test_a_short_chain_is_scrolled_rather_than_folded_away(trace_of: TraceOf) -> None:
    """Seven layers of which one is left would teach nobody what a chain is."""
    text = draw_funnel(trace_of("detail"), width=60, height=11).canvas.plain()
    assert "layers passed" not in text
    assert "7 XFrameOpt" in text


def test_who_changed_the_status_is_never_folded(fold_of: FoldOf) -> None:
    """However many layers changed something else."""
    trace = fold_of(make("thirty_slash", THIRTY, {"CommonMiddleware.process_response": append_slash}, match=None))
    picture = draw_funnel(trace, width=80, height=12).canvas.plain()
    assert "with changes): " in picture
    assert "404 → 301" in picture


def test_while_one_steps_every_layer_with_a_change_keeps_its_row(fold_of: FoldOf) -> None:
    """Its row is scrolled to, so nothing has to give way."""
    trace = fold_of(make("thirty_failing", THIRTY, {"view": boom, "error_page": technical_page}))
    for stop in trace.stops:
        assert "with changes)" not in draw_funnel(trace, stop=stop.index, width=80, height=15).canvas.plain()


def test_a_repeated_query_is_not_among_the_rows_that_are_counted_only(fold_of: FoldOf) -> None:
    """Where room is short for what ran in the view, the rows that matter are kept and not the first."""

    def page(journey: Journey) -> None:
        for name in ("one", "two", "three", "four", "five"):
            with journey.template(f"shop/{name}.html"):
                journey.tape.wait(10)
        for number in range(12):
            journey.sql('SELECT "shop_author"."name" FROM "shop_author" WHERE "shop_author"."id" = %s', str(number))

    text = draw_funnel(fold_of(make("late_loop", acts={"view": page})), width=80, height=16).canvas.plain()
    assert "SQL  ×12" in text
    assert "rows before" in text


def test_layers_to_come_have_not_been_passed(trace_of: TraceOf) -> None:
    """Neither of a request under way, of which nobody knows whether it will reach them, nor while one steps."""
    whole = trace_of("thirty_layers")
    for trace, stop in ((trace_of("thirty_layers", 20), None), (whole, 4)):
        canvas = draw_funnel(trace, stop=stop, width=80, height=18).canvas
        (y,) = (y for y in range(canvas.height) if "layers to come: " in canvas.line(y))
        assert "●" not in canvas.line(y)
        assert "layers passed" not in canvas.plain()
    assert "layers passed: " in draw_funnel(whole, width=80, height=18).canvas.plain()
