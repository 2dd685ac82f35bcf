"""B writes a hold with a condition and lists the holds there are, each of which can be lifted."""

from __future__ import annotations

import pytest
from tui_driver import Driver, MemorySource, Opener

from reqtrace.events.holds import ANY, Hold

THREE_SIZES = [(60, 18), (80, 24), (120, 40)]
SECONDS = 900


async def type_in(driver: Driver, text: str) -> None:
    await driver.press(*("space" if character == " " else character for character in text))


@pytest.mark.parametrize("size", THREE_SIZES)
async def test_a_hold_is_written_with_a_condition(opened: Opener, source: MemorySource, size: tuple[int, int]) -> None:
    """The line says where, how many requests so far were such, and Enter sets it; the row gets its mark."""
    source.request("home")
    source.request("csrf_403")
    async with opened(source, size) as driver:
        await driver.press("B")
        assert "hold at 1 Security" in driver.text
        assert "2 of 2 so far" in driver.text
        assert "No holds yet" in driver.text
        await type_in(driver, "path~/books method:POST mw:Csrf")
        assert "hold at 4 CsrfView" in driver.text
        assert "1 of 2 so far" in driver.text
        await driver.press("enter")
        assert source.holds == (Hold(1, "layer", 3, ANY, "POST", "/books", SECONDS),)
        assert "hold 1" in driver.top
        assert "HOLD" in driver.text


@pytest.mark.parametrize("size", THREE_SIZES)
async def test_single_holds_are_lifted(opened: Opener, source: MemorySource, size: tuple[int, int]) -> None:
    """↓ leads into the list, Del lifts the hold under the cursor, ↑ leads back, Esc closes."""
    source.request("home")
    source.holds = (Hold(1, "view", seconds=30), Hold(2, "layer", 3, method="POST", path="/vote", seconds=SECONDS))
    async with opened(source, size) as driver:
        await driver.press("B", "down")
        assert "Del Lift this hold" in driver.keys
        rows = [line for line in driver.lines if "up to" in line]
        assert "at the view" in rows[0]
        assert "every request" in rows[0]
        assert "at 4 CsrfView" in rows[1]
        assert "POST, path has /vote" in rows[1] or size[0] < 80
        await driver.press("down", "delete")
        assert source.holds == (Hold(1, "view", seconds=30),)
        await driver.press("b")
        assert source.holds == ()
        await driver.press("up")
        await type_in(driver, "at:view")
        assert "hold at the view" in driver.text
        await driver.press("escape")
        assert "so far" not in driver.text
        await driver.press("right")
        assert "step 1/" in driver.said


async def test_a_wrong_hold_is_not_set(opened: Opener, source: MemorySource) -> None:
    """It says what cannot be decided, and where; the holds stay as they were."""
    source.request("home")
    source.holds = (Hold(1, "view", seconds=SECONDS),)
    async with opened(source) as driver:
        await driver.press("B")
        await type_in(driver, "status:404 x")
        assert "^^^^^^ no hold by status: path method mw hook at for" in driver.text
        await driver.press("enter")
        assert len(source.holds) == 1
        assert "so far" in driver.text


async def test_the_same_hold_twice_is_one(opened: Opener, source: MemorySource) -> None:
    """Several values are several holds."""
    source.request("home")
    async with opened(source) as driver:
        for _ in range(2):
            await driver.press("B")
            await type_in(driver, "at:view method:POST,PUT")
            await driver.press("enter")
        assert [(hold.number, hold.method) for hold in source.holds] == [(1, "POST"), (2, "PUT")]


async def test_without_a_request_a_hold_can_be_written(opened: Opener, source: MemorySource) -> None:
    """At the start, or at the view: the first request of the day can be caught."""
    async with opened(source) as driver:
        await driver.press("B")
        await type_in(driver, "at:view /vote")
        await driver.press("enter")
        assert source.holds == (Hold(1, "view", path="/vote", seconds=SECONDS),)


async def test_nothing_of_a_recording_is_held(opened: Opener, replayed: MemorySource) -> None:
    """B says so."""
    replayed.request("home")
    async with opened(replayed) as driver:
        await driver.press("B")
        assert "cannot be held" in " ".join(driver.text.split())
