"""A whole request is told in the order of its phases, from what was observed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from scenarios import SCENARIOS

from reqtrace.analysis.story import SentenceId as ID
from reqtrace.analysis.story import story
from reqtrace.trace.model import RequestTrace

Told = Callable[..., Any]


def said(told: Told, name: str) -> list[ID]:
    return [sentence.id for sentence in story(told(SCENARIOS[name]).trace)]


def values(told: Told, name: str, number: ID) -> dict[str, Any]:
    trace: RequestTrace = told(SCENARIOS[name]).trace
    (sentence,) = (one for one in story(trace) if one.id is number)
    return dict(sentence.values)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_request_is_told_in_the_order_of_its_phases(told: Told, name: str) -> None:
    """With exactly the values that each sentence is documented to have."""
    sentences = story(told(SCENARIOS[name]).trace)
    phases = [sentence.phase.value for sentence in sentences]
    assert phases
    assert phases == sorted(phases)
    assert all(set(one.values) == one.id.parameters for one in sentences)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_request_that_was_lost_under_way_is_told_as_far_as_it_came(told: Told, name: str) -> None:
    """However little is known of it."""
    events = SCENARIOS[name].request
    for count in range(1, len(events), 9):
        assert story(told(SCENARIOS[name].upto(count)).trace)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "detail",
            [
                *(ID.RECEIVED, ID.ENTERED, ID.RESOLVED, ID.HOOKS_PASSED),
                *(ID.VIEW, ID.RENDERED_INSIDE, ID.LEFT, ID.CHANGED_BY, ID.SENT),
            ],
        ),
        ("short_circuit_301", [ID.RECEIVED, ID.ANSWERED, ID.LEFT, ID.CHANGED_BY, ID.SENT]),
        (
            "csrf_403",
            [ID.RECEIVED, ID.ENTERED, ID.RESOLVED, ID.HOOK_ANSWERED, ID.LEFT, ID.CHANGED_BY, ID.SENT],
        ),
        ("not_found_404", [ID.RECEIVED, ID.ENTERED, ID.UNRESOLVED, ID.CONVERTED, ID.LEFT, ID.CHANGED_BY, ID.SENT]),
        (
            "request_hook_raises",
            [ID.RECEIVED, ID.RAISED_IN, ID.LEFT, ID.CONVERTED_AT, ID.CHANGED_BY, ID.SENT],
        ),
        ("static", [ID.STATIC, ID.SENT_FILE]),
        ("refused_line", [ID.REFUSED]),
    ],
)
def test_what_is_told(told: Told, name: str, expected: list[ID]) -> None:
    """What happened, and nothing of what did not."""
    assert said(told, name) == expected


def test_what_became_of_an_exception_is_told(told: Told) -> None:
    """Who was asked, who answered, and what the film made of it."""
    walk = said(told, "exception_walk")
    assert walk.index(ID.VIEW_RAISED) < walk.index(ID.EXCEPTION_PASSED) < walk.index(ID.EXCEPTION_ANSWERED)
    assert ID.CONVERTED not in walk
    assert ID.CONVERTED in said(told, "view_raises_500")
    assert values(told, "exception_walk", ID.EXCEPTION_ANSWERED)["layer"] == "8 FriendlyErrors"


def test_the_figures_are_those_of_the_request(told: Told) -> None:
    """Queries of the view, layers that were left, and whoever never saw the request."""
    assert values(told, "n_plus_one", ID.VIEW)["queries"] == 13
    assert values(told, "short_circuit_301", ID.ANSWERED)["inside"] == 4
    assert values(told, "short_circuit_301", ID.LEFT)["layers"] == 3
    assert values(told, "thirty_layers", ID.ENTERED)["layers"] == 30
    assert values(told, "append_slash", ID.STATUS_CHANGED) == {
        "layer": "3 CommonMiddleware",
        "before": "404",
        "after": "301",
    }


def test_a_layer_that_is_not_in_the_chain_is_told_of(told: Told) -> None:
    """It is not among the layers that the request passed."""
    assert values(told, "not_used", ID.NOT_USED)["names"] == "2 ProfilerMiddleware"
    assert values(told, "not_used", ID.ENTERED)["layers"] == 3


def test_when_the_template_was_rendered_is_told(told: Told) -> None:
    """After the view for a TemplateResponse, in it otherwise; a body that is streamed comes after all layers."""
    assert ID.RENDERED in said(told, "template_response")
    assert ID.RENDERED_INSIDE in said(told, "home")
    streamed = said(told, "streaming")
    assert ID.STREAMED in streamed
    assert ID.RENDERED_INSIDE not in streamed
