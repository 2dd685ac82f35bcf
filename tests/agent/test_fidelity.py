"""The traced site behaves as if reqtrace were absent: every awkward middleware, traced and untraced, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from reqtrace.events.kinds import AgentWarned, LevelChanged
from reqtrace.hub.hub import Hub

pytestmark = pytest.mark.slow

PATHS = [
    ["GET", "/"],
    ["GET", "/sql/"],
    ["GET", "/uses/"],
    ["GET", "/detours/"],
    ["GET", "/page/"],
    ["GET", "/template-response/"],
    ["GET", "/broken-template/"],
    ["GET", "/raises/"],
    ["GET", "/missing/"],
    ["GET", "/forbidden/"],
    ["GET", "/none/"],
    ["GET", "/nowhere/"],
    ["GET", "/stream/"],
    ["GET", "/broken-stream/"],
    ["GET", "/file/"],
    ["POST", "/body/", "a=1&b=2"],
    ["POST", "/read/", "raw bytes"],
    ["GET", "/async/"],
    ["GET", "/things/5/"],
    ["HEAD", "/things/5/"],
    ["DELETE", "/things/5/"],
    ["GET", "/async-thing/"],
    ["GET", "/years/2026/"],
    ["GET", "/deep/abc/"],
    ["GET", "/en/hello/"],
    ["GET", "/other/"],
]
DEFAULT = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
STACKS = {
    "none": [],
    "default": DEFAULT,
    "default and hooks": [*DEFAULT, "AllHooks"],
    "hooks": ["AllHooks", "NewStyle", "Super"],
    "functions": ["closure", "partial_factory", "object_factory", "hybrid"],
    "closure with hook": ["AllHooks", "closure_with_hook"],
    "slots and read-only": ["Slots", "ReadOnly", "AllHooks"],
    "static hooks": ["StaticHooks", "AllHooks"],
    "async hooks": ["AsyncHooks", "AllHooks"],
    "sync only inside": ["AllHooks", "hybrid", "sync_only"],
    "sync only outside": ["sync_only", "AllHooks", "hybrid"],
    "async only": ["AllHooks", "async_only", "AllHooks"],
    "not used": ["NotUsed", "AllHooks", "NotUsedSilently"],
    "factory returns None": ["AllHooks", "returns_none"],
    "missing path": ["AllHooks", "there.is.no.such"],
    "twice": ["AllHooks", "Twice", "closure"],
    "never": ["AllHooks", "Never", "closure"],
    "swap": ["AllHooks", "Swap", "NewStyle"],
    "own hook": ["CallsOwnHook", "KeepsBoundHook"],
    "same class twice": ["AllHooks", "closure", "AllHooks"],
    "answers request": ["AllHooks", "AnswersRequest", "closure"],
    "answers view": ["AllHooks", "AnswersView", "NewStyle"],
    "answers view with template": ["AllHooks", "AnswersViewWithTemplate", "NewStyle"],
    "answers exception": ["AllHooks", "AnswersException", "NewStyle"],
    "raises in exception": ["AllHooks", "RaisesInException", "NewStyle"],
    "raises in request": ["AllHooks", "RaisesInRequest", "NewStyle"],
    "raises in view": ["AllHooks", "RaisesInView", "NewStyle"],
    "raises in response": ["AllHooks", "RaisesInResponse", "NewStyle"],
    "raises a BaseException": ["AllHooks", "RaisesBase"],
    "returns text": ["closure", "ReturnsText"],
    "returns None": ["AllHooks", "ReturnsNoneOnTheWayOut"],
    "template hook returns None": ["AllHooks", "TemplateHookReturnsNone"],
    "replaces the response": ["AllHooks", "Replaces", "NewStyle"],
    "lazy and fragile values": ["LazyUser", "AllHooks", "closure"],
    "warnings about the caller": ["Warns", "closure", "Warns"],
    "request.urlconf": ["Urlconf", "AllHooks"],
    "a request in a request": ["Nested", "AllHooks"],
    "a handler in a handler": ["SecondHandler", "AllHooks"],
}
DEEP = ["default and hooks", "functions", "async hooks", "sync only inside", "twice", "warnings about the caller"]
DEEP += ["raises in view", "lazy and fragile values", "a request in a request", "a handler in a handler"]
"""Stacks that are also visited at the level ``deep``."""
IDLE = [*DEEP, "raises in request", "raises in exception", "missing path"]
"""Stacks that are also visited with an idle agent."""


def in_both_modes(stacks: Iterable[str]) -> list[Any]:
    """Stacks with a mode each; whoever visits one visits it bare once, for all tests of it."""
    return [
        pytest.param(stack, mode, id=f"{stack}-{mode}", marks=pytest.mark.xdist_group(f"{stack} in {mode}"))
        for stack in stacks
        for mode in ("wsgi", "asgi")
    ]


@pytest.fixture(scope="module")
def known() -> dict[tuple[str, str], Any]:
    """What came of stacks without the agent, by name and mode."""
    return {}


@pytest.fixture
def visit_bare(visit: Callable[..., Any], known: dict[tuple[str, str], Any]) -> Callable[[str, str], Any]:
    """``visit_bare(stack, mode)``: without the agent, once."""

    def run(stack: str, mode: str) -> Any:
        if (stack, mode) not in known:
            known[stack, mode] = visit(STACKS[stack], *PATHS, mode=mode, traced=False)
        return known[stack, mode]

    return run


@pytest.mark.parametrize(("stack", "mode"), in_both_modes(STACKS))
def test_the_site_does_not_notice(
    visit: Callable[..., Any], visit_bare: Callable[..., Any], stack: str, mode: str
) -> None:
    """Status, headers, body, order of calls, log records with tracebacks, warnings, hops and threads are the same."""
    bare = visit_bare(stack, mode)
    traced = visit(STACKS[stack], *PATHS, mode=mode)
    for question in bare.outcome:
        assert traced.outcome[question] == bare.outcome[question], question
    assert traced.of(AgentWarned) == []
    assert traced.stderr == bare.stderr


@pytest.mark.parametrize(("stack", "mode"), in_both_modes(DEEP))
def test_the_site_does_not_notice_at_deep(
    visit: Callable[..., Any], visit_bare: Callable[..., Any], hub: Hub, stack: str, mode: str
) -> None:
    """Nor does it when everything is observed."""
    bare = visit_bare(stack, mode)
    hub.set_level("deep")
    traced = visit(STACKS[stack], *PATHS, mode=mode)
    for question in bare.outcome:
        assert traced.outcome[question] == bare.outcome[question], question
    assert traced.of(AgentWarned) == []
    assert traced.stderr == bare.stderr
    assert [event.level for event in traced.of(LevelChanged)] == ["deep"]


@pytest.mark.parametrize(("stack", "mode"), in_both_modes(IDLE))
def test_the_site_does_not_notice_an_idle_agent(
    visit: Callable[..., Any], visit_bare: Callable[..., Any], stack: str, mode: str
) -> None:
    """Without a hub its wrappers are there, and no traceback shows one."""
    bare = visit_bare(stack, mode)
    idle = visit(STACKS[stack], *PATHS, mode=mode, idle=True)
    for question in bare.outcome:
        assert idle.outcome[question] == bare.outcome[question], question
    assert idle.events == []
    assert idle.stderr == bare.stderr


@pytest.mark.parametrize("settings", [{"DEBUG": True}, {"DEBUG_PROPAGATE_EXCEPTIONS": True}], ids=str)
def test_debug_pages_and_propagated_exceptions_are_the_same(visit: Callable[..., Any], settings: Any) -> None:
    """The technical pages show no frame, no path and no variable of ours; propagated exceptions have our frames out."""
    stack = ["AllHooks", "NewStyle", "closure"]
    paths = [["GET", "/raises/"], ["GET", "/nowhere/"], ["GET", "/"], ["GET", "/none/"], ["GET", "/broken-template/"]]
    bare = visit(stack, *paths, traced=False, settings=settings)
    traced = visit(stack, *paths, settings=settings)
    assert traced.outcome == bare.outcome


def test_the_test_client_is_the_same(visit: Callable[..., Any]) -> None:
    """Django's test client, which has a handler of its own, gets the same answers."""
    bare = visit(STACKS["hooks"], *PATHS, mode="client", traced=False)
    traced = visit(STACKS["hooks"], *PATHS, mode="client")
    assert traced.outcome == bare.outcome
    assert traced.of(AgentWarned) == []
