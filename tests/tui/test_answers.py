"""What is said in answer to a key hides nothing that is taught: neither the picture nor the narration."""

from __future__ import annotations

import pytest
from textual.widgets._toast import Toast
from tui_driver import Driver, MemorySource, Opener

from reqtrace.hub.arrival import SitePhase

pytestmark = pytest.mark.slow
SIZES = [(60, 18), (80, 24), (120, 40), (200, 50)]
STATUS = 1
"""The row that says what is watched, and where requests are held."""
ABOVE = 3
"""Rows above a picture: the status; the chosen request and a title, or an upper border."""


def told(driver: Driver) -> str:
    """The answer, without what is left of the rows it stands in."""
    place = driver.app.screen.query_one(Toast).region
    assert place.bottom <= ABOVE
    return " ".join(" ".join(line[place.x + 1 : place.right] for line in driver.lines[place.y : place.bottom]).split())


@pytest.mark.parametrize("size", SIZES, ids=["60x18", "80x24", "120x40", "200x50"])
async def test_an_answer_stands_above_the_picture(opened: Opener, source: MemorySource, size: tuple[int, int]) -> None:
    """Everything below the first two rows stays as it was, and the answer is read as a whole."""
    source.site(SitePhase.SERVING)
    source.request("detail")
    async with opened(source, size) as driver:
        await driver.press("home", "right")
        before = driver.lines
        await driver.press("n")
        assert told(driver) == "No more requests with a warning, an error or a short circuit there."
        assert driver.lines[ABOVE:] == before[ABOVE:]
        assert driver.lines[:STATUS] == before[:STATUS]


@pytest.mark.parametrize("size", SIZES, ids=["60x18", "80x24", "120x40", "200x50"])
async def test_the_longest_answer_leaves_the_narration(
    opened: Opener, source: MemorySource, size: tuple[int, int]
) -> None:
    """Where requests are held from now on takes two rows of a small terminal."""
    source.site(SitePhase.SERVING)
    source.request("detail")
    async with opened(source, size) as driver:
        await driver.press("home", "right", "right", "right")
        before = driver.said
        await driver.press("b")
        assert told(driver).endswith("each request is held at 3 CommonMiddleware: o one step, c on, b lifts it.")
        assert driver.said == before
        assert any("HOLD" in line for line in driver.lines[ABOVE:])
        assert "hold 1" in driver.top


async def test_the_last_answer_takes_the_place_of_the_one_before(opened: Opener, source: MemorySource) -> None:
    """Several of them below each other would reach the picture."""
    source.site(SitePhase.SERVING)
    source.request("detail")
    async with opened(source, (80, 24)) as driver:
        await driver.press("n", "m", "equals_sign")
        assert "No more requests" not in driver.text
        assert len(driver.app._notifications) == 1


async def test_the_next_key_takes_an_answer_away(opened: Opener, source: MemorySource) -> None:
    """It stands over the title, which is wanted again; the answer to that key itself stays."""
    source.site(SitePhase.SERVING)
    source.request("detail")
    async with opened(source, (80, 24)) as driver:
        await driver.press("home")
        before = driver.lines[:ABOVE]
        await driver.press("n")
        assert "No more requests" in driver.text
        await driver.press("right")
        assert "No more requests" not in driver.text
        assert driver.lines[STATUS : ABOVE - 1] == before[STATUS : ABOVE - 1]
        await driver.press("n", "n")
        assert "No more requests" in driver.text


async def test_no_answer_is_left_over_another_screen(opened: Opener, source: MemorySource) -> None:
    """It would hide the title of what is opened."""
    source.site(SitePhase.SERVING)
    source.request("detail")
    async with opened(source, (80, 24)) as driver:
        await driver.press("n", "w")
        assert "No more requests" not in driver.text
        assert "Why?" in driver.lines[0]
