"""What may be written next in a filter."""

from __future__ import annotations

import pytest
from requests_seen import request

from reqtrace.analysis.completion import Completion
from reqtrace.analysis.filtering import Filter, parse_filter
from reqtrace.analysis.filtering_completion import complete_filter
from reqtrace.analysis.filtering_fields import FIELDS

SEEN = [
    request(
        1, method="GET", path="/books/", layers=("a.SessionMiddleware", "b.CsrfViewMiddleware"), view="shop.views.Books"
    ),
    request(2, method="POST", path="/books/emma/", status=404, client="127.0.0.1 curl", url_name="shop:book"),
    request(3, method="POST", path="/two words/", status=302, errors=("builtins.OSError",)),
]


def offered(text: str) -> tuple[str, ...]:
    """With the cursor at ``^``, or at the end."""
    cursor = text.find("^") if "^" in text else len(text)
    return complete_filter(text.replace("^", ""), cursor, SEEN).candidates


def applied(text: str, number: int = 0) -> str:
    completion = complete_filter(text, len(text), SEEN)
    return text[: completion.start] + completion.candidates[number] + text[completion.end :]


def test_at_the_beginning_every_field_is_offered() -> None:
    """With its usual operator, the most asked for first."""
    assert offered("")[:3] == ("path~", "status:", "method:")
    assert len(offered("")) == len(FIELDS)
    assert offered("status:200 ") == offered("")


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("st", ("status:", "is:static")),
        ("-st", ("status:", "is:static")),
        ("sho", ("is:short-circuit",)),
        ("me^>=", ("method:",)),
        ("zzz", ()),
        ("method:", ("POST", "GET")),
        ("method:p", ("POST",)),
        ("method:POST,g", ("GET",)),
        ("status:4", ("404", "4xx")),
        ("mw:c", ("CsrfViewMiddleware",)),
        ("mw:middle", ("SessionMiddleware", "CsrfViewMiddleware")),
        ("view:", ("Books", "shop:book")),
        ("path~emma", ("/books/emma/",)),
        ("path~two", ('"/two words/"',)),
        ("/b", ("path~/books/", "path~/books/emma/")),
        ("is:sl", ("slow",)),
        ("error:", ("OSError",)),
        ("client:127", ('"127.0.0.1 curl"',)),
        ("colour:r", ()),
        ("request:", ()),
    ],
)
def test_then_values_that_were_seen(text: str, candidates: tuple[str, ...]) -> None:
    """Those that begin so first, then those that contain it."""
    assert offered(text)[: len(candidates)] == candidates
    assert bool(offered(text)) is bool(candidates)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("st", "status:"),
        ("get -st", "get -status:"),
        ("status:200 method:p", "status:200 method:POST"),
        ("path~two", 'path~"/two words/"'),
        ('path~"two', 'path~"/two words/"'),
        ("method:GET,p", "method:GET,POST"),
        ("status>=4", "status>=404"),
    ],
)
def test_a_candidate_takes_the_place_of_what_was_typed(text: str, whole: str) -> None:
    """And of nothing else."""
    assert applied(text) == whole


def test_every_value_that_is_offered_is_understood() -> None:
    """Whatever is chosen makes a filter."""
    for name, field in FIELDS.items():
        begun = f"{name}{field.usual}"
        completion = complete_filter(begun, len(begun), SEEN)
        for candidate in completion.candidates:
            assert isinstance(parse_filter(begun + candidate), Filter), candidate


def test_what_is_written_in_full_is_not_offered_again() -> None:
    """There is nothing more to say."""
    assert complete_filter("method:POST", 11, SEEN) == Completion(start=7, end=11, candidates=())
