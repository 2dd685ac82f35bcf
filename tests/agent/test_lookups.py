"""Look-ups of a path that are not the resolution of the request are told with who asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reqtrace.events.kinds import AgentWarned, RequestStarted, UrlLookedUp, UrlResolved, UrlUnresolved

pytestmark = pytest.mark.slow

SETTINGS = {"ROOT_URLCONF": "detour_urls"}
COMMON, LOCALE = "django.middleware.common.CommonMiddleware", "django.middleware.locale.LocaleMiddleware"
PATHS = [["GET", path] for path in ("/plain/", "/plain", "/nowhere", "/asks/", "/asks-badly/", "/en/plain/")]
RESOLVER_404 = "django.urls.exceptions.Resolver404"


def asked(event: Any) -> tuple[str, str]:
    return Path(event.file).name, event.function


@pytest.mark.parametrize("mode", ["wsgi", "asgi"])
@pytest.mark.parametrize("debug", [False, True])
def test_the_site_does_not_notice(visit: Callable[..., Any], mode: str, debug: bool) -> None:
    """Redirects, debug pages of a 404, tracebacks of a look-up that nobody catches."""
    stack, settings = [LOCALE, COMMON, "AllHooks"], {**SETTINGS, "DEBUG": debug}
    bare = visit(stack, *PATHS, mode=mode, settings=settings, traced=False)
    traced = visit(stack, *PATHS, mode=mode, settings=settings)
    assert traced.outcome == bare.outcome
    assert traced.of(AgentWarned) == []


def test_a_view_that_looks_up(visit: Callable[..., Any]) -> None:
    """Found, not found, a lazy path that is not asked for its text, another URLconf."""
    seen = visit([], ["GET", "/asks/"], settings=SETTINGS)
    assert seen.outcome["answers"][0]["body"] == "plain Resolver404 plain inner/"
    found, missing, lazy, elsewhere = seen.of(UrlLookedUp)
    assert (found.path, found.urlconf, found.view_name, found.error) == ("/plain/", "detour_urls", "plain", "")
    assert (missing.path, missing.view_name, missing.error) == ("/nowhere/", "", RESOLVER_404)
    assert (lazy.path, lazy.view_name) == ("<__proxy__>", "plain")
    assert (elsewhere.urlconf, elsewhere.view_name) == ("awkward_urls", "awkward_urls.plain")
    assert {asked(event) for event in seen.of(UrlLookedUp)} == {("detour_urls.py", "asks")}
    assert found.line + 2 == missing.line
    assert found.duration > 0
    assert len(seen.of(UrlResolved)) == 1


def test_the_missing_slash(visit: Callable[..., Any]) -> None:
    """``CommonMiddleware`` asks for the path as it is and with a slash; a path that ends in one is not looked up."""
    seen = visit([COMMON], ["GET", "/plain"], ["GET", "/plain/"], settings=SETTINGS)
    without, with_slash = [event.request for event in seen.of(RequestStarted)]
    told = [(event.path, event.error) for event in seen.of(UrlLookedUp, request=without)]
    assert set(told) == {("/plain", RESOLVER_404), ("/plain/", "")}
    assert {asked(event) for event in seen.of(UrlLookedUp)} == {("common.py", "should_redirect_with_slash")}
    assert seen.of(UrlLookedUp, request=with_slash) == []


def test_the_language_in_the_path(visit: Callable[..., Any]) -> None:
    """``LocaleMiddleware`` looks whether a 404 would be found behind a language prefix."""
    seen = visit([LOCALE], ["GET", "/hello/"])
    [event] = seen.of(UrlLookedUp)
    assert (event.path, event.view_name, asked(event)) == ("/en/hello/", "hello", ("locale.py", "process_response"))


def test_the_debug_page(visit: Callable[..., Any]) -> None:
    """The page for a 404 looks for a view to name; the resolution of the request is told apart from that."""
    seen = visit([], ["GET", "/nowhere/"], settings={"DEBUG": True})
    [event] = seen.of(UrlLookedUp)
    assert (event.path, event.error, asked(event)) == ("/nowhere/", RESOLVER_404, ("debug.py", "get_caller"))
    assert len(seen.of(UrlUnresolved)) == 1


def test_request_urlconf_is_named(visit: Callable[..., Any]) -> None:
    """A look-up without a URLconf uses the request's."""
    seen = visit(["Urlconf", COMMON], ["GET", "/nowhere"])
    assert {event.urlconf for event in seen.of(UrlLookedUp)} == {"awkward_urls_too"}


@pytest.mark.parametrize("when", ["before", "after"])
def test_nothing_is_left_where_it_was_taken_from(run_child: Callable[..., Any], when: str) -> None:
    """``from django.urls import resolve``, before and after we come, is Django's own again when we go."""
    program = str(Path(__file__).with_name("lookup_copies.py"))
    seen = run_child(program, when)
    assert seen.outcome == {"watched": [True, True, True], "left": [False, False, False]}
    assert json.dumps(run_child(program, when, traced=False).outcome["left"]) == "[false, false, false]"
