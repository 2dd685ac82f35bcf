"""Hooks of middleware that a decorator made are told where they ran, and the decorated views are the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reqtrace.events.kinds import (
    HOOKS,
    DecoratorHookEntered,
    DecoratorHookLeft,
    ExceptionConverted,
    ExceptionRaised,
    HookEntered,
    Outcome,
    RequestChanged,
    ResponseChanged,
    TemplateLeft,
    ViewEntered,
    ViewLeft,
)

pytestmark = pytest.mark.slow

SETTINGS = {"ROOT_URLCONF": "decorator_urls"}
NAMES = [
    *("plain", "hooks/5", "with", "late", "finds-nothing", "fails", "slots", "answers", "replaces", "breaks"),
    *("cannot-build", "async", "protected", "cached", "cached", "gzip", "thing", "thing", "still-there", "nowhere"),
]
PATHS = [*(["GET", f"/{name}/"] for name in NAMES), ["POST", "/protected/", "a=1"]]
Mark = tuple[str, str]


def marks(seen: Any) -> list[Mark]:
    """Class and hook, in the order they were entered."""
    entered = seen.of(DecoratorHookEntered)
    return [(event.middleware.rpartition(".")[2], HOOKS[event.hook]) for event in entered]


def inside(seen: Any, hook: str) -> list[Any]:
    """The changes told between the entry of the hook and its end."""
    order = seen.of(DecoratorHookEntered, RequestChanged, ResponseChanged, DecoratorHookLeft)
    places = [number for number, event in enumerate(order) if HOOKS[getattr(event, "hook", 0)] == hook]
    begin = next(number for number in places if isinstance(order[number], DecoratorHookEntered))
    end = next(number for number in places if isinstance(order[number], DecoratorHookLeft))
    return [change for event in order[begin + 1 : end] for change in event.changes]


def changed(changes: list[Any]) -> list[tuple[str, str, str]]:
    return [(change.op, change.part, change.name) for change in changes]


@pytest.mark.parametrize("mode", ["wsgi", "asgi"])
@pytest.mark.parametrize("debug", [False, True])
def test_the_site_does_not_notice(unnoticed: Callable[..., Any], mode: str, debug: bool) -> None:
    """Every shape: answers, tracebacks, debug pages, how often a property is asked, what is alive afterwards."""
    unnoticed(*PATHS, mode=mode, settings={**SETTINGS, "DEBUG": debug})


@pytest.mark.parametrize("mode", ["wsgi", "asgi"])
@pytest.mark.parametrize("path", ["/hooks/5/", "/with/", "/async/"])
def test_hooks_are_told_in_order(visit: Callable[..., Any], mode: str, path: str) -> None:
    """In pairs, within the view, and none of them as a hook of the chain."""
    seen = visit([], ["GET", path], mode=mode, settings=SETTINGS)
    names = ["process_request", "process_view", "process_response"]
    assert marks(seen) == [("Hooks", name) for name in names]
    left = seen.of(DecoratorHookLeft)
    assert [(HOOKS[event.hook], event.outcome, event.status) for event in left] == [
        ("process_request", Outcome.none, 0),
        ("process_view", Outcome.none, 0),
        ("process_response", Outcome.response, 200),
    ]
    order = [type(event) for event in seen.of(ViewEntered, DecoratorHookEntered, DecoratorHookLeft, ViewLeft)]
    assert order == [ViewEntered, *[DecoratorHookEntered, DecoratorHookLeft] * 3, ViewLeft]
    assert seen.of(HookEntered) == []
    first = seen.of(DecoratorHookEntered)[0]
    assert first.middleware == "decorator_urls.Hooks"
    source = Path(first.file).read_text(encoding="utf-8").splitlines()
    assert "def process_request" in source[first.line - 1]


def test_hooks_around_a_template_response(visit: Callable[..., Any]) -> None:
    """``process_response`` is called when the page has been rendered, which is after the view."""
    seen = visit([], ["GET", "/late/"], settings=SETTINGS)
    names = ["process_request", "process_view", "process_template_response", "process_response"]
    assert [name for _class, name in marks(seen)] == names
    order = seen.of(ViewLeft, TemplateLeft, DecoratorHookEntered)
    assert [type(event) for event in order[3:]] == [ViewLeft, TemplateLeft, TemplateLeft, TemplateLeft, type(order[0])]


def test_an_exception_is_offered_to_the_decorator(visit: Callable[..., Any]) -> None:
    """Answered, or left to go on."""
    seen = visit([], ["GET", "/finds-nothing/"], settings=SETTINGS)
    [left] = [event for event in seen.of(DecoratorHookLeft) if HOOKS[event.hook] == "process_exception"]
    assert (left.outcome, left.status) == (Outcome.response, 200)
    seen = visit([], ["GET", "/fails/"], settings=SETTINGS)
    [left] = [event for event in seen.of(DecoratorHookLeft) if HOOKS[event.hook] == "process_exception"]
    assert (left.outcome, left.status) == (Outcome.none, 0)


def test_a_hook_that_answers(visit: Callable[..., Any]) -> None:
    """The view inside is not called, and the hook carries the status."""
    seen = visit([], ["GET", "/answers/"], settings=SETTINGS)
    [left] = seen.of(DecoratorHookLeft)
    assert (left.outcome, left.status) == (Outcome.response, 202)


def test_a_hook_that_fails(visit: Callable[..., Any]) -> None:
    """The exception is told once, inside the hook; the error page has a decorator of its own."""
    seen = visit([], ["GET", "/breaks/"], settings=SETTINGS)
    assert [event.outcome for event in seen.of(DecoratorHookLeft)][:1] == [Outcome.raised]
    order = [type(event) for event in seen.of(DecoratorHookEntered, ExceptionRaised, DecoratorHookLeft)]
    assert order[:3] == [DecoratorHookEntered, ExceptionRaised, DecoratorHookLeft]
    assert order.count(ExceptionRaised) == 1
    assert {name for name, _hook in marks(seen)[1:]} == {"_EnsureCsrfToken"}


def test_what_a_hook_changes_is_its_own(visit: Callable[..., Any]) -> None:
    """And is not told again at the end of the view, to which belongs what it did before and after."""
    seen = visit([], ["GET", "/hooks/5/"], settings=SETTINGS)
    assert changed(inside(seen, "process_request")) == [("+", "attribute", "marks")]
    assert changed(inside(seen, "process_response")) == [("+", "attribute", "is_marked"), ("+", "header", "X-Hooks")]
    told = [change for event in seen.of(RequestChanged, ResponseChanged) for change in event.changes]
    for name in ("marks", "is_marked", "X-Hooks", "seen"):
        assert len([change for change in told if change.name == name]) == 1, name


def test_a_response_that_is_replaced(visit: Callable[..., Any]) -> None:
    """By the hook, and told there; what a function around it does is not the hook's, nor a change of the response."""
    seen = visit([], ["GET", "/replaces/"], settings=SETTINGS)
    replaced = inside(seen, "process_response")
    assert changed(replaced)[:2] == [("~", "object", ""), ("~", "status", "")]
    told = [change for event in seen.of(ResponseChanged) for change in event.changes]
    assert changed(told) == changed(replaced)


def test_default_error_pages_have_hooks_of_their_own(visit: Callable[..., Any]) -> None:
    """``requires_csrf_token`` runs CSRF hooks around the page for a 404, which are no steps of the chain."""
    seen = visit(["AllHooks"], ["GET", "/nowhere/"], settings=SETTINGS)
    names = ["process_request", "process_view", "process_response"]
    assert marks(seen) == [("_EnsureCsrfToken", name) for name in names]
    assert {event.layer for event in seen.of(HookEntered)} == {0}
    order = seen.of(DecoratorHookLeft, ExceptionConverted)
    assert isinstance(order[-1], ExceptionConverted)


def test_decorators_of_django(visit: Callable[..., Any]) -> None:
    """``csrf_protect`` rejects, ``cache_page`` answers the second time, ``gzip_page`` encloses ``conditional_page``."""
    seen = visit([], ["POST", "/protected/", "a=1"], settings=SETTINGS)
    assert seen.outcome["answers"][0]["status"] == "403 Forbidden"
    left = [(HOOKS[event.hook], event.status) for event in seen.of(DecoratorHookLeft)]
    assert ("process_view", 403) in left
    seen = visit([], ["GET", "/cached/"], ["GET", "/cached/"], settings=SETTINGS)
    assert [name for _class, name in marks(seen)] == ["process_request", "process_response", "process_request"]
    seen = visit([], ["GET", "/gzip/", "", {"Accept-Encoding": "gzip"}], settings=SETTINGS)
    names = ["ConditionalGetMiddleware", "GZipMiddleware"]
    assert marks(seen) == [(name, "process_response") for name in names]


def test_a_cookie_of_a_decorator(visit: Callable[..., Any]) -> None:
    """Is set by its hook, and its value stays in the process."""
    seen = visit([], ["GET", "/cookie/"], settings=SETTINGS)
    assert ("+", "cookie", "csrftoken") in changed(inside(seen, "process_response"))
