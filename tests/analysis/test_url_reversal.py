"""Why ``reverse()`` found no path: another name, or arguments that do not fit."""

from __future__ import annotations

from typing import Any

import pytest
from url_answers import BOOKSHOP

from reqtrace.analysis.url_reversal import Call, Reversal, call_of, read_reversal
from reqtrace.analysis.url_tree import read_tree

TREE = read_tree(BOOKSHOP)
REFUSAL = {"path": None, "error": "NoReverseMatch", "message": "Reverse for …", "language": "en"}


def reversal(text: str, told: Any = REFUSAL) -> Reversal:
    call = call_of(text)
    assert call is not None
    return read_reversal(told, TREE, call)


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("start", Call(name="start")),
        ("shop:book_detail 3", Call(name="shop:book_detail", args=(3,))),
        ("author slug=le-guin", Call(name="author", kwargs={"slug": "le-guin"})),
        ("x 'two words' 007 -4", Call(name="x", args=("two words", "007", -4))),
        ("x q='a=b' =c 1=2", Call(name="x", args=("=c", "1=2"), kwargs={"q": "a=b"})),
        ("it's 3", Call(name="it's", args=(3,))),
        ("  ", None),
    ],
)
def test_a_call_is_a_name_and_its_arguments(text: str, call: Call | None) -> None:
    """Whole numbers are numbers, what has a name goes by it, quotes keep blanks together."""
    assert call_of(text) == call


def test_a_path_needs_no_explanation() -> None:
    """Nothing is looked for."""
    found = reversal("shop:book_detail 3", {"path": "/books/3/", "error": "", "message": "", "language": "en"})
    assert (found.path, found.candidates, found.alike) == ("/books/3/", (), ())


def test_what_does_not_fit_is_named() -> None:
    """Parameters that are missing, that nobody wants, and values that a converter refuses."""
    (missing,) = reversal("shop:book_detail").candidates
    assert (missing.route, missing.missing, missing.wanted) == ("books/<int:pk>/", ("pk",), 1)
    (unexpected,) = reversal("shop:book_detail id=3").candidates
    assert (unexpected.missing, unexpected.unexpected) == (("pk",), ("id",))
    (refused,) = reversal("shop:book_detail pk=abc").candidates
    assert refused.refused == (("pk", "abc", "[0-9]+"),)
    (positional,) = reversal("shop:book_detail abc").candidates
    assert positional.refused == (("pk", "abc", "[0-9]+"),)
    (added,) = reversal("shop:by_isbn isbn=9780306406157 page=1").candidates
    assert (added.missing, added.unexpected, added.refused) == ((), (), ())
    (regex,) = reversal("published").candidates
    assert regex.parameters == ("year",)


@pytest.mark.parametrize(
    ("name", "alike"),
    [
        ("book_detail", ("shop:book_detail",)),
        ("shop:book_detial", ("shop:book_detail",)),
        ("strat", ("start",)),
        ("zzz", ()),
    ],
)
def test_names_that_are_alike_are_offered(name: str, alike: tuple[str, ...]) -> None:
    """Above all the same name in a namespace that was forgotten."""
    found = reversal(name)
    assert (found.candidates, found.alike) == ((), alike)
