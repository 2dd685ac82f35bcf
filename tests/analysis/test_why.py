"""Every answer of the closed list, from a trace in which it is true."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django_model import COMMON, CSRF, NOTHING, SECURITY, SESSION, XFRAME, Journey, Middleware, Raised
from hypothesis import given, settings
from hypothesis import strategies as st
from scenarios import FRIENDLY, HOME, SCENARIOS, Scenario, make, page

from reqtrace.analysis.answers import Answer, AnswerId, Question, Subject
from reqtrace.analysis.why import questions, surprises, why
from reqtrace.events import kinds as k
from reqtrace.events.kinds import Change, Outcome
from reqtrace.trace.model import RequestTrace, StopSort

Q, A = Question, AnswerId

CACHE = Middleware(path="django.middleware.cache.FetchFromCacheMiddleware", line=9, hooks={"process_request": 150})
CORS = Middleware(path="corsheaders.middleware.CorsMiddleware", line=20, sort="call")
OUTER = Middleware(
    path="shop.middleware.Outer", line=5, hooks={"process_request": 6, "process_response": 9, "process_exception": 12}
)
INNER = Middleware(
    path="shop.middleware.Inner",
    line=25,
    hooks={"process_view": 27, "process_exception": 30, "process_template_response": 33, "process_response": 36},
)
TWICE = Middleware(path="shop.middleware.twice", line=70, sort="function")
PAIR = (OUTER, INNER)
"""The outer one knows exceptions; the inner one every hook but process_request."""


traced = Scenario.trace


def ask(scenario: Scenario | RequestTrace, question: Question, layer: int | None = None, name: str = "") -> Answer:
    """The cause, which comes first."""
    trace = scenario if isinstance(scenario, RequestTrace) else traced(scenario)
    answers = why(trace, Subject(question=question, layer=layer, name=name))
    assert answers
    for answer in answers:
        assert set(answer.values) == answer.id.parameters
    return answers[0]


def raising(error: str = "builtins.ValueError", status: int = 500) -> Callable[[Journey], int]:
    def act(journey: Journey) -> int:
        raise Raised(error, "no", status)

    return act


def answering(status: int) -> Callable[[Journey], int]:
    return lambda journey: status


def edited(scenario: Scenario, kind: type[Any], **fields: Any) -> Scenario:
    """The same with other values in the events of a kind."""
    request = tuple(replace(event, **fields) if isinstance(event, kind) else event for event in scenario.request)
    return replace(scenario, request=request)


def sending(scenario: Scenario, *headers: tuple[str, str]) -> Scenario:
    """The same with these headers of the response."""
    return edited(scenario, k.ResponseStarted, headers=headers)


def twice(journey: Journey) -> int | None:
    index = next(number for number, one in enumerate(journey.chain) if one is TWICE)
    journey.get_response(index)
    return journey.get_response(index)


# --- layers ------------------------------------------------------------------------------------------------------


def test_a_layer_is_not_entered_when_one_above_answers() -> None:
    """The layer that answered is named, with its hook, its line, its stop, and the status."""
    trace = traced(SCENARIOS["short_circuit_301"])
    answer = ask(trace, Q.LAYER_NOT_ENTERED, 5)
    assert answer.id is A.ANSWERED_ABOVE
    assert answer.values == {"number": 3, "layer": "CommonMiddleware", "hook": "process_request", "status": 301}
    assert (answer.layer, answer.line) == (2, 34)
    assert answer.stop is not None
    assert trace.stops[answer.stop].layer == 2


def test_a_layer_is_not_entered_when_a_call_above_answers() -> None:
    """The same of a layer with code of its own around ``get_response``."""
    answer = ask(SCENARIOS["own_call_answers"], Q.LAYER_NOT_ENTERED, 3)
    assert answer.id is A.ANSWERED_ABOVE
    assert answer.values["hook"] == "__call__"


def test_a_layer_is_not_entered_when_one_above_raises() -> None:
    """The exception is named, and what the film made of it."""
    answer = ask(SCENARIOS["request_hook_raises"], Q.LAYER_NOT_ENTERED, 6)
    assert answer.id is A.RAISED_ABOVE
    assert (answer.values["error"], answer.values["status"]) == ("DisallowedHost", 400)


def test_an_exception_that_no_film_stops_is_told_as_such() -> None:
    """Nothing is said of a conversion that was not seen."""
    scenario = SCENARIOS["request_hook_raises"]
    kept = tuple(event for event in scenario.request if not isinstance(event, k.ExceptionConverted))
    assert ask(replace(scenario, request=kept), Q.LAYER_NOT_ENTERED, 6).id is A.RAISED_ABOVE_ESCAPED


def test_a_middleware_that_declined_is_told_with_its_reason() -> None:
    """``MiddlewareNotUsed`` and its text."""
    answer = ask(SCENARIOS["not_used"], Q.LAYER_NOT_ENTERED, 1)
    assert answer.id is A.NOT_USED
    assert answer.values["reason"] == "PROFILER is not set"


def test_a_middleware_that_could_not_be_built_is_told_with_its_error() -> None:
    """A chain that failed to load has a layer that says why."""
    scenario = make("half", (SECURITY, SESSION))
    failed = k.LayerFailed(
        time=5, request=0, thread=1, chain=1, layer=1, path="nowhere.Missing", error="ImportError", message="nowhere"
    )
    loading = tuple(
        failed if isinstance(event, k.LayerLoaded) and event.layer == 1 else event for event in scenario.loading
    )
    answer = ask(replace(scenario, loading=loading, request=scenario.request[:4]), Q.LAYER_NOT_ENTERED, 1)
    assert answer.id is A.NOT_LOADED
    assert "nowhere" in str(answer.values["reason"])


def test_what_is_not_in_middleware_is_told_so_by_its_path() -> None:
    """A dotted path that is no entry of the chain."""
    answer = ask(SCENARIOS["home"], Q.LAYER_NOT_ENTERED, name="django.middleware.gzip.GZipMiddleware")
    assert answer.id is A.NOT_IN_MIDDLEWARE


def test_a_path_that_is_in_middleware_is_that_layer() -> None:
    """Asking by path and by position is the same."""
    assert ask(SCENARIOS["home"], Q.LAYER_NOT_ENTERED, name=SESSION.path).id is A.IT_RAN


def test_a_static_file_never_meets_the_chain() -> None:
    """``StaticFilesHandler`` is the answer to every question about layers and headers."""
    assert ask(SCENARIOS["static"], Q.LAYER_NOT_ENTERED).values["name"] == "StaticFilesHandler"
    assert ask(SCENARIOS["static"], Q.LAYER_NOT_ENTERED, 2).id is A.STATIC
    assert ask(SCENARIOS["static"], Q.HEADER_MISSING, name="X-Frame-Options").id is A.STATIC
    assert ask(SCENARIOS["static"], Q.VIEW_NOT_CALLED).id is A.STATIC


def test_a_line_the_server_refused_never_met_django() -> None:
    """No handler was called."""
    assert ask(SCENARIOS["refused_line"], Q.LAYER_NOT_ENTERED).id is A.SERVER


def test_a_handler_nothing_is_known_of_is_not_traced() -> None:
    """Its chain was never seen loading, and no layer was seen either."""
    scenario = SCENARIOS["home"]
    kept = tuple(
        event
        for event in scenario.request
        if isinstance(event, k.RequestStarted | k.ResponseStarted | k.ResponseClosed | k.RequestFinished)
    )
    assert ask(replace(scenario, loading=(), request=kept), Q.LAYER_NOT_ENTERED).id is A.UNTRACED


def test_an_exception_before_the_first_layer_is_told() -> None:
    """Django could not even make a request of what it was given."""
    scenario = SCENARIOS["home"]
    started = next(event for event in scenario.request if isinstance(event, k.RequestStarted))
    escaped = k.RequestEscaped(time=started.time + 9, request=1, thread=1, error="builtins.ValueError", message="bad")
    assert ask(replace(scenario, request=(started, escaped)), Q.LAYER_NOT_ENTERED, 0).id is A.ESCAPED_BEFORE


def test_a_request_under_way_may_still_come_there() -> None:
    """Nothing is said of what is still to come."""
    assert ask(SCENARIOS["home"].upto(6), Q.LAYER_NOT_ENTERED, 6).id is A.PENDING
    assert ask(SCENARIOS["home"].upto(6), Q.VIEW_NOT_CALLED).id is A.PENDING
    assert ask(SCENARIOS["home"].upto(6), Q.HEADER_MISSING, name="ETag").id is A.PENDING


def test_a_request_whose_process_ended_was_interrupted() -> None:
    """It was on its way there."""
    trace = traced(SCENARIOS["home"].upto(6), is_alive=False)
    assert ask(trace, Q.LAYER_NOT_ENTERED, 6).id is A.INTERRUPTED


def test_lost_events_leave_the_question_open() -> None:
    """A trace without the events that would tell says so."""
    scenario = SCENARIOS["home"]
    first, last = scenario.request[:3], scenario.request[-4:]
    gap = k.EventsDropped(time=first[-1].time, request=1, thread=1, count=99, requests=0)
    assert ask(replace(scenario, request=(*first, gap, *last)), Q.LAYER_NOT_ENTERED, 3).id is A.UNTOLD


def test_no_response_turns_the_request_back_all_the_same() -> None:
    """A ``__call__`` that neither answers nor calls ``get_response``."""
    scenario = make("none", (SECURITY, TWICE, SESSION), {"twice.call": lambda journey: None})
    assert ask(scenario, Q.LAYER_NOT_ENTERED, 2).id is A.OTHER_ABOVE


def test_a_cache_hit_is_told_as_such() -> None:
    """What ``FetchFromCacheMiddleware`` answers on the way in is a cached page."""
    scenario = make("hit", (SECURITY, CACHE), {"FetchFromCacheMiddleware.process_request": answering(200)})
    assert ask(scenario, Q.VIEW_NOT_CALLED).id is A.CACHE_HIT


def test_a_preflight_is_told_as_such() -> None:
    """A CORS layer answers the ``OPTIONS`` of a browser that asks for leave, and only that."""
    chain, acts = (SECURITY, CORS, SESSION), {"CorsMiddleware.call": answering(200)}
    headers = (("Origin", "https://a.example"), ("Access-Control-Request-Method", "PUT"))
    scenario = make("preflight", chain, acts, method="OPTIONS")
    assert ask(edited(scenario, k.RequestStarted, headers=headers), Q.VIEW_NOT_CALLED).id is A.PREFLIGHT
    assert ask(scenario, Q.VIEW_NOT_CALLED).id is A.ANSWERED_ABOVE


# --- hooks of a layer ----------------------------------------------------------------------------------------------


def test_a_hook_that_is_not_there_is_told_so() -> None:
    """For each of the five."""
    scenario = make("plain", (XFRAME, CSRF))
    for question in (
        Q.REQUEST_HOOK_NOT_CALLED,
        Q.VIEW_HOOK_NOT_CALLED,
        Q.EXCEPTION_HOOK_NOT_CALLED,
        Q.TEMPLATE_HOOK_NOT_CALLED,
    ):
        assert ask(scenario, question, 0).id is A.NO_HOOK
    without = make("without", (Middleware(path="a.B", hooks={"process_request": 3}),))
    assert ask(without, Q.RESPONSE_HOOK_NOT_CALLED, 0).id is A.NO_HOOK


def test_a_hook_that_ran_is_told_so() -> None:
    """A mistaken question is not answered with an invention."""
    scenario = make("all", PAIR, {"view": raising(), "render": answering(200)})
    assert ask(scenario, Q.EXCEPTION_HOOK_NOT_CALLED, 1).id is A.IT_RAN
    assert ask(scenario, Q.VIEW_HOOK_NOT_CALLED, 1).id is A.IT_RAN
    assert ask(scenario, Q.REQUEST_HOOK_NOT_CALLED, 0).id is A.IT_RAN
    assert ask(scenario, Q.RESPONSE_HOOK_NOT_CALLED, 1).id is A.IT_RAN
    assert ask(scenario, Q.VIEW_NOT_CALLED).id is A.IT_RAN


def test_the_way_out_is_not_run_after_the_layer_raised() -> None:
    """Its own exception, converted by the film around it."""
    answer = ask(SCENARIOS["request_hook_raises"], Q.RESPONSE_HOOK_NOT_CALLED, 2)
    assert answer.id is A.RAISED_ITSELF
    assert answer.values["error"] == "DisallowedHost"


def test_there_is_no_way_out_of_a_call_that_answered() -> None:
    """The code after ``get_response`` belongs to the branch that was not taken."""
    assert ask(SCENARIOS["own_call_answers"], Q.RESPONSE_HOOK_NOT_CALLED, 1).id is A.CALL_ANSWERED


def test_an_exception_no_film_stops_goes_through_the_layers() -> None:
    """``CancelledError`` and the like leave every layer without its way out."""
    scenario = make("cancelled", (TWICE, INNER), {"view": raising("asyncio.CancelledError")})
    kept = []
    for event in scenario.request:
        if isinstance(event, k.ExceptionConverted):
            continue
        is_left = isinstance(event, k.LayerLeft)
        kept.append(replace(event, outcome=Outcome.raised, status=0) if is_left else event)  # type: ignore[type-var]
    passed = replace(scenario, request=tuple(kept))
    assert ask(passed, Q.RESPONSE_HOOK_NOT_CALLED, 0).id is A.RAISED_THROUGH
    assert ask(passed, Q.EXCEPTION_HOOK_NOT_CALLED, 1).id is A.IT_RAN


# --- the view and its hooks --------------------------------------------------------------------------------------


def test_a_url_that_matches_nothing_has_no_view() -> None:
    """Neither ``process_view`` nor the view: there is none."""
    answer = ask(SCENARIOS["not_found_404"], Q.VIEW_NOT_CALLED)
    assert answer.id is A.URL_UNRESOLVED
    assert answer.values == {"name": "bookshop.urls"}
    assert ask(SCENARIOS["not_found_404"], Q.VIEW_HOOK_NOT_CALLED, 3).id is A.URL_UNRESOLVED


def test_a_urlconf_that_raises_has_no_view() -> None:
    """Any other exception of the resolver is not a missing URL."""
    scenario = edited(SCENARIOS["not_found_404"], k.UrlUnresolved, error="builtins.ImportError")
    assert ask(scenario, Q.VIEW_NOT_CALLED).id is A.URL_RAISED
    assert ask(scenario, Q.VIEW_NOT_CALLED).values["error"] == "ImportError"


def test_a_process_view_above_answered() -> None:
    """The view and the ``process_view`` hooks further in are skipped."""
    scenario = make("view_hook", (CSRF, INNER), {"CsrfViewMiddleware.process_view": answering(403)})
    answer = ask(scenario, Q.VIEW_HOOK_NOT_CALLED, 1)
    assert answer.id is A.VIEW_HOOK_ANSWERED
    assert answer.values == {"number": 1, "layer": "CsrfViewMiddleware", "status": 403}
    assert answer.line == 414
    assert ask(scenario, Q.VIEW_NOT_CALLED).id is A.VIEW_HOOK_ANSWERED


def test_a_process_view_above_raised() -> None:
    """It is not offered to ``process_exception`` either."""
    scenario = make("view_hook", (CSRF, INNER), {"CsrfViewMiddleware.process_view": raising()})
    assert ask(scenario, Q.VIEW_HOOK_NOT_CALLED, 1).id is A.VIEW_HOOK_RAISED
    assert ask(scenario, Q.VIEW_NOT_CALLED).id is A.VIEW_HOOK_RAISED
    assert ask(scenario, Q.EXCEPTION_HOOK_NOT_CALLED, 1).id is A.RAISED_IN_VIEW_HOOK


def test_a_process_view_may_stop_the_view_with_no_response() -> None:
    """Anything true stops it."""
    scenario = make("view_hook", (CSRF,), {"CsrfViewMiddleware.process_view": answering(403)})
    left = edited(scenario, k.HookLeft, outcome=Outcome.other, status=0)
    assert ask(left, Q.VIEW_NOT_CALLED).id is A.VIEW_HOOK_OTHER


def test_django_may_raise_between_the_hooks_and_the_view() -> None:
    """``ATOMIC_REQUESTS`` with an async view: a RuntimeError outside the try."""
    scenario = make("atomic", (CSRF,), {"CsrfViewMiddleware.process_view": answering(403)})
    kept: list[k.Event] = []
    for event in scenario.request:
        if isinstance(event, k.HookLeft) and event.hook == k.Hook.process_view:
            event = replace(event, outcome=Outcome.none, status=0)
        if isinstance(event, k.LayerLeft) and event.layer == -1:
            where = {"time": event.time, "request": 1, "thread": 1}
            error = "builtins.RuntimeError"
            kept.append(k.ExceptionRaised(**where, error=error, message="", file="", line=0, function=""))
            kept.append(k.ExceptionConverted(**where, layer=-1, error=error, status=500))
        kept.append(event)
    outside = replace(scenario, request=tuple(kept))
    assert ask(outside, Q.VIEW_NOT_CALLED).id is A.OUTSIDE_TRY


@pytest.mark.parametrize(
    ("middleware", "wanted"),
    [
        ("django.middleware.cache.CacheMiddleware", A.DECORATOR_CACHE_HIT),
        ("django.middleware.csrf.CsrfViewMiddleware", A.DECORATOR_ANSWERED),
    ],
)
def test_a_decorator_may_answer_for_the_function_below_it(middleware: str, wanted: AnswerId) -> None:
    """Django called the view, but ``cache_page`` or ``csrf_protect`` around the function answered."""

    def decorated(journey: Journey) -> int:
        where = {"middleware": middleware, "hook": k.Hook.process_request}
        journey.tell(k.DecoratorHookEntered, **where, file="/venv/django/middleware/cache.py", line=150)
        journey.tell(k.DecoratorHookLeft, **where, outcome=Outcome.response, status=200)
        return 200

    scenario = make("decorated", acts={"view": decorated})
    answer = ask(scenario, Q.VIEW_NOT_CALLED)
    assert answer.id is wanted
    assert (answer.values["name"], answer.line) == (middleware, 150)
    assert Subject(question=Q.VIEW_NOT_CALLED) in surprises(traced(scenario))


# --- process_exception -------------------------------------------------------------------------------------------


def test_nothing_was_raised() -> None:
    """The usual reason why no ``process_exception`` is called."""
    assert ask(make("fine", PAIR), Q.EXCEPTION_HOOK_NOT_CALLED, 0).id is A.NOTHING_RAISED
    short = make("short", PAIR, {"Outer.process_request": answering(302)})
    assert ask(short, Q.EXCEPTION_HOOK_NOT_CALLED, 1).id is A.NOTHING_RAISED


def test_exceptions_of_middleware_are_not_offered() -> None:
    """On the way in and on the way out."""
    entering = make("in", PAIR, {"Outer.process_request": raising()})
    assert ask(entering, Q.EXCEPTION_HOOK_NOT_CALLED, 1).values["hook"] == "process_request"
    leaving = make("out", PAIR, {"Inner.process_response": raising()})
    answer = ask(leaving, Q.EXCEPTION_HOOK_NOT_CALLED, 0)
    assert answer.id is A.RAISED_IN_LAYER
    assert answer.values == {"number": 2, "layer": "Inner", "hook": "process_response", "error": "ValueError"}


def test_exceptions_of_the_resolver_are_not_offered() -> None:
    """``resolve_request`` stands outside the try."""
    scenario = make("lost", PAIR, match=None)
    assert ask(scenario, Q.EXCEPTION_HOOK_NOT_CALLED, 0).id is A.RAISED_IN_RESOLVER


def test_a_hook_below_answered() -> None:
    """The walk goes bottom-up and ends with the first response."""
    scenario = make("answers", PAIR, {"view": raising(), "Inner.process_exception": answering(200)})
    answer = ask(scenario, Q.EXCEPTION_HOOK_NOT_CALLED, 0)
    assert answer.id is A.EXCEPTION_HOOK_ANSWERED
    assert (answer.values["layer"], answer.values["status"], answer.line) == ("Inner", 200, 30)


def test_a_hook_below_raised() -> None:
    """Its exception replaces the one that was offered."""
    scenario = make("raises", PAIR, {"view": raising(), "Inner.process_exception": raising("builtins.KeyError")})
    answer = ask(scenario, Q.EXCEPTION_HOOK_NOT_CALLED, 0)
    assert (answer.id, answer.values["error"]) == (A.EXCEPTION_HOOK_RAISED, "KeyError")


def test_a_view_that_returns_none_is_not_offered() -> None:
    """The ``ValueError`` is raised outside the try."""
    scenario = make("none", PAIR, {"view": answering(NOTHING)})
    assert ask(scenario, Q.EXCEPTION_HOOK_NOT_CALLED, 0).id is A.VIEW_RETURNED_NOTHING
    assert ask(scenario, Q.TEMPLATE_HOOK_NOT_CALLED, 1).id is A.VIEW_RETURNED_NOTHING


def test_a_template_hook_that_raises_is_not_offered() -> None:
    """It stands outside the try, too."""
    acts = {"render": answering(200), "Inner.process_template_response": raising()}
    assert ask(make("late", PAIR, acts), Q.EXCEPTION_HOOK_NOT_CALLED, 0).id is A.RAISED_IN_TEMPLATE_HOOK


def test_what_is_raised_while_the_body_is_sent_is_not_offered() -> None:
    """Every layer has been left by then."""
    scenario = make("body", PAIR, streaming=True)
    last = scenario.request[-1]
    escaped = k.RequestEscaped(time=last.time, request=1, thread=1, error="builtins.OSError", message="gone")
    late = replace(scenario, request=(*scenario.request[:-1], escaped, last))
    assert ask(late, Q.EXCEPTION_HOOK_NOT_CALLED, 0).id is A.RAISED_IN_BODY


def test_what_is_no_exception_is_not_offered() -> None:
    """A cancelled request ends without asking anybody."""
    scenario = make("gone", (SECURITY, OUTER), {"view": raising("asyncio.exceptions.CancelledError")})
    kept = tuple(
        event for event in scenario.request if not isinstance(event, k.HookEntered | k.HookLeft) or event.hook != 2
    )
    assert ask(replace(scenario, request=kept), Q.EXCEPTION_HOOK_NOT_CALLED, 1).id is A.RAISED_NO_EXCEPTION


# --- process_template_response -----------------------------------------------------------------------------------


def test_a_plain_response_is_not_rendered() -> None:
    """The view used ``render()``."""
    answer = ask(make("plain", PAIR), Q.TEMPLATE_HOOK_NOT_CALLED, 1)
    assert (answer.id, answer.values["name"]) == (A.NO_RENDER, "shop.views.detail")


def test_a_short_circuit_is_not_rendered() -> None:
    """Nothing of the core is reached."""
    scenario = make("short", PAIR, {"Outer.process_request": answering(302)})
    assert ask(scenario, Q.TEMPLATE_HOOK_NOT_CALLED, 1).id is A.ANSWERED_ABOVE


def test_the_answer_of_a_hook_is_rendered_only_if_it_can_be() -> None:
    """Both causes are told: who answered, and that it has no ``render()``."""
    trace = traced(make("hook", PAIR, {"Inner.process_view": answering(403)}))
    answers = why(trace, Subject(question=Q.TEMPLATE_HOOK_NOT_CALLED, layer=1))
    assert [answer.id for answer in answers] == [A.VIEW_HOOK_ANSWERED, A.NO_RENDER_ELSEWHERE]


def test_a_view_that_raised_has_nothing_to_render() -> None:
    """Unless a ``process_exception`` answered."""
    answer = ask(make("raises", PAIR, {"view": raising()}), Q.TEMPLATE_HOOK_NOT_CALLED, 1)
    assert answer.id is A.VIEW_RAISED
    answered = make("answered", PAIR, {"view": raising(), "Inner.process_exception": answering(200)})
    assert ask(answered, Q.TEMPLATE_HOOK_NOT_CALLED, 1).id is A.NO_RENDER_ELSEWHERE


def test_a_template_hook_below_gave_back_nothing() -> None:
    """Django raises at once, and the hooks above are not called."""
    scenario = make("late", (FRIENDLY, INNER), {"render": answering(200)})
    cut = [
        event
        for event in edited(scenario, k.HookLeft, outcome=Outcome.none, status=0).request
        if not (isinstance(event, k.HookEntered | k.HookLeft) and event.hook == 3 and event.layer == 0)
    ]
    answer = ask(replace(scenario, request=tuple(cut)), Q.TEMPLATE_HOOK_NOT_CALLED, 0)
    assert answer.id is A.TEMPLATE_HOOK_RETURNED_NOTHING


# --- headers -----------------------------------------------------------------------------------------------------


def test_a_header_that_is_there_is_not_missing() -> None:
    """Whatever its case."""
    assert ask(SCENARIOS["home"], Q.HEADER_MISSING, name="x-frame-options").id is A.HEADER_PRESENT


def test_a_header_of_a_middleware_that_is_not_there() -> None:
    """``GZipMiddleware`` is in no chain of startproject."""
    answer = ask(SCENARIOS["home"], Q.HEADER_MISSING, name="Content-Encoding")
    assert (answer.id, answer.values["layer"]) == (A.HEADER_OWNER_ABSENT, "GZipMiddleware")


def test_a_header_of_a_layer_that_was_not_entered() -> None:
    """The answers to why it was not entered follow."""
    trace = traced(sending(SCENARIOS["short_circuit_301"], ("Location", "/books/")))
    answers = why(trace, Subject(question=Q.HEADER_MISSING, name="X-Frame-Options"))
    assert [answer.id for answer in answers] == [A.HEADER_OWNER_SKIPPED, A.ANSWERED_ABOVE]


def test_a_header_that_is_set_only_under_a_condition() -> None:
    """The layer ran, and did not set it."""
    scenario = sending(SCENARIOS["home"], ("Content-Type", "text/html"))
    assert ask(scenario, Q.HEADER_MISSING, name="Strict-Transport-Security").id is A.HEADER_CONDITIONAL
    assert ask(scenario, Q.HEADER_MISSING, name="Set-Cookie").id is A.HEADER_CONDITIONAL


def header_change(op: str, part: str = "header", name: str = "X-Frame-Options") -> Callable[[Journey], None]:
    def act(journey: Journey) -> None:
        journey.tell(k.ResponseChanged, changes=(Change(op, part, name, "DENY", "", False),))

    return act


def test_a_header_that_another_layer_took_away() -> None:
    """Removed by name, or lost with the response it was on, or with the exception of a layer further out."""
    chain = (OUTER, XFRAME)
    removed = sending(make("removed", chain, {"Outer.process_response": header_change("-")}))
    answer = ask(removed, Q.HEADER_MISSING, name="X-Frame-Options")
    assert (answer.id, answer.layer) == (A.HEADER_REMOVED, 0)
    replaced = sending(make("replaced", chain, {"Outer.process_response": header_change("~", "object", "")}))
    assert ask(replaced, Q.HEADER_MISSING, name="X-Frame-Options").id is A.HEADER_REPLACED
    lost = sending(make("lost", chain, {"Outer.process_response": raising()}))
    answer = ask(lost, Q.HEADER_MISSING, name="X-Frame-Options")
    assert (answer.id, answer.values["status"]) == (A.HEADER_LOST_IN_FILM, 500)


def test_a_response_that_was_never_started_has_no_headers() -> None:
    """An exception left the handler."""
    scenario = make("escaped", (TWICE,), {"twice.call": lambda journey: None})
    assert ask(scenario, Q.HEADER_MISSING, name="ETag").id is A.HEADER_NOT_SENT


def test_a_header_nobody_is_known_to_set_is_left_open() -> None:
    """No layer is blamed for it."""
    assert ask(SCENARIOS["home"], Q.HEADER_MISSING, name="X-Strange").id is A.UNTOLD


# --- status ------------------------------------------------------------------------------------------------------


def story(scenario: Scenario) -> list[tuple[AnswerId, object]]:
    trace = traced(scenario)
    return [(one.id, one.values.get("status")) for one in why(trace, Subject(question=Q.STATUS))]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("home", [(A.STATUS_VIEW, 200)]),
        ("csrf_403", [(A.STATUS_HOOK, 403)]),
        ("short_circuit_301", [(A.STATUS_HOOK, 301)]),
        ("append_slash", [(A.STATUS_FILM, 404), (A.STATUS_CHANGED, 301)]),
        ("view_raises_500", [(A.STATUS_FILM, 500)]),
        ("process_exception_answers", [(A.STATUS_HOOK, 200)]),
        ("own_call_answers", [(A.STATUS_HOOK, 503)]),
        ("request_hook_raises", [(A.STATUS_FILM, 400)]),
        ("static", [(A.STATUS_STATIC, 200)]),
        ("template_response", [(A.STATUS_VIEW, 200)]),
    ],
)
def test_the_status_is_told_with_everything_that_made_it(name: str, wanted: list[tuple[AnswerId, int]]) -> None:
    """From the first to the one that was sent."""
    assert story(SCENARIOS[name]) == wanted


def test_a_server_answers_for_an_exception_that_left_django() -> None:
    """There is no status of Django's own."""
    scenario = make("escaped", (TWICE,), {"twice.call": lambda journey: None})
    assert story(scenario)[-1][0] is A.STATUS_SERVER


def test_a_status_that_was_only_seen_being_sent_is_told_as_such() -> None:
    """Nothing is known of who made it."""
    scenario = SCENARIOS["home"]
    kept = [event for event in scenario.request if isinstance(event, k.RequestStarted | k.ResponseStarted)]
    assert story(replace(scenario, request=tuple(kept))) == [(A.STATUS_SENT, 200)]


# --- who broke it ------------------------------------------------------------------------------------------------


def broken(scenario: Scenario) -> list[Answer]:
    return list(why(traced(scenario), Subject(question=Q.BROKEN)))


def test_nobody_broke_what_is_whole() -> None:
    """A request that went well."""
    assert [one.id for one in broken(SCENARIOS["home"])] == [A.BROKE_NOTHING]


def test_the_first_that_gave_back_no_response_is_named() -> None:
    """Not those further out, which only passed it on."""
    scenario = make("none", (OUTER, TWICE, SESSION), {"twice.call": lambda journey: None})
    first = broken(scenario)[0]
    assert (first.id, first.values["layer"]) == (A.BROKE_NO_RESPONSE, "twice")
    assert broken(make("view", PAIR, {"view": answering(NOTHING)}))[0].id is A.BROKE_NO_RESPONSE_VIEW


def test_who_answered_from_a_view_hook_with_no_response_is_named_not_who_passed_it_on() -> None:
    """Otherwise a layer that only returned what it was given would be told to mend its ways."""
    scenario = make("odd", (TWICE, INNER), {"Inner.process_view": answering(403)})
    odd = replace(
        scenario,
        request=tuple(
            replace(event, outcome=Outcome.other, status=0)
            if isinstance(event, k.HookLeft | k.LayerLeft) and event.outcome == Outcome.response
            else event
            for event in scenario.request
        ),
    )
    first = broken(odd)[0]
    assert (first.id, first.values["layer"], first.values["hook"]) == (A.BROKE_NO_RESPONSE, "Inner", "process_view")


def test_the_first_exception_is_named_with_its_line() -> None:
    """Where it was raised, not where it was seen last."""
    first = broken(SCENARIOS["view_raises_500"])[0]
    assert (first.id, first.values["error"], first.line) == (A.BROKE_RAISED, "ZeroDivisionError", 88)


def test_another_length_than_was_announced_is_blamed_on_who_changed_the_body_late() -> None:
    """The layer that changed the body further out than Content-Length was set."""
    acts = {"Outer.process_response": header_change("~", "body", "")}
    length = ("Content-Length", "1700")
    blamed = broken(sending(make("late", (OUTER, COMMON), acts), length))[0]
    assert (blamed.id, blamed.values["layer"]) == (A.BROKE_LENGTH_LAYER, "Outer")
    assert (blamed.values["announced"], blamed.values["sent"]) == (1700, 1834)
    assert broken(sending(make("who", (OUTER, COMMON)), length))[0].id is A.BROKE_LENGTH


def test_a_second_call_of_get_response_is_named() -> None:
    """With how often it was called."""
    last = broken(make("twice", (SECURITY, TWICE, SESSION), {"twice.call": twice}))[-1]
    assert (last.id, last.values["calls"], last.values["layer"]) == (A.BROKE_TWICE, 2, "twice")


# --- the whole ---------------------------------------------------------------------------------------------------


def everything(trace: RequestTrace) -> Iterator[Answer]:
    """Every answer to every question that can be asked anywhere."""
    asked = [questions(trace), surprises(trace), *(questions(trace, row) for row in trace.passes)]
    asked += [questions(trace, stop) for stop in trace.stops]
    layers = [None, *range(len(trace.passes) + 1)]
    asked.append(tuple(Subject(question=question, layer=layer) for question in Question for layer in layers))
    for subject in {subject for subjects in asked for subject in subjects}:
        answers = why(trace, subject)
        assert answers
        yield from answers


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_question_of_every_scenario_has_a_complete_answer(name: str) -> None:
    """Each answer has its values, and points at stops and layers that exist."""
    trace = traced(SCENARIOS[name])
    for answer in everything(trace):
        assert set(answer.values) == answer.id.parameters
        assert answer.stop is None or 0 <= answer.stop < len(trace.stops)
        assert answer.layer is None or 0 <= answer.layer < len(trace.passes)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_trace_however_broken_makes_it_raise(data: st.DataObject) -> None:
    """Requests cut short, with events missing, twice, or without the loading of their chain."""
    scenario = SCENARIOS[data.draw(st.sampled_from(sorted(SCENARIOS)))]
    size = len(scenario.request)
    gone = data.draw(st.sets(st.integers(0, size - 1), max_size=size))
    again = data.draw(st.sets(st.integers(0, size - 1), max_size=3))
    events = []
    for number, event in enumerate(scenario.request):
        events += [event] * ((number not in gone) + (number in again))
    loading = scenario.loading if data.draw(st.booleans()) else ()
    mutated = replace(scenario, request=tuple(events), loading=loading)
    for answer in everything(traced(mutated, is_alive=data.draw(st.booleans()))):
        assert set(answer.values) == answer.id.parameters


def test_rows_and_stops_offer_the_questions_that_make_sense_there() -> None:
    """A layer that was never reached, one that was, the URLconf without a match, and the end."""
    short = traced(SCENARIOS["short_circuit_301"])
    assert questions(short, short.passes[4])[0] == Subject(question=Q.LAYER_NOT_ENTERED, layer=4)
    assert Subject(question=Q.VIEW_NOT_CALLED) in questions(short)
    home = traced(make("home", PAIR, match=HOME))
    inner = questions(home, home.passes[1])
    assert Subject(question=Q.EXCEPTION_HOOK_NOT_CALLED, layer=1) in inner
    assert Subject(question=Q.TEMPLATE_HOOK_NOT_CALLED, layer=1) in inner
    lost = traced(SCENARIOS["not_found_404"])
    resolved = next(stop for stop in lost.stops if stop.sort is StopSort.RESOLVED)
    assert questions(lost, resolved) == (Subject(question=Q.VIEW_NOT_CALLED),)
    assert Subject(question=Q.STATUS) in questions(home, home.stops[-1])


def test_a_request_that_went_well_surprises_nobody() -> None:
    """Only what is unusual suggests itself."""
    assert surprises(traced(SCENARIOS["home"])) == ()
    wanted = (Subject(question=Q.STATUS), Subject(question=Q.BROKEN))
    assert surprises(traced(SCENARIOS["view_raises_500"])) == wanted
    assert surprises(traced(make("boom", PAIR, {"view": raising()}, match=page("boom", 86, 6)))) == wanted
    assert surprises(traced(SCENARIOS["csrf_403"]))[0] == Subject(question=Q.VIEW_NOT_CALLED)
