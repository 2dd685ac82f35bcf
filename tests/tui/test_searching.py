"""f finds the steps of a request that mention words; n and N go along them while the search is open."""

from __future__ import annotations

import pytest
from tui_driver import Driver, MemorySource, Opener

THREE_SIZES = [(60, 18), (80, 24), (120, 40)]


async def type_in(driver: Driver, text: str) -> None:
    await driver.press(*("space" if character == " " else character for character in text))


@pytest.mark.parametrize("size", THREE_SIZES)
async def test_words_are_found_while_they_are_typed(
    opened: Opener, source: MemorySource, size: tuple[int, int]
) -> None:
    """The first mention is lit; Enter keeps the search, n and N go round its mentions, Esc ends it."""
    source.request("detail")
    async with opened(source, size) as driver:
        await driver.press("f")
        await type_in(driver, "csrf")
        assert "CsrfView" in driver.said
        assert "1 of 3  n/N" in driver.text
        await driver.press("enter", "n")
        assert "2 of 3  n/N" in driver.text
        await driver.press("N", "N")
        assert "3 of 3  n/N" in driver.text
        await driver.press("n")
        assert "1 of 3  n/N" in driver.text
        await driver.press("escape")
        assert "n/N" not in driver.text
        assert "CsrfView" in driver.said, "the step stays"


async def test_what_nobody_mentions_is_said(opened: Opener, source: MemorySource) -> None:
    """The picture goes back to where it was."""
    source.request("detail")
    async with opened(source) as driver:
        await driver.press("right", "right", "f")
        before, *_ = driver.said.splitlines()
        await type_in(driver, "csrf")
        assert before not in driver.said
        await type_in(driver, "zzz")
        assert "no step of this request mentions csrfzzz" in driver.text
        assert before in driver.said
        await driver.press("backspace", "backspace", "backspace")
        assert "1 of 3  n/N" in driver.text


async def test_the_search_goes_on_in_another_request(opened: Opener, source: MemorySource) -> None:
    """Its mentions are counted there."""
    source.request("detail")
    source.request("home")
    async with opened(source) as driver:
        await driver.press("up", "f")
        await type_in(driver, "_stars.html")
        await driver.press("enter")
        assert "1 of 1  n/N" in driver.text
        await driver.press("down")
        assert "0 steps  n/N" in driver.text
        await driver.press("up")
        assert "1 steps  n/N" in driver.text
        await driver.press("n")
        assert "1 of 1  n/N" in driver.text


async def test_without_a_search_n_goes_to_interesting_requests(opened: Opener, source: MemorySource) -> None:
    """As ever, also after one was ended."""
    for name in ("csrf_403", "home", "detail"):
        source.request(name)
    async with opened(source) as driver:
        await driver.press("f")
        await type_in(driver, "session")
        await driver.press("enter", "escape", "N")
        assert "Flow of request 1" in driver.text


async def test_searching_without_a_request(opened: Opener, source: MemorySource) -> None:
    """Finds nothing, and breaks nothing."""
    async with opened(source) as driver:
        await driver.press("f")
        await type_in(driver, "csrf")
        assert "no step of this request mentions csrf" in driver.text
        source.request("detail")
        await driver.settle()
        await driver.press("enter", "n")
        assert "CsrfView" in driver.said
