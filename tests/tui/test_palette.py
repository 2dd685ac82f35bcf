"""Everything that has a key can be found by its name, and is explained in the help."""

from __future__ import annotations

import pytest
from tui_driver import Driver, MemorySource, Opener

from reqtrace.hub.arrival import SitePhase
from reqtrace.tui.keys.catalog import EVERYWHERE, MODES, OVERLAYS
from reqtrace.tui.screens.help import HelpText
from reqtrace.tui.screens.palette import CommandList

WAYS = {
    "help": ["question_mark"],
    "why": ["w"],
    "glossary": ["g"],
    "comparison": ["m", "up", "equals_sign"],
    "export": ["x"],
    "sending": ["R"],
}
"""How an overlay is opened in the mode Flow."""
LABORATORY = {"page", "findings", "consent", "holds", "palette"}
"""Places that need more than a request, and the palette: their keys are tested with what opens them."""
PALETTE = "command_palette"


def named(driver: Driver) -> set[str]:
    """What the palette offers."""
    return {command.title for command in driver.app.get_system_commands(driver.app.screen)}


@pytest.mark.parametrize("mode", list(MODES))
async def test_every_action_of_a_mode(source: MemorySource, opened: Opener, mode: str) -> None:
    """In the palette is what can be done now; in the help is everything, with its keys."""
    source.site(SitePhase.SERVING)
    source.request("home")
    async with opened(source, (120, 40)) as driver:
        key = next(binding.key for binding in EVERYWHERE if binding.id == f"mode.{mode}")
        await driver.press(key)
        active = driver.app.screen.active_bindings
        wanted = [binding for binding in (*MODES[mode], *EVERYWHERE) if PALETTE not in binding.action]
        enabled = {one.binding.action for one in active.values() if one.enabled}
        assert {binding.description for binding in wanted if binding.action in enabled} == named(driver)
        off = [binding.id for binding in wanted if binding.action not in enabled]
        await driver.press("question_mark")
        lines = [strip.text for strip in driver.app.screen.query_one(HelpText)._strips]
        told = {one.action for one in wanted if any(one.tooltip[:40] in line for line in lines)}
    # An action with two bindings is explained once; what makes no sense at this width is not there at all.
    assert {one.binding.action for one in active.values() if one.binding in wanted} <= told
    assert f"mode.{mode}" in off


@pytest.mark.parametrize("place", list(WAYS))
async def test_every_action_of_an_overlay(source: MemorySource, opened: Opener, place: str) -> None:
    """Ctrl+P opens the palette over it, with its own actions; choosing one by its name does it."""
    source.site(SitePhase.SERVING)
    source.request("home")
    source.request("csrf_403")
    async with opened(source, (120, 40)) as driver:
        await driver.press(*WAYS[place])
        screen = driver.app.screen
        assert {binding.description for binding in OVERLAYS[place]} == named(driver)
        await driver.press("ctrl+p")
        assert driver.app.screen is not screen
        await driver.press(*"close")
        await driver.press("enter")
        assert driver.app.screen is not screen
        assert "Close" not in named(driver)


def test_no_overlay_is_forgotten() -> None:
    """A new one is opened here, or named as one that cannot be."""
    assert {*WAYS, *LABORATORY, "small"} == OVERLAYS.keys()


async def test_a_screen_that_is_too_small_has_no_palette(source: MemorySource, opened: Opener) -> None:
    """Nothing works on it but leaving."""
    async with opened(source, (40, 10)) as driver:
        screen = driver.app.screen
        await driver.press("ctrl+p")
        assert driver.app.screen is screen


async def test_the_palette_is_searched_while_one_types(source: MemorySource, opened: Opener) -> None:
    """Every word has to occur; the keys stand beside it; what is selected is done."""
    source.request("home")
    async with opened(source, (80, 24)) as driver:
        await driver.press("colon")
        total = len(named(driver)) and driver.text.split("Commands: ")[1].split(" of ")[0]
        assert f"Commands: {total} of {total}" in driver.text
        await driver.press(*"freeze", "space", *"screen")
        assert f"Commands: 1 of {total}" in driver.text
        assert "Space" in driver.text
        await driver.press("enter")
        assert "PAUSED" in driver.top


async def test_what_nobody_can_do(source: MemorySource, opened: Opener) -> None:
    """Enter does nothing; Esc leads back."""
    async with opened(source, (80, 24)) as driver:
        screen = driver.app.screen
        await driver.press("colon", *"xyzzy", "enter")
        assert "Nothing here is called that" in driver.text
        await driver.press("escape")
        assert driver.app.screen is screen


async def test_another_command_is_chosen(source: MemorySource, opened: Opener) -> None:
    """By the arrow keys, by pages, or by a click; the selected one stays in sight."""
    source.request("home")
    async with opened(source, (80, 24)) as driver:
        await driver.press("colon", "pagedown", "pagedown", "pagedown")
        last = driver.app.screen.query_one(CommandList).selected
        assert last is not None
        assert last.name in driver.text
        await driver.press("up", "down")
        assert driver.app.screen.query_one(CommandList).selected == last
        await driver.press("pageup", "pageup", "pageup", *"projector")
        await driver.pilot.click(CommandList, offset=(20, 1))
        await driver.settle()
        assert driver.app.theme == "rt-projector"
