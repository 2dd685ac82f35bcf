"""``w``: what did not run at a step and in the request, over everything else."""

from __future__ import annotations

import pytest
from scenarios import SCENARIOS
from tui_driver import MemorySource, Opener

from reqtrace.hub.arrival import SitePhase
from reqtrace.tui.screens.flow import FlowScreen
from reqtrace.tui.screens.why import WhyScreen

pytestmark = pytest.mark.slow

SIZES = [(80, 24), (120, 40)]


@pytest.mark.parametrize("size", SIZES)
async def test_w_says_why_a_request_turned_back(opened: Opener, source: MemorySource, size: tuple[int, int]) -> None:
    """The layers that were not entered, the one that answered, and its line; Esc goes back to the picture."""
    source.serve("short_circuit_301")
    async with opened(source, size) as driver:
        await driver.press("w")
        assert isinstance(driver.app.screen, WhyScreen)
        assert "Why? request 1" in driver.text
        assert "Why was the view not called?" in driver.text
        assert "3 CommonMiddleware answered 301 in process_request" in driver.text
        assert "django/middleware/common.py:34" in driver.text
        await driver.press("escape")
        assert isinstance(driver.app.screen, FlowScreen)
        assert "Flow of request 1" in driver.text


@pytest.mark.parametrize("size", SIZES)
async def test_w_at_a_step_begins_with_that_step(opened: Opener, source: MemorySource, size: tuple[int, int]) -> None:
    """Its own questions come before those about the whole request."""
    source.serve("process_exception_answers")
    async with opened(source, size) as driver:
        await driver.press("end", "end", "home", *["right"] * 2, "w")
        assert "Why? step 3/" in driver.text
        assert "The whole request" in driver.text
        assert driver.text.index("Why? step 3/") < driver.text.index("The whole request")


@pytest.mark.parametrize("key", ["w", "q", "escape"])
async def test_the_same_key_closes_it_and_q_ends_nothing(opened: Opener, source: MemorySource, key: str) -> None:
    """Whatever a hand finds first."""
    source.serve("home")
    async with opened(source) as driver:
        await driver.press("w")
        assert isinstance(driver.app.screen, WhyScreen)
        await driver.press(key)
        assert isinstance(driver.app.screen, FlowScreen)
        assert driver.app.is_running


async def test_a_long_answer_is_scrolled(opened: Opener, source: MemorySource) -> None:
    """By line and by page; what is below comes into sight."""
    source.serve("thirty_layers", "request_hook_raises")
    async with opened(source, (60, 18)) as driver:
        await driver.press("w")
        first = driver.text
        await driver.press("down", "down")
        assert driver.text != first
        await driver.press("up", "up")
        assert driver.text == first
        await driver.press("pagedown", "pagedown")
        assert "Settings that decided" in driver.text or driver.text != first


async def test_every_scenario_can_be_asked_about(opened: Opener, replayed: MemorySource) -> None:
    """As a whole, and at a step in its middle; nothing breaks the screen."""
    for name in SCENARIOS:
        replayed.request(name)
    async with opened(replayed) as driver:
        for _ in SCENARIOS:
            await driver.press("w")
            assert isinstance(driver.app.screen, WhyScreen)
            assert "Why" in driver.text
            await driver.press("escape", "right", "right", "w", "escape", "down")


async def test_there_may_be_no_request_yet(opened: Opener, source: MemorySource) -> None:
    """It says so, and stays where it is."""
    source.site(SitePhase.SERVING)
    async with opened(source) as driver:
        await driver.press("w")
        assert isinstance(driver.app.screen, FlowScreen)
        assert "No request to ask about yet." in driver.text


async def test_it_is_drawn_anew_when_the_window_changes(opened: Opener, source: MemorySource) -> None:
    """Too small covers it, larger uncovers it again."""
    source.serve("csrf_403")
    async with opened(source) as driver:
        await driver.press("w")
        await driver.pilot.resize_terminal(50, 15)
        await driver.settle()
        assert "Too small" in driver.text
        await driver.pilot.resize_terminal(120, 40)
        await driver.settle()
        assert "4 CsrfViewMiddleware answered 403 in process_view" in driver.text


async def test_in_ascii_nothing_is_left_that_a_terminal_cannot_show(opened: Opener, source: MemorySource) -> None:
    """Whatever is said about a path without a view."""
    source.serve("not_found_404")
    async with opened(source, ascii_only=True) as driver:
        await driver.press("w")
        assert "Why no pattern matched" in driver.text
        assert driver.text.isascii()
