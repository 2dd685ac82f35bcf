"""Mode 4: where the time went, in one request and in all; every pane by keys alone, and from each to the mode Flow."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from scenarios import make
from textual import events
from tui_driver import Driver, MemorySource, Opener

from reqtrace.hub.arrival import SitePhase
from reqtrace.tui.chosen_rows import ChosenRows
from reqtrace.tui.widgets.table_view import TableView

NAMES = ("home", "detail", "csrf_403", "streaming", "static", "n_plus_one")


def fill(source: MemorySource) -> None:
    for name in NAMES:
        source.request(name)


async def counted(driver: Driver, number: int) -> None:
    """Until the sums are over so many requests."""
    deadline = time.monotonic() + 5
    while f"of {number} requests" not in driver.text and time.monotonic() < deadline:
        await driver.pilot.pause(0.01)
    assert f"of {number} requests" in driver.text


async def test_the_panes_follow_each_other(opened: Opener, source: MemorySource) -> None:
    """The waterfall of the request, its SQL, the slowest middleware, the slowest views, and round again."""
    fill(source)
    async with opened(source) as driver:
        await driver.press("4")
        assert "Time of request 6" in driver.text
        assert "VIEW shop.views.book_list" in driver.text
        for key, title in [
            ("right", "SQL of request 6"),
            ("tab", "Slowest middleware of 6 requests"),
            ("right", "Slowest views of 6 requests"),
            ("right", "Time of request 6"),
            ("left", "Slowest views of 6 requests"),
            ("shift+tab", "Slowest middleware of 6 requests"),
        ]:
            await driver.press(key)
            assert title in driver.lines[1]


@pytest.mark.parametrize(("size", "panes"), [((60, 18), 1), ((80, 24), 1), ((120, 40), 2), ((200, 50), 4)])
async def test_as_many_panes_as_there_is_room_for(
    opened: Opener, source: MemorySource, size: tuple[int, int], panes: int
) -> None:
    """One at 80×24, two at 120×40, all four at 200×50."""
    fill(source)
    async with opened(source, size) as driver:
        await driver.press("4", "right")
        titles = ("Time of request", "SQL of request", "Slowest middleware", "Slowest views")
        assert sum(title in driver.text for title in titles) == panes
        assert "SQL of request 6" in driver.text


async def test_repeated_statements_are_marked_and_explained(opened: Opener, source: MemorySource) -> None:
    """Times, total, share and N+1 in the row; the statement in full and the line that caused it below."""
    fill(source)
    async with opened(source) as driver:
        await driver.press("4", "right")
        row = next(line for line in driver.lines if "×12" in line and "N+1" in line)
        assert "2.2ms" in row
        assert "65%" in row
        assert "×12 2.2ms  caused by views.py:30 in detail, inside shop/list.html" in driver.text
        assert "shop_author ran 12 times" in driver.said
        assert "select_related or prefetch_related asks once." in driver.said


async def test_enter_shows_the_step_of_a_statement(opened: Opener, source: MemorySource) -> None:
    """The mode Flow comes with the request, at the step where the statement ran first."""
    fill(source)
    async with opened(source) as driver:
        await driver.press("4", "right", "down", "enter")
        assert "Flow of request 6" in driver.text
        assert "SQL" in driver.said
        assert "shop_book" in driver.said


async def test_enter_shows_the_slowest_request_of_a_layer_and_of_a_view(opened: Opener, source: MemorySource) -> None:
    """From the middleware its way in, where it took longest; from the views their slowest request."""
    fill(source)
    async with opened(source) as driver:
        await driver.press("4", "right", "right")
        assert "4 CsrfView took" in driver.said
        assert "in request 3" in driver.said
        await driver.press("enter")
        assert "Flow of request 3" in driver.text
        assert "CsrfViewMiddleware" in driver.said
        await driver.press("4", "right", "down", "enter")
        assert "Flow of request 2" in driver.text


async def test_the_request_of_the_mode_flow_is_shown(opened: Opener, source: MemorySource) -> None:
    """The one that was chosen there, at its step; ↑ and ↓ go on from there."""
    fill(source)
    async with opened(source) as driver:
        await driver.press("up", "up", "up", "up", "right", "right", "4")
        assert "Time of request 2" in driver.text
        assert "▾" in driver.lines[3]
        await driver.press("down")
        assert "Time of request 3" in driver.text
        await driver.press("end")
        assert "Time of request 6" in driver.text
        await driver.press("home")
        assert "Time of request 1" in driver.text


async def test_who_follows_sees_the_newest_request(opened: Opener, source: MemorySource) -> None:
    """Even if Flow has not shown it when the mode changes."""
    source.request("home")
    async with opened(source) as driver:
        source.request("csrf_403")
        await driver.pilot.press("4")
        await driver.settle()
        assert "Time of request 2" in driver.text


async def test_a_request_without_sql_says_so(opened: Opener, source: MemorySource) -> None:
    """An empty table tells why it is empty."""
    source.request("home")
    async with opened(source) as driver:
        await driver.press("4", "right")
        assert driver.text.count("This request sent no SQL.") == 2


async def test_the_keys_are_those_of_this_mode(opened: Opener, source: MemorySource) -> None:
    """In the waterfall ← and → are no steps, so what is said below it does not call them so."""
    source.request("home")
    async with opened(source) as driver:
        assert "← steps back" in driver.said
        await driver.press("4")
        assert "↑ ↓ choose another request, → shows its SQL" in driver.said


async def test_what_is_worth_seeing(opened: Opener, source: MemorySource) -> None:
    """n and N go along requests that were slow or repeat their SQL, and show why; without one it is said."""
    for name in ("n_plus_one", "csrf_403", "n_plus_one", "csrf_403"):
        source.request(name)
    async with opened(source) as driver:
        await driver.press("4", "right")
        assert "n goes to a request that was slow" in driver.said
        await driver.press("N")
        assert "SQL of request 3" in driver.lines[1]
        assert "N+1" in driver.text
        await driver.press("N", "n")
        assert "SQL of request 3" in driver.lines[1]
        await driver.press("n")
        assert "No later request was slow" in driver.text


async def test_the_wheel_goes_from_row_to_row(opened: Opener, source: MemorySource) -> None:
    """As the arrow keys do."""
    fill(source)
    async with opened(source) as driver:
        await driver.press("4", "right", "right")
        await counted(driver, len(NAMES))
        before, view = driver.said, driver.app.screen.query_one("#time-layers", TableView)
        for kind, is_before in ((events.MouseScrollDown, False), (events.MouseScrollUp, True)):
            view.post_message(kind(view, 5, 5, 0, 1, 0, shift=False, meta=False, ctrl=False, screen_x=5, screen_y=5))
            await driver.settle()
            assert (driver.said == before) is is_before


async def test_new_requests_are_counted_while_it_is_open(opened: Opener, source: MemorySource) -> None:
    """Each is added to the sums when it is over; the chosen row stays chosen."""
    source.request("home")
    async with opened(source) as driver:
        await driver.press("4", "right", "right", "down")
        assert "1 Security took" in driver.said
        rest = source.request("csrf_403", upto=30)
        await driver.settle()
        assert "of 1 request" in driver.text
        rest()
        await driver.settle()
        assert "of 2 requests" in driver.text
        assert "1 Security took" in driver.said


@pytest.mark.slow
async def test_many_requests_are_read_in_slices(opened: Opener, source: MemorySource) -> None:
    """A hundred and fifty requests are all counted, and the first picture does not wait for them."""
    for _ in range(150):
        source.request("home")
    async with opened(source) as driver:
        await driver.press("4", "right", "right", "right")
        await counted(driver, 150)
        assert "shop.views.home" in driver.text


async def test_pause_stops_the_sums(opened: Opener, source: MemorySource) -> None:
    """While it is paused the tables stand still."""
    source.request("home")
    async with opened(source) as driver:
        await driver.press("4", "right", "right", "right", "space")
        source.request("detail")
        await driver.settle()
        assert "of 1 request" in driver.text
        assert "shop.views.detail" not in driver.text
        await driver.press("space")
        assert "shop.views.detail" in driver.text


async def test_the_mouse_chooses_a_row_and_a_step(opened: Opener, source: MemorySource) -> None:
    """A click in a table chooses pane and row, a click in the picture shows its step in the mode Flow."""
    fill(source)
    async with opened(source, (200, 50)) as driver:
        await driver.press("4")
        y = next(y for y, line in enumerate(driver.lines) if "2 Session" in line and "own" not in line and y > 25)
        await driver.pilot.click(offset=(5, y))
        await driver.settle()
        assert "2 Session took" in driver.said
        y = next(y for y, line in enumerate(driver.lines) if "VIEW shop.views.book_list" in line)
        await driver.pilot.click(offset=(10, y))
        await driver.settle()
        assert "Flow of request 6" in driver.text
        assert "book_list" in driver.said


async def test_waiting_and_crashed(opened: Opener, source: MemorySource) -> None:
    """Without a request it says how to make one; a site that ended is told with its last words."""
    source.site(SitePhase.SERVING)
    async with opened(source) as driver:
        await driver.press("4")
        assert "No request yet" in driver.text
        await driver.press("up", "down", "enter", "home", "end", "right")
        assert "No request yet" in driver.text
        source.site(SitePhase.FAILED, detail="ImportError: no module", exit_code=1)
        await driver.settle()
        assert "ImportError: no module" in "\n".join(driver.lines[2:8])


async def test_a_site_without_middleware(opened: Opener, source: MemorySource) -> None:
    """Requests were measured, so it does not say that nothing was."""
    source.request(make("bare", ()))
    async with opened(source) as driver:
        await driver.press("4", "right", "right")
        assert "No middleware has run" in driver.text
        await driver.press("2", "v")
        assert "MIDDLEWARE is empty" in driver.said
        assert "straight to URLconf and view" in driver.said
        await driver.press("v")
        assert "a adds a layer" in driver.said


async def test_ascii(opened: Opener, source: MemorySource) -> None:
    """All panes have an ASCII form."""
    fill(source)
    async with opened(source, (200, 50), ascii_only=True) as driver:
        await driver.press("4")
        body = "\n".join(driver.lines)
        assert body.isascii()
        assert "####" in body


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
async def test_golden_time(
    opened: Opener, source: MemorySource, matches_snapshot: Callable[[str], None], size: tuple[int, int]
) -> None:
    """Waterfall and SQL look as in the golden file."""
    fill(source)
    async with opened(source, size) as driver:
        await driver.press("4", "right")
        matches_snapshot("\n".join(driver.lines[:-1]) + "\n")


def test_a_chosen_row_stays_chosen() -> None:
    """Rows may come, go and change places; if the chosen one is gone, the first is."""
    rows = ChosenRows[str](lambda row: row)
    assert (rows.at, rows.row) == (0, None)
    rows.take(["a", "b", "c"])
    rows.move(1)
    rows.take(["c", "a", "b"])
    assert (rows.at, rows.row) == (2, "b")
    rows.move(9)
    assert rows.row == "b"
    rows.take(["a", "c"])
    assert rows.row == "a"
    rows.choose(-5)
    assert rows.row == "a"
