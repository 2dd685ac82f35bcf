"""m marks a request, = compares the selected one with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tui_driver import MemorySource, Opener

from reqtrace.hub.arrival import SitePhase
from reqtrace.tui.screens.comparison import ComparisonScreen
from reqtrace.tui.screens.flow import FlowScreen

pytestmark = pytest.mark.slow

SIZES = [(80, 24), (120, 40)]


@pytest.mark.parametrize("size", SIZES)
async def test_the_marked_request_and_the_selected_one_stand_side_by_side(
    opened: Opener, source: MemorySource, size: tuple[int, int], matches_snapshot: Callable[[str], None]
) -> None:
    """The first difference is lit and named; Esc goes back to the picture."""
    source.serve("detail", "csrf_403")
    async with opened(source, size) as driver:
        await driver.press("up", "m", "down", "equals_sign")
        assert isinstance(driver.app.screen, ComparisonScreen)
        assert "Compare request 1 (marked) and request 2" in driver.text
        assert "FIRST DIFFERENCE" in driver.text
        assert "returned 403" in driver.text
        driver.app.clear_notifications()
        await driver.settle()
        matches_snapshot(driver.text)
        await driver.press("escape")
        assert isinstance(driver.app.screen, FlowScreen)
        assert "Flow of request 2" in driver.text


@pytest.mark.parametrize("size", SIZES)
async def test_the_mark_is_seen_in_the_list_and_at_the_top(
    opened: Opener, source: MemorySource, size: tuple[int, int]
) -> None:
    """A letter, not only a colour; m again lifts it."""
    source.serve("detail", "home")
    async with opened(source, size) as driver:
        await driver.press("m")
        assert "marked 2" in driver.top
        assert any(line.startswith(("▌M  2", "│▌M  2")) for line in driver.lines)
        await driver.press("m")
        assert "marked" not in driver.top
        assert not any("▌M" in line for line in driver.lines)


async def test_what_cannot_be_compared_is_said(opened: Opener, source: MemorySource) -> None:
    """Nothing is marked, or the marked one is selected."""
    source.serve("detail", "home")
    async with opened(source) as driver:
        await driver.press("equals_sign")
        assert "Mark a request with m first" in driver.text
        await driver.press("m", "equals_sign")
        assert "Request 2 is the marked one." in driver.text
        assert isinstance(driver.app.screen, FlowScreen)


async def test_without_a_request_there_is_nothing_to_mark(opened: Opener, source: MemorySource) -> None:
    """And nothing breaks."""
    source.site(SitePhase.SERVING)
    async with opened(source) as driver:
        await driver.press("m")
        assert "There is no request to mark yet." in driver.text
        await driver.press("equals_sign")
        assert "Mark a request with m first" in driver.text


async def test_it_scrolls_from_difference_to_difference(opened: Opener, source: MemorySource) -> None:
    """n and N jump, the arrows scroll, a shows every step."""
    source.serve("home", "short_circuit_301")
    async with opened(source, (60, 18)) as driver:
        await driver.press("up", "m", "down", "equals_sign")
        driver.app.clear_notifications()
        await driver.settle()
        assert "SENT" not in driver.text
        await driver.press(*["n"] * 30)
        assert "SENT" in driver.text
        await driver.press(*["N"] * 30)
        assert "3 Common" in driver.text
        await driver.press("pageup", "pageup", "pageup", "down", "up")
        assert "FIRST DIFFERENCE" in driver.text
        before = driver.text
        await driver.press("equals_sign")
        assert isinstance(driver.app.screen, FlowScreen)
        await driver.press("equals_sign", "a")
        assert driver.text != before or "steps the same" not in before
