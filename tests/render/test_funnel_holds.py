"""The marks of holds in the funnel: where this request waits, where such requests will, and where others will."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scenarios import SCENARIOS, Scenario

from reqtrace.events.holds import Hold
from reqtrace.events.kinds import CORE_LAYER, Hook, HookEntered, HookLeft, LayerEntered, RequestHeld, ViewEntered
from reqtrace.render.canvas import Run
from reqtrace.render.funnel import draw_funnel
from reqtrace.render.hold_marks import HELD_ROW
from reqtrace.render.pictures import PICTURES
from reqtrace.trace.model import RequestTrace
from reqtrace.trace.store import TraceStore


def trace_of(scenario: Scenario) -> RequestTrace:
    store = TraceStore()
    store.add_process(1, scenario.header)
    store.add(1, scenario.events)
    trace = store.trace(store.summaries()[0].key)
    assert trace is not None
    return trace


def rows_with(word: str, *holds: Hold, name: str = "home", width: int = 80) -> list[str]:
    """The rows with a mark, without what surrounds their words."""
    drawing = draw_funnel(trace_of(SCENARIOS[name]), width=width, holds=holds)
    rows = [drawing.canvas.line(y) for y in range(drawing.canvas.height)]
    return [" ".join(row.strip(" ●━┃┗▶┛○╌╎╯").split()) for row in rows if word in row]


@pytest.mark.parametrize(
    ("hold", "row"),
    [
        (Hold(1, "layer", 3), "HOLD process_request 4 CsrfView"),
        (Hold(1, "hook", 1, Hook.process_request), "HOLD +request.session 2 Session"),
        (Hold(1, "hook", 1, Hook.process_response), "2 Session 10µs process_response HOLD"),
        (Hold(1, "hook", 3, Hook.process_view), "HOLD process_view 4 CsrfView"),
        (Hold(1, "layer", CORE_LAYER), "HOLD URLconf"),
        (Hold(1, "view"), "HOLD VIEW shop.views.home(request)"),
        (Hold(1, "view", method="GET", path="/"), "HOLD VIEW"),
        (Hold(1, "view", method="POST"), "hold VIEW"),
        (Hold(1, "layer", 3, path="/vote"), "hold process_request 4 CsrfView"),
    ],
)
def test_a_hold_is_marked_on_the_row_of_its_place(hold: Hold, row: str) -> None:
    """In capitals if this request would be held there, too; on no other row."""
    (marked,) = rows_with("HOLD" if "HOLD" in row else "hold ", hold)
    without_time = " ".join(word for word in marked.split() if not word.endswith("µs") or "10µs" in row)
    assert row in without_time


def test_a_view_that_was_not_reached_is_a_place_all_the_same() -> None:
    """The hold is set, whatever became of this request."""
    assert rows_with("HOLD", Hold(1, "view"), name="short_circuit_301") == ["HOLD VIEW never called"]
    assert rows_with("HOLD", Hold(1, "layer", CORE_LAYER), name="short_circuit_301") == ["HOLD URLconf never consulted"]


def held(scenario: Scenario, kind: type, layer: int | None = None) -> Scenario:
    """The request as it waits at the first event of a kind (of a layer)."""
    place = next(
        number
        for number, event in enumerate(scenario.request)
        if isinstance(event, kind) and (layer is None or getattr(event, "layer", None) == layer)
    )
    before = scenario.request[place]
    waits = RequestHeld(
        time=before.time + 1, request=before.request, thread=before.thread, hold=1, place="view", layer=-2, hook=-1
    )
    return replace(scenario, request=(*scenario.request[: place + 1], waits))


def runs_of(trace: RequestTrace, word: str, *, width: int = 80, height: int | None = None) -> list[Run]:
    drawing = draw_funnel(trace, width=width, height=height)
    (y,) = (y for y in range(drawing.canvas.height) if word in drawing.canvas.line(y))
    return drawing.canvas.runs(y)


@pytest.mark.parametrize("height", [18, 24, 60])
@pytest.mark.parametrize(
    ("kind", "layer", "words"),
    [
        (ViewEntered, None, "VIEW  shop.views.home"),
        (HookEntered, 3, "process_request …"),
        (LayerEntered, 0, "Security"),
    ],
)
def test_the_row_where_the_request_waits_is_lit_from_end_to_end(
    kind: type, layer: int | None, words: str, height: int
) -> None:
    """Inverse in the colour of a warning, with the word: to be seen from the last row of a classroom."""
    runs = runs_of(trace_of(held(SCENARIOS["home"], kind, layer)), "HELD", height=height)
    lit = "".join(run.text for run in runs if run.paint == HELD_ROW)
    assert "HELD" in lit
    assert words in "".join(run.text for run in runs)
    assert len(lit) > 30


def test_a_step_that_is_not_held_is_lit_as_ever() -> None:
    """Without a hold no mark, anywhere."""
    trace = trace_of(SCENARIOS["home"].upto(20))
    plain = draw_funnel(trace, width=80).canvas.plain()
    assert "HELD" not in plain
    assert "HOLD" not in plain
    assert HELD_ROW not in [run.paint for row in draw_funnel(trace, width=80).canvas.rows() for run in row]


def test_a_marked_layer_is_never_folded() -> None:
    """However little room there is, and however boring the layer is."""
    trace = trace_of(SCENARIOS["thirty_layers"])
    boring = next(
        row.layer
        for row in trace.passes
        if row.layer.name not in draw_funnel(trace, width=80, height=18).canvas.plain()
    )
    drawn = draw_funnel(trace, width=80, height=18, holds=(Hold(1, "layer", boring.index),)).canvas.plain()
    assert "HOLD" in drawn


def drawn(picture: str, trace: RequestTrace, *holds: Hold, height: int = 19) -> list[str]:
    """The rows of a picture, without its lines."""
    canvas = PICTURES[picture](trace, stop=None, width=80, height=height, holds=holds).canvas
    return [" ".join(canvas.line(y).strip(" ●━┃┗▶┛○╌╎╯╭╮╰─│").split()) for y in range(canvas.height)]


@pytest.mark.parametrize(
    ("picture", "hold", "row"),
    [
        ("onion", Hold(1, "layer", 3), "HOLD 4 CsrfView"),
        ("onion", Hold(1, "hook", 2, Hook.process_response), "+Content-Length HOLD"),
        ("onion", Hold(1, "hook", 3, Hook.process_view), "HOLD process_view 4 CsrfView"),
        ("onion", Hold(1, "layer", CORE_LAYER), "HOLD URLconf"),
        ("onion", Hold(1, "view"), "HOLD VIEW shop.views.home"),
        ("onion", Hold(1, "view", method="POST"), "hold VIEW shop.views.home"),
        ("waterfall", Hold(1, "layer", 3), "HOLD 4 CsrfView"),
        ("waterfall", Hold(1, "hook", 2, Hook.process_response), "HOLD 3 Common"),
        ("waterfall", Hold(1, "hook", 3, Hook.process_view), "HOLD process_view 4 CsrfView"),
        ("waterfall", Hold(1, "layer", CORE_LAYER), "HOLD URLconf"),
        ("waterfall", Hold(1, "view"), "HOLD VIEW shop.views.home"),
        ("waterfall", Hold(1, "view", method="POST"), "hold VIEW shop.views.home"),
    ],
)
def test_the_other_pictures_mark_the_same_places(picture: str, hold: Hold, row: str) -> None:
    """Whoever changes the picture with v still sees where requests are held, and nowhere else."""
    marked = [line for line in drawn(picture, trace_of(SCENARIOS["home"]), hold) if "hold " in f"{line} ".lower()]
    assert len(marked) == 1, marked
    assert row in marked[0]


@pytest.mark.parametrize("picture", ["onion", "waterfall"])
@pytest.mark.parametrize("height", [19, 30])
def test_the_other_pictures_mark_a_view_that_was_not_reached(picture: str, height: int) -> None:
    """It is a place all the same, and the rows say that it was never called."""
    rows = drawn(picture, trace_of(SCENARIOS["short_circuit_301"]), Hold(1, "view"), height=height)
    assert sum(row.startswith("HOLD VIEW") and "never called" in row for row in rows) == 1


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize(("kind", "layer", "words"), [(ViewEntered, None, "VIEW"), (LayerEntered, 4, "Authentication")])
def test_every_picture_lights_the_row_where_the_request_waits(
    picture: str, kind: type, layer: int | None, words: str
) -> None:
    """Inverse in the colour of a warning, with the word, also where layers share boxes or rows."""
    trace = trace_of(held(SCENARIOS["home"], kind, layer))
    canvas = PICTURES[picture](trace, stop=None, width=80, height=19).canvas
    (y,) = (y for y in range(canvas.height) if "HELD" in canvas.line(y))
    lit = "".join(run.text for run in canvas.runs(y) if run.paint == HELD_ROW)
    assert "HELD" in lit
    assert words in lit


@pytest.mark.parametrize("picture", PICTURES)
def test_a_marked_layer_has_its_own_place_in_every_picture(picture: str) -> None:
    """Among thirty layers, too."""
    rows = drawn(picture, trace_of(SCENARIOS["thirty_layers"]), Hold(1, "layer", 17))
    assert sum("HOLD" in row and "18 Layer19" in row for row in rows) == 1


def test_a_hook_that_ran_is_not_the_place_of_another_hook() -> None:
    """process_response of Session holds nobody at its process_request."""
    assert any(isinstance(event, HookLeft) for event in SCENARIOS["home"].request)
    (row,) = rows_with("HOLD", Hold(1, "hook", 1, Hook.process_response))
    assert row.index("HOLD") > row.index("Session")
