"""Changes of a request are told at the boundary behind the code that made them, and nothing is evaluated for it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from reqtrace.agent.answers import parts_of
from reqtrace.agent.change_texts import changes_text
from reqtrace.agent.changes import note_behind, note_match, note_request, note_way_in, probe
from reqtrace.agent.known_hooks import KnownHook, known_hook
from reqtrace.agent.recorder import RequestState, current, recorder
from reqtrace.events.kinds import CORE_LAYER, Change, Hook, HookLeft, LayerLeft, Outcome
from reqtrace.events.steps import StepCode

pytest.importorskip("django")

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.utils.functional import SimpleLazyObject

from reqtrace.agent.changes import note_headers, note_response
from reqtrace.agent.probes.hooks import watch_hook
from reqtrace.agent.probes.layers import LayerWatch, stop_noting, watch_layer

if not settings.configured:
    settings.configure()


class Request:
    """As much of a request as is looked at: its ``__dict__``."""

    def __init__(self) -> None:
        self.method = "GET"
        self.META = {"REMOTE_ADDR": "10.0.0.1", "CONTENT_TYPE": ""}
        self.resolver_match: object = None


class Session(SessionBase):
    """A session that is filled when somebody asks for it."""

    def load(self) -> dict[str, Any]:
        return {"cart": 3}


@pytest.fixture
def request_met() -> tuple[RequestState, Request]:
    """A request at its first boundary."""
    state, request = RequestState(1, 0, notes=True), Request()
    note_request(state, request)
    return state, request


def told(state: RequestState) -> list[Change]:
    """The changes noted since the last call."""
    rows = [row for item in state.log for row in json.loads(changes_text(item[2]))]
    state.log.clear()
    return [Change(*row) for row in rows]


NOTERS: list[Callable[[RequestState, object], None]] = [
    note_request,
    note_way_in,
    note_behind(KnownHook()),
    note_behind(KnownHook(("session",))),
    note_behind(KnownHook(evaluates=True)),
]


@pytest.mark.parametrize("note", NOTERS, ids=["in full", "way in", "adds", "replaces", "evaluates"])
def test_an_addition_is_told_once(request_met: Any, note: Callable[..., None]) -> None:
    """With its type, whichever way the boundary is compared."""
    state, request = request_met
    request.tenant = 7
    note(state, request)
    assert told(state) == [Change("+", "attribute", "tenant", "", "int", False)]
    note(state, request)
    assert told(state) == []


def test_a_replacement_is_told(request_met: Any) -> None:
    """By the identity of the value, not by its equality."""
    state, request = request_met
    request.method = "".join(["G", "ET"])
    note_request(state, request)
    assert told(state) == [Change("~", "attribute", "method", "str", "str", False)]


def test_a_removal_is_told(request_met: Any) -> None:
    """Also where only additions were to be expected."""
    state, request = request_met
    del request.method
    note_behind(KnownHook())(state, request)
    assert told(state) == [Change("-", "attribute", "method", "str", "", False)]


def test_a_known_hook_that_replaces_what_it_set_before_is_noticed(request_met: Any) -> None:
    """The chain may be walked twice: then SessionMiddleware replaces its own session."""
    state, request = request_met
    request.session = object()
    note_behind(KnownHook(("session",)))(state, request)
    told(state)
    request.session = object()
    note_behind(KnownHook(("session",)))(state, request)
    assert [change.op for change in told(state)] == ["~"]


def test_a_known_hook_that_stores_in_meta_again_is_noticed(request_met: Any) -> None:
    """CsrfViewMiddleware puts its cookie there, and may do so twice."""
    state, request = request_met
    request.META["CSRF_COOKIE"] = object()
    known = KnownHook(stores=("CSRF_COOKIE",))
    note_behind(known)(state, request)
    assert told(state) == [Change("+", "META", "CSRF_COOKIE", "", "", False)]
    request.META["CSRF_COOKIE"] = object()
    note_behind(known)(state, request)
    assert [(change.op, change.name) for change in told(state)] == [("~", "CSRF_COOKIE")]


def test_a_known_hook_that_may_load_the_session_is_looked_at(request_met: Any) -> None:
    """Other known hooks are not: they evaluate nothing."""
    state, request = request_met
    request.user = SimpleLazyObject(lambda: 7)
    note_request(state, request)
    told(state)
    bool(request.user)
    note_behind(KnownHook())(state, request)
    assert told(state) == []
    note_behind(KnownHook(evaluates=True))(state, request)
    assert [change.name for change in told(state)] == ["user"]


def test_a_replaced_value_of_meta_is_told_where_the_way_in_ends(request_met: Any) -> None:
    """The key and that it changed; never the value."""
    state, request = request_met
    request.META["REMOTE_ADDR"] = "192.168.0.9"
    request.META["HTTP_X_NEW"] = "secret"
    del request.META["CONTENT_TYPE"]
    note_way_in(state, request)
    assert sorted(told(state)) == [
        Change("+", "META", "HTTP_X_NEW", "", "", False),
        Change("-", "META", "CONTENT_TYPE", "", "", False),
        Change("~", "META", "REMOTE_ADDR", "", "", False),
    ]
    note_way_in(state, request)
    assert told(state) == []


def test_a_lazy_value_is_watched_until_it_is_evaluated(request_met: Any) -> None:
    """Who evaluated it is told by the boundary behind it, with the type it stood for; we never do it ourselves."""
    state, request = request_met
    calls: list[int] = []
    request.user = SimpleLazyObject(lambda: calls.append(1) or 3.5)  # type: ignore[func-returns-value]
    note_request(state, request)
    assert told(state) == [Change("+", "attribute", "user", "", "SimpleLazyObject", True)]
    note_request(state, request)
    assert told(state) == []
    assert calls == []
    str(request.user)
    note_request(state, request)
    assert told(state) == [Change("!", "attribute", "user", "", "float", False)]
    note_request(state, request)
    assert told(state) == []


def test_a_lazy_value_that_stands_for_none_is_evaluated_too(request_met: Any) -> None:
    """``None`` is a value."""
    state, request = request_met
    request.user = SimpleLazyObject(lambda: None)
    note_request(state, request)
    str(request.user)
    note_request(state, request)
    assert told(state)[1:] == [Change("!", "attribute", "user", "", "NoneType", False)]


def test_a_lazy_value_that_was_taken_away_is_forgotten(request_met: Any) -> None:
    """Evaluated elsewhere, it is nothing of the request's any more."""
    state, request = request_met
    user = request.user = SimpleLazyObject(lambda: 3)
    note_request(state, request)
    request.user = 4
    str(user)
    note_request(state, request)
    assert [(change.op, change.name) for change in told(state)] == [("+", "user"), ("~", "user")]
    note_request(state, request)
    assert told(state) == []


def test_a_session_is_told_when_it_is_loaded(request_met: Any) -> None:
    """It is there from the start, and filled by whoever asks first."""
    state, request = request_met
    request.session = Session("a-long-session-key")
    note_request(state, request)
    assert told(state) == [Change("+", "attribute", "session", "", "Session", False)]
    assert request.session["cart"] == 3
    note_request(state, request)
    assert told(state) == [Change("!", "attribute", "session", "", "", False)]


def test_the_match_is_told_without_a_full_comparison(request_met: Any) -> None:
    """``resolve_request`` puts it in the place of ``None``."""
    state, request = request_met
    match = request.resolver_match = object()
    note_match(state, request, match)
    assert told(state) == [Change("~", "attribute", "resolver_match", "NoneType", "object", False)]
    note_request(state, request)
    assert told(state) == []


KNOWN_HOOKS = """
import django
from django.conf import settings
from django.utils.module_loading import import_string
from reqtrace.agent.known_hooks import HOOKS, known_hook

settings.configure(INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"])
django.setup()
for path in HOOKS:
    owner, _dot, name = path.rpartition(".")
    instance = object.__new__(import_string(owner))
    assert known_hook(getattr(instance, name)) == HOOKS[path], path
"""


@pytest.mark.slow
def test_the_known_hooks_are_django_s() -> None:
    """Each is a method of the installed Django, and is recognised on an instance of its class."""
    subprocess.run([sys.executable, "-c", KNOWN_HOOKS], check=True, timeout=60)


def test_a_subclass_is_not_known() -> None:
    """It may run code of its own inside the hook it inherits."""
    from django.middleware.common import CommonMiddleware

    class Ours(CommonMiddleware):
        def get_full_path_with_slash(self, request: Any) -> str:
            request.urlconf = "other"
            return "/"

    assert known_hook(object.__new__(Ours).process_request) is None
    assert known_hook(object.__new__(CommonMiddleware).process_request) == KnownHook()


def test_a_status_is_read_anew_once_attribution_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was seen of the response is no longer kept up then, neither behind a known hook nor behind a layer."""
    monkeypatch.setattr(recorder, "notes_changes", True)
    monkeypatch.setattr(probe, "is_on", True)
    state = RequestState(1, 0, notes=True)
    token = current.set(state)
    try:
        response = HttpResponse()
        note_response(state, response)
        stop_noting(state, ValueError())
        response.status_code = 418
        hook = watch_hook(XFrameOptionsMiddleware(lambda _: response).process_response, 0, Hook.process_response)
        hook(HttpRequest(), response)
        layer = watch_layer(lambda _: response, LayerWatch(0, is_all_hooks=True))
        layer(HttpRequest())
    finally:
        current.reset(token)
    left = [code for code in state.log[::2] if isinstance(code, int)]
    assert StepCode.pack(HookLeft, layer=0, hook=Hook.process_response, outcome=Outcome.response, status=418) in left
    assert StepCode.pack(LayerLeft, layer=0, outcome=Outcome.response, status=418) in left


def test_what_is_added_to_a_response_between_two_boundaries_is_told_once() -> None:
    """And what is replaced, taken away or written to it: whatever else of it stayed the same."""
    state, response = RequestState(1, 0, notes=True), HttpResponse(b"one")
    note_response(state, response)
    response["X-First"] = "1"
    assert note_response(state, response) == note_response(state, response)
    assert told(state) == [Change("+", "header", "X-First", "", "1", False)]
    response["X-First"] = "2"
    note_response(state, response)
    assert told(state) == [Change("~", "header", "X-First", "1", "2", False)]
    del response["X-First"]
    note_response(state, response)
    assert told(state) == [Change("-", "header", "X-First", "2", "", False)]
    response.write(b" and two")
    note_response(state, response)
    assert told(state) == [Change("~", "body", "", "3", "11", False)]
    response.set_cookie("basket", "7")
    note_response(state, response)
    assert [(change.op, change.part, change.name) for change in told(state)] == [("+", "cookie", "basket")]
    response.status_code = 201
    code = note_response(state, response)
    assert parts_of(code) == (Outcome.response, 201)
    assert told(state) == [Change("~", "status", "", "200", "201", False)]


def test_no_response_is_no_boundary() -> None:
    """A hook that returns ``None``, or something of its own, before there is a response."""
    state = RequestState(1, 0, notes=True)
    assert parts_of(note_response(state, None)) == (Outcome.none, 0)
    assert parts_of(note_response(state, object())) == (Outcome.other, 0)
    assert parts_of(note_headers(state, None)) == (Outcome.none, 0)
    assert state.snapshot is None
    assert told(state) == []


def test_layers_outside_a_core_that_failed_are_compared() -> None:
    """What the view returned before is not what they get, even if it was a plain response."""
    state = RequestState(1, 0, notes=True)
    token = current.set(state)
    request, response = HttpRequest(), HttpResponse()

    def fail(_request: HttpRequest) -> HttpResponse:
        raise SystemExit

    try:
        note_request(state, request)
        note_response(state, response)
        state.is_view_fresh = True
        with pytest.raises(SystemExit):
            watch_layer(fail, LayerWatch(CORE_LAYER, is_all_hooks=False))(request)

        def outer(_request: HttpRequest) -> HttpResponse:
            response["X-Late"] = "yes"
            return response

        state.log.clear()
        watch_layer(outer, LayerWatch(0, is_all_hooks=False))(request)
    finally:
        current.reset(token)
    state.log[:] = [item for item in state.log if type(item) is tuple]
    assert [change.name for change in told(state)] == ["X-Late"]
