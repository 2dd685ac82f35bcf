"""The path is walked in time, in the seven phases, one logical event a stop."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django_model import SECURITY, SESSION, STARTPROJECT, Journey, Raised
from scenarios import FRIENDLY, SCENARIOS, TIMING, Scenario, make

from reqtrace.events.kinds import BodySent, SqlExecuted
from reqtrace.trace.model import Direction, Phase, RequestTrace, Stop, StopSort

Folder = Callable[..., RequestTrace]
WALKED_ONCE = [scenario for scenario in SCENARIOS.values() if scenario.name != "called_twice"]
"""In the other a layer calls ``get_response`` again."""


def of(trace: RequestTrace, sort: StopSort) -> list[Stop]:
    return [stop for stop in trace.stops if stop.sort is sort]


@pytest.mark.parametrize("scenario", WALKED_ONCE, ids=lambda scenario: scenario.name)
def test_each_entered_layer_has_one_way_in_and_one_way_out(scenario: Scenario, trace_of: Folder) -> None:
    """Layers without a hook, too: they are passed."""
    trace = trace_of(scenario)
    entered = [row.layer.index for row in trace.passes if row.calls]
    assert [stop.layer for stop in of(trace, StopSort.LAYER_IN)] == entered
    assert [stop.layer for stop in of(trace, StopSort.LAYER_OUT)] == entered[::-1]
    for row in trace.passes:
        if row.calls:
            assert trace.stops[row.way_in.stop or -1].sort is StopSort.LAYER_IN
            assert trace.stops[row.way_out.stop or -1].sort is StopSort.LAYER_OUT


@pytest.mark.parametrize("scenario", WALKED_ONCE, ids=lambda scenario: scenario.name)
def test_phases_only_move_forward(scenario: Scenario, trace_of: Folder) -> None:
    """A request that is walked once goes through the phases in their order."""
    numbers = [stop.phase.value for stop in trace_of(scenario).stops]
    assert numbers == sorted(numbers)


def test_depths_of_a_page(trace_of: Folder) -> None:
    """The view is 0, what it runs is 1, what a template runs is one deeper than the template."""
    trace = trace_of(SCENARIOS["detail"])
    inside = [(stop.sort, stop.depth) for stop in trace.stops if stop.phase is Phase.VIEW]
    assert inside == [
        (StopSort.VIEW, 0),
        (StopSort.SQL, 1),
        (StopSort.TEMPLATE, 1),
        (StopSort.TEMPLATE, 2),
        (StopSort.SQL, 3),
        (StopSort.TEMPLATE, 3),
    ]


def test_identical_statements_in_a_row_are_one_stop(trace_of: Folder) -> None:
    """Twelve authors, one stop: its duration is that of all."""
    trace = trace_of(SCENARIOS["n_plus_one"])
    first, authors = of(trace, StopSort.SQL)
    assert (first.repeat, authors.repeat) == (1, 12)
    assert authors.duration == 12 * 180_000
    assert trace.summary.flags == ("queries",)


def test_statements_apart_are_not_joined(trace_of: Folder) -> None:
    """The same statement before and inside a template is two stops."""

    def view(journey: Journey) -> None:
        journey.sql("SELECT 1")
        with journey.template("a.html"):
            journey.sql("SELECT 1")

    assert [stop.repeat for stop in of(trace_of(make("apart", acts={"view": view})), StopSort.SQL)] == [1, 1]


def test_template_response_is_rendered_after_its_hooks(trace_of: Folder) -> None:
    """Late rendering is phase 5; what a view renders itself is phase 4."""
    late = trace_of(SCENARIOS["template_response"])
    assert [stop.sort for stop in late.stops if stop.phase is Phase.RENDER] == [
        StopSort.TEMPLATE_RESPONSE_HOOK,
        StopSort.TEMPLATE,
        StopSort.TEMPLATE,
    ]
    early = trace_of(SCENARIOS["home"])
    assert {stop.phase for stop in of(early, StopSort.TEMPLATE)} == {Phase.VIEW}


def test_exception_hooks_walk_outwards_before_the_film(trace_of: Folder) -> None:
    """Asked between the view and the conversion."""
    trace = trace_of(SCENARIOS["process_exception_passes"])
    sorts = [stop.sort for stop in trace.stops]
    assert sorts.index(StopSort.VIEW) < sorts.index(StopSort.EXCEPTION_HOOK) < sorts.index(StopSort.CONVERTED)
    hook = of(trace, StopSort.EXCEPTION_HOOK)[0]
    assert (hook.phase, hook.direction, hook.layer) == (Phase.VIEW, Direction.OUT, 7)


def test_error_page_is_rendered_on_the_way_out(trace_of: Folder) -> None:
    """Its template belongs to the film, not to the view."""
    trace = trace_of(SCENARIOS["view_raises_500"])
    (page,) = of(trace, StopSort.TEMPLATE)
    assert page.phase is Phase.LEAVE
    assert page.index + 1 == of(trace, StopSort.CONVERTED)[0].index


def test_render_that_fails_asks_process_exception(trace_of: Folder) -> None:
    """Rendering stands in the try: the hooks are asked in phase 5."""

    def render(journey: Journey) -> None:
        with journey.template("late.html"):
            raise Raised("builtins.KeyError", "title")

    trace = trace_of(make("render fails", (*STARTPROJECT, FRIENDLY), {"render": render}))
    (hook,) = of(trace, StopSort.EXCEPTION_HOOK)
    assert hook.phase is Phase.RENDER
    assert of(trace, StopSort.CONVERTED)


def test_streaming_body_runs_after_the_chain(trace_of: Folder) -> None:
    """Its SQL belongs to sending, inside the body."""
    trace = trace_of(SCENARIOS["streaming"])
    sorts = [stop.sort for stop in trace.stops]
    assert sorts[-4:] == [StopSort.STARTED, StopSort.BODY, StopSort.SQL, StopSort.CLOSED]
    body, statement = trace.stops[-3:-1]
    assert (statement.phase, statement.depth, statement.repeat) == (Phase.SEND, 1, 3)
    assert body.time <= statement.time
    assert (trace.body_chunks, trace.body_bytes) == (3, 3 * 4_096)


def test_body_held_in_memory_is_no_stop(trace_of: Folder) -> None:
    """It was there when the response started."""
    scenario = SCENARIOS["home"]
    assert any(isinstance(event, BodySent) for event in scenario.request)
    assert not of(trace_of(scenario), StopSort.BODY)


def test_sql_of_a_hook_names_its_layer(trace_of: Folder) -> None:
    """A statement in a middleware stands under that middleware, in its phase."""
    acts = {
        "SessionMiddleware.process_request": lambda journey: journey.sql("SELECT in"),
        "SessionMiddleware.process_response": lambda journey: journey.sql("UPDATE out"),
    }
    first, second = of(trace_of(make("session", acts=acts)), StopSort.SQL)
    assert (first.layer, first.phase, first.depth) == (1, Phase.ENTER, 1)
    assert (second.layer, second.phase, second.depth) == (1, Phase.LEAVE, 1)


def test_sql_of_a_function_is_before_or_after_the_next_layer(trace_of: Folder) -> None:
    """The code around ``get_response`` has no hook to stand in."""
    acts = {
        "timing.before": lambda journey: journey.sql("SELECT in"),
        "timing.after": lambda journey: journey.sql("UPDATE out"),
    }
    trace = trace_of(make("function", (SECURITY, TIMING, SESSION), acts))
    first, second = of(trace, StopSort.SQL)
    assert (first.layer, first.phase, second.layer, second.phase) == (1, Phase.ENTER, 1, Phase.LEAVE)
    assert isinstance(first.span.entered if first.span else None, SqlExecuted)
    row = trace.passes[1]
    assert (row.way_in.duration or 0) >= 180_000
    assert (row.way_out.duration or 0) >= 180_000
