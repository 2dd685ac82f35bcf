"""The line in which a filter is typed: what it shows, what it offers, and that a wrong filter changes nothing."""

from __future__ import annotations

import pytest
from tui_driver import Driver, MemorySource, Opener

TWO_SIZES = [(80, 24), (120, 40)]
FOUR = ("home", "detail", "csrf_403", "not_found_404")


def fill(source: MemorySource) -> None:
    for name in FOUR:
        source.request(name)


async def type_in(driver: Driver, text: str) -> None:
    await driver.press(*("space" if character == " " else character for character in text))


def bar(driver: Driver) -> tuple[str, str]:
    """The line that is typed into, and the one below it."""
    return driver.lines[-3].strip(), driver.lines[-2].rstrip()


@pytest.mark.parametrize("size", TWO_SIZES)
async def test_the_count_is_live(opened: Opener, source: MemorySource, size: tuple[int, int]) -> None:
    """While the filter is typed, and when a request comes meanwhile."""
    fill(source)
    async with opened(source, size) as driver:
        await driver.press("slash")
        assert bar(driver)[0].endswith("4 of 4")
        await type_in(driver, "status>=400")
        assert bar(driver)[0].endswith("2 of 4")
        source.request("view_raises_500")
        await driver.settle()
        assert bar(driver)[0].endswith("3 of 5")
        await driver.press("enter")
        assert "3 of 5 match status>=400" in driver.text


@pytest.mark.parametrize("size", [(60, 18), *TWO_SIZES])
async def test_a_wrong_filter_leaves_the_list_as_it_was(
    opened: Opener, source: MemorySource, size: tuple[int, int]
) -> None:
    """It says what is wrong right below the place, and which word was meant; Enter does not close the line."""
    fill(source)
    async with opened(source, size) as driver:
        await driver.press("slash")
        await type_in(driver, "get stauts>=4")
        line, below = bar(driver)
        assert line.endswith("3 of 4")
        assert below.strip() == "^^^^^^ no field stauts, did you mean status?"
        assert driver.lines[-3].index("stauts") == below.index("^^^^^^")
        await driver.press("enter")
        assert "stauts" in bar(driver)[0]
        await driver.press("escape")
        assert "stauts" not in driver.text


async def test_tab_takes_what_is_offered(opened: Opener, source: MemorySource) -> None:
    """Fields, then the values of the requests that came; ↓ chooses another."""
    fill(source)
    async with opened(source) as driver:
        await driver.press("slash")
        assert "Tab Complete" in driver.keys
        assert bar(driver)[1].startswith(" Tab  path~  status:  method:")
        await type_in(driver, "me")
        await driver.press("tab")
        assert bar(driver)[0].startswith("filter method:")
        assert "GET" in bar(driver)[1]
        await driver.press("down", "tab")
        assert bar(driver)[0].startswith("filter method:POST")
        assert bar(driver)[0].endswith("1 of 4")
        await type_in(driver, " mw:csrf")
        await driver.press("tab", "enter")
        assert "1 of 4 match method:POST mw:CsrfViewMiddleware" in driver.text


async def test_the_name_of_a_field_is_no_word(opened: Opener, source: MemorySource) -> None:
    """The list does not jump to nothing on the way to ``status``; kept with Enter it is one."""
    fill(source)
    async with opened(source) as driver:
        await driver.press("slash")
        for character in "status":
            await driver.press(character)
            assert bar(driver)[0].endswith("4 of 4"), character
        await driver.press("enter")
        assert "0 of 4 shown" in driver.text


async def test_a_long_filter_is_scrolled_and_its_pointer_with_it(opened: Opener, source: MemorySource) -> None:
    """On the smallest screen the wrong word is in sight as long as it is being typed."""
    fill(source)
    async with opened(source, (60, 18)) as driver:
        await driver.press("slash")
        await type_in(driver, "path~books status>=200 mw:Csrf -is:static colour:red")
        line, below = driver.lines[-3], driver.lines[-2]
        assert line.index("colour") == below.index("^^^^^^")
        assert len(below) <= 60


async def test_what_is_typed_is_text(opened: Opener, source: MemorySource) -> None:
    """Markup and escape sequences are shown as they are."""
    fill(source)
    async with opened(source) as driver:
        await driver.press("slash")
        await type_in(driver, "[b]:x")
        assert "[b]:x" in bar(driver)[0]
