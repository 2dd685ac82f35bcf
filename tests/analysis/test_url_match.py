"""A walk through the URLconf is told step by step, with the reason of each miss."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from url_answers import BOOKSHOP, FOUND, LOST, REFUSED, a_match, step, value

from reqtrace.analysis.nearest import Almost
from reqtrace.analysis.patterns import Reason
from reqtrace.analysis.url_match import StepOutcome, UrlMatch, read_match
from reqtrace.analysis.url_tree import read_tree

TREE = read_tree(BOOKSHOP)


def test_a_path_that_is_found() -> None:
    """Each pattern with what it was given and what it left, down to the view and its arguments."""
    match = read_match(FOUND, TREE, "/books/3/")
    assert [(one.node.text, one.outcome.value, one.given, one.left) for one in match.steps] == [
        ("", "missed", "books/3/", "books/3/"),
        ("books/", "entered", "books/3/", "3/"),
        ("", "missed", "3/", "3/"),
        ("<int:pk>/", "matched", "3/", ""),
    ]
    assert match.matched is match.steps[-1]
    assert (match.view_name, match.arguments) == ("shop:book_detail", (("pk", "3"),))
    assert match.nearest is None
    assert [one.depth for one in match.steps] == [0, 0, 1, 1]


def test_each_miss_has_its_reason() -> None:
    """As far as the text of the pattern tells; the language prefix, too, is known here."""
    match = read_match(LOST, TREE, "/books/abc")
    reasons = {one.node.place: one.refusal for one in match.steps if one.refusal is not None}
    assert reasons[(0,)].reason is Reason.GOES_ON
    assert (reasons[(1, 1)].reason, reasons[(1, 1)].got) == (Reason.CONVERTER, "abc")
    assert (reasons[(3,)].reason, reasons[(3,)].wanted) == (Reason.LITERAL, "published/")
    assert (reasons[(4,)].reason, reasons[(4,)].wanted) == (Reason.LITERAL, "en/")
    assert match.matched is None
    assert match.broken is None


@pytest.mark.parametrize(
    ("path", "answer", "almost", "route"),
    [
        ("/books/3", a_match(step([1], "left", 1), step([1, 1], "missed", 1)), Almost.MISSING_SLASH, "books/<int:pk>/"),
        ("/Books/", a_match(step([1], "missed", 6)), Almost.CASE, "books/"),
        ("/en/abuot/", a_match(step([4], "left", 6), step([4, 0], "missed", 6)), Almost.LETTERS, "en/about/"),
        (
            "/books/isbn/12/",
            a_match(step([1], "left", 8), step([1, 3], "missed", 8)),
            Almost.CONVERTER,
            "books/isbn/<isbn:isbn>/",
        ),
    ],
)
def test_what_is_almost_right_is_found(path: str, answer: Any, almost: Almost, route: str) -> None:
    """Behind a language prefix and a converter of the project too, whose regular expression is told."""
    match = read_match(answer, TREE, path)
    assert match.nearest is not None
    assert (match.nearest.almost, match.nearest.route) == (almost, route)


def test_a_converter_that_refuses_is_no_matter_of_the_text() -> None:
    """What ``to_python`` raised is told with the value it was given."""
    match = read_match(REFUSED, TREE, "/books/isbn/9781234567890/")
    (refused,) = [one for one in match.steps if one.refused_value is not None]
    assert refused.node.name == "by_isbn"
    assert refused.captured[0].got == "9781234567890"
    assert refused.captured[0].error == "ValueError: the check digit is wrong"


def test_a_walk_may_end_before_its_time() -> None:
    """With an exception, or where a URLconf is not loaded."""
    raised = step([1, 3], "raised", 4, value("isbn", "1", "", "KeyError: 1"), error="KeyError: 1")
    broken = read_match(a_match(step([1], "entered", 4), raised), TREE, "/books/isbn").broken
    assert broken is not None
    assert (broken.outcome, broken.error) == (StepOutcome.RAISED, "KeyError: 1")
    later = read_match(a_match(step([5], "not loaded", 3)), TREE, "/later/x").broken
    assert later is not None
    assert later.outcome is StepOutcome.NOT_LOADED


STEPS = st.dictionaries(
    st.sampled_from(["at", "outcome", "rest", "values", "error"]),
    st.none() | st.integers(-3, 30) | st.sampled_from(["missed", "matched", "left"]) | st.lists(st.integers(-1, 3)),
)


@given(
    st.none()
    | st.lists(STEPS)
    | st.fixed_dictionaries(
        {"steps": st.lists(STEPS | st.text(max_size=3)), "match": st.none() | st.integers() | STEPS}
    )
)
def test_anything_can_be_read(told: Any) -> None:
    """An answer is not trusted: steps that fit to no pattern are left out."""
    assert isinstance(read_match(told, TREE, "/books/3/"), UrlMatch)
