"""Matching a path piece by piece agrees with Django, and never takes long."""

from __future__ import annotations

import re
import time

import pytest
from django.urls.resolvers import RegexPattern, RoutePattern
from hypothesis import given, settings
from hypothesis import strategies as st

from reqtrace.analysis.patterns import (
    Reason,
    is_quick,
    pieces_of_regex,
    pieces_of_route,
    refusal,
    remainders,
)

LITERALS = ("books/", "book", "/", "a-", "edit/", "", "文章/", "x.y/")
CONVERTERS = ("<int:n{}>", "<str:s{}>", "<s{}>", "<slug:g{}>", "<path:p{}>", "<uuid:u{}>")
PATHS = ("books/", "book", "3/", "abc/", "a-b/", "12-x", "/", "", "edit/", "文章/", "x.y/", "xay/")


@st.composite
def routes(draw: st.DrawFn) -> str:
    """Routes of up to three converters between literals."""
    parts = []
    for number in range(draw(st.integers(0, 3))):
        parts.append(draw(st.sampled_from(LITERALS)))
        parts.append(draw(st.sampled_from(CONVERTERS)).format(number))
    return "".join([*parts, draw(st.sampled_from(LITERALS))])


paths = st.lists(st.sampled_from(PATHS), max_size=5).map("".join)


@pytest.mark.slow
@settings(max_examples=120, deadline=None)
@given(route=routes(), path=paths)
def test_a_route_leaves_of_a_path_what_it_does_in_django(route: str, path: str) -> None:
    """The beginning of a path that an include takes, and what is handed to its own patterns."""
    matched = RoutePattern(route).match(path)
    assert remainders(pieces_of_route(route), path) == (None if matched is None else matched[0])


@pytest.mark.slow
@settings(max_examples=120, deadline=None)
@given(route=routes(), path=paths)
def test_a_reason_is_only_given_where_django_does_not_match(route: str, path: str) -> None:
    """For a path that matches there is no reason; for any other there is one, and it points into the path."""
    is_match = RoutePattern(route, is_endpoint=True).match(path) is not None
    found = refusal(pieces_of_route(route), path, is_prefix=False)
    assert 0 <= found.fitting <= len(path)
    if is_match:
        assert found.reason is Reason.UNTOLD
    if found.reason is Reason.LITERAL:
        assert path[found.fitting :].startswith(found.got)
        assert not path[found.fitting :].startswith(found.wanted)


@pytest.mark.parametrize(
    ("route", "path", "wanted"),
    [
        ("books/", "boks/", (Reason.LITERAL, "books/", "boks/", 0)),
        ("books/<int:pk>/", "books/abc/", (Reason.CONVERTER, "int", "abc", 6)),
        ("books/<int:pk>/", "books/12abc/", (Reason.CONVERTER, "int", "12abc", 6)),
        ("books/<int:pk>/", "books/12", (Reason.ENDED, "/", "", 8)),
        ("books/<int:pk>/", "books/", (Reason.ENDED, "<int>", "", 6)),
        ("books/<int:pk>/", "books/12/edit/", (Reason.GOES_ON, "", "edit/", 9)),
        ("books/", "books", (Reason.ENDED, "/", "", 5)),
        ("isbn/<isbn:isbn>/", "isbn/x/", (Reason.CUSTOM, "isbn", "x", 5)),
        ("isbn/<isbn:isbn>/", "books/x/", (Reason.LITERAL, "isbn/", "books/", 0)),
        ("<slug:a>", "no good", (Reason.CONVERTER, "slug", "no good", 0)),
        ("", "books/", (Reason.GOES_ON, "", "books/", 0)),
    ],
)
def test_a_route_stops_matching_at_a_piece(route: str, path: str, wanted: tuple[Reason, str, str, int]) -> None:
    """The piece that was wanted, and what the path has in its place."""
    assert tuple(refusal(pieces_of_route(route), path, is_prefix=False)) == wanted


@pytest.mark.parametrize(
    ("regex", "path", "wanted"),
    [
        (r"^published/(?P<year>[0-9]{4})/$", "published/20x4/", (Reason.CONVERTER, "[0-9]{4}", "20x4", 10)),
        (r"^published/(?P<year>[0-9]{4})/$", "publisched/2004/", (Reason.LITERAL, "published/", "publisched/", 0)),
        (r"^a\.txt$", "abtxt", (Reason.LITERAL, "a.txt", "abtxt", 0)),
        (r"^robots?/$", "robotx/", (Reason.LITERAL, "/", "x/", 5)),
    ],
)
def test_a_harmless_regular_expression_stops_matching_at_a_piece(
    regex: str, path: str, wanted: tuple[Reason, str, str, int]
) -> None:
    """A row of characters, classes and groups is as good as a route."""
    pieces = pieces_of_regex(regex)
    assert pieces is not None
    assert tuple(refusal(pieces, path, is_prefix=False)) == wanted


@pytest.mark.parametrize(
    "regex",
    [
        "(a+)+$",
        "^(a+)+$",
        "^(a|b)/$",
        "^a|b$",
        "^(?i:a)$",
        "^(?:(a)b)$",
        "^a**$",
        "^[a-",
        "^(?P<x>\\1)$",
        "^a(?=b)",
        "[",
    ],
)
def test_other_regular_expressions_are_never_run(regex: str) -> None:
    """Choice, repetition of groups, looking around: nothing is said about them but that they did not match."""
    assert pieces_of_regex(regex) is None


@pytest.mark.slow
@settings(max_examples=120, deadline=None)
@given(regex=st.text(alphabet="^$ab/\\.+*?{}[]()|dw-<P>:=1,0", max_size=14).map("^".__add__), path=paths)
def test_pieces_of_a_regular_expression_match_what_it_matches(regex: str, path: str) -> None:
    """Taken apart and put together again, it matches the same beginnings of the same paths."""
    pieces = pieces_of_regex(regex)
    if pieces is None or regex.endswith("$") or not is_quick(pieces):
        return
    matched = re.match(regex, path)
    assert remainders(pieces, path) == (None if matched is None else path[matched.end() :])


def test_django_agrees_about_a_regular_expression_with_an_end() -> None:
    """``$`` and ``\\Z`` are not looked for in the path."""
    for regex in (r"^published/(?P<year>[0-9]{4})/$", r"^published/(?P<year>[0-9]{4})/\Z"):
        assert RegexPattern(regex, is_endpoint=True).match("published/2004/") is not None
        pieces = pieces_of_regex(regex)
        assert pieces is not None
        assert remainders(pieces, "published/2004/") == ""


@pytest.mark.parametrize(
    "route",
    [
        "<str:a>-<str:b>-<str:c>-<str:d>-<str:e>",
        "<path:a>/<path:b>/<path:c>/<path:d>",
        "<path:a>x<str:b>y<str:c>z<str:d>",
    ],
)
def test_what_could_take_long_is_not_tried(route: str) -> None:
    """Many parts of any length in a row."""
    assert not is_quick(pieces_of_route(route))


def test_the_worst_that_is_tried_takes_no_time_worth_talking_about() -> None:
    """Three parts of any length on the longest path that is matched."""
    pieces = pieces_of_route("<path:a>-<path:b>-<path:c>!")
    assert is_quick(pieces)
    begun = time.perf_counter()
    refusal(pieces, "-" * 200, is_prefix=False)
    assert time.perf_counter() - begun < 1


def test_of_a_very_long_path_only_the_beginning_is_compared() -> None:
    """A literal that is not there is told, everything else is left open."""
    pieces = pieces_of_route("books/<path:rest>")
    assert refusal(pieces, "boks/" + "a" * 5_000, is_prefix=False).reason is Reason.LITERAL
    assert refusal(pieces, "books/" + "a" * 5_000, is_prefix=False).reason is Reason.UNTOLD
