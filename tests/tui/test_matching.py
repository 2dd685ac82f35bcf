"""The simple filter."""

from __future__ import annotations

import pytest

from reqtrace.trace.model import RequestKey, RequestState, RequestSummary
from reqtrace.tui.matching import matching


def summary(method: str, path: str, status: int, query: str = "") -> RequestSummary:
    return RequestSummary(
        key=RequestKey(1, 1),
        ordinal=1,
        method=method,
        path=path,
        query=query,
        unix_time=0,
        duration=None,
        status=status,
        state=RequestState.DONE,
        lane="chain",
        flags=(),
    )


REQUESTS = [summary("GET", "/books/", 200), summary("POST", "/Basket/", 302), summary("GET", "/文章/", 404, "page=2")]


@pytest.mark.parametrize(
    ("words", "paths"),
    [
        ("", ["/books/", "/Basket/", "/文章/"]),
        ("  ", ["/books/", "/Basket/", "/文章/"]),
        ("get", ["/books/", "/文章/"]),
        ("basket", ["/Basket/"]),
        ("404", ["/文章/"]),
        ("文章", ["/文章/"]),
        ("page=2", ["/文章/"]),
        ("get 200", ["/books/"]),
        ("get 302", []),
    ],
)
def test_every_word_must_occur(words: str, paths: list[str]) -> None:
    """In method, path, query or status, whatever the case."""
    assert [one.path for one in matching(REQUESTS, words)] == paths


def test_no_words_cost_nothing() -> None:
    """The very same list comes back."""
    assert matching(REQUESTS, "") is REQUESTS
