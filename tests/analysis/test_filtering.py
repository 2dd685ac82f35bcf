"""The filter language: which requests a text asks for, and what is said of a text that asks for nothing sensible."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests_seen import request

from reqtrace.analysis.filtering import (
    Filter,
    FilterProblem,
    FilterProblemId,
    is_unfinished,
    matching,
    parse_filter,
    without_outgrown,
)
from reqtrace.analysis.filtering_fields import FIELDS, STATES
from reqtrace.analysis.hold_conditions import NAMES, PLACES
from reqtrace.trace.model import RequestKey, RequestState

MS = 1_000_000
LAYERS = (
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
)
HOME = request(1, layers=LAYERS, view="polls.views.home", url_name="home", client="127.0.0.1 Firefox", pid=77)
VOTE = request(
    2,
    key=RequestKey(2, 1),
    method="POST",
    path="/polls/3/vote/",
    query="page=2",
    status=403,
    duration=60 * MS,
    flags=("short-circuit",),
    layers=LAYERS,
    answered_by=LAYERS[1],
    url_name="polls:vote",
    client="127.0.0.1 curl",
    entry="wsgi",
)
BOOM = request(
    3, path="/Boom/", status=500, duration=700 * MS, flags=("exception", "slow"), errors=("builtins.OSError",)
)
STATIC = request(4, path="/static/app.css", status=304, duration=MS, lane="static")
OPEN = request(5, path="/文章/", status=0, duration=None, state=RequestState.OPEN, is_held=True, queries=7)
ALL = [HOME, VOTE, BOOM, STATIC, OPEN]


def kept(text: str) -> list[int]:
    """Ordinals of the requests that fit."""
    wanted = parse_filter(text)
    assert isinstance(wanted, Filter), wanted
    return [one.ordinal for one in matching(ALL, wanted)]


@pytest.mark.parametrize(
    ("text", "ordinals"),
    [
        ("", [1, 2, 3, 4, 5]),
        ("   ", [1, 2, 3, 4, 5]),
        # bare words: method, target, status
        ("post", [2]),
        ("boom", [3]),
        ("page=2", [2]),
        ("polls 403", [2]),
        ("文章", [5]),
        ("-polls -boom", [1, 4, 5]),
        ('"POST /polls"', [2]),
        # text
        ("path~POLLS", [2]),
        ("path:polls", [2]),
        ("path=/", [1]),
        ("path!=/", [2, 3, 4, 5]),
        ("path!~o", [1, 4, 5]),
        ("-path~o", [1, 4, 5]),
        ("!path~o", [1, 4, 5]),
        ("-path!~o", [2, 3]),
        ("path~vote,boom", [2, 3]),
        ("path~vote|boom", [2, 3]),
        ('path~"vote/"', [2]),
        ("path~'vote/", [2]),
        ("url~page", [2]),
        ("mw:Csrf", [1, 2]),
        ("-mw:Csrf", [3, 4, 5]),
        ("middleware:session", [1, 2]),
        ("view:home", [1]),
        ("view:polls:vote", [2]),
        ("client:curl", [2]),
        ("answered:csrf", [2]),
        ("by:session", []),
        ("error:OSError", [3]),
        # choices
        ("method:POST", [2]),
        ("METHOD:post", [2]),
        ("method:POS", []),
        ("method~POS", [2]),
        ("method:POST,GET", [1, 2, 3, 4, 5]),
        ("entry:wsgi", [2]),
        # numbers
        ("status:403", [2]),
        ("status=403", [2]),
        ("status:4xx", [2]),
        ("status:4xx,5XX", [2, 3]),
        ("status>=400", [2, 3]),
        ("status<400", [1, 4]),
        ("status>4xx", [3]),
        ("status<=4xx", [1, 2, 4]),
        ("status!=200", [2, 3, 4, 5]),
        ("queries>5", [5]),
        ("sql:7", [5]),
        ("process:2", [2]),
        ("pid:77", [1]),
        ("request:3,4", [3, 4]),
        # times
        ("slow>50ms", [2, 3]),
        ("time>50", [2, 3]),
        ("time>=0.7s", [3]),
        ("time<2000us", [4]),
        ("took<2000µs", [4]),
        ("time<1min", [1, 2, 3, 4]),
        # states
        ("is:short-circuit", [2]),
        ("is:exception", [3]),
        ("is:slow|short-circuit", [2, 3]),
        ("is:held", [5]),
        ("is:static", [4]),
        ("-is:static", [1, 2, 3, 5]),
        ("is!=static", [1, 2, 3, 5]),
        ("is:open", [5]),
        ("is:interesting", [2, 3]),
        # together
        ("path~polls status>=400 mw:Csrf method:POST slow>50ms", [2]),
        ("status>=400 -is:slow", [2]),
    ],
)
def test_a_filter_keeps_the_requests_it_asks_for(text: str, ordinals: list[int]) -> None:
    """All terms must hold; of several values one is enough; case does not matter."""
    assert kept(text) == ordinals


def test_no_filter_costs_nothing() -> None:
    """The very same list comes back."""
    nothing = parse_filter(" ")
    assert isinstance(nothing, Filter)
    assert matching(ALL, nothing) is ALL


def problem(text: str) -> FilterProblem:
    read = parse_filter(text)
    assert isinstance(read, FilterProblem), text
    return read


@pytest.mark.parametrize(
    ("text", "id", "place", "nearest"),
    [
        ("stauts>=400", FilterProblemId.UNKNOWN_FIELD, "stauts", "status"),
        ("get stauts=400", FilterProblemId.UNKNOWN_FIELD, "stauts", "status"),
        ("-colour:red", FilterProblemId.UNKNOWN_FIELD, "colour", ""),
        ("paht~x", FilterProblemId.UNKNOWN_FIELD, "paht", "path"),
        ("method>POST", FilterProblemId.WRONG_OPERATOR, ">", ""),
        ("status~4", FilterProblemId.WRONG_OPERATOR, "~", ""),
        ("is>slow", FilterProblemId.WRONG_OPERATOR, ">", ""),
        ("status>=", FilterProblemId.MISSING_VALUE, "status>=", ""),
        ("x status:,", FilterProblemId.MISSING_VALUE, "status:", ""),
        ("is:slwo", FilterProblemId.UNKNOWN_STATE, "slwo", "slow"),
        ("is:slow,exeption", FilterProblemId.UNKNOWN_STATE, "exeption", "exception"),
        ("status:9xx", FilterProblemId.NO_STATUS, "9xx", ""),
        ("status:ok", FilterProblemId.NO_STATUS, "ok", ""),
        ("queries>many", FilterProblemId.NO_NUMBER, "many", ""),
        ("queries>1.5", FilterProblemId.NO_NUMBER, "1.5", ""),
        ("time>5parsecs", FilterProblemId.NO_TIME, "5parsecs", ""),
        ("time>1.2.3s", FilterProblemId.NO_TIME, "1.2.3s", ""),
        ("time>soon", FilterProblemId.NO_TIME, "soon", ""),
    ],
)
def test_a_wrong_filter_says_where_and_what_was_meant(text: str, id: FilterProblemId, place: str, nearest: str) -> None:
    """The place is that of the wrong word alone, the nearest word one that exists."""
    found = problem(text)
    assert (found.id, text[found.start : found.end], found.nearest) == (id, place, nearest)


def test_a_wrong_word_lists_what_may_stand_there() -> None:
    """Fields, operators of the field, states."""
    assert "status" in problem("colour:red").possible
    assert problem("method>x").possible == (":", "~", "=", "!=", "!~")
    assert problem("is:red").possible == tuple(STATES)


@pytest.mark.parametrize(
    ("text", "is_it"),
    [
        ("sta", True),
        ("get sta", True),
        ("-st", True),
        ("status", True),
        ("static", False),
        ("status:", False),
        ("sta ", False),
        ('"sta', False),
        ("admin", False),
        ("", False),
    ],
)
def test_the_beginning_of_a_field_is_no_word_yet(text: str, is_it: bool) -> None:
    """Whoever is typing ``status>=400`` does not look for ``sta``."""
    assert is_unfinished(text) is is_it


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        ("get stauts", "get stauts>=4", "get"),
        ("colour", "colour:red", ""),
        ("get", "get stauts>=4", "get"),
        ("get", " get -colour:red", "get"),
        ("status>=400", "status>=", "status>=400"),
        ("status:404 boom", "status:ok", "status:404 boom"),
        ("", "stauts:", ""),
    ],
)
def test_a_word_that_became_a_wrong_term_is_not_looked_for(before: str, text: str, after: str) -> None:
    """The list is as it was before the term was begun; a term that was right before stays."""
    wanted = parse_filter(before)
    assert isinstance(wanted, Filter)
    assert without_outgrown(text, wanted).text == after


@given(st.text(alphabet="path~status:=<>!-\"', |4x0ms文is", max_size=40))
def test_every_text_is_a_filter_or_has_a_place_that_is_wrong(text: str) -> None:
    """Nothing that can be typed raises; a problem stands inside the text."""
    read = parse_filter(text)
    if isinstance(read, FilterProblem):
        assert 0 <= read.start < read.end <= len(text)
    else:
        matching(ALL, read)


def test_every_field_answers_for_every_request() -> None:
    """Also for one that has just begun."""
    for field in FIELDS.values():
        for one in ALL:
            assert all(isinstance(text, str) for text in field.texts(one))
            assert all(isinstance(number, int) for number in field.numbers(one))


def test_every_field_and_every_state_is_documented() -> None:
    """With its other names; and what holds understand."""
    text = (Path(__file__).parents[2] / "docs" / "filter.md").read_text(encoding="utf-8")
    names = [name for field in FIELDS.values() for name in (field.name, *field.aliases)]
    for name in [*names, *STATES, *NAMES, *PLACES]:
        assert f"`{name}`" in text, name
