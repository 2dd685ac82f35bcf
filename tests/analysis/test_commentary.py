"""Every stop has a commentary: what ran, and what else there is to know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django_model import AUTH, CSRF, SECURITY, SESSION, Middleware
from scenarios import SCENARIOS, make

from reqtrace.analysis.commentary import comment
from reqtrace.analysis.commentary_places import ASYNC, PAGES, SYNC
from reqtrace.analysis.django_code import Code, django_directory
from reqtrace.analysis.known_layers import KNOWN_LAYERS
from reqtrace.analysis.misconceptions import BY_LAYER, BY_MESSAGE, BY_SORT, Misconception
from reqtrace.trace.model import StopSort as S

Told = Callable[..., Any]


def commentary_of(told: Told, name: str, sort: S, layer: str = "") -> Any:
    trace = told(SCENARIOS[name]).trace
    for stop in trace.stops:
        at = trace.passes[stop.layer].layer.name if stop.layer is not None else ""
        if stop.sort is sort and layer in ("", at):
            return comment(trace, stop)
    raise AssertionError(f"{name} has no {sort}")


def test_every_sort_of_stop_has_places_and_pages() -> None:
    """A new sort of stop cannot be forgotten."""
    assert set(SYNC) == set(S) == set(PAGES)


def test_an_answer_of_csrf_is_a_topic_of_its_own(told: Told) -> None:
    """The topics go from the sort of stop over the middleware to what it did."""
    commentary = commentary_of(told, "csrf_403", S.VIEW_HOOK)
    assert commentary.topics == ("sort.view_hook", "known.csrf.view", "view_hook.answered", "why.view_hook.answered")
    assert commentary.misconception is Misconception.CSRF_RAISES


def test_a_hook_that_did_not_run_is_not_described(told: Told) -> None:
    """What XFrameOptionsMiddleware is for is told on its way out, where it has a hook, and not on its way in."""
    way_in = commentary_of(told, "home", S.LAYER_IN, "XFrameOptionsMiddleware")
    way_out = commentary_of(told, "home", S.LAYER_OUT, "XFrameOptionsMiddleware")
    assert not [topic for topic in way_in.topics if topic.startswith("known")]
    assert "known.xframe.out" in way_out.topics
    assert way_in.misconception is Misconception.HOOKLESS_IS_SKIPPED


def test_the_functions_of_django_are_those_of_the_mode(told: Told) -> None:
    """An asynchronous chain has a core of its own."""
    assert commentary_of(told, "home", S.VIEW).values["core"] == "BaseHandler._get_response"
    assert commentary_of(told, "asgi", S.VIEW).values["core"] == "BaseHandler._get_response_async"
    assert commentary_of(told, "home", S.LAYER_IN).values["caller"] == "MiddlewareMixin.__call__"


def test_the_innermost_layer_gets_its_response_from_the_core(told: Told) -> None:
    """Inside of the last layer there is no other layer, but ``_get_response``."""
    out = commentary_of(told, "home", S.LAYER_OUT, "XFrameOptionsMiddleware")
    assert out.values["inside"] == "BaseHandler._get_response"
    assert commentary_of(told, "home", S.LAYER_OUT, "MessageMiddleware").values["inside"] == "XFrameOptionsMiddleware"


def test_start_response_is_spoken_of_only_with_wsgi(told: Told) -> None:
    """What is believed of WSGI is no belief about ASGI."""
    assert commentary_of(told, "home", S.STARTED).misconception is Misconception.START_SENDS
    assert commentary_of(told, "asgi", S.STARTED).misconception is None


def test_every_misconception_can_be_shown() -> None:
    """No belief is kept that no step contradicts."""
    assert {*BY_LAYER.values(), *BY_MESSAGE.values(), *BY_SORT.values()} == set(Misconception)
    assert {key for key, _ in BY_LAYER} <= {known.key for known in KNOWN_LAYERS.values()}


def test_a_layer_that_only_looks_like_djangos_is_not_explained_as_that(told: Told) -> None:
    """A subclass of the project's has another path, and may do anything."""
    own = Middleware(path="shop.middleware.CommonMiddleware", hooks={"process_request": 3})
    trace = told(make("own", (SECURITY, SESSION, own, CSRF, AUTH))).trace
    topics = [comment(trace, stop).topics for stop in trace.stops if stop.layer == 2]
    assert topics
    assert not [topic for found in topics for topic in found if topic.startswith("known")]


def test_the_directory_of_django_is_told_by_its_own_middleware(told: Told) -> None:
    """The path in MIDDLEWARE is the end of the file's; without such a layer nothing is known."""
    trace = told(SCENARIOS["home"]).trace
    assert django_directory(trace).endswith("/django") or not any("/django/" in one.layer.file for one in trace.passes)
    alone = told(make("alone", (Middleware(path="shop.middleware.timing", sort="function"),))).trace
    assert not django_directory(alone)


def test_async_codes_are_coroutine_functions() -> None:
    """What stands in for a function in an asynchronous chain is one itself."""
    assert all(code.is_async for code in ASYNC.values())
    assert Code.CORE_ASYNC in ASYNC.values()
