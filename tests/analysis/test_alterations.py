"""Every change is told once, of whoever made it, at the stop where it was made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django_model import CSRF, SECURITY, Journey
from scenarios import SCENARIOS, TIMING, Scenario, make

from reqtrace.analysis.alterations import ActorSort, Alterations, Deed, alterations
from reqtrace.analysis.evidence import walk
from reqtrace.events import kinds as k
from reqtrace.events.kinds import Change
from reqtrace.trace.model import Direction, StopSort

Told = Callable[..., Any]


def of(told: Told, scenario: str | Scenario) -> tuple[Any, Alterations]:
    trace = told(SCENARIOS[scenario] if isinstance(scenario, str) else scenario).trace
    return trace, alterations(trace)


def before(journey: Journey) -> None:
    journey.change_request("began", "int")


def after(journey: Journey) -> None:
    journey.change_headers(Server_Timing="app;dur=1")


def replaces(journey: Journey) -> int:
    journey.change_status(200, 301)
    return 301


def looks(journey: Journey) -> None:
    journey.tell(k.RequestChanged, changes=(Change("!", "attribute", "session", "", "", False),))


def saves(journey: Journey) -> None:
    journey.tell(k.ResponseChanged, changes=(Change("+", "cookie", "sessionid", "", "********", False),))


def by(found: Alterations, name: str) -> Deed:
    return next(deed for deed in found.deeds if deed.name == name)


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_change_is_lost_or_told_twice(told: Told, name: str) -> None:
    """The deeds together are the changes of all spans."""
    trace, found = of(told, name)
    changes = [id(change) for span in walk(trace.root) for change in span.changes]
    assert sorted(id(change) for deed in found.deeds for change in deed.changes) == sorted(changes)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_change_stands_at_a_stop(told: Told, name: str) -> None:
    """Whoever steps through the request meets each of them; those of a way are at the stop of that way."""
    trace, found = of(told, name)
    for deed in found.deeds:
        assert deed.stop is not None, deed
        stop = trace.stops[deed.stop]
        assert deed in found.at(stop)
        if deed.sort is ActorSort.LAYER and stop.sort in (StopSort.LAYER_IN, StopSort.LAYER_OUT):
            assert stop.layer == deed.number - 1
            assert stop.direction is deed.direction


def test_what_late_rendering_evaluates_stands_at_its_template(told: Told) -> None:
    """Django renders a TemplateResponse in the core, which ends behind it."""

    def renders(journey: Journey) -> None:
        with journey.template("shop/late.html"):
            journey.tape.wait(10)
        looks(journey)

    trace, found = of(told, make("late", acts={"render": renders}))
    deed = by(found, "_get_response")
    assert deed.part == "render()"
    assert trace.stops[deed.stop].sort is StopSort.TEMPLATE


def test_the_deeds_are_in_the_order_of_the_path(told: Told) -> None:
    """Down through the layers, and up again."""
    _, found = of(told, "detail")
    assert [deed.number for deed in found.deeds] == [2, 5, 6, 7, 3, 1]


def test_a_layer_with_its_own_code_is_told_apart_by_its_ways(told: Told) -> None:
    """What stands behind ``get_response`` belongs to the way out."""
    _, found = of(told, make("timed", (SECURITY, TIMING), {"timing.before": before, "timing.after": after}))
    ways = [(deed.part, deed.direction) for deed in found.deeds if deed.name == "timing"]
    assert ways == [("__call__", Direction.IN), ("__call__", Direction.OUT)]


def test_a_deed_has_the_place_of_its_code(told: Told) -> None:
    """File and line of the hook."""
    deed = by(of(told, "detail")[1], "SessionMiddleware")
    assert deed.file.endswith("django/contrib/sessions/middleware.py")
    assert (deed.line, deed.part) == (18, "process_request")


def test_a_header_is_told_of_who_set_it(told: Told) -> None:
    """What nobody on the way set came with the response."""
    headers = {header.name: header.by for header in of(told, "detail")[1].sent}
    assert headers["Content-Type"] is None
    assert headers["X-Frame-Options"] is not None
    assert headers["X-Frame-Options"].name == "XFrameOptionsMiddleware"


def test_another_response_brings_its_own_headers(told: Told) -> None:
    """Whoever set a header on the response that was replaced did not set it on this one."""
    scenario = make("replaced", acts={"CommonMiddleware.process_response": replaces})
    headers = {header.name: header.by for header in of(told, scenario)[1].sent}
    assert headers["X-Frame-Options"] is None


def test_a_session_is_accessed_by_who_looks_into_it(told: Told) -> None:
    """Asking for the user of a session loads it."""
    _, found = of(told, make("looked", acts={"MessageMiddleware.process_request": looks}))
    assert found.session is not None
    assert found.session.accessed_by is not None
    assert found.session.accessed_by.name == "MessageMiddleware"


def test_a_session_that_was_saved_was_not_untouched(told: Told) -> None:
    """Its cookie is set where it is saved; without that, and below 500, it was not modified."""
    kept = of(told, make("saved", acts={"SessionMiddleware.process_response": saves}))[1].session
    left = of(told, "detail")[1].session
    failed = of(told, "view_raises_500")[1].session
    assert kept is not None
    assert left is not None
    assert failed is not None
    assert (kept.saved_by is not None, kept.is_untouched) == (True, False)
    assert (left.saved_by, left.is_untouched) == (None, True)
    assert (failed.saved_by, failed.is_untouched) == (None, False)


def test_without_the_middleware_there_is_no_session(told: Told) -> None:
    """Nothing is said of what is not there."""
    assert of(told, make("none", (SECURITY, CSRF)))[1].session is None
