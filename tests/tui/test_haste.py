"""A key is answered by one frame, and nothing waits for the next one."""

from __future__ import annotations

import sys
from types import MethodType

import pytest
from textual.screen import Screen
from tui_driver import Driver, MemorySource, Opener

from reqtrace.render.pictures import PICTURES
from reqtrace.tui.haste import PERIOD
from reqtrace.tui.modes import MODES, import_all
from reqtrace.tui.stop_source import SourceLine
from reqtrace.tui.widgets.request_list import RequestList
from reqtrace.tui.widgets.source_pane import SourcePane

OPENED = {"explain": "e", "changes": "d", "source": "s", "why": "w", "glossary": "g", "help": "question_mark"}
OPENED |= {"palette": "colon", "export": "x"}


async def frames_of(driver: Driver, key: str) -> list[list[str]]:
    """What is on the screen at each frame that a key leads to; the bottom row follows the focus, and is left out."""
    seen: list[list[str]] = []
    show = driver.app._display

    def keep(_: object, screen: Screen[object], renderable: object) -> None:
        if renderable is not None and screen.is_mounted:
            seen.append(driver.lines[:-1])
        show(screen, renderable)  # type: ignore[arg-type]

    driver.app._display = MethodType(keep, driver.app)  # type: ignore[method-assign]
    await driver.press(key)
    return seen


@pytest.mark.parametrize("what", list(OPENED))
async def test_what_a_key_opens_is_whole_in_the_first_frame(opened: Opener, replayed: MemorySource, what: str) -> None:
    """With its scrollbar, if it needs one: no half of it flashes up."""
    replayed.request("detail")
    async with opened(replayed, (120, 40)) as driver:
        await driver.press("home", "right", "right")
        before = driver.lines[:-1]
        frames = await frames_of(driver, OPENED[what])
        assert frames[0] != before
        assert frames[0] == driver.lines[:-1]


async def test_a_pane_costs_only_what_it_changes(
    opened: Opener, replayed: MemorySource, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list beside it is not painted again, and the picture not drawn again that was there a moment ago."""
    replayed.request("detail")
    async with opened(replayed, (120, 40)) as driver:
        await driver.press("home", "right", "right")
        before = driver.lines[:-1]
        await driver.press("e")
        during = driver.lines[:-1]
        monkeypatch.setattr(RequestList, "render_line", lambda *_: pytest.fail("painted again"))
        monkeypatch.setitem(PICTURES, "funnel", lambda *_, **__: pytest.fail("drawn again"))
        await driver.press("e")
        assert driver.lines[:-1] == before
        await driver.press("e")
        assert driver.lines[:-1] == during


async def test_screens_paint_often(opened: Opener, source: MemorySource) -> None:
    """An answer that takes two frames does not wait the 60th of a second for the second one."""
    async with opened(source) as driver:
        assert driver.app.screen._update_timer._interval == PERIOD


async def test_another_mode_comes_at_once(opened: Opener, source: MemorySource) -> None:
    """Textual would have the screen stand still for 50 ms."""
    source.request("home")
    async with opened(source, (120, 40)) as driver:
        await driver.press("5", "1")
        driver.app.action_mode("log")
        assert driver.app._batch_count == 0
        assert driver.app.current_mode == "log"


async def until_prepared(driver: Driver) -> None:
    """All modes have their screens, though nobody has been there."""
    app = driver.app
    await driver.until(lambda: app._preparations.gi_frame is None)
    assert {mode.name for mode in MODES} <= app._screen_stacks.keys()


@pytest.mark.slow
async def test_a_mode_is_whole_in_the_first_frame(opened: Opener, replayed: MemorySource) -> None:
    """Also when nobody has been there: its screen is made while nobody does anything, and nothing is shown of that."""
    replayed.request("n_plus_one")
    async with opened(replayed, (120, 40)) as driver:
        before = driver.text
        await until_prepared(driver)
        assert driver.text == before
        assert driver.app.current_mode == MODES[0].name
        for mode in MODES[1:]:
            frames = await frames_of(driver, mode.key)
            assert driver.app.current_mode == mode.name
            assert driver.lines[:-1] == frames[0]
            await driver.press("1")


@pytest.mark.slow
async def test_a_mode_that_is_ready_has_the_theme_and_the_size_of_now(opened: Opener, source: MemorySource) -> None:
    """Those that were chosen after its screen was made."""
    source.request("home")
    async with opened(source, (120, 40)) as driver:
        await until_prepared(driver)
        await driver.press("t")
        await driver.pilot.resize_terminal(80, 24)
        page = driver.app.screen.styles.background
        await driver.press("2")
        assert driver.app.screen.styles.background == page
        assert driver.app.screen.has_class("-narrow")


async def test_nothing_is_prepared_while_keys_are_pressed(opened: Opener, source: MemorySource) -> None:
    """The next one would have to wait for it."""
    async with opened(source) as driver:
        driver.app._idle_ticks = 100
        await driver.pilot.press("down")
        assert driver.app._idle_ticks < 100


async def test_styles_are_not_looked_up_for_a_screen_behind(opened: Opener, source: MemorySource) -> None:
    """A new theme is; and a screen that was not in front gets it when it comes."""
    async with opened(source) as driver:
        await driver.press("5", "1", "t")
        page = driver.app.screen.styles.background
        await driver.press("5")
        assert driver.app.screen.styles.background == page


def test_everything_can_be_imported_before_it_is_needed() -> None:
    """So that the first key that wants it does not wait."""
    import_all()
    assert {f"reqtrace.tui.screens.{mode.place.partition(':')[0]}" for mode in MODES} <= sys.modules.keys()


async def test_a_scrollbar_says_where_one_is(opened: Opener, replayed: MemorySource) -> None:
    """When it comes with what is shown, which begins further down, and when one goes on."""
    replayed.request("detail")
    async with opened(replayed, (120, 40)) as driver:
        source = driver.app.screen.query_one(SourcePane)
        source.show(SourceLine(file=__file__, line=60, mark=60))
        for rows in (0, 3):
            source.scroll_rows(rows)
            await driver.settle()
            bar = source.vertical_scrollbar
            wanted = (source.virtual_size.height, source.container_size.height, source.scroll_offset.y)
            assert wanted[2] > 0
            assert (bar.window_virtual_size, bar.window_size, bar.position) == wanted
