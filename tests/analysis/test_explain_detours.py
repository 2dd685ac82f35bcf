"""What is easily taken for something else is called what it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from scenarios import SCENARIOS

from reqtrace.analysis.explain_detours import is_of_atomic_requests
from reqtrace.analysis.messages import MessageId as ID
from reqtrace.trace.model import StopSort

Tell = Callable[..., Any]


def ids(told: Any, sort: StopSort) -> list[tuple[ID, ID]]:
    pairs = zip(told.trace.stops, told.narrations, strict=True)
    return [(one.title.id, one.why.id) for stop, one in pairs if stop.sort is sort]


def test_a_decorator_s_hook_is_no_layer_s(told: Tell) -> None:
    """``csrf_protect`` made its own middleware: it is in no chain."""
    page = told(SCENARIOS["csrf_protect"])
    assert ids(page, StopSort.DECORATOR_HOOK) == [(ID.DECORATOR_HOOK, ID.WHY_DECORATOR_HOOK)] * 3
    assert page.at(StopSort.DECORATOR_HOOK).title.values["decorator"] == "csrf_protect"


def test_the_hooks_of_an_error_page_belong_to_it(told: Tell) -> None:
    """Every default error page is decorated with ``requires_csrf_token``."""
    page = told(SCENARIOS["error_page"])
    assert ids(page, StopSort.DECORATOR_HOOK) == [(ID.DECORATOR_HOOK, ID.WHY_DECORATOR_ERROR_PAGE)] * 3
    assert page.at(StopSort.DECORATOR_HOOK).title.values["decorator"] == "requires_csrf_token"


def test_a_look_up_says_who_asks(told: Tell) -> None:
    """The debug page first, then ``CommonMiddleware``, twice."""
    assert ids(told(SCENARIOS["append_slash_asking"]), StopSort.LOOKUP) == [
        (ID.LOOKED_UP_NOTHING, ID.WHY_LOOKED_UP_DEBUG),
        (ID.LOOKED_UP_NOTHING, ID.WHY_LOOKED_UP_APPEND_SLASH),
        (ID.LOOKED_UP, ID.WHY_LOOKED_UP_APPEND_SLASH),
    ]


def test_atomic_requests_are_told_apart(told: Tell) -> None:
    """Django itself began this transaction, and takes it back because the view raised."""
    page = told(SCENARIOS["atomic_requests"])
    assert ids(page, StopSort.TRANSACTION) == [
        (ID.TRANSACTION_BEGIN, ID.WHY_BEGIN_ATOMIC_REQUESTS),
        (ID.TRANSACTION_ROLLBACK, ID.WHY_ROLLBACK_ATOMIC_REQUESTS),
    ]
    other = told(SCENARIOS["transaction"]).trace
    assert not any(is_of_atomic_requests(other, stop) for stop in other.stops)


def test_every_step_of_a_transaction_has_its_words(told: Tell) -> None:
    """A savepoint that is rolled back to is released afterwards."""
    titles = [title for title, _why in ids(told(SCENARIOS["transaction"]), StopSort.TRANSACTION)]
    assert titles == [
        ID.TRANSACTION_BEGIN,
        ID.SAVEPOINT,
        ID.SAVEPOINT_ROLLBACK,
        ID.SAVEPOINT_COMMIT,
        ID.TRANSACTION_COMMIT,
        ID.TRANSACTION_BEGIN,
        ID.TRANSACTION_COMMIT,
    ]


def test_a_cache_says_what_it_found(told: Tell) -> None:
    """Not found, put in, one of two found."""
    titles = [title for title, _why in ids(told(SCENARIOS["asking_others"]), StopSort.CACHE)]
    assert titles == [ID.CACHE_MISS, ID.CACHE, ID.CACHE_SOME]


@pytest.mark.parametrize(
    ("scenario", "sort", "title", "why"),
    [
        ("asking_others", StopSort.HTTP, ID.HTTP, ID.WHY_HTTP),
        ("asking_others", StopSort.CONTEXT_PROCESSORS, ID.CONTEXT_PROCESSORS, ID.WHY_CONTEXT_PROCESSORS),
        ("transaction", StopSort.MAIL, ID.MAIL, ID.WHY_MAIL),
        ("asgi", StopSort.HOP, ID.HOP_TO_THREAD, ID.WHY_HOP_TO_THREAD),
        ("deep", StopSort.SIGNAL, ID.SIGNAL, ID.WHY_SIGNAL),
        ("deep", StopSort.LOG, ID.LOG, ID.WHY_LOG),
        ("deep", StopSort.TAG, ID.TAG, ID.WHY_TAG),
        ("deep", StopSort.FILTERS, ID.FILTERS, ID.WHY_FILTERS),
        ("deep", StopSort.CALL, ID.CALL, ID.WHY_CALL),
        ("n_plus_one_included", StopSort.SQL, ID.SQL, ID.WHY_SQL),
    ],
)
def test_each_sort_has_its_explanation(scenario: str, sort: StopSort, title: ID, why: ID, told: Tell) -> None:
    """One title and one reason each."""
    narration = told(SCENARIOS[scenario]).at(sort)
    assert (narration.title.id, narration.why.id) == (title, why)


def test_a_query_in_a_loop_of_includes_is_called_so(told: Tell) -> None:
    """Each of the eight is one of eight, though none follows another."""
    page = told(SCENARIOS["n_plus_one_included"])
    assert [why for _title, why in ids(page, StopSort.SQL)][1:] == [ID.WHY_SQL_ONE_OF_MANY] * 8
