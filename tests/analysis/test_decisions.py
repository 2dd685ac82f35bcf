"""Settings are named beside the step they decided, and only where what was observed shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django_model import COMMON, CSRF, SECURITY, SESSION, XFRAME, Journey, Match, Raised
from hypothesis import given, settings
from hypothesis import strategies as st
from scenarios import HOME, SCENARIOS, Scenario, append_slash, make

from reqtrace.analysis.decisions import Decision, DecisionId, decisions
from reqtrace.events import kinds as k
from reqtrace.events.kinds import Change
from reqtrace.trace.fold import fold
from reqtrace.trace.model import RequestTrace, StopSort

D = DecisionId


def traced(scenario: Scenario, **values: str) -> RequestTrace:
    """The scenario in a process with these settings."""
    record = scenario.process()
    record.take(
        k.SettingsRead(time=9, request=0, thread=1, settings_module="shop.settings", values=tuple(values.items()))
    )
    return fold(scenario.request, record.facts())


def edited(scenario: Scenario, kind: type[Any], **fields: Any) -> Scenario:
    request = tuple(replace(event, **fields) if isinstance(event, kind) else event for event in scenario.request)
    return replace(scenario, request=request)


def only(trace: RequestTrace, setting: str) -> Decision:
    """The one decision of a setting."""
    (found,) = [one for one in decisions(trace) if one.setting == setting]
    assert set(found.values) == found.id.parameters
    return found


def none(trace: RequestTrace, setting: str) -> bool:
    return all(one.setting != setting for one in decisions(trace))


def answering(status: int) -> Callable[[Journey], int]:
    return lambda journey: status


def test_allowed_hosts_refuses_a_host() -> None:
    """``DisallowedHost``, at the step that asked for the host."""
    trace = traced(SCENARIOS["request_hook_raises"], ALLOWED_HOSTS="['a.example']")
    found = only(trace, "ALLOWED_HOSTS")
    assert (found.id, found.value, found.values["host"]) == (D.HOST_REFUSED, "['a.example']", "127.0.0.1:8000")
    assert found.stop is not None
    assert trace.stops[found.stop].layer == 2


def test_a_redirect_to_https_is_decided_by_two_settings() -> None:
    """The second one says why the request counts as plain HTTP."""
    scenario = make("https", (SECURITY, SESSION), {"SecurityMiddleware.process_request": answering(301)})
    values = {"SECURE_SSL_REDIRECT": "True", "SECURE_PROXY_SSL_HEADER": "['HTTP_X_FORWARDED_PROTO', 'https']"}
    trace = traced(scenario, **values)
    assert only(trace, "SECURE_SSL_REDIRECT").values["status"] == 301
    found = only(trace, "SECURE_PROXY_SSL_HEADER")
    assert (found.id, found.values["header"]) == (D.PROXY_HEADER_ABSENT, "X-Forwarded-Proto")
    sent = edited(scenario, k.RequestStarted, headers=(("X-Forwarded-Proto", "http"),))
    assert only(traced(sent, **values), "SECURE_PROXY_SSL_HEADER").id is D.PROXY_HEADER_PRESENT
    assert none(traced(scenario), "SECURE_SSL_REDIRECT")


def test_an_origin_that_is_not_trusted_is_named() -> None:
    """Only if the request did come from another origin: otherwise the token was at fault."""
    foreign = edited(
        SCENARIOS["csrf_403"],
        k.RequestStarted,
        headers=(("Host", "shop.example"), ("Origin", "https://other.example")),
    )
    found = only(traced(foreign, CSRF_TRUSTED_ORIGINS="['https://third.example']"), "CSRF_TRUSTED_ORIGINS")
    assert found.values == {"origin": "https://other.example", "host": "shop.example"}
    own = edited(foreign, k.RequestStarted, headers=(("Host", "shop.example"), ("Origin", "https://shop.example")))
    assert none(traced(own, CSRF_TRUSTED_ORIGINS="[]"), "CSRF_TRUSTED_ORIGINS")
    assert none(traced(SCENARIOS["csrf_403"], CSRF_TRUSTED_ORIGINS="[]"), "CSRF_TRUSTED_ORIGINS")


@pytest.mark.parametrize("trusted", ["['https://a.other.example']", "['https://*.other.example']", "['https://… +90"])
def test_an_origin_that_is_or_may_be_trusted_is_not_blamed(trusted: str) -> None:
    """Then the token was at fault; and without the setting nothing is said."""
    headers = (("Host", "shop.example"), ("Origin", "https://a.other.example"))
    foreign = edited(SCENARIOS["csrf_403"], k.RequestStarted, headers=headers)
    assert none(traced(foreign, CSRF_TRUSTED_ORIGINS=trusted), "CSRF_TRUSTED_ORIGINS")
    assert none(traced(foreign), "CSRF_TRUSTED_ORIGINS")
    assert not none(traced(foreign, CSRF_TRUSTED_ORIGINS="['http://a.other.example']"), "CSRF_TRUSTED_ORIGINS")


def test_append_slash_redirects() -> None:
    """``CommonMiddleware`` exchanged the 404 for a redirect to the path with a slash."""
    scenario = make("slash", acts={"CommonMiddleware.process_response": append_slash}, path="/books/3", match=None)
    sent = edited(scenario, k.ResponseStarted, headers=(("Location", "/books/3/?a=1"),))
    found = only(traced(sent, APPEND_SLASH="True"), "APPEND_SLASH")
    assert (found.id, found.values) == (D.SLASH_APPENDED, {"status": 301, "path": "/books/3/"})
    elsewhere = edited(scenario, k.ResponseStarted, headers=(("Location", "/login/"),))
    assert none(traced(elsewhere, APPEND_SLASH="True"), "APPEND_SLASH")


def test_append_slash_stands_beside_the_look_up_it_made() -> None:
    """Where the path with the slash was looked up, if that was seen."""

    def look_up(journey: Journey) -> int:
        where = {"urlconf": "bookshop.urls", "view_name": "shop:detail", "error": "", "duration": 900}
        caller = {"file": "/venv/django/middleware/common.py", "line": 60, "function": "should_redirect_with_slash"}
        journey.tell(k.UrlLookedUp, path="/books/3/", **where, **caller)
        return append_slash(journey)

    scenario = make("slash", acts={"CommonMiddleware.process_response": look_up}, path="/books/3", match=None)
    assert none(traced(scenario), "APPEND_SLASH")
    trace = traced(edited(scenario, k.ResponseStarted, headers=(("Location", "/books/3/"),)))
    found = only(trace, "APPEND_SLASH")
    assert found.stop is not None
    assert trace.stops[found.stop].sort is StopSort.LOOKUP


def test_append_slash_may_be_off_or_refuse() -> None:
    """Off: a slash was all that was missing. On with DEBUG: a form is not thrown away."""
    lost = make("slash", path="/books/3", match=None)
    assert only(traced(lost, APPEND_SLASH="False"), "APPEND_SLASH").id is D.SLASH_NOT_APPENDED
    assert none(traced(lost, APPEND_SLASH="True"), "APPEND_SLASH")
    assert none(traced(make("far", path="/nothing", match=None), APPEND_SLASH="False"), "APPEND_SLASH")

    def refuse(journey: Journey) -> int:
        raise Raised("builtins.RuntimeError", "You called this URL via POST")

    refused = make("post", acts={"CommonMiddleware.process_response": refuse}, path="/books/3", match=None)
    assert only(traced(refused, APPEND_SLASH="True"), "APPEND_SLASH").id is D.SLASH_POST


def test_prepend_www_redirects() -> None:
    """To the same path at another host."""
    scenario = make("www", (COMMON,), {"CommonMiddleware.process_request": answering(301)})
    sent = edited(scenario, k.ResponseStarted, headers=(("Location", "http://www.shop.example/books/3/"),))
    assert only(traced(sent, PREPEND_WWW="True"), "PREPEND_WWW").values["status"] == 301
    assert none(traced(sent, PREPEND_WWW="False"), "PREPEND_WWW")


def test_the_urlconf_is_the_settings_or_the_requests() -> None:
    """``request.urlconf`` goes before ``ROOT_URLCONF``."""
    assert only(traced(SCENARIOS["home"]), "ROOT_URLCONF").id is D.ROOT_URLCONF
    scenario = edited(SCENARIOS["home"], k.UrlconfEntered, urlconf="shop.m", source="request.urlconf")
    found = only(traced(scenario), "ROOT_URLCONF")
    assert (found.id, found.values["urlconf"]) == (D.REQUEST_URLCONF, "shop.m")
    assert none(traced(scenario, ROOT_URLCONF="'shop.m'"), "ROOT_URLCONF"), (
        "a layer that names the same decides nothing"
    )


def test_a_language_prefix_is_decided_by_use_i18n() -> None:
    """If one was among the patterns."""
    scenario = SCENARIOS["home"]
    seen = tuple(
        replace(event, sort="i18n", text="") if isinstance(event, k.PatternSeen) and event.pattern == 1 else event
        for event in scenario.loading
    )
    assert only(traced(replace(scenario, loading=seen)), "USE_I18N").id is D.LANGUAGE_PREFIX
    assert none(traced(scenario), "USE_I18N")


def test_debug_chooses_the_error_page() -> None:
    """Not for ``PermissionDenied``, and not where its value is unknown."""
    boom = SCENARIOS["view_raises_500"]
    found = only(traced(boom, DEBUG="True"), "DEBUG")
    assert (found.id, found.values) == (D.DEBUG_PAGE, {"error": "ZeroDivisionError", "status": 500})
    trace = traced(boom, DEBUG="False")
    found = only(trace, "DEBUG")
    assert found.id is D.HANDLER_PAGE
    assert found.stop is not None
    assert trace.stops[found.stop].sort is StopSort.CONVERTED
    assert none(traced(boom), "DEBUG")

    def denied(journey: Journey) -> int:
        raise Raised("django.core.exceptions.PermissionDenied", "", 403)

    assert none(traced(make("denied", acts={"view": denied}), DEBUG="True"), "DEBUG")


def test_debug_propagate_exceptions_lets_it_out() -> None:
    """The exception leaves the handler, through every film."""
    scenario = SCENARIOS["view_raises_500"]
    kept: list[k.Event] = []
    for event in scenario.request:
        if isinstance(event, k.ExceptionConverted | k.ResponseStarted | k.ResponseClosed):
            continue
        if isinstance(event, k.RequestFinished):
            error = "builtins.ZeroDivisionError"
            kept.append(k.RequestEscaped(time=event.time, request=1, thread=1, error=error, message=""))
        is_left = isinstance(event, k.LayerLeft)
        kept.append(replace(event, outcome=k.Outcome.raised, status=0) if is_left else event)  # type: ignore[type-var]
    escaped = replace(scenario, request=tuple(kept))
    found = only(traced(escaped, DEBUG_PROPAGATE_EXCEPTIONS="True"), "DEBUG_PROPAGATE_EXCEPTIONS")
    assert found.values["error"] == "ZeroDivisionError"
    assert none(traced(escaped, DEBUG_PROPAGATE_EXCEPTIONS="False"), "DEBUG_PROPAGATE_EXCEPTIONS")


def test_atomic_requests_puts_a_transaction_around_the_view() -> None:
    """With how it ended, if that was seen."""
    scenario = edited(make("atomic", (CSRF,)), k.ViewEntered, atomic=("default",))
    assert only(traced(scenario), "ATOMIC_REQUESTS").id is D.ATOMIC
    events: list[k.Event] = []
    for event in scenario.request:
        events.append(event)
        if isinstance(event, k.ViewLeft):
            where = {"alias": "default", "duration": 5, "error": "", "file": "", "line": 0, "function": ""}
            events.append(k.TransactionStepped(time=event.time + 9, request=1, thread=1, action="commit", **where))  # type: ignore[arg-type]
    found = only(traced(replace(scenario, request=tuple(events))), "ATOMIC_REQUESTS")
    assert found.values == {"alias": "default", "action": "commit"}


def test_a_session_is_saved_on_every_request() -> None:
    """Its cookie was set although nothing else was known to ask for it."""

    def cookie(journey: Journey) -> None:
        journey.tell(k.ResponseChanged, changes=(Change("+", "cookie", "sessionid", "", "[redacted]", False),))

    scenario = make("saved", (SESSION,), {"SessionMiddleware.process_response": cookie})
    assert only(traced(scenario, SESSION_SAVE_EVERY_REQUEST="True"), "SESSION_SAVE_EVERY_REQUEST").stop is not None
    assert none(traced(scenario, SESSION_SAVE_EVERY_REQUEST="False"), "SESSION_SAVE_EVERY_REQUEST")
    assert none(traced(make("not", (SESSION,)), SESSION_SAVE_EVERY_REQUEST="True"), "SESSION_SAVE_EVERY_REQUEST")


def test_headers_are_set_from_settings() -> None:
    """Beside the layer that set them."""
    trace = traced(make("headers", (SECURITY, XFRAME)), X_FRAME_OPTIONS="DENY")
    found = only(trace, "X_FRAME_OPTIONS")
    assert (found.value, found.values["header"]) == ("DENY", "X-Frame-Options")
    assert found.stop == trace.passes[1].way_out.stop
    assert only(trace, "SECURE_CONTENT_TYPE_NOSNIFF").values["header"] == "X-Content-Type-Options"
    assert none(trace, "SECURE_HSTS_SECONDS")


@pytest.mark.parametrize(("names", "wanted"), [(("debug", "sql_queries"), D.INTERNAL_IP), ((), D.NOT_INTERNAL_IP)])
def test_internal_ips_decides_what_templates_are_told(names: tuple[str, ...], wanted: DecisionId) -> None:
    """The context processor ``debug`` adds its variables for internal clients only."""

    def view(journey: Journey) -> None:
        with journey.template("shop/home.html"):
            processors = ("django.template.context_processors.debug",)
            journey.tell(k.ContextProcessorsRan, processors=processors, names=names, duration=900)

    scenario = make("debug", acts={"view": view}, path="/", match=HOME)
    found = only(traced(scenario, DEBUG="True"), "INTERNAL_IPS")
    assert (found.id, found.values["client"]) == (wanted, "127.0.0.1")
    assert none(traced(scenario, DEBUG="False"), "INTERNAL_IPS")


def test_static_url_takes_a_path_away_from_the_chain() -> None:
    """``StaticFilesHandler`` serves it."""
    found = only(traced(SCENARIOS["static"], STATIC_URL="/static/"), "STATIC_URL")
    assert (found.value, found.values["path"]) == ("/static/", "/static/shop.css")


def test_decisions_come_in_the_order_of_the_path() -> None:
    """Each beside its stop."""
    found = decisions(traced(SCENARIOS["view_raises_500"], DEBUG="True", X_FRAME_OPTIONS="DENY"))
    stops = [one.stop for one in found if one.stop is not None]
    assert stops == sorted(stops)
    assert len(stops) >= 3


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_trace_however_broken_makes_it_raise(data: st.DataObject) -> None:
    """Requests cut short or with events missing, and settings with any text."""
    scenario = SCENARIOS[data.draw(st.sampled_from(sorted(SCENARIOS)))]
    size = len(scenario.request)
    gone = data.draw(st.sets(st.integers(0, size - 1), max_size=size))
    events = tuple(event for number, event in enumerate(scenario.request) if number not in gone)
    values = data.draw(
        st.dictionaries(
            st.sampled_from(["DEBUG", "APPEND_SLASH", "SECURE_SSL_REDIRECT", "SECURE_PROXY_SSL_HEADER", "PREPEND_WWW"]),
            st.sampled_from(["True", "False", "", "[…", "['HTTP_']"]),
        )
    )
    for one in decisions(traced(replace(scenario, request=events), **values)):
        assert set(one.values) == one.id.parameters


def test_a_match_without_patterns_is_no_trouble() -> None:
    """What was tried may be unknown."""
    match = Match(view="v.v", line=1, route="", view_name="", tried=(), matched=())
    assert only(traced(make("bare", match=match)), "ROOT_URLCONF").id is D.ROOT_URLCONF
