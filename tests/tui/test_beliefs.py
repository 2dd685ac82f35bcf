"""For every misconception there is a request whose picture, narration and explanation show the contrary.

Nothing is made up: a small site runs under Django's development server, traced, and each step is looked at in the
screen as a person does, with ``e``.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from traced_server import server_environment
from tui_driver import Driver, MemorySource, open_app

from reqtrace.analysis.explain import narrate
from reqtrace.analysis.misconceptions import Misconception as M
from reqtrace.events.wire import load_record
from reqtrace.hub.arrival import Arrival
from reqtrace.hub.hub import Hub
from reqtrace.render.labels import text
from reqtrace.render.narration import message_text
from reqtrace.trace.model import RequestSummary, RequestTrace, Stop
from reqtrace.trace.model import StopSort as S
from reqtrace.tui.screens.flow import FlowScreen

pytestmark = pytest.mark.slow

SITE = Path(__file__).with_name("beliefs_site.py")
PATIENCE = 30.0
SIZE = (120, 60)


@dataclass(frozen=True, slots=True)
class Shown:
    """Where the contrary of a belief is seen: a step of a request, and what stands on the screen then."""

    path: str
    sort: S
    words: tuple[str, ...]
    layer: str = ""
    method: str = "GET"
    nth: int = 0
    """Which request to the path."""
    is_refused: bool = False
    """The server itself answered it."""


SHOWN = {
    M.HANDLER_PER_REQUEST: Shown(
        "/page/", S.RECEIVED, ("received by WSGIHandler", "next SecurityMiddleware, the outermost of 10 layers"), nth=1
    ),
    M.SERVER_MAKES_REQUEST: Shown(
        "/page/", S.RECEIVED, ("the server refused it: 505", "Django never heard of it"), is_refused=True
    ),
    M.STATIC_THROUGH_DEBUG: Shown(
        "/static/style.css", S.RECEIVED, ("0 of 10 middleware ran, no URLconf, no view", "by StaticFilesHandler")
    ),
    M.HOOKLESS_IS_SKIPPED: Shown(
        "/page/", S.LAYER_IN, ("5 Bare no process_request", "so the request goes on to Early"), "Bare"
    ),
    M.ALL_RESPONSES_RUN: Shown(
        "/early/",
        S.LAYER_IN,
        ("6 Early answers 200: the request turns back here", "never reached 7 CsrfView never reached"),
        "Early",
    ),
    M.MIDDLEWARE_OUTSIDE: Shown("/page/", S.LAYER_IN, ("MiddlewareMixin.__call__", "MIDDLEWARE"), "Early"),
    M.PROXY_CHECKED: Shown("/page/", S.LAYER_IN, ("process_request, changes nothing",), "SecurityMiddleware"),
    M.SLASH_ON_THE_WAY_IN: Shown(
        "/page", S.LAYER_OUT, ("OUT ▲ 3 CommonMiddleware turns 404 into 301", "404 → 301"), "CommonMiddleware"
    ),
    M.HOSTS_ALWAYS_CHECKED: Shown("/page/", S.LAYER_IN, ("3 Common", "ALLOWED_HOSTS = "), "CommonMiddleware"),
    M.SESSION_IS_LOADED: Shown("/page/", S.LAYER_IN, ("sets request.session",), "SessionMiddleware"),
    M.USER_IS_LOADED: Shown("/page/", S.LAYER_IN, ("sets request.user (lazy)",), "AuthenticationMiddleware"),
    M.CSRF_RAISES: Shown(
        "/page/",
        S.VIEW_HOOK,
        ("process_view answers 403: the view is skipped", "but every process_response still runs", "VIEW"),
        "CsrfViewMiddleware",
        "POST",
    ),
    M.CSRF_COOKIE_ALWAYS: Shown("/page/", S.LAYER_OUT, ("process_response, changes nothing",), "CsrfViewMiddleware"),
    M.ONE_CACHE_CLASS: Shown(
        "/page/", S.LAYER_IN, ("no layer is left, so the URL is resolved now",), "CacheMiddleware"
    ),
    M.URLS_ARE_EXPRESSIONS: Shown(
        "/book/7/", S.RESOLVED, ("/book/7/ matches 'book/<int:number>/'", "✓ book/<int:number>/ number = 7")
    ),
    M.NOT_FOUND_IS_ASKED: Shown(
        "/nowhere/", S.RESOLVED, ("Resolver404: no view, so neither process_view nor process_exception runs",)
    ),
    M.FIRST_PASS: Shown(
        "/page/", S.VIEW_HOOK, ("process_view 6 Early", "6 Early process_view lets the view run"), "Early"
    ),
    M.MISSING_METHOD: Shown(
        "/forgetful/", S.VIEW, ("returns no response", "ValueError outside its try, so no process_exception is asked")
    ),
    M.HOOKS_SEE_ALL_ERRORS: Shown(
        "/early-raises/", S.LAYER_IN, ("becomes 500 around this layer; not reached: 4 layers",), "Early"
    ),
    M.RAISE_ENDS_ASKING: Shown(
        "/failing/twice/",
        S.EXCEPTION_HOOK,
        ("process_exception raises KeyError", "it replaces the first exception; not asked any more: 1 hook"),
        "Fragile",
    ),
    M.RENDER_IS_LATE: Shown("/page/", S.TEMPLATE, ("TPL page.html", "the view __main__.page renders it")),
    M.RESPONSE_LIST: Shown(
        "/page/", S.LAYER_OUT, ("OUT ▲ 2 SessionMiddleware", "next SecurityMiddleware"), "SessionMiddleware"
    ),
    M.EXCEPTION_FLIES: Shown(
        "/early-raises/",
        S.CONVERTED,
        ("ZeroDivisionError becomes a response with status 500", "only what is outside of it sees the response"),
        "Early",
    ),
    M.QUERYSET_RUNS_AT_ONCE: Shown("/page/", S.SQL, ("asked for by page at tui/{line}",)),
    M.TRANSACTION_PER_REQUEST: Shown("/work/", S.TRANSACTION, ("BEGIN on default", "atomic, work at")),
    M.SIGNALS_ARE_LATER: Shown("/work/", S.SIGNAL, ("post_save of User", "1 receiver ran at once, in this thread")),
    M.MAIL_IS_LATER: Shown("/work/", S.MAIL, ("the request waits while dummy.EmailBackend sends it; work at",)),
    M.ASYNC_IS_FASTER: Shown("/async/", S.HOP, ("runs in a thread", "there and back cost")),
    M.LOGGING_MIDDLEWARE: Shown("/nowhere/", S.LOG, ("WARNING django.request: Not Found: /nowhere/",)),
    M.START_SENDS: Shown(
        "/page/", S.STARTED, ("start_response keeps status and headers until the first block of the body",)
    ),
    M.BODY_IS_THERE: Shown(
        "/stream/",
        S.BODY,
        ("7 B in 2 chunks", "made while it is sent, outside all middleware, which have all been left"),
    ),
    M.LOG_AFTER_CLOSE: Shown("/page/", S.CLOSED, ("its closers ran and request_finished was sent",)),
    M.CACHE_ANSWERS: Shown("/work/", S.CACHE, ("get nobody-asked: not found",)),
}
"""The first words are those by which the step is known among others of its sort."""


@pytest.fixture(scope="module")
def told() -> list[Arrival]:
    """Everything that the site told."""
    hub = Hub()
    hub.start()
    try:
        hub.set_level("deep")
        command = [sys.executable, str(SITE)]
        run = subprocess.run(
            command, env=server_environment(hub), capture_output=True, text=True, check=False, timeout=PATIENCE
        )
        assert run.returncode == 0, run.stderr
        arrivals: list[Arrival] = []
        deadline = time.monotonic() + PATIENCE
        while not any(load_record(one.line)[0] == "bye" for one in arrivals[-3:]):
            assert time.monotonic() < deadline, "the site never said good-bye"
            hub.wait(0.05)
            arrivals += hub.drain(10_000)
        return arrivals
    finally:
        hub.close()


def requests_to(driver: Driver, shown: Shown) -> list[RequestSummary]:
    return [
        one
        for one in driver.app.bridge.board().summaries
        if (one.method, one.path, one.lane == "server") == (shown.method, shown.path, shown.is_refused)
    ]


def stop_of(trace: RequestTrace, shown: Shown) -> Stop:
    """The step meant: of the sort, in the layer if one is named, and of several the one that tells of what is meant."""
    found = [stop for stop in trace.stops if stop.sort is shown.sort and shown.layer in ("", layer_at(trace, stop))]
    assert found, f"{shown.path} has no {shown.sort}: {[stop.sort.value for stop in trace.stops]}"
    key = shown.words[0].partition(":")[0]
    return next((stop for stop in found if key in message_text(narrate(trace, stop).title)), found[0])


def layer_at(trace: RequestTrace, stop: Stop) -> str:
    return trace.passes[stop.layer].layer.name if stop.layer is not None else ""


def line_of(words: str) -> int:
    """The line of the site that has these words."""
    lines = SITE.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if words in line)


async def look_at(driver: Driver, shown: Shown) -> str:
    """The whole screen at the step, with all of the explanation."""
    flow = driver.app.screen
    assert isinstance(flow, FlowScreen)
    summary = requests_to(driver, shown)[shown.nth]
    trace = driver.app.bridge.trace(summary.key)
    assert trace is not None
    stop = stop_of(trace, shown)
    flow.go(replace(flow.position, selected=summary.key, stop=stop.index, is_following=False))
    await driver.settle()
    seen = driver.text
    await driver.press("pagedown")
    seen += driver.text
    await driver.press("pageup")
    return " ".join(seen.replace("│", " ").replace("┃", " ").split())


def test_every_belief_has_a_request_that_contradicts_it() -> None:
    """None is told of without having been seen."""
    assert set(SHOWN) == set(M)


async def test_the_screen_shows_the_contrary_of_every_belief(told: list[Arrival], source: MemorySource) -> None:
    """The picture and the narration show it, and the explanation says what is believed and what is so."""
    source.take(told)
    missing = []
    async with open_app(source, SIZE) as driver:
        await driver.press("e")
        for belief, shown in SHOWN.items():
            seen = await look_at(driver, shown)
            for words in (text(f"myth.{belief.value}"), text(f"myth.{belief.value}.truth"), *shown.words):
                if words.format(line=f"beliefs_site.py:{line_of('len(users)')}") not in seen:
                    missing.append(f"{belief.name}: {words!r} is not on\n{driver.text}")
    assert not missing, "\n".join(missing)
