"""What is notable about a request as a whole, and the way of its exceptions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django_model import NOTHING, SECURITY, SESSION, Journey, Middleware, Raised
from hypothesis import given, settings
from hypothesis import strategies as st
from scenarios import BOOK, SCENARIOS, Scenario, make

from reqtrace.analysis.findings import FindingId, WalkStepId, findings, walks
from reqtrace.events import kinds as k
from reqtrace.events.kinds import Change
from reqtrace.trace.model import RequestTrace, StopSort

F, W = FindingId, WalkStepId

OUTER = Middleware(path="a.Outer", line=5, hooks={"process_request": 6, "process_response": 9, "process_exception": 12})
INNER = Middleware(path="a.Inner", line=25, hooks={"process_view": 27, "process_exception": 30, "process_response": 36})
PAIR = (OUTER, INNER)
TWICE = Middleware(path="a.twice", line=70, sort="function")


traced = Scenario.trace


def raising(error: str = "builtins.ValueError", status: int = 500) -> Callable[[Journey], int]:
    def act(journey: Journey) -> int:
        raise Raised(error, "no", status)

    return act


# --- queries -----------------------------------------------------------------------------------------------------


def test_one_statement_with_many_parameters_is_n_plus_one() -> None:
    """With the line that caused it, how often, and how long it all took."""
    (found,) = findings(traced(SCENARIOS["n_plus_one"]))
    assert found.id is F.N_PLUS_ONE
    assert (found.values["repeat"], found.line, found.function) == (12, 30, "detail")
    assert found.values["duration"] == 12 * 180_000
    assert found.stops


def test_one_statement_with_the_same_parameters_is_told_apart() -> None:
    """One would have done."""

    def view(journey: Journey) -> None:
        for _ in range(3):
            journey.sql(BOOK, "3")

    (found,) = findings(traced(make("same", acts={"view": view})))
    assert (found.id, found.values["repeat"]) == (F.SAME_QUERY, 3)


def test_two_of_a_kind_are_not_worth_telling() -> None:
    """Nor is the same statement from two lines."""

    def view(journey: Journey) -> None:
        for line in (10, 10, 20, 20):
            journey.sql(BOOK, str(line), line=line)

    assert findings(traced(make("two", acts={"view": view}))) == ()


# --- get_response ------------------------------------------------------------------------------------------------


def test_a_second_call_of_get_response_is_found() -> None:
    """By the layer that called it."""

    def twice(journey: Journey) -> int | None:
        journey.get_response(1)
        return journey.get_response(1)

    (found,) = findings(traced(make("twice", (SECURITY, TWICE, SESSION), {"twice.call": twice})))
    assert (found.id, found.values["layer"], found.values["calls"], found.line) == (F.CALLED_TWICE, "twice", 2, 70)


def test_a_replaced_request_is_found() -> None:
    """Layers further in see another object."""

    def swap(journey: Journey) -> None:
        change = Change("~", "object", "", "WSGIRequest", "WSGIRequest", False)
        journey.tell(k.RequestChanged, changes=(change,))

    (found,) = findings(traced(make("swap", (SECURITY, TWICE, SESSION), {"twice.before": swap})))
    assert (found.id, found.values["layer"]) == (F.REQUEST_REPLACED, "twice")


# --- attributes of the request -----------------------------------------------------------------------------------


def asking_for(attribute: str, kind: str = "WSGIRequest") -> Callable[[Journey], int]:
    def act(journey: Journey) -> int:
        raise Raised("builtins.AttributeError", f"'{kind}' object has no attribute '{attribute}'", 500)

    return act


@pytest.mark.parametrize("kind", ["WSGIRequest", "ASGIRequest"])
def test_an_attribute_that_a_layer_further_in_sets_is_found(kind: str) -> None:
    """Both layers are named by their lines: the one that asked must stand below."""
    chain = (SECURITY, TWICE, SESSION)
    (found,) = findings(traced(make("early", chain, {"twice.call": asking_for("session", kind)})))
    assert found.id is F.READ_TOO_EARLY
    assert found.values == {
        "attribute": "session",
        "setter": "SessionMiddleware",
        "setter_number": 3,
        "number": 2,
        "layer": "twice",
    }


def test_an_attribute_that_nobody_sets_is_found() -> None:
    """Wherever it was asked for, the middleware that sets it is missing."""
    for chain, acts in (((SECURITY, TWICE), "twice.call"), ((SECURITY,), "view")):
        (found,) = findings(traced(make("never", chain, {acts: asking_for("user")})))
        assert (found.id, found.values["setter"]) == (F.NEVER_SET, "AuthenticationMiddleware")


@pytest.mark.parametrize("attribute", ["session", "basket"])
def test_another_missing_attribute_says_nothing_about_order(attribute: str) -> None:
    """Of a layer that was entered, or of the project's own."""
    assert findings(traced(make("own", (SECURITY, SESSION, TWICE), {"twice.call": asking_for(attribute)}))) == ()


# --- hops --------------------------------------------------------------------------------------------------------


def hopping(targets: list[tuple[int, str, str]], sync: set[int]) -> RequestTrace:
    """A request through an asynchronous chain: ``(before which layer's entry, direction, target)`` of each hop."""
    scenario = make("async", (SECURITY, OUTER, INNER))
    loading = tuple(
        replace(event, is_async=True)
        if isinstance(event, k.ChainLoading)
        else replace(event, is_async=event.layer not in sync)
        if isinstance(event, k.LayerLoaded)
        else event
        for event in scenario.loading
    )
    ends = {event.layer: event.time for event in scenario.request if isinstance(event, k.LayerLeft)}
    request: list[k.Event] = []
    for event in scenario.request:
        request.append(event)
        if isinstance(event, k.LayerLeft):
            for layer, direction, target in targets:
                if layer == event.layer:
                    begun = next(
                        one.time for one in scenario.request if isinstance(one, k.LayerEntered) and one.layer == layer
                    )
                    ran = ends[layer] - begun
                    fields: dict[str, Any] = {"direction": direction, "target": target, "wait": 500, "ran": ran}
                    fields |= {"time": begun - 1_000, "request": 1, "thread": 1, "duration": ran + 3_000}
                    request.append(k.ThreadHopped(**fields))
    return traced(replace(scenario, loading=loading, request=tuple(request)))


def test_a_layer_of_the_other_mode_is_found_with_its_hops() -> None:
    """A sync-only middleware in an asynchronous chain: it is entered in a thread, and left to the event loop."""
    trace = hopping([(1, "sync_to_async", "a.Outer"), (2, "async_to_sync", "a.Inner")], sync={1})
    (found,) = [one for one in findings(trace) if one.id is F.SYNC_LAYER]
    assert (found.values["number"], found.values["layer"], found.values["hops"]) == (2, "Outer", 2)
    assert found.values["cost"] == 6_000


# --- walks -------------------------------------------------------------------------------------------------------


def steps(scenario: Scenario) -> list[list[tuple[WalkStepId, object]]]:
    """Each step of each walk, with who it is about."""
    trace = traced(scenario)
    for walk in walks(trace):
        for step in walk:
            assert set(step.values) == step.id.parameters
            assert step.stop is None or step.stop < len(trace.stops)
    return [[(step.id, step.values.get("layer", step.values.get("status"))) for step in walk] for walk in walks(trace)]


def test_an_exception_is_offered_bottom_up_and_then_converted() -> None:
    """The film is around the core."""
    walk = steps(make("boom", PAIR, {"view": raising()}))
    assert walk == [[(W.RAISED_VIEW, None), (W.ASKED, "Inner"), (W.ASKED, "Outer"), (W.CONVERTED_CORE, 500)]]


def test_the_walk_ends_with_the_hook_that_answers() -> None:
    """The ones above are not asked."""
    walk = steps(make("boom", PAIR, {"view": raising(), "Inner.process_exception": lambda journey: 200}))
    assert walk == [[(W.RAISED_VIEW, None), (W.ANSWERED, "Inner")]]


def test_a_hook_that_raises_replaces_the_exception() -> None:
    """The new one has a way of its own."""
    walk = steps(make("boom", PAIR, {"view": raising(), "Inner.process_exception": raising("builtins.KeyError")}))
    assert walk == [
        [(W.RAISED_VIEW, None), (W.REPLACED, "Inner")],
        [(W.RAISED_HOOK, "Inner"), (W.CONVERTED_CORE, 500)],
    ]


def test_an_exception_of_a_layer_is_converted_around_it() -> None:
    """Nobody is asked."""
    walk = steps(make("out", PAIR, {"Inner.process_response": raising()}))
    assert walk == [[(W.RAISED_HOOK, "Inner"), (W.CONVERTED_LAYER, "Inner")]]
    walk = steps(make("in", PAIR, {"Outer.process_request": raising()}))
    assert walk == [[(W.RAISED_HOOK, "Outer"), (W.CONVERTED_LAYER, "Outer")]]
    walk = steps(make("view hook", PAIR, {"Inner.process_view": raising()}))
    assert walk == [[(W.RAISED_HOOK, "Inner"), (W.CONVERTED_CORE, 500)]]


def test_a_view_that_returns_none_fails_in_the_core() -> None:
    """The ``ValueError`` is Django's own, outside the try."""
    assert steps(make("none", PAIR, {"view": lambda journey: NOTHING})) == [
        [(W.RAISED_CORE, None), (W.CONVERTED_CORE, 500)]
    ]


def test_an_exception_in_late_rendering_is_offered() -> None:
    """Rendering stands inside the try."""

    def render(journey: Journey) -> None:
        with journey.template("a.html"):
            raise Raised("builtins.ValueError", "no")

    (walk,) = steps(make("late", PAIR, {"render": render}))
    assert [step for step, _ in walk] == [W.RAISED_ELSEWHERE, W.ASKED, W.ASKED, W.CONVERTED_CORE]


def test_a_url_without_a_pattern_has_no_walk() -> None:
    """The URLconf's own row tells it."""
    assert steps(SCENARIOS["not_found_404"]) == []


def test_a_walk_points_at_lines_and_stops() -> None:
    """Where it was raised, each hook, and the conversion."""
    trace = traced(make("boom", PAIR, {"view": raising()}))
    ((first, asked, _, last),) = walks(trace)
    assert (first.line, asked.line) == (88, 30)
    assert last.stop is not None
    assert trace.stops[last.stop].sort is StopSort.CONVERTED


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_trace_however_broken_makes_it_raise(data: st.DataObject) -> None:
    """Requests cut short, or with events missing."""
    name = data.draw(st.sampled_from(sorted(SCENARIOS)))
    scenario = SCENARIOS[name]
    size = len(scenario.request)
    gone = data.draw(st.sets(st.integers(0, size - 1), max_size=size))
    events = tuple(event for number, event in enumerate(scenario.request) if number not in gone)
    trace = traced(replace(scenario, request=events, loading=scenario.loading if data.draw(st.booleans()) else ()))
    for found in findings(trace):
        assert set(found.values) == found.id.parameters
    for walk in walks(trace):
        assert walk


def test_a_request_that_is_as_it_should_be_has_no_findings() -> None:
    """Nothing is made up."""
    for name in ("home", "detail", "static", "csrf_403", "not_found_404"):
        assert findings(traced(SCENARIOS[name])) == ()
        assert walks(traced(SCENARIOS[name])) == ()
