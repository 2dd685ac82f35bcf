"""Each stop is explained by what happened in this request, in Django's terms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django_acts import hop
from django_model import CSRF, NOTHING, SECURITY, SESSION, STARTPROJECT, Journey, Middleware, Raised
from scenarios import FRIENDLY, MAINTENANCE, SCENARIOS, TIMING, make, technical_page

from reqtrace.analysis.messages import MessageId as ID
from reqtrace.events.kinds import (
    CallEntered,
    CallLeft,
    HookEntered,
    Outcome,
    RequestEscaped,
    ResponseStarted,
    TagEntered,
    TagLeft,
    ViewLeft,
)
from reqtrace.trace.model import StopSort as S

Told = Callable[..., Any]


def boom(journey: Journey) -> int:
    raise Raised("shop.errors.OutOfStock", "no copies left")


FULL = Middleware(
    path="m.Full",
    hooks={
        "process_request": 1,
        "process_view": 2,
        "process_exception": 3,
        "process_template_response": 4,
        "process_response": 5,
    },
)
SECOND = replace(FULL, path="m.Second")
BOTH = (FULL, SECOND)

HAPPENINGS = [
    # what happens, where to look, title, why, some of the values
    ("home", S.RECEIVED, "", ID.RECEIVED, ID.WHY_RECEIVED, {"layers": 7, "next": "SecurityMiddleware"}),
    (
        "home",
        S.LAYER_IN,
        "SessionMiddleware",
        ID.LAYER_IN,
        ID.WHY_LAYER_IN_NONE,
        {"number": 2, "next": "CommonMiddleware"},
    ),
    (
        "home",
        S.LAYER_IN,
        "XFrameOptionsMiddleware",
        ID.LAYER_IN_NO_HOOK,
        ID.WHY_LAYER_IN_NO_HOOK_LAST,
        {"hook": "process_request"},
    ),
    ("home", S.RESOLVED, "", ID.RESOLVED, ID.WHY_RESOLVED, {"hooks": 1, "next": "CsrfViewMiddleware"}),
    ("home", S.VIEW_HOOK, "", ID.VIEW_HOOK, ID.WHY_VIEW_HOOK_LAST, {"number": 4}),
    ("home", S.VIEW, "", ID.VIEW, ID.WHY_VIEW_RESPONSE, {"view": "shop.views.home", "next": "XFrameOptionsMiddleware"}),
    ("home", S.TEMPLATE, "", ID.TEMPLATE, ID.WHY_TEMPLATE_VIEW, {"template": "shop/home.html"}),
    (
        "home",
        S.LAYER_OUT,
        "XFrameOptionsMiddleware",
        ID.LAYER_OUT,
        ID.WHY_LAYER_OUT_CHANGED,
        {"next": "MessageMiddleware"},
    ),
    ("home", S.LAYER_OUT, "SessionMiddleware", ID.LAYER_OUT, ID.WHY_LAYER_OUT_SAME, {"status": 200}),
    ("home", S.LAYER_OUT, "AuthenticationMiddleware", ID.LAYER_OUT_NO_HOOK, ID.WHY_LAYER_OUT_NO_HOOK, {}),
    ("home", S.LAYER_OUT, "SecurityMiddleware", ID.LAYER_OUT, ID.WHY_LAYER_OUT_CHANGED, {"next": "WSGIHandler"}),
    ("home", S.STARTED, "", ID.STARTED, ID.WHY_STARTED, {"status": 200}),
    ("home", S.CLOSED, "", ID.CLOSED, ID.WHY_CLOSED, {"bytes": 1834}),
    ("detail", S.SQL, "", ID.SQL, ID.WHY_SQL, {"file": "/srv/bookshop/shop/views.py", "line": 30}),
    ("csrf_403", S.VIEW_HOOK, "", ID.VIEW_HOOK_ANSWERED, ID.WHY_VIEW_HOOK_ANSWERED, {"status": 403, "skipped": 0}),
    ("csrf_403", S.TEMPLATE, "", ID.TEMPLATE, ID.WHY_TEMPLATE_HOOK, {"hook": "process_view"}),
    (
        "short_circuit_301",
        S.LAYER_IN,
        "CommonMiddleware",
        ID.LAYER_IN_ANSWERED,
        ID.WHY_LAYER_IN_ANSWERED,
        {"status": 301, "skipped": 4},
    ),
    ("own_call_answers", S.LAYER_IN, "MaintenanceMiddleware", ID.LAYER_IN_ANSWERED, ID.WHY_LAYER_IN_CALL_ANSWERED, {}),
    (
        "own_call_answers",
        S.LAYER_OUT,
        "MaintenanceMiddleware",
        ID.LAYER_OUT_NOT_RUN_CALL,
        ID.WHY_LAYER_OUT_NOT_RUN_ANSWERED,
        {"next": "SecurityMiddleware"},
    ),
    ("function_middleware", S.LAYER_IN, "timing", ID.LAYER_IN, ID.WHY_LAYER_IN_CALLED, {"hook": "__call__"}),
    ("function_middleware", S.LAYER_OUT, "timing", ID.LAYER_OUT, ID.WHY_LAYER_OUT_CHANGED, {"hook": "__call__"}),
    (
        "request_hook_raises",
        S.LAYER_IN,
        "CommonMiddleware",
        ID.LAYER_IN_RAISED,
        ID.WHY_LAYER_IN_RAISED,
        {"error": "DisallowedHost", "status": 400, "skipped": 4},
    ),
    ("request_hook_raises", S.CONVERTED, "", ID.CONVERTED, ID.WHY_CONVERTED_LAYER, {"next": "SessionMiddleware"}),
    (
        "request_hook_raises",
        S.LAYER_OUT,
        "CommonMiddleware",
        ID.LAYER_OUT_NOT_RUN,
        ID.WHY_LAYER_OUT_NOT_RUN_RAISED,
        {},
    ),
    ("not_found_404", S.RESOLVED, "", ID.RESOLVED_NOT_FOUND, ID.WHY_RESOLVED_NOT_FOUND, {"tried": 4}),
    ("not_found_404", S.TEMPLATE, "", ID.TEMPLATE, ID.WHY_TEMPLATE_ERROR_PAGE, {}),
    ("not_found_404", S.CONVERTED, "", ID.CONVERTED, ID.WHY_CONVERTED_CORE, {"status": 404}),
    ("append_slash", S.LAYER_OUT, "CommonMiddleware", ID.LAYER_OUT, ID.WHY_LAYER_OUT_REPLACED, {"status": 301}),
    ("view_raises_500", S.VIEW, "", ID.VIEW_RAISED, ID.WHY_VIEW_RAISED_NO_HOOKS, {"error": "ZeroDivisionError"}),
    ("process_exception_passes", S.VIEW, "", ID.VIEW_RAISED, ID.WHY_VIEW_RAISED, {"next": "FriendlyErrors"}),
    ("process_exception_passes", S.EXCEPTION_HOOK, "", ID.EXCEPTION_HOOK, ID.WHY_EXCEPTION_HOOK_LAST, {}),
    (
        "process_exception_answers",
        S.EXCEPTION_HOOK,
        "",
        ID.EXCEPTION_HOOK_ANSWERED,
        ID.WHY_EXCEPTION_HOOK_ANSWERED,
        {"status": 200},
    ),
    ("template_response", S.VIEW, "", ID.VIEW, ID.WHY_VIEW_UNRENDERED, {"hooks": 1}),
    ("template_response", S.TEMPLATE_RESPONSE_HOOK, "", ID.TEMPLATE_HOOK, ID.WHY_TEMPLATE_HOOK_LAST, {}),
    ("template_response", S.TEMPLATE, "", ID.TEMPLATE, ID.WHY_TEMPLATE_LATE, {}),
    ("streaming", S.STARTED, "", ID.STARTED, ID.WHY_STARTED_STREAMING, {}),
    ("streaming", S.BODY, "", ID.BODY, ID.WHY_BODY_STREAMING, {"queries": 3}),
    ("streaming", S.SQL, "", ID.SQL, ID.WHY_SQL_REPEATED, {"repeat": 3}),
    (
        "static",
        S.RECEIVED,
        "",
        ID.RECEIVED_STATIC,
        ID.WHY_RECEIVED_STATIC,
        {"layers": 7, "handler": "StaticFilesHandler"},
    ),
    ("static", S.STARTED, "", ID.STARTED, ID.WHY_STARTED_STATIC, {"layers": 7}),
    ("refused_line", S.RECEIVED, "", ID.RECEIVED_SERVER, ID.WHY_RECEIVED_REFUSED, {"status": 431}),
    ("n_plus_one", S.SQL, "", ID.SQL, ID.WHY_SQL, {}),
]


@pytest.mark.parametrize(
    ("name", "sort", "layer", "title", "why", "values"),
    HAPPENINGS,
    ids=[f"{name}-{sort.value}-{layer}" for name, sort, layer, *_ in HAPPENINGS],
)
def test_named_scenarios(
    name: str, sort: S, layer: str, title: ID, why: ID, values: dict[str, object], told: Told
) -> None:
    """What is said of a stop, and with which values."""
    narration = told(SCENARIOS[name]).at(sort, layer)
    assert (narration.title.id, narration.why.id) == (title, why)
    both = {**narration.title.values, **narration.why.values}
    assert {key: both[key] for key in values} == values


def test_lazy_query_in_a_template(told: Told) -> None:
    """It is the template that evaluates it."""
    view = SCENARIOS["detail"]
    said = [one for one in told(view).narrations if one.why.id is ID.WHY_SQL_IN_TEMPLATE]
    assert [one.why.values["template"] for one in said] == ["base.html"]


def test_nested_template(told: Told) -> None:
    """``extends`` renders the parent inside the child."""
    said = [one for one in told(SCENARIOS["home"]).narrations if one.why.id is ID.WHY_TEMPLATE_NESTED]
    assert [one.why.values["outer"] for one in said] == ["shop/home.html"]


@pytest.mark.parametrize(
    ("acts", "sort", "layer", "title", "why"),
    [
        ({}, S.VIEW_HOOK, "Full", ID.VIEW_HOOK, ID.WHY_VIEW_HOOK_NEXT),
        ({"Full.process_view": lambda _: 204}, S.VIEW_HOOK, "Full", ID.VIEW_HOOK_ANSWERED, ID.WHY_VIEW_HOOK_ANSWERED),
        ({"Full.process_view": boom}, S.VIEW_HOOK, "Full", ID.VIEW_HOOK_RAISED, ID.WHY_VIEW_HOOK_RAISED),
        ({"view": lambda _: NOTHING}, S.VIEW, "", ID.VIEW_NO_RESPONSE, ID.WHY_VIEW_NONE),
        ({"view": boom}, S.EXCEPTION_HOOK, "Second", ID.EXCEPTION_HOOK, ID.WHY_EXCEPTION_HOOK_NEXT),
        (
            {"view": boom, "Second.process_exception": boom},
            S.EXCEPTION_HOOK,
            "Second",
            ID.EXCEPTION_HOOK_RAISED,
            ID.WHY_EXCEPTION_HOOK_RAISED,
        ),
        ({"render": lambda _: None}, S.TEMPLATE_RESPONSE_HOOK, "Second", ID.TEMPLATE_HOOK, ID.WHY_TEMPLATE_HOOK_NEXT),
        (
            {"render": lambda _: None, "Second.process_template_response": boom},
            S.TEMPLATE_RESPONSE_HOOK,
            "Second",
            ID.TEMPLATE_HOOK_RAISED,
            ID.WHY_TEMPLATE_HOOK_RAISED,
        ),
        ({"Second.process_response": boom}, S.LAYER_OUT, "Second", ID.LAYER_OUT_RAISED, ID.WHY_LAYER_OUT_RAISED),
        ({"Full.process_request": boom}, S.LAYER_IN, "Full", ID.LAYER_IN_RAISED, ID.WHY_LAYER_IN_RAISED),
    ],
)
def test_hooks(acts: dict[str, Any], sort: S, layer: str, title: ID, why: ID, told: Told) -> None:
    """Two layers with all five hooks, and each of them answering or raising."""
    narration = told(make("hooks", BOTH, acts)).at(sort, layer)
    assert (narration.title.id, narration.why.id) == (title, why)


def test_exception_that_ends_everything(told: Told) -> None:
    """``CancelledError`` is no ``Exception``: no hook is asked."""

    def cancelled(journey: Journey) -> int:
        raise Raised("asyncio.exceptions.CancelledError")

    assert told(make("cancelled", BOTH, {"view": cancelled})).at(S.VIEW).why.id is ID.WHY_VIEW_ENDED


def test_function_that_returns_none(told: Told) -> None:
    """Django passes it on, and the next layer out gets it."""
    chain = (SECURITY, MAINTENANCE, SESSION)
    narration = told(make("none", chain, {"MaintenanceMiddleware.call": lambda _: None})).at(
        S.LAYER_IN, "MaintenanceMiddleware"
    )
    assert (narration.title.id, narration.why.id) == (ID.LAYER_IN_OTHER, ID.WHY_LAYER_IN_OTHER)


def test_function_that_returns_none_after_all(told: Told) -> None:
    """The response from inside is lost."""

    def forgets(journey: Journey) -> None:
        journey.get_response(1)

    narration = told(make("none", (SECURITY, MAINTENANCE, SESSION), {"MaintenanceMiddleware.call": forgets})).at(
        S.LAYER_OUT, "MaintenanceMiddleware"
    )
    assert (narration.title.id, narration.why.id) == (ID.LAYER_OUT_NO_RESPONSE, ID.WHY_LAYER_OUT_NO_RESPONSE)


def test_layer_called_twice_is_explained_each_time(told: Told) -> None:
    """The row shows the first way in, but every stop has its own story."""

    def twice(journey: Journey) -> int | None:
        journey.get_response(1)
        return journey.get_response(1)

    said = told(make("twice", (SECURITY, MAINTENANCE, CSRF), {"MaintenanceMiddleware.call": twice}))
    ways = [
        narration.why.id
        for stop, narration in zip(said.trace.stops, said.narrations, strict=True)
        if stop.layer == 2 and stop.sort is S.LAYER_IN
    ]
    assert ways == [ID.WHY_LAYER_IN_NONE_LAST] * 2


def test_no_middleware_at_all(told: Told) -> None:
    """The URL is resolved at once."""
    assert told(make("empty", ())).at(S.RECEIVED).why.id is ID.WHY_RECEIVED_NO_LAYERS


def test_no_view_hooks(told: Told) -> None:
    """The view is next."""
    assert told(make("plain", (SECURITY, TIMING))).at(S.RESOLVED).why.id is ID.WHY_RESOLVED_NO_HOOKS


def test_inside_a_live_request(told: Told) -> None:
    """The stop it stands at is told as running."""
    scenario = SCENARIOS["home"]
    inside = next(
        count
        for count, event in enumerate(scenario.request, start=1)
        if isinstance(event, HookEntered) and event.layer == 1
    )
    narration = told(scenario.upto(inside)).narrations[-1]
    assert (narration.title.id, narration.why.id) == (ID.LAYER_IN_RUNNING, ID.WHY_RUNNING)


def test_inside_a_process_that_died(told: Told) -> None:
    """Nothing runs any more."""
    scenario = SCENARIOS["home"]
    inside = next(count for count, event in enumerate(scenario.request, start=1) if isinstance(event, ViewLeft))
    narration = told(scenario.upto(inside - 1), is_alive=False).at(S.VIEW)
    assert (narration.title.id, narration.why.id) == (ID.UNFINISHED, ID.WHY_INTERRUPTED)


@pytest.mark.parametrize(
    ("error", "why"), [("", ID.WHY_ESCAPED_CANCELLED), ("builtins.AttributeError", ID.WHY_ESCAPED)]
)
def test_what_leaves_the_handler(error: str, why: ID, told: Told) -> None:
    """An exception is the server's to answer; a client that went away is nobody's."""
    scenario = SCENARIOS["home"]
    end = next(index for index, event in enumerate(scenario.request) if isinstance(event, ResponseStarted))
    last = scenario.request[end]
    escaped = RequestEscaped(time=last.time, request=1, thread=1, error=error, message="gone")
    said = told(replace(scenario, request=(*scenario.request[:end], escaped)))
    assert said.at(S.ESCAPED).why.id is why


def test_view_that_returns_neither(told: Told) -> None:
    """Django notices ``None`` and coroutines only."""
    scenario = make("other", (*STARTPROJECT, FRIENDLY))
    events = [
        replace(event, outcome=Outcome.other, status=0) if isinstance(event, ViewLeft) else event
        for event in scenario.request
    ]
    narration = told(replace(scenario, request=tuple(events))).at(S.VIEW)
    assert (narration.title.id, narration.why.id) == (ID.VIEW_NO_RESPONSE, ID.WHY_VIEW_OTHER)


def inside_a_call(journey: Journey) -> None:
    """A call of the project's that renders a template, in which a tag asks the database."""
    journey.tell(CallEntered, name="page", file="/srv/bookshop/shop/views.py", line=12)
    with journey.template("shop/page.html"):
        journey.tell(TagEntered, name="for", template="shop/page.html", line=3)
        journey.sql('SELECT "shop_book"."id" FROM "shop_book"')
        journey.tell(TagLeft, outcome=Outcome.none)
    journey.tell(CallLeft, name="page", outcome=Outcome.response)


def test_calls_and_tags_in_between_do_not_hide_whose_code_it_is(told: Told) -> None:
    """The level of detail adds steps, and takes away nothing that is said at the others."""
    here = told(make("deep_call", acts={"view": inside_a_call}))
    template, sql = here.at(S.TEMPLATE), here.at(S.SQL)
    assert template.why.id is ID.WHY_TEMPLATE_VIEW
    assert template.why.values["view"] == "shop.views.detail"
    assert sql.why.id is ID.WHY_SQL_IN_TEMPLATE
    assert sql.why.values["template"] == "shop/page.html"


def test_an_error_page_that_is_rendered_in_a_thread_is_one(told: Told) -> None:
    """Under ASGI the film makes its response in a thread."""

    def page_in_a_thread(journey: Journey) -> None:
        with hop(journey, "sync_to_async", "django.core.handlers.exception.response_for_exception"):
            technical_page(journey)

    acts = {"view": boom, "error_page": page_in_a_thread}
    here = told(make("asgi_error", acts=acts, handler="ASGIHandler"))
    assert here.at(S.TEMPLATE).why.id is ID.WHY_TEMPLATE_ERROR_PAGE
