"""Each crossing between sync and async code is told once, with its wait, and is the same as untraced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from reqtrace.events.kinds import RequestFinished, RequestStarted, SqlExecuted, ThreadHopped

pytestmark = pytest.mark.slow

SETTINGS = {"ROOT_URLCONF": "hop_urls"}
NAMES = [
    *("plain", "there", "there-and-back", "together", "elsewhere", "bound", "fails", "fails-in-loop", "handled"),
    *("cancelled", "closed"),
]
PATHS = [["GET", f"/{name}/"] for name in NAMES]
DEFAULT = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]


def of_the_view(seen: Any) -> list[Any]:
    return [event for event in seen.of(ThreadHopped) if event.target.startswith("hop_urls.")]


@pytest.mark.parametrize("mode", ["wsgi", "asgi"])
@pytest.mark.parametrize("debug", [False, True])
def test_the_site_does_not_notice(unnoticed: Callable[..., Any], mode: str, debug: bool) -> None:
    """Threads, context variables, exceptions, cancellation, debug pages, and the number of hops."""
    unnoticed(*PATHS, mode=mode, settings={**SETTINGS, "DEBUG": debug})


STACKS = [DEFAULT, [*DEFAULT, "sync_only"], ["sync_only", *DEFAULT], ["async_only", "AllHooks"]]


@pytest.mark.parametrize("stack", STACKS, ids=["default", "sync inside", "sync outside", "async only"])
def test_every_hop_is_told(visit: Callable[..., Any], stack: list[str]) -> None:
    """As many in each direction as an independent count in asgiref finds, and that is as many as untraced."""
    seen = visit(stack, ["GET", "/plain/"], mode="asgi", settings=SETTINGS)
    bare = visit(stack, ["GET", "/plain/"], mode="asgi", settings=SETTINGS, traced=False)
    told = Counter(event.direction for event in seen.of(ThreadHopped))
    assert {direction: told[direction] for direction in seen.outcome["hops"]} == seen.outcome["hops"]
    assert seen.outcome["hops"] == bare.outcome["hops"]
    assert told.total() >= 6


def test_the_times_of_a_hop(visit: Callable[..., Any]) -> None:
    """Waited, ran, came back: within the whole, and around what was done there."""
    seen = visit([], ["GET", "/there/"], mode="asgi", settings=SETTINGS)
    assert seen.outcome["answers"][0]["body"] == "set set away changed changed"
    [hop] = of_the_view(seen)
    assert (hop.direction, hop.target) == ("sync_to_async", "hop_urls.there.<locals>.work")
    assert 0 < hop.wait < hop.duration
    assert 0 < hop.ran <= hop.duration - hop.wait
    [statement] = seen.of(SqlExecuted)
    assert hop.time + hop.wait <= statement.time
    assert statement.time + statement.duration <= hop.time + hop.wait + hop.ran
    assert statement.thread != hop.thread


def test_hops_within_hops(visit: Callable[..., Any]) -> None:
    """Thread, loop, thread: each has its own times, the inner ones within the outer ones."""
    seen = visit([], ["GET", "/there-and-back/"], mode="asgi", settings=SETTINGS)
    assert seen.outcome["answers"][0]["body"] == "away home away inside"
    inner, middle, outer = of_the_view(seen)
    assert [hop.direction for hop in (inner, middle, outer)] == ["sync_to_async", "async_to_sync", "sync_to_async"]
    for inside, around in ((inner, middle), (middle, outer)):
        assert around.time + around.wait <= inside.time
        assert inside.time + inside.duration <= around.time + around.wait + around.ran


def test_what_is_run_is_named(visit: Callable[..., Any]) -> None:
    """The function inside a partial, and the method of an object that answers no question."""
    seen = visit([], ["GET", "/bound/"], mode="asgi", settings=SETTINGS)
    targets = [hop.target for hop in seen.of(ThreadHopped)]
    assert "builtins.str.format" in targets
    assert "hop_urls.bound.<locals>.Reserved.__call__" in targets


def test_hops_at_the_same_time(visit: Callable[..., Any]) -> None:
    """Each with its own wait; those in one thread wait for each other."""
    seen = visit([], ["GET", "/together/"], mode="asgi", settings=SETTINGS)
    hops = of_the_view(seen)
    assert len(hops) == 6
    assert all(0 < hop.wait < hop.duration and hop.ran > 0 for hop in hops)


def test_a_hop_in_another_context(visit: Callable[..., Any]) -> None:
    """Nobody knows when it began; it is told as a whole."""
    seen = visit([], ["GET", "/elsewhere/"], mode="asgi", settings=SETTINGS)
    [hop] = [event for event in seen.of(ThreadHopped) if event.wait == -1]
    assert (hop.ran, hop.direction) == (-1, "sync_to_async")
    assert hop.duration > 0


def test_hops_that_fail(visit: Callable[..., Any]) -> None:
    """A function that raises has run; one whose caller was cancelled goes on running when the hop ends."""
    paths = [["GET", f"/{name}/"] for name in ("fails", "fails-in-loop", "cancelled")]
    seen = visit([], *paths, mode="asgi", settings=SETTINGS)
    hops = {hop.target: hop for hop in of_the_view(seen)}
    assert hops["hop_urls.fail"].ran > 0
    assert hops["hop_urls.afail"].ran > 0
    left_alone = hops["hop_urls.cancelled.<locals>.work"]
    assert left_alone.wait > 0
    assert left_alone.ran == -1
    assert len(seen.of(RequestFinished)) == len(seen.of(RequestStarted)) == 3


def test_hops_under_wsgi(visit: Callable[..., Any]) -> None:
    """An async view is run in a loop of its own; hops belong to their request."""
    seen = visit([], ["GET", "/there/"], ["GET", "/plain/"], settings=SETTINGS)
    there, plain = [event.request for event in seen.of(RequestStarted)]
    directions = [event.direction for event in seen.of(ThreadHopped, request=there)]
    assert directions == ["sync_to_async", "async_to_sync"]
    assert seen.of(ThreadHopped, request=plain) == []
