"""Holds as a person writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests_seen import request

from reqtrace.analysis.filtering import FilterProblem, FilterProblemId
from reqtrace.analysis.hold_conditions import complete_hold, parse_holds
from reqtrace.events.holds import ANY, Hold, read_holds
from reqtrace.events.kinds import Hook
from reqtrace.trace.model import Layer, LayerState

NAMES = ("SessionMiddleware", "CommonMiddleware", "CsrfViewMiddleware")
LAYERS = [
    Layer(index=index, path=f"django.{name}", name=name, state=LayerState.LOADED) for index, name in enumerate(NAMES)
]
HERE = Hold(1, "hook", 2, Hook.process_view, seconds=900)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("", [HERE]),
        ("path~/vote method:POST", [HERE._replace(path="/vote", method="POST")]),
        ("/vote", [HERE._replace(path="/vote")]),
        ('path:"/two words"', [HERE._replace(path="/two words")]),
        ("method:post", [HERE._replace(method="POST")]),
        ("at:view", [Hold(1, "view", ANY, seconds=900)]),
        ("at:urlconf path~x", [Hold(1, "layer", -1, path="x", seconds=900)]),
        ("at:start", [Hold(1, "layer", 0, seconds=900)]),
        ("mw:csrf", [Hold(1, "layer", 2, seconds=900)]),
        ("mw:3", [Hold(1, "layer", 2, seconds=900)]),
        ("mw:csrf hook:process_response", [Hold(1, "hook", 2, Hook.process_response, seconds=900)]),
        ("hook:process_response", [Hold(1, "hook", 2, Hook.process_response, seconds=900)]),
        ("for:30s", [HERE._replace(seconds=30)]),
        ("for:2min", [HERE._replace(seconds=120)]),
        ("method:POST,PUT", [HERE._replace(method="POST"), HERE._replace(number=2, method="PUT")]),
        ("at:view mw:session", [Hold(1, "view", ANY, seconds=900), Hold(2, "layer", 0, seconds=900)]),
    ],
)
def test_a_hold_is_written_as_a_condition(text: str, holds: list[Hold]) -> None:
    """Where one is, unless another place is named; several values are several holds; the agent understands each."""
    found = parse_holds(text, HERE, LAYERS)
    assert found == tuple(holds)
    assert read_holds([list(hold) for hold in found]) == found


@pytest.mark.parametrize(
    ("text", "id", "place", "nearest"),
    [
        ("status:404", FilterProblemId.NOT_FOR_HOLDS, "status", ""),
        ("x metod:POST", FilterProblemId.NOT_FOR_HOLDS, "metod", "method"),
        ("-path~x", FilterProblemId.NO_NEGATION, "-path~x", ""),
        ("path!~x", FilterProblemId.NO_NEGATION, "path!~x", ""),
        ("path=/vote/", FilterProblemId.WRONG_OPERATOR, "=", ""),
        ("method:", FilterProblemId.MISSING_VALUE, "method:", ""),
        ("mw:Csfr", FilterProblemId.UNKNOWN_LAYER, "Csfr", ""),
        ("mw:SesionMiddleware", FilterProblemId.UNKNOWN_LAYER, "SesionMiddleware", "SessionMiddleware"),
        ("hook:process_respons", FilterProblemId.UNKNOWN_HOOK, "process_respons", "process_response"),
        ("at:veiw", FilterProblemId.UNKNOWN_PLACE, "veiw", "view"),
        ("for:ever", FilterProblemId.NO_TIME, "ever", ""),
        ("for:2h", FilterProblemId.NO_TIME, "2h", ""),
        ("for:100min", FilterProblemId.NO_LIMIT, "100min", ""),
        ("for:5ms", FilterProblemId.NO_LIMIT, "5ms", ""),
    ],
)
def test_what_no_agent_can_decide_is_told_with_its_place(
    text: str, id: FilterProblemId, place: str, nearest: str
) -> None:
    """A request is held before there is a status, and an agent knows no negation."""
    problem = parse_holds(text, HERE, LAYERS)
    assert isinstance(problem, FilterProblem)
    assert (problem.id, text[problem.start : problem.end], problem.nearest) == (id, place, nearest)


def test_more_holds_than_an_agent_takes_are_refused() -> None:
    """They multiply."""
    text = "method:" + ",".join("ABCDEFGHIJKL") + " path~" + ",".join("abcdefghijkl")
    problem = parse_holds(text, HERE, LAYERS)
    assert isinstance(problem, FilterProblem)
    assert problem.id is FilterProblemId.TOO_MANY


@given(st.text(alphabet="path~method:mw=hookatfor!-\"', |5sview3", max_size=40))
def test_every_text_is_a_hold_that_an_agent_takes_or_has_a_wrong_place(text: str) -> None:
    """Nothing that can be typed raises, here or there."""
    found = parse_holds(text, HERE, LAYERS)
    if isinstance(found, FilterProblem):
        assert 0 <= found.start < found.end <= len(text)
    else:
        assert read_holds([list(hold) for hold in found]) == found


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("", ("path~", "method:", "mw:", "hook:", "at:", "for:")),
        ("me", ("method:",)),
        ("method:", ("GET",)),
        ("path~", ("/books/",)),
        ("mw:c", ("CommonMiddleware", "CsrfViewMiddleware")),
        ("hook:process_v", ("process_view",)),
        ("at:", ("start", "urlconf", "view")),
        ("status:", ()),
    ],
)
def test_what_can_be_written_is_offered(text: str, candidates: tuple[str, ...]) -> None:
    """Fields of holds, layers of the chain, and what was seen in requests."""
    offered = complete_hold(text, len(text), [request(path="/books/")], LAYERS).candidates
    assert offered[: len(candidates)] == candidates
    assert bool(offered) is bool(candidates)
