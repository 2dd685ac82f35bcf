"""p plays the steps of a request slowly; + and - change the speed, any other key stops."""

from __future__ import annotations

import re

import pytest
from tui_driver import Driver, MemorySource, Opener

pytestmark = pytest.mark.slow

PATIENCE = 15.0
FASTEST = ["plus"] * 4
SLOWEST = ["minus"] * 2


def step(driver: Driver) -> int:
    """The step that is lit, without the word where there is no room for it; 0 at the end."""
    found = re.search(r"(?:^|\s)(\d+)/\d+", driver.said)
    return int(found[1]) if found else 0


async def tick(driver: Driver) -> None:
    """As the clock does, but not before the test has looked."""
    driver.app.screen.play_on()  # type: ignore[attr-defined]
    await driver.settle()


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 40)])
async def test_a_request_is_played_from_its_beginning_to_its_end(
    opened: Opener, replayed: MemorySource, size: tuple[int, int]
) -> None:
    """Every step, one after the other; the speed is shown; at the end it stops by itself."""
    replayed.request("short_circuit_301")
    async with opened(replayed, size) as driver:
        await driver.press(*SLOWEST, "p")
        assert "playing 0.25/s, + - speed, any key stops" in driver.text
        seen = [step(driver)]
        while "playing" in driver.text:
            await tick(driver)
            seen.append(step(driver))
        assert seen == [*range(1, len(seen)), 0]
        assert len(seen) > 5


async def test_the_clock_plays(opened: Opener, replayed: MemorySource) -> None:
    """Nobody has to press anything."""
    replayed.request("short_circuit_301")
    async with opened(replayed) as driver:
        await driver.press(*FASTEST, "p")
        await driver.until(lambda: "playing" not in driver.text and step(driver) == 0)


async def test_any_key_stops_and_does_nothing_else(opened: Opener, replayed: MemorySource) -> None:
    """q does not quit, and → does not step; the next key acts again."""
    replayed.request("detail")
    async with opened(replayed) as driver:
        await driver.press(*SLOWEST)
        for key in ("q", "right", "space", "p", "escape", "n"):
            await driver.press("home", "p")
            assert "playing 0.25/s" in driver.text
            await driver.press(key)
            assert "playing" not in driver.text, key
            assert step(driver) == 1
            assert "PAUSED" not in driver.top
        assert driver.app.is_running


async def test_keys_of_ones_own_change_the_speed(opened: Opener, replayed: MemorySource) -> None:
    """Then those do not stop, and the usual ones do."""
    replayed.request("detail")
    async with opened(replayed) as driver:
        driver.app.set_keymap({"play.slower": "j"})
        await driver.press("p", "j")
        assert "playing 0.5/s" in driver.text
        await driver.press("minus")
        assert "playing" not in driver.text


async def test_the_speed_is_changed_while_it_plays(opened: Opener, replayed: MemorySource) -> None:
    """And kept for the next time; it has ends."""
    replayed.request("detail")
    async with opened(replayed) as driver:
        await driver.press("p", "minus")
        assert "playing 0.5/s" in driver.text
        await driver.press("minus", "minus", "minus")
        assert "playing 0.25/s" in driver.text
        await driver.press("escape", "p")
        assert "playing 0.25/s" in driver.text
        await driver.press("plus", "plus", "plus")
        assert "playing 2/s" in driver.text


async def test_a_request_under_way_is_played_as_it_came_and_as_it_comes(opened: Opener, source: MemorySource) -> None:
    """At its newest step it waits for the next one; then the request after it is played."""
    end = source.request("short_circuit_301", upto=6)
    async with opened(source) as driver:
        await driver.press(*SLOWEST, "p")
        assert step(driver) == 1
        newest = len(driver.app.screen._trace.stops)  # type: ignore[attr-defined]
        for _ in range(newest + 2):
            await tick(driver)
        assert step(driver) == newest, "there is nothing further yet"
        end()
        source.request("csrf_403")
        await driver.settle()
        await tick(driver)
        assert step(driver) == newest + 1
        while "Flow of request 1" in driver.text:
            await tick(driver)
        assert step(driver) == 1, "the next request begins at its beginning"
        while step(driver):
            await tick(driver)
        assert "playing" in driver.text, "whoever followed waits for the next request"
        source.request("short_circuit_301")
        await driver.settle()
        await tick(driver)
        assert "Flow of request 3" in driver.text
        assert step(driver) == 1
        await driver.press("escape")
        assert "playing" not in driver.text


async def test_a_paused_screen_plays(opened: Opener, source: MemorySource) -> None:
    """What is frozen is played; what comes meanwhile waits for the end of the pause."""
    source.request("short_circuit_301")
    async with opened(source) as driver:
        await driver.press(*SLOWEST, "space", "p")
        source.request("home")
        for _ in range(3):
            await tick(driver)
        assert step(driver) == 4
        assert "Flow of request 1" in driver.text
        assert "PAUSED" in driver.top


async def test_another_mode_stops_it(opened: Opener, replayed: MemorySource) -> None:
    """Nothing runs behind a screen that nobody sees."""
    replayed.request("detail")
    async with opened(replayed) as driver:
        await driver.press("p")
        await driver.app.action_switch_mode("log")
        await driver.settle()
        await driver.app.action_switch_mode("flow")
        await driver.settle()
        assert "playing" not in driver.text


async def test_without_a_request_nothing_is_played(opened: Opener, source: MemorySource) -> None:
    """It says so."""
    async with opened(source) as driver:
        await driver.press("p")
        assert "No request to play yet" in driver.text
