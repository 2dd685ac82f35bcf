"""At the level ``deep`` the calls of the project's own functions are told, each entry with its exit."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reqtrace.events.kinds import AgentWarned, CallEntered, CallLeft, Outcome, ViewEntered, ViewLeft
from reqtrace.hub.hub import Hub

pytestmark = pytest.mark.slow

SITE = Path(__file__).with_name("awkward_site.py")
VIEWS = "calls_urls.py"
needs_monitoring = pytest.mark.skipif(sys.version_info < (3, 12), reason="sys.monitoring came with Python 3.12")
OUTCOMES = {Outcome.none: "None", Outcome.other: "value", Outcome.raised: "raised"}


@pytest.fixture
def visit_calls(run_child: Callable[..., Any], hub: Hub) -> Callable[..., Any]:
    """``visit_calls(path, …)`` at the level ``deep``; ``first`` is run before, in the same process."""

    def run(*paths: str, mode: str = "wsgi", traced: bool = True, first: str = "", **environment: str) -> Any:
        hub.set_level("deep")
        requests = [["GET", path, "", {}] for path in paths]
        spec = {"middleware": [], "requests": requests, "mode": mode, "settings": {"ROOT_URLCONF": "calls_urls"}}
        program = f"{first}\nimport runpy, sys\nsys.argv = sys.argv[1:]\nrunpy.run_path(sys.argv[0])"
        arguments = ["-c", program, str(SITE)] if first else [str(SITE)]
        return run_child(
            *arguments, json.dumps(spec), traced=traced, environment={"REQTRACE_CALLS": "1", **environment}
        )

    return run


def told(seen: Any) -> list[str]:
    """``name(`` for an entry, ``) outcome`` for an exit, of the functions beside the views."""
    words, ours = [], []
    for event in seen.of(CallEntered, CallLeft):
        if isinstance(event, CallEntered):
            ours.append(event.file.endswith(VIEWS))
            if ours[-1]:
                words.append(f"{event.name}(")
        elif ours.pop():
            words.append(f"{event.name}) {OUTCOMES[event.outcome]}")
    assert ours == []
    return words


def test_functions_methods_and_lambdas(visit_calls: Callable[..., Any]) -> None:
    """In the order of the calls, by their qualified names; the parts of a comprehension are no calls."""
    words = ["calls(", "nothing(", "nothing) None"]
    words += ["calls.<locals>.<lambda>(", "calls.<locals>.<lambda>) value"] * 2
    words += ["Basket.new(", "Basket.new) value", "Basket.sum(", "Basket.sum) value"]
    words += ["price(", "price) value"] * 2
    assert told(visit_calls("/calls/")) == [*words, "calls) value"]


def test_where_a_function_is_written(visit_calls: Callable[..., Any]) -> None:
    """Its file and its first line; the view is called inside the span of the view."""
    seen = visit_calls("/page/")
    entered = [event for event in seen.of(CallEntered) if event.file.endswith(VIEWS)]
    assert [event.name for event in entered] == ["Page.get", "Page.answer"]
    lines = Path(entered[0].file).read_text().splitlines()
    assert [lines[event.line - 1].strip() for event in entered] == [
        "def get(self, request):",
        "def answer(self, text):",
    ]
    [begun], [ended] = seen.of(ViewEntered), seen.of(ViewLeft)
    assert all(begun.time < event.time < ended.time for event in entered)


def test_exceptions(visit_calls: Callable[..., Any]) -> None:
    """Whether somebody catches them or not."""
    assert told(visit_calls("/raising/")) == [
        *("raising(", "fails(", "fails) raised", "fails(", "fails) raised", "raising) raised"),
    ]


def test_recursion(visit_calls: Callable[..., Any]) -> None:
    """As deep as it goes."""
    words = ["recursion(", *["factorial("] * 4, *["factorial) value"] * 4, "recursion) value"]
    assert told(visit_calls("/recursion/")) == words


def test_generators(visit_calls: Callable[..., Any]) -> None:
    """Each time one goes on it is entered, each value leaves it; closed and thrown into as well."""
    value = ["prices(", "price(", "price) value", "prices) value"]
    closed, thrown = told(visit_calls("/generator/")), told(visit_calls("/thrown/"))
    assert closed[:6] == ["generator(", *value, "prices("]
    assert closed[6].startswith("prices) ")
    assert closed[7:] == [*value, "prices(", "prices) value", "generator) value"]
    assert thrown == ["thrown(", *value, "prices(", "prices) None", "thrown) value"]


@needs_monitoring
def test_a_streaming_body(visit_calls: Callable[..., Any]) -> None:
    """Its calls belong to the request, although the view has returned."""
    words = told(visit_calls("/stream/"))
    assert words[:2] == ["stream(", "stream) value"]
    assert words.count("price(") == 2
    assert words[-1] == "prices) value"


@needs_monitoring
@pytest.mark.parametrize("mode", ["wsgi", "asgi"])
def test_coroutines(visit_calls: Callable[..., Any], mode: str) -> None:
    """Waiting leaves one, and going on enters it; two that take turns are told apart by name."""
    words = told(visit_calls("/coroutine/", mode=mode))
    assert words[:2] == ["coroutine(", "coroutine) value"]
    assert words[-2:] == ["coroutine(", "coroutine) value"]
    assert words.count("wait(") == words.count("wait) value") == 4


@needs_monitoring
@pytest.mark.parametrize("mode", ["wsgi", "asgi"])
def test_only_the_project_inside_a_request(visit_calls: Callable[..., Any], mode: str) -> None:
    """No function of Django, of the standard library or of reqtrace, and none of what happens between requests."""
    seen = visit_calls("/calls/", "/page/", mode=mode)
    for event in seen.of(CallEntered):
        assert Path(event.file).parent == SITE.parent
        assert event.request in (1, 2)


def test_nobody_else_notices(visit_calls: Callable[..., Any]) -> None:
    """Same answers, log records, tracebacks and warnings as untraced."""
    paths = [f"/{name}/" for name in ("calls", "generator", "thrown", "raising", "recursion", "stream", "coroutine")]
    for mode in ("wsgi", "asgi"):
        bare = visit_calls(*paths, mode=mode, traced=False)
        deep = visit_calls(*paths, mode=mode)
        assert deep.outcome == bare.outcome
        assert deep.of(AgentWarned) == []


@needs_monitoring
def test_without_a_free_number_it_says_so(visit_calls: Callable[..., Any]) -> None:
    """Other tools keep theirs, the requests are traced without their calls."""
    seen = visit_calls("/calls/", first="import sys\nfor n in range(6): sys.monitoring.use_tool_id(n, 'another')")
    assert seen.of(CallEntered) == []
    [warned] = seen.of(AgentWarned)
    assert warned.probe == "calls"
    assert "sys.monitoring" in warned.message


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="only Python 3.11 has to do with sys.setprofile")
def test_on_python_3_11_they_are_asked_for(visit_calls: Callable[..., Any]) -> None:
    """Without ``REQTRACE_CALLS=1`` no call is told, nor when another profiler is at work."""
    assert visit_calls("/calls/", REQTRACE_CALLS="").of(CallEntered) == []
    busy = visit_calls("/calls/", first="import sys\nsys.setprofile(lambda frame, event, value: None)")
    assert busy.of(CallEntered) == []
