"""P groups the list by process and by client."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scenarios import SCENARIOS, Scenario
from tui_driver import MemorySource, Opener

from reqtrace.events.kinds import RequestStarted


def sent_by(name: str, client: str) -> Scenario:
    scenario = SCENARIOS[name]
    events = tuple(
        replace(event, client=client) if isinstance(event, RequestStarted) else event for event in scenario.request
    )
    return replace(scenario, request=events)


def fill(source: MemorySource) -> None:
    for name, client in (("home", "10.0.0.1"), ("detail", "10.0.0.2"), ("csrf_403", "10.0.0.1")):
        source.request(sent_by(name, client))


async def test_groups_have_headers_and_are_walked_in_order(opened: Opener, source: MemorySource) -> None:
    """↑ and ↓ go along the list as it is seen; what comes joins its group, and following goes on."""
    fill(source)
    async with opened(source, (120, 40)) as driver:
        await driver.press("P")
        assert "Requests by process" in driver.text
        assert "process 2, pid 4321" in driver.text
        await driver.press("P")
        assert "Requests by client" in driver.text
        headers = [line for line in driver.lines if " 10.0.0." in line[:20]]
        assert [" ".join(line[1:37].split()) for line in headers] == ["10.0.0.1 2 requests", "10.0.0.2 1 request"]
        await driver.press("up")
        assert "Flow of request 1" in driver.text
        await driver.press("down", "down")
        assert "Flow of request 2" in driver.text
        await driver.press("G")
        source.request(sent_by("home", "10.0.0.2"))
        await driver.settle()
        assert "Flow of request 4" in driver.text
        assert "10.0.0.2" in driver.text
        await driver.press("P")
        assert "Requests by" not in driver.text
        assert "10.0.0.2  " not in driver.text


@pytest.mark.parametrize("size", [(60, 18), (80, 24)])
async def test_on_a_narrow_screen_the_groups_are_in_the_opened_list(
    opened: Opener, source: MemorySource, size: tuple[int, int]
) -> None:
    """The one row of the closed list is never a header."""
    fill(source)
    async with opened(source, size) as driver:
        await driver.press("P", "P")
        assert "/books/3/" in driver.lines[1]
        for _ in range(3):
            await driver.press("up")
            assert "10.0.0" not in driver.lines[1]
        await driver.press("enter")
        assert "10.0.0.1" in driver.lines[2]
        assert "2 requests" in driver.lines[2]


async def test_n_goes_to_the_next_interesting_request_of_the_list(opened: Opener, source: MemorySource) -> None:
    """In the order in which they are seen."""
    fill(source)
    source.request(sent_by("not_found_404", "10.0.0.1"))
    async with opened(source, (120, 40)) as driver:
        await driver.press("P", "P", "up", "up", "up")
        await driver.press("n")
        assert "Flow of request 3" in driver.text
        await driver.press("n")
        assert "Flow of request 4" in driver.text
