"""Two requests beside each other: what differs, what comes first, and what never is a difference."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from django_model import (
    AUTH,
    COMMON,
    CSRF,
    MESSAGES,
    SECURITY,
    SESSION,
    STARTPROJECT,
    XFRAME,
    Act,
    Journey,
    Middleware,
    Raised,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from scenarios import AUTHOR, BOOK, SCENARIOS, Scenario, make

from reqtrace.analysis.comparison import compare
from reqtrace.analysis.comparison_model import Aspect, CircumstanceId, Comparison, Difference
from reqtrace.analysis.comparison_model import DifferenceId as Id
from reqtrace.events import kinds as k
from reqtrace.trace.model import RequestTrace, StopSort

BANNER = Middleware(path="shop.middleware.Banner", line=5, hooks={"process_request": 6, "process_response": 9})


traced = Scenario.trace


def through(*chain: Middleware, acts: Mapping[str, Act] | None = None, **more: Any) -> RequestTrace:
    return traced(make("one", chain or STARTPROJECT, acts, **more))


def sent(trace: RequestTrace, *headers: tuple[str, str], host: str = "127.0.0.1:8000") -> RequestTrace:
    """The same, answered with these headers."""
    assert trace.response is not None
    assert trace.started is not None
    return replace(
        trace,
        response=replace(trace.response, headers=headers),
        started=replace(trace.started, headers=(("Host", host),)),
    )


def told(comparison: Comparison) -> list[tuple[Id, str, object, object]]:
    return [(one.id, one.subject, one.a, one.b) for one in comparison.differences]


def raising(error: str, message: str = "") -> Callable[[Journey], int]:
    def act(journey: Journey) -> int:
        raise Raised(error, message)

    return act


# --- the same ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_request_is_the_same_as_itself(name: str) -> None:
    """Every step has its twin."""
    trace = traced(SCENARIOS[name])
    comparison = compare(trace, trace)
    assert comparison.is_same
    assert comparison.first is None
    assert comparison.circumstances == ()
    assert all(row.a is not None and row.b is not None for row in comparison.rows)


def test_times_are_no_difference() -> None:
    """Nor are the processes they were measured in."""
    a = traced(SCENARIOS["detail"])
    slow = [replace(event, time=event.time * 7) for event in SCENARIOS["detail"].request]
    b = traced(replace(SCENARIOS["detail"], request=tuple(slow), header=SCENARIOS["detail"].header | {"pid": 9}))
    assert compare(a, b).is_same


PAGE = SCENARIOS["home"]
CHANCES = [
    (("Expires", "Sat, 21 Nov 2026 16:03:35 GMT"), ("Expires", "Sun, 22 Nov 2026 11:00:00 GMT")),
    (("ETag", '"abc"'), ("ETag", '"def"')),
    (("Vary", "Cookie, Accept-Language"), ("Vary", "Accept-Language, Cookie")),
    (
        ("Content-Security-Policy", "script-src 'nonce-aGVsbG8='"),
        ("Content-Security-Policy", "script-src 'nonce-d29ybGQ='"),
    ),
    (
        ("Set-Cookie", "csrftoken=********; expires=Sat, 20 Nov 2027 16:02:32 GMT; Max-Age=31449600; Path=/"),
        ("Set-Cookie", "csrftoken=abcdefgh; expires=Sun, 21 Nov 2027 16:02:36 GMT; Max-Age=31449599; Path=/"),
    ),
    (("Location", "http://127.0.0.1:8000/x/"), ("location", "http://testserver/x/")),
    (("X-Object", "<Book object at 0x7f01aa10>"), ("X-Object", "<Book object at 0x7f99bb20>")),
    (("X-Job", "0b6e7a9c-1d2f-4c3b-8a5d-9e7f6a5b4c3d"), ("X-Job", "11111111-1d2f-4c3b-8a5d-9e7f6a5b4c3d")),
    (("X-Took", "12.4 ms"), ("X-Took", "9 ms")),
    (("Date", "Sat, 21 Nov 2026 16:03:35 GMT"), ("Content-Type", "text/html")),
]


@pytest.mark.parametrize(("of_a", "of_b"), CHANCES, ids=[pair[0][0] for pair in CHANCES])
def test_what_comes_by_chance_is_no_difference(of_a: tuple[str, str], of_b: tuple[str, str]) -> None:
    """Dates, tokens, addresses of objects, random names, and what the site happens to be called."""
    base = ("Content-Type", "text/html")
    a = sent(traced(PAGE), *{base, of_a})
    b = sent(traced(PAGE), *{base, of_b}, host="testserver")
    assert told(compare(a, b)) == []


def test_the_length_of_a_debug_page_is_no_difference() -> None:
    """It holds addresses and times; that of a page is one."""
    broken, page = traced(SCENARIOS["view_raises_500"]), traced(PAGE)
    lengths = [("Content-Length", "55976")], [("Content-Length", "55981")]
    assert compare(sent(broken, *lengths[0]), sent(broken, *lengths[1])).is_same
    assert [one.id for one in compare(sent(page, *lengths[0]), sent(page, *lengths[1])).differences] == [Id.HEADER]


def test_asgi_and_wsgi_differ_in_circumstances_only() -> None:
    """The handler and the hops are noted, and nothing else."""
    comparison = compare(through(path="/"), through(path="/", handler="ASGIHandler"))
    assert told(comparison) == []
    noted = {one.id for one in comparison.circumstances}
    assert noted == {CircumstanceId.HANDLER, CircumstanceId.HOPS}


def test_versions_are_circumstances() -> None:
    """Of Django and of Python."""
    newer = replace(PAGE, header={**PAGE.header, "django": "6.1", "python": "3.13.1"})
    comparison = compare(traced(PAGE), traced(newer))
    assert comparison.is_same
    assert [(one.id, one.a, one.b) for one in comparison.circumstances] == [
        (CircumstanceId.DJANGO, "5.2.19", "6.1"),
        (CircumstanceId.PYTHON, "3.11.9", "3.13.1"),
    ]


def test_a_savepoint_is_a_transaction_to_the_code_in_it() -> None:
    """What runs inside a transaction that is to be rolled back is the same work."""
    scenario = SCENARIOS["transaction"]
    inner = {"begin": "savepoint", "commit": "savepoint commit", "rollback": "savepoint rollback"}
    nested = [
        replace(event, action=inner.get(event.action, event.action))
        if isinstance(event, k.TransactionStepped)
        else event
        for event in scenario.request
    ]
    assert compare(traced(scenario), traced(replace(scenario, request=tuple(nested)))).about(Aspect.TRANSACTION) == ()


# --- the list of layers ------------------------------------------------------------------------------------------


def test_a_moved_layer_is_one_layer() -> None:
    """It is found again where it stands now; whatever it does is compared."""
    comparison = compare(through(), through(SECURITY, COMMON, SESSION, CSRF, AUTH, MESSAGES, XFRAME))
    moved = [pair for pair in comparison.layers if pair.is_moved]
    assert len(comparison.layers) == 7
    assert len(moved) == 1
    assert comparison.outcome == ()
    assert [one.id for one in comparison.differences] == [Id.LAYER_MOVED]
    assert not comparison.is_same


@pytest.mark.parametrize("number", [2, 3], ids=["Session", "Common"])
def test_of_two_layers_that_changed_places_the_one_that_was_moved_counts(number: int) -> None:
    """Nothing in the two lists tells which it was, so whoever moved it may say so."""
    b = through(SECURITY, COMMON, SESSION, CSRF, AUTH, MESSAGES, XFRAME)
    mover = STARTPROJECT[number - 1]
    assert told(compare(through(), b, moved={mover.path})) == [(Id.LAYER_MOVED, mover.name, number, 5 - number)]


def test_an_added_layer_leaves_the_others_where_they_are() -> None:
    """In one chain only, at its number there."""
    comparison = compare(through(), through(SECURITY, BANNER, *STARTPROJECT[1:]))
    assert told(comparison) == [(Id.LAYER_LISTED, "Banner", None, 2)]
    assert [pair.name for pair in comparison.layers if pair.a is None] == ["Banner"]


def test_a_layer_listed_twice_is_matched_once() -> None:
    """With the one that stands among the same neighbours."""
    comparison = compare(through(), through(XFRAME, *STARTPROJECT))
    assert told(comparison) == [(Id.LAYER_LISTED, "XFrameOptionsMiddleware", None, 1)]
    assert comparison.layers[0].a is None


def test_an_added_layer_that_answers_is_what_happened_first() -> None:
    """The rest follows: what is deeper is never reached."""
    acts: Mapping[str, Act] = {"Banner.process_request": lambda _: 503}
    comparison = compare(through(), through(SECURITY, BANNER, *STARTPROJECT[1:], acts=acts))
    first = comparison.first
    assert first is not None
    assert (first.id, first.subject, first.a, first.b) == (Id.HOOK_ENDED, "Banner.process_request", None, 503)
    never = [one.subject for one in comparison.differences if one.id is Id.LAYER_REACHED]
    assert never == [layer.name for layer in STARTPROJECT[1:]]


def test_a_layer_above_what_it_needs_is_named_first() -> None:
    """``AuthenticationMiddleware`` before the session: the error, not its consequences, whichever is compared first."""
    needy: Mapping[str, Act] = {
        "AuthenticationMiddleware.process_request": raising(
            "django.core.exceptions.ImproperlyConfigured", "requires session"
        )
    }
    good, bad = through(), through(SECURITY, AUTH, SESSION, COMMON, CSRF, MESSAGES, XFRAME, acts=needy)
    for comparison, ends in ((compare(good, bad), ("", "ImproperlyConfigured")), (compare(bad, good), None)):
        first = comparison.first
        assert first is not None
        assert (first.id, first.subject) == (Id.HOOK_ENDED, "AuthenticationMiddleware.process_request")
        assert {first.a, first.b} == {"", "ImproperlyConfigured"}
        assert ends is None or (first.a, first.b) == ends
        (status,) = comparison.about(Aspect.STATUS)
        assert {status.a, status.b} == {200, 500}


# --- the core ----------------------------------------------------------------------------------------------------


def test_a_refused_form_differs_at_the_hook_that_refused_it() -> None:
    """Not at the view, which is never called."""
    comparison = compare(through(), traced(SCENARIOS["csrf_403"]))
    first = comparison.first
    assert first is not None
    assert (first.id, first.subject, first.a, first.b) == (Id.HOOK_ENDED, "CsrfViewMiddleware.process_view", "", 403)
    assert comparison.rows[first.row].a is not None
    assert (Id.VIEW_CALLED, "view", "shop.views.detail", None) in told(comparison)


def test_an_exception_is_told_with_its_message_and_where() -> None:
    """And the hook that took care of it."""
    acts: Mapping[str, Act] = {"view": raising("builtins.ValueError", "no such book")}
    comparison = compare(through(), through(acts=acts))
    first = comparison.first
    assert first is not None
    assert (first.id, first.subject, first.a, first.b) == (Id.EXCEPTION_RAISED, "ValueError", None, "no such book")
    step = comparison.rows[first.row].b
    assert step is not None
    assert step.stop.sort is StopSort.VIEW
    assert (Id.EXCEPTION_CONVERTED, "", None, 500) in told(comparison)


def test_an_address_in_a_message_is_no_difference() -> None:
    """Another message is one."""
    first, second, third = (
        through(acts={"view": raising("builtins.ValueError", text)})
        for text in ("<Book at 0x7f12aa>", "<Book at 0x7f34bb>", "other")
    )
    assert compare(first, second).is_same
    assert [one.id for one in compare(first, third).differences] == [Id.EXCEPTION_MESSAGE]


def test_the_process_in_a_message_is_no_difference() -> None:
    """Another number is one."""

    def failing(pid: int, text: str) -> RequestTrace:
        scenario = make("one", STARTPROJECT, {"view": raising("builtins.ValueError", text)})
        return traced(replace(scenario, header={**scenario.header, "pid": pid}))

    assert compare(failing(4321, "in process 4321"), failing(99999, "in process 99999")).is_same
    assert not compare(failing(4321, "43210 items"), failing(99999, "99999 items")).is_same


def test_a_url_that_matches_nothing_differs_in_its_match() -> None:
    """The first difference, when the requests ask for different paths."""
    comparison = compare(through(), traced(SCENARIOS["not_found_404"]))
    first = comparison.first
    assert first is not None
    assert (first.id, first.a, first.b) == (Id.URL_MATCHED, "books/<int:pk>/", None)


def test_queries_are_counted_by_statement() -> None:
    """Parameters are no difference, and neither is who runs it."""

    def view(*authors: int) -> Act:
        def act(journey: Journey) -> None:
            journey.sql(BOOK, "3")
            for author in authors:
                journey.sql(AUTHOR, str(author))

        return act

    few, many = through(acts={"view": view(1, 2)}), through(acts={"view": view(3, 4, 5, 6)})
    assert told(compare(few, many)) == [(Id.QUERY, AUTHOR, 2, 4)]
    assert compare(few, through(acts={"view": view(8, 9)})).is_same


def test_a_query_that_moved_into_a_layer_is_the_same_query() -> None:
    """It is counted in the whole request."""

    def ask(journey: Journey) -> None:
        journey.sql(BOOK, "3")

    a, b = through(acts={"view": ask}), through(acts={"view": lambda _: None, "MessageMiddleware.process_request": ask})
    assert compare(a, b).about(Aspect.QUERY) == ()


# --- the answer --------------------------------------------------------------------------------------------------


def test_a_header_differs_where_it_was_set() -> None:
    """At the way out of the layer that sets it in one of them."""
    page = traced(PAGE)
    with_it = sent(page, ("X-Frame-Options", "DENY"))
    comparison = compare(with_it, sent(page))
    assert told(comparison) == [(Id.HEADER, "X-Frame-Options", "DENY", None)]
    assert place(comparison, comparison.differences[0]) == (StopSort.LAYER_OUT, "XFrameOptionsMiddleware")


def place(comparison: Comparison, difference: Difference) -> tuple[StopSort, str]:
    row = comparison.rows[difference.row]
    step = row.a or row.b
    assert step is not None
    return step.stop.sort, comparison.layers[step.pair].name if step.pair is not None else ""


def test_a_cookie_differs_in_its_attributes() -> None:
    """Its value is never looked at."""
    page = traced(PAGE)
    a = sent(page, ("Set-Cookie", "sessionid=aaaa; HttpOnly; Path=/; SameSite=Lax"))
    b = sent(page, ("Set-Cookie", "sessionid=bbbb; Path=/; Secure; SameSite=Lax"))
    assert told(compare(a, b)) == [
        (Id.COOKIE, "sessionid", "httponly; path=/; samesite=Lax", "path=/; samesite=Lax; secure")
    ]
    assert "aaaa" not in str(told(compare(a, sent(page))))


def test_what_a_layer_does_to_the_request_is_compared() -> None:
    """Here it no longer sets ``request.session``."""
    comparison = compare(through(), through(acts={"SessionMiddleware.process_request": lambda _: None}))
    assert told(comparison) == [(Id.LAYER_CHANGED, "SessionMiddleware.process_request", "+session", None)]


def test_a_request_under_way_is_compared_as_far_as_it_is_known() -> None:
    """What has not happened yet is no difference of its layers."""
    whole, begun = traced(SCENARIOS["detail"]), traced(SCENARIOS["detail"].upto(8))
    comparison = compare(whole, begun)
    assert not comparison.about(Aspect.LAYER)
    assert {one.id for one in comparison.circumstances} >= {CircumstanceId.INCOMPLETE, CircumstanceId.NO_HEADERS}


# --- laws --------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(SCENARIOS)), st.sampled_from(sorted(SCENARIOS)))
def test_the_order_of_the_two_only_changes_sides(one: str, other: str) -> None:
    """Whatever two requests are compared: the same differences, mirrored; every step is in exactly one row."""
    a, b = traced(SCENARIOS[one]), traced(SCENARIOS[other])
    there, back = compare(a, b), compare(b, a)
    mirrored = {(one.id, one.subject, one.b, one.a) for one in back.differences if one.id is not Id.LAYER_MOVED}
    assert {row for row in told(there) if row[0] is not Id.LAYER_MOVED} == mirrored
    for side, rows in ((0, [row.a for row in there.rows]), (1, [row.b for row in there.rows])):
        stops = [step.stop.index for step in rows if step is not None]
        assert stops == sorted(set(stops)), side
    assert all(0 <= difference.row < len(there.rows) for difference in there.differences)


@settings(max_examples=60, deadline=None)
@given(st.permutations(STARTPROJECT), st.permutations(STARTPROJECT))
def test_layers_are_matched_by_path_whatever_their_order(
    one: Sequence[Middleware], other: Sequence[Middleware]
) -> None:
    """Each exactly once, and only as many are called moved as there must be."""
    comparison = compare(through(*one), through(*other))
    assert sorted(pair.name for pair in comparison.layers) == sorted(layer.name for layer in STARTPROJECT)
    assert all(pair.a is not None and pair.b is not None for pair in comparison.layers)
    assert comparison.outcome == ()
