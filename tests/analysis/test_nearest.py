"""Why no pattern matched a URL, and which one almost did."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenarios import SCENARIOS, Scenario, make

from reqtrace.analysis.nearest import Almost, mismatches, nearest
from reqtrace.analysis.patterns import Reason
from reqtrace.events import kinds as k
from reqtrace.trace.model import RequestTrace

PATTERNS = {
    1: ("path", "", "start"),
    2: ("include", "books/", "shop"),
    3: ("path", "<int:pk>/", "detail"),
    4: ("path", "<int:pk>/edit/", "edit"),
    5: ("re_path", r"^published/(?P<year>[0-9]{4})/$", "published"),
    6: ("path", "authors/<slug:slug>/", "author"),
    7: ("include", "accounts/", "accounts"),
    8: ("path", "favicon.ico", "icon"),
    9: ("i18n", "", ""),
    10: ("path", "about/", "about"),
    11: ("re_path", "(a+)+$", "bad"),
    12: ("path", "isbn/<isbn:isbn>/", "isbn"),
}


def lost(path: str, *tried: tuple[int, ...], patterns: dict[int, tuple[str, str, str]] = PATTERNS) -> RequestTrace:
    """A request for a path that nothing matches, with what was tried."""
    scenario = make("lost", path=path, match=None)
    loading = tuple(event for event in scenario.loading if not isinstance(event, k.PatternSeen))
    seen = tuple(
        k.PatternSeen(time=1, request=0, thread=1, pattern=number, sort=sort, text=text, name=name, target="")
        for number, (sort, text, name) in patterns.items()
    )
    request = tuple(
        replace(event, tried=tried) if isinstance(event, k.UrlUnresolved) else event for event in scenario.request
    )
    return traced(replace(scenario, loading=(*loading, *seen), request=request))


traced = Scenario.trace


@pytest.mark.parametrize(
    ("path", "tried", "wanted"),
    [
        ("/boks/3/", (2,), (Reason.LITERAL, "books/", "boks/", 0)),
        ("/books/abc/", (2, 3), (Reason.CONVERTER, "int", "abc", 6)),
        ("/books/3/edit", (2, 4), (Reason.ENDED, "/", "", 12)),
        ("/books/3/more/", (2, 3), (Reason.GOES_ON, "", "more/", 8)),
        ("/books/3/", (5,), (Reason.LITERAL, "published/", "books/", 0)),
        ("/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", (11,), (Reason.REGEX, "(a+)+$", "", 0)),
        ("/about/", (9,), (Reason.LANGUAGE, "", "", 0)),
        ("/abaut/", (9, 10), (Reason.LITERAL, "about/", "abaut/", 0)),
        ("/en/abaut/", (9, 10), (Reason.UNTOLD, "", "", 0)),
        ("/isbn/12/", (12,), (Reason.CUSTOM, "isbn", "12", 5)),
    ],
)
def test_each_pattern_says_where_it_stopped_matching(path: str, tried: tuple[int, ...], wanted: object) -> None:
    """Counted in the whole path, whatever includes stand around it."""
    (only,) = mismatches(lost(path, tried))
    assert only.numbers == tried
    assert tuple(only.refusal) == wanted


def test_the_pattern_that_matched_is_none_of_them() -> None:
    """Of a URL that was found, those before it are told."""
    trace = traced(SCENARIOS["detail"])
    assert [one.refusal.reason for one in mismatches(trace)] == [Reason.LITERAL, Reason.GOES_ON, Reason.GOES_ON]
    assert nearest(trace) is None


@pytest.mark.parametrize(
    ("path", "almost", "route"),
    [
        ("/books/3", Almost.MISSING_SLASH, "books/<int:pk>/"),
        ("/books/3/edit", Almost.MISSING_SLASH, "books/<int:pk>/edit/"),
        ("/favicon.ico/", Almost.EXTRA_SLASH, "favicon.ico"),
        ("/books//3/", Almost.EXTRA_SLASH, "books/<int:pk>/"),
        ("/Books/3/", Almost.CASE, "books/<int:pk>/"),
        ("/authors/Jane/".replace("a", "A", 1), Almost.CASE, "authors/<slug:slug>/"),
        ("/book/3/", Almost.LETTERS, "books/<int:pk>/"),
        ("/authros/jane/", Almost.LETTERS, "authors/<slug:slug>/"),
        ("/published/204/", Almost.CONVERTER, "published/(?P<year>[0-9]{4})/"),
        ("/books/abc/", Almost.CONVERTER, "books/<int:pk>/"),
    ],
)
def test_the_nearest_pattern_is_named(path: str, almost: Almost, route: str) -> None:
    """With what would have to be different."""
    found = nearest(lost(path, (1,), (2, 3), (2, 4), (5,), (6,), (8,)))
    assert found is not None
    assert (found.almost, found.route) == (almost, route)


def test_an_include_may_be_the_nearest() -> None:
    """Its own patterns were never tried, so only its prefix can be compared."""
    found = nearest(lost("/acounts/login/", (1,), (2,), (7,)))
    assert found is not None
    assert (found.almost, found.route, found.letters) == (Almost.LETTERS, "accounts/", 1)


def test_a_refused_value_is_named() -> None:
    """The converter and what it was given."""
    found = nearest(lost("/books/abc/edit/", (2, 4)))
    assert found is not None
    assert (found.wanted, found.got) == ("int", "abc")


@pytest.mark.parametrize("path", ["/nothing/", "/", "/xx/3/", "/books-and-more/3/", "/b/3/"])
def test_nothing_is_near_what_is_like_nothing(path: str) -> None:
    """No suggestion is better than a wild one."""
    assert nearest(lost(path, (2,), (5,), (6,), (8,))) is None


def test_a_language_prefix_and_an_own_converter_are_never_near() -> None:
    """What they would match is not known."""
    assert nearest(lost("/en/about", (9, 10), (12,))) is None


def test_unknown_patterns_are_passed_over() -> None:
    """Their description was lost."""
    trace = lost("/books/3", (99,), (2, 98), (2, 3))
    assert [one.numbers for one in mismatches(trace)] == [(2, 3)]


def test_a_text_that_was_cut_is_not_compared() -> None:
    """Only its beginning is known."""
    trace = lost("/books/", (1,), patterns={1: ("path", "boo… +400", "")})
    assert mismatches(trace)[0].refusal.reason is Reason.UNTOLD
    assert nearest(trace) is None


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(
    path=st.text(alphabet="abooks/3-éX.%", max_size=30).map("/".__add__),
    texts=st.lists(
        st.tuples(
            st.sampled_from(["path", "re_path", "include", "i18n"]),
            st.one_of(
                st.text(alphabet="^books/<int:pk>$()[]+*?{}1,\\d|", max_size=20),
                st.sampled_from(["books/<int:pk>/", "<path:p>", "^(?P<a>[0-9]+)/$", "<uuid:u>/"]),
            ),
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_no_path_and_no_pattern_makes_it_raise(path: str, texts: list[tuple[str, str]]) -> None:
    """Whatever a URLconf contains."""
    patterns = {number: (sort, text, "") for number, (sort, text) in enumerate(texts, 1)}
    trace = lost(path, *((number,) for number in patterns), tuple(patterns), patterns=patterns)
    assert len(mismatches(trace)) == len(patterns) + 1
    nearest(trace)
