"""b holds live requests at the step one is at, o lets a held one do one step, c lets it go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from scenarios import SCENARIOS
from tui_driver import Driver, MemorySource, Opener

from reqtrace.events.holds import Hold
from reqtrace.events.kinds import Hook, HookEntered, LayerEntered, RequestHeld, RequestReleased, ViewEntered
from reqtrace.hub.arrival import Arrival
from reqtrace.trace.model import RequestKey, StopSort
from reqtrace.tui.holding import hold_at, toggled

TWO_SIZES = [(80, 24), (120, 40)]
SECONDS = 900
EVERY_HOOK = -2


def held_in_view(source: MemorySource) -> Callable[[], None]:
    """A request that waits at its view; what is called to let it end."""
    scenario = SCENARIOS["home"]
    events = list(scenario.request)
    place = next(number for number, event in enumerate(events) if isinstance(event, ViewEntered)) + 1
    common = {"time": events[place - 1].time + 1, "request": events[0].request, "thread": events[0].thread}
    waits = RequestHeld(hold=1, place="view", layer=-2, hook=-1, **common)
    goes = RequestReleased(duration=5_000_000_000, reason="go", **common)
    waiting = replace(scenario, request=(*events[:place], waits, goes, *events[place:]))
    return source.request(waiting, upto=place + 1)


async def at_stop(driver: Driver, sort: StopSort) -> None:
    """Walk on to the first step of a sort."""
    screen = driver.app.screen
    await driver.press("home")
    for _ in range(60):
        trace, stop = screen._trace, screen._position.stop  # type: ignore[attr-defined]
        if trace.stops[stop].sort is sort:
            return
        await driver.press("right")
    raise AssertionError(f"no {sort}")


@pytest.mark.parametrize("size", TWO_SIZES)
async def test_requests_are_held_at_the_step_one_is_at(
    opened: Opener, source: MemorySource, size: tuple[int, int]
) -> None:
    """b there holds, which the top row says; b again lifts it."""
    source.request("home")
    async with opened(source, size) as driver:
        await at_stop(driver, StopSort.VIEW)
        await driver.press("b")
        assert source.holds == (Hold(1, "view", seconds=SECONDS),)
        assert "hold 1" in driver.top
        assert "From now on" in driver.text
        await driver.press("home", "b")
        assert source.holds[1:] == (Hold(2, "layer", 0, seconds=SECONDS),)
        assert "hold 2" in driver.top
        await driver.press("b")
        assert source.holds == (Hold(1, "view", seconds=SECONDS),)


async def test_not_every_step_is_a_place_to_hold_at(opened: Opener, source: MemorySource) -> None:
    """A statement, a template: the key says where it can be done."""
    source.request("home")
    async with opened(source) as driver:
        await at_stop(driver, StopSort.STARTED)
        await driver.press("b")
        assert source.holds == ()
        assert "can be held" in " ".join(driver.text.split())


@pytest.mark.parametrize("size", TWO_SIZES)
async def test_a_held_request_is_stepped_and_let_go(
    opened: Opener, source: MemorySource, size: tuple[int, int]
) -> None:
    """The top row and the narration say that it waits; o and c reach it, and not others that came meanwhile."""
    source.holds = (Hold(1, "view", seconds=SECONDS),)
    end = held_in_view(source)
    async with opened(source, size) as driver:
        assert "HOLDING 1" in driver.top
        assert "HELD" in driver.said
        assert "o one step" in driver.said
        assert "o One step  c Go on" in driver.keys
        source.request("detail")
        await driver.settle()
        assert "HELD" in driver.said, "following does not leave a request that waits"
        await driver.press("up", "down", "o")
        assert source.said == [("step", RequestKey(1, SCENARIOS["home"].request[0].request))]
        await driver.press("c")
        assert source.said[1][0] == "go"
        end()
        await driver.settle()
        assert "HOLDING" not in driver.top
        assert "HELD" not in driver.said


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_what_a_held_request_waits_before_is_not_told_as_running(
    opened: Opener, source: MemorySource, size: tuple[int, int]
) -> None:
    """Neither below the picture nor beside it: "is running" and "has not run yet" would contradict each other."""
    source.holds = (Hold(1, "view", seconds=SECONDS),)
    held_in_view(source)
    async with opened(source, size) as driver:
        assert "VIEW  shop.views.home is next" in driver.said
        assert "it waits here and has not run yet" in driver.said
        assert "is running" not in driver.text
        assert "in here at this moment" not in driver.text


async def test_the_screen_goes_to_the_request_that_is_caught(opened: Opener, source: MemorySource) -> None:
    """Whoever holds at a step is at that step of an older request, and waits for the new one."""
    source.request("home")
    async with opened(source) as driver:
        await at_stop(driver, StopSort.VIEW)
        await driver.press("b")
        held_in_view(source)
        await driver.settle()
        assert "HELD" in driver.said
        await driver.press("up")
        assert "HELD" not in driver.said, "and leaves it when told to"
        source.request("detail")
        await driver.settle()
        assert "HELD" not in driver.said


async def test_the_time_somebody_looked_is_in_no_duration(opened: Opener, source: MemorySource) -> None:
    """Five seconds of waiting are not the view's."""
    end = held_in_view(source)
    async with opened(source, (120, 40)) as driver:
        end()
        await driver.settle()
        assert "5.0" not in driver.text
        assert "5.00s" not in driver.text


async def test_nobody_is_held(opened: Opener, source: MemorySource) -> None:
    """o and c do nothing, and are not offered."""
    source.request("home")
    async with opened(source) as driver:
        await driver.press("o", "c")
        assert source.said == []
        assert "One step" not in driver.keys


async def test_a_recording_holds_nobody(opened: Opener, replayed: MemorySource) -> None:
    """Nothing of it runs any more."""
    replayed.request("home")
    async with opened(replayed) as driver:
        await driver.press("b")
        assert replayed.holds == ()
        assert "cannot be held" in " ".join(driver.text.split())


def test_without_a_step_requests_are_held_at_the_first_layer() -> None:
    """There is no request yet, or it is looked at as a whole."""
    assert hold_at(None, None) == Hold(1, "layer", 0, seconds=SECONDS)


def test_holds_are_numbered_anew() -> None:
    """Whatever was lifted, the first is 1."""
    first, second = Hold(1, "view"), Hold(1, "layer", 3)
    both = toggled(toggled((), first), second)
    assert [hold.number for hold in both] == [1, 2]
    assert toggled(both, first) == (second,)


def test_every_place_of_a_trace_can_be_understood_by_the_agent() -> None:
    """What ``hold_at`` gives names layers and hooks as the events of loading and of requests do."""
    from reqtrace.trace.feed import Feed
    from reqtrace.trace.store import TraceStore

    for scenario in SCENARIOS.values():
        store = TraceStore()
        feed = Feed(store)
        for arrival in scenario.arrivals():
            feed.take(Arrival(*arrival))
        layers = {(e.layer, EVERY_HOOK) for e in scenario.request if isinstance(e, LayerEntered)}
        hooks = {(e.layer, e.hook) for e in scenario.request if isinstance(e, HookEntered)}
        for summary in store.summaries():
            trace = store.trace(summary.key)
            assert trace is not None
            for row in trace.passes:
                hooks |= {(row.layer.index, Hook[source.hook]) for source in row.layer.hooks}
            for stop in trace.stops:
                hold = hold_at(trace, stop)
                if hold is not None and hold.place != "view" and stop.sort is not StopSort.RECEIVED:
                    assert (hold.layer, hold.hook) in layers | hooks, (scenario.name, stop.sort)
