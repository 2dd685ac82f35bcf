"""On the smallest screen nothing is cut without a mark, and sentences are whole."""

from __future__ import annotations

import pytest
from scenarios import SCENARIOS
from tui_driver import MemorySource, Opener

from reqtrace.hub.arrival import SitePhase
from reqtrace.trace.fold import fold
from reqtrace.tui.narrative import narrative
from reqtrace.tui.screens.flow import FlowScreen
from reqtrace.tui.widgets.narration import Narration

pytestmark = pytest.mark.slow
FLOOR = (60, 18)
DOTS = "…"


@pytest.mark.parametrize("width", [60, 66, 80])
def test_what_is_said_of_every_step_is_whole(width: int) -> None:
    """In three or four rows on a small screen, in two to four from 80 columns on; a word as long as a row is cut."""
    for scenario in SCENARIOS.values():
        record = scenario.process()
        trace = fold(scenario.request, record.facts(), connection=next(iter(record.connections.values()), None))
        for stop in (None, *range(len(trace.stops))):
            phrases = narrative(trace, stop)
            said = "  ".join(words for phrase in phrases for words, _ in phrase)
            narration = Narration()
            narration._phrases = phrases
            rows = narration.draw(width, narration.get_content_height(*[narration.size] * 2, width)).plain()
            has_long_word = any(len(word) > width - 3 for word in said.split())
            assert DOTS in said or DOTS not in rows or has_long_word, (scenario.name, stop, rows)


@pytest.mark.parametrize("size", [FLOOR, (80, 24)], ids=["60x18", "80x24"])
async def test_the_screen_gives_a_sentence_the_rows_it_takes(
    opened: Opener, source: MemorySource, size: tuple[int, int]
) -> None:
    """The picture gives them away, step by step, and gets them back."""
    source.request("asking_others")
    async with opened(source, size) as driver:
        screen, heights = driver.app.screen, set()
        assert isinstance(screen, FlowScreen)
        trace = screen._trace
        assert trace is not None
        for stop in range(len(trace.stops)):
            screen.go(screen.position.at_stop(trace, stop))
            await driver.settle()
            heights.add(len(driver.said.splitlines()))
            assert not any(row.endswith(DOTS) for row in driver.said.splitlines()), driver.text
        assert len(heights) > 1
        assert heights <= ({3, 4} if size == FLOOR else {2, 3, 4})


@pytest.mark.parametrize("phase", [SitePhase.PREPARING, SitePhase.BROKEN, SitePhase.FAILED, SitePhase.EXITED])
async def test_what_stands_in_the_place_of_the_picture_is_whole(
    opened: Opener, source: MemorySource, phase: SitePhase
) -> None:
    """Title, sentences, hints, and what is said of it below."""
    detail = "ImproperlyConfigured: The SECRET_KEY setting must not be empty."
    source.output(detail)
    source.site(phase, detail=detail, exit_code=1)
    async with opened(source, FLOOR) as driver:
        assert DOTS not in "\n".join(driver.lines[1:]), driver.text
        assert "must not be empty." in " ".join(driver.text.split()).replace("▌ ", "")


async def test_before_the_first_request_every_mode_says_what_to_do(opened: Opener, source: MemorySource) -> None:
    """In whole sentences."""
    source.site(SitePhase.SERVING)
    async with opened(source, FLOOR) as driver:
        for mode in "2345":
            await driver.press(mode)
            assert DOTS not in "\n".join(driver.lines[1:]), driver.text


async def test_a_comparison_shows_how_both_ended(opened: Opener, source: MemorySource) -> None:
    """Its scrollbar covers nothing."""
    source.serve("home", "csrf_403")
    async with opened(source, FLOOR) as driver:
        await driver.press("m", "up", "equals_sign")
        assert driver.lines[1].endswith("!403 │")
        assert driver.lines[2].endswith("✓200 │")


async def test_a_view_keeps_its_name_in_the_sums(opened: Opener, source: MemorySource) -> None:
    """What follows from the other numbers gives way: the bar and the mean."""
    source.serve("home", "detail")
    async with opened(source, FLOOR) as driver:
        await driver.press("4", "right", "right", "right")
        assert "shop.views.home" in driver.text
        assert "longest   SQL" in driver.text


async def test_an_answer_to_a_key_is_whole(opened: Opener, replayed: MemorySource) -> None:
    """One that is as long as a row with its bar and padding, too."""
    replayed.request("home")
    async with opened(replayed, FLOOR) as driver:
        await driver.press("b")
        assert driver.lines[1].endswith("nothing of it runs any")
        assert "▌ more." in driver.lines[2]
