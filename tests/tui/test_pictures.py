"""``v`` shows the same request as another picture, and everything goes on working in it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from scenarios import SCENARIOS
from tui_driver import Driver, MemorySource, Opener

from reqtrace.tui.widgets.picture import PictureView


def stop_of(driver: Driver) -> int:
    """The lit step, as the narration counts it."""
    found = re.search(r"step (\d+)/", driver.said)
    return int(found.group(1)) if found else 0


async def test_v_shows_the_pictures_in_turn(opened: Opener, source: MemorySource) -> None:
    """Funnel, nested boxes, time, funnel; the title says which."""
    source.request("detail")
    async with opened(source, (80, 24)) as driver:
        assert "Flow of request 1" in driver.text
        await driver.press("v")
        assert "Layers of request 1" in driver.text
        assert "╭─ ● 1 Security" in driver.text
        await driver.press("v")
        assert "Time of request 1" in driver.text
        assert "█" in driver.text
        await driver.press("v")
        assert "Flow of request 1" in driver.text
        assert "╭" not in driver.text


async def test_steps_and_the_mouse_work_in_every_picture(opened: Opener, source: MemorySource) -> None:
    """The step stays when the picture changes, and is lit in each; a click on a row leads there."""
    source.request("detail")
    async with opened(source, (80, 24)) as driver:
        await driver.press("right", "right", "right")
        for _ in range(3):
            assert stop_of(driver) == 3
            await driver.press("v")
            assert stop_of(driver) == 3
            await driver.press("right")
            assert stop_of(driver) == 4
            y = next(y for y, line in enumerate(driver.lines) if "6 Message" in line)
            await driver.pilot.click(offset=(20, y))
            await driver.settle()
            assert "MessageMiddleware" in driver.said
            await driver.press("home", "right", "right")


async def test_the_picture_stays_from_request_to_request(opened: Opener, source: MemorySource) -> None:
    """Another request is shown as the same picture; one that is under way, too."""
    source.request("detail")
    source.request("home", upto=12)
    async with opened(source, (80, 24)) as driver:
        await driver.press("v", "up")
        assert "Layers of request 1" in driver.text
        await driver.press("down")
        assert "Layers of request 2" in driver.text
        await driver.press("v")
        assert "Time of request 2" in driver.text


async def test_time_stands_below_the_funnel_on_a_large_screen(opened: Opener, source: MemorySource) -> None:
    """At 200×50 both pictures are there, at 120×40 only the funnel."""
    source.request("detail")
    async with opened(source, (200, 50)) as driver:
        assert "WHERE THE TIME WENT" in driver.text
        await driver.pilot.resize_terminal(120, 40)
        await driver.settle()
        assert "WHERE THE TIME WENT" not in driver.text


@pytest.mark.parametrize("size", [(60, 20), (80, 20)])
async def test_a_picture_takes_the_width_that_a_scrollbar_leaves(
    opened: Opener, source: MemorySource, size: tuple[int, int]
) -> None:
    """From a picture with a scrollbar to one without, and back: each is as wide as its room."""
    source.request("detail")
    async with opened(source, size) as driver:
        view = driver.app.screen.query_one(PictureView)
        widths = set()
        for _ in range(4):
            drawn = max(strip.cell_length for strip in view._strips)
            assert drawn == view.scrollable_content_region.width
            assert view.show_vertical_scrollbar is (len(view._strips) > view.scrollable_content_region.height)
            widths.add(drawn)
            await driver.press("v")
        assert widths == {size[0], size[0] - 1}


async def test_the_title_names_the_process_where_there_are_several(opened: Opener, source: MemorySource) -> None:
    """With two workers it is said which of them answered; with one there is nothing to tell."""
    source.request("home")
    async with opened(source) as driver:
        assert "process" not in driver.lines[2]
        source.request(replace(SCENARIOS["detail"], header={**SCENARIOS["detail"].header, "pid": 4322}))
        await driver.settle()
        assert "Flow of request 2, process 4322" in driver.lines[2]
        await driver.press("up", "v")
        assert "Layers of request 1, process 4321" in driver.lines[2]
