"""The mode Log: lines with their level, stream and request, tracebacks folded, finding, and every state."""

from __future__ import annotations

import pytest
from textual import events
from textual.geometry import Offset
from tui_driver import Driver, MemorySource, Opener

from reqtrace.hub.arrival import HUB, Arrival, SitePhase, note_record, output_record
from reqtrace.render.log_layout import LogLayout
from reqtrace.render.log_rows import LONGEST, MOST_ROWS, wrapped
from reqtrace.trace.model import OutputLine
from reqtrace.tui.log_desk import LogDesk
from reqtrace.tui.widgets.log_bar import field_completion
from reqtrace.tui.widgets.log_view import LogView

pytestmark = pytest.mark.slow

START = 1_750_000_001_000_000_000
"""About when the requests of the scenarios begin."""
TRACEBACK = (
    "Traceback (most recent call last):",
    '  File "/usr/lib/python3.12/site-packages/django/core/handlers/base.py", line 197, in _get_response',
    "    response = wrapped_callback(request, *callback_args, **callback_kwargs)",
    '  File "/srv/shop/views.py", line 12, in pay',
    "    return 1 / 0",
    "           ~~^~~",
    "ZeroDivisionError: division by zero",
)


def printed(source: MemorySource, *lines: str, stream: str = "stderr", after: float = 0.002) -> None:
    """Lines that the site prints so many seconds after the requests began."""
    at = START + int(after * 1_000_000_000)
    source._arrivals += [Arrival(HUB, output_record(stream, line, at)) for line in lines]


def two_requests(source: MemorySource) -> None:
    source.site(SitePhase.SERVING)
    printed(source, "Watching for file changes", stream="stdout", after=-60)
    source.request("csrf_403")
    source.request("detail")
    printed(source, "Forbidden (CSRF token missing.): /books/3/")
    printed(source, '[15/Jun/2025 15:06:41] "POST /books/3/ HTTP/1.1" 403 2506')
    printed(source, '[15/Jun/2025 15:06:41] "GET /books/3/ HTTP/1.1" 200 4096')


def failing(source: MemorySource) -> None:
    source.site(SitePhase.SERVING)
    source.request("view_raises_500")
    printed(source, "ready", stream="stdout", after=-60)
    printed(source, "Internal Server Error: /boom/", *TRACEBACK)


def row_of(driver: Driver, words: str) -> int:
    return next(y for y, line in enumerate(driver.lines) if words in line)


async def test_a_line_leads_to_its_request_and_back(opened: Opener, source: MemorySource) -> None:
    """Enter shows the request in Flow; 5 leads back, to the first line of the request that Flow shows by then."""
    two_requests(source)
    async with opened(source) as driver:
        await driver.press("5")
        assert "line 4 of 4" in driver.said
        assert "It is about request 2, GET /books/3/; Enter shows it." in driver.said
        await driver.press("up")
        assert "It is about request 1, POST /books/3/" in driver.said
        await driver.press("enter")
        assert "Flow of request 1" in driver.text
        await driver.press("5")
        assert "line 3 of 4" in driver.said
        await driver.press("1", "down", "up", "5")
        assert "line 3 of 4" in driver.said


async def test_the_lines_of_the_request_in_flow(opened: Opener, source: MemorySource) -> None:
    """They have a mark; coming from an older request one is at the first of them; o shows nothing else."""
    two_requests(source)
    async with opened(source) as driver:
        await driver.press("up", "5")
        assert "▪ request 1" in driver.lines[1]
        assert "line 2 of 4" in driver.said
        assert driver.lines[row_of(driver, '"POST')].startswith("▪")
        assert driver.lines[row_of(driver, '"GET')].startswith(" ")
        await driver.press("o")
        assert "2 of 4 lines: request:1" in driver.lines[1]
        assert "Watching" not in driver.text
        await driver.press("o")
        assert "Watching" in driver.text


async def test_who_follows_goes_on_following(opened: Opener, source: MemorySource) -> None:
    """Even if Flow has not shown the newest request when the mode changes."""
    two_requests(source)
    async with opened(source) as driver:
        source.request("home")
        await driver.pilot.press("5")
        await driver.settle()
        assert "following" in driver.lines[1]
        await driver.press("1", "up", "5")
        assert "line 4 of 4" in driver.said
        assert "following" in driver.lines[1]
        await driver.press("1", "up", "5")
        assert "line 2 of 4" in driver.said


async def test_levels_and_streams_are_seen(opened: Opener, source: MemorySource) -> None:
    """A mark for warnings and errors, three letters for the stream, and words for the line that is chosen."""
    two_requests(source)
    async with opened(source) as driver:
        await driver.press("5", "home")
        assert " out   Watching" in driver.text
        assert " err ! Forbidden" in driver.text
        assert "line 1 of 4  stdout" in driver.said
        assert "No request ran at that time." in driver.said
        await driver.press("n")
        assert "line 2 of 4  stderr  warning" in driver.said
        await driver.press("n", "n")
        assert "line 3 of 4" in driver.said
        assert "No warning and no error below this line." in driver.said
        await driver.press("N", "home", "enter")
        assert "No request can be told from this line." in driver.said


async def test_a_traceback_is_one_line_until_it_is_opened(opened: Opener, source: MemorySource) -> None:
    """What was raised and where in the project; → shows all of it, ← folds it, * does both to all of them."""
    failing(source)
    async with opened(source) as driver:
        await driver.press("5")
        assert "▸ Traceback, 7 lines: ZeroDivisionError: division by zero" in driver.text
        assert "/srv/shop/views.py:12 in pay" in driver.text
        assert "wrapped_callback" not in driver.text
        assert "→ opens the traceback" in driver.said
        assert "It is about request 1" in driver.said
        for key, other in (("right", "left"), ("asterisk", "asterisk")):
            await driver.press(key)
            assert "wrapped_callback" in driver.text
            assert "← folds the traceback" in driver.said
            await driver.press(other)
            assert "wrapped_callback" not in driver.text


async def test_why_the_site_does_not_run_is_not_folded(opened: Opener, source: MemorySource) -> None:
    """Who comes here from a crash wants to read it; it can be folded all the same."""
    printed(source, *TRACEBACK)
    async with opened(source) as driver:
        await driver.press("5")
        assert "wrapped_callback" not in driver.text
        source.site(SitePhase.BROKEN, detail="ZeroDivisionError")
        await driver.settle()
        assert "wrapped_callback" in driver.text
        await driver.press("left")
        printed(source, "still broken")
        await driver.settle()
        assert "wrapped_callback" not in driver.text


async def test_a_traceback_higher_than_the_screen_is_read_with_the_keys(opened: Opener, source: MemorySource) -> None:
    """↑ and ↓ go through its rows before they leave it; of the newest the end is shown first, which tells most."""
    source.site(SitePhase.SERVING)
    frames = [f'  File "/srv/shop/part{number}.py", line {number}, in part' for number in range(40)]
    printed(source, "before", TRACEBACK[0], *frames, TRACEBACK[-1])
    async with opened(source) as driver:
        await driver.press("5", "right")
        assert "ZeroDivisionError" in driver.text
        assert "part39.py" in driver.text
        await driver.press("up", "up")
        assert "line 2 of 2" in driver.said
        assert "ZeroDivisionError" not in driver.text
        await driver.press("pageup", "pageup", "pageup")
        assert "before" in driver.text
        await driver.press("home", "down")
        assert "part0.py" in driver.text
        await driver.press("down", "down", "down")
        assert "line 2 of 2" in driver.said
        assert "part0.py" not in driver.text
        await driver.press("end")
        assert "ZeroDivisionError" in driver.text


async def test_a_traceback_grows_while_it_is_shown(opened: Opener, source: MemorySource) -> None:
    """Until its last line has come it says so."""
    source.site(SitePhase.SERVING)
    printed(source, *TRACEBACK[:3])
    async with opened(source) as driver:
        await driver.press("5")
        assert "Traceback, 3 lines so far" in driver.text
        printed(source, *TRACEBACK[3:], "Watching for file changes")
        await driver.settle()
        assert "Traceback, 7 lines: ZeroDivisionError" in driver.text
        assert "Watching" in driver.text


async def test_finding_lines(opened: Opener, source: MemorySource) -> None:
    """What is typed is found at once, a traceback by any of its lines; Enter keeps it, Esc shows all."""
    failing(source)
    async with opened(source) as driver:
        await driver.press("5", "slash", *"views.py")
        assert "1 of 3 lines" in driver.text
        assert "ready" not in driver.text
        await driver.press("enter")
        assert "1 of 3 lines: views.py" in driver.lines[1]
        await driver.press("slash", *" nowhere")
        assert "No line fits views.py nowhere." in driver.text
        assert "Esc shows all 3." in driver.text
        await driver.press("escape")
        assert "ready" in driver.text
        await driver.press("slash", *"stream:", "tab", "enter")
        assert "lines: stream:stdout" in driver.lines[1]
        assert "ready" in driver.text
        assert "Traceback" not in driver.text


async def test_scrolling_ends_following_and_the_end_begins_it(opened: Opener, source: MemorySource) -> None:
    """With the wheel as with the keys; what comes meanwhile is counted."""
    source.site(SitePhase.SERVING)
    printed(source, *(f"line {number}." for number in range(100)))
    async with opened(source) as driver:
        await driver.press("5")
        assert "following" in driver.lines[1]
        view = driver.app.screen.query_one(LogView)
        for _ in range(3):
            view.post_message(
                events.MouseScrollUp(view, 5, 5, 0, -1, 0, shift=False, meta=False, ctrl=False, screen_x=5, screen_y=5)
            )
        await driver.settle()
        assert "rows below, End follows" in driver.lines[1]
        printed(source, "line 100.")
        await driver.settle()
        assert "line 100." not in driver.text
        await driver.press("end")
        assert "line 100." in driver.text
        assert "following" in driver.lines[1]
        await driver.press("up", "pageup")
        printed(source, "line 101.")
        await driver.settle()
        assert "line 101." not in driver.text
        await driver.press("pagedown", "pagedown")
        assert "line 101." in driver.text
        assert "following" in driver.lines[1]


async def test_a_click_chooses_a_line(opened: Opener, source: MemorySource) -> None:
    """On the chosen traceback it opens it, and folds it again."""
    failing(source)
    async with opened(source) as driver:
        await driver.press("5")
        await driver.pilot.click(offset=Offset(30, row_of(driver, "ready")))
        await driver.settle()
        assert "line 1 of 3" in driver.said
        for is_open in (False, True, False):
            await driver.pilot.click(offset=Offset(30, row_of(driver, "Traceback")))
            await driver.settle()
            assert ("wrapped_callback" in driver.text) is is_open


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 40)])
async def test_long_lines_are_whole(opened: Opener, source: MemorySource, size: tuple[int, int]) -> None:
    """They go on in the next row, at a blank where there is one."""
    source.site(SitePhase.SERVING)
    words = [f"word{number}" for number in range(40)]
    printed(source, " ".join(words), stream="stdout")
    async with opened(source, size) as driver:
        await driver.press("5")
        shown = " ".join(driver.text.split())
        assert all(word in shown for word in words)


async def test_the_beginning_of_a_very_long_line_is_shown(opened: Opener, source: MemorySource) -> None:
    """It tells most of it, even while the newest line is followed."""
    source.site(SitePhase.SERVING)
    printed(source, "before", "the beginning " + "x" * 9_000)
    async with opened(source) as driver:
        await driver.press("5")
        assert "the beginning" in driver.text


async def test_there_is_room_for_the_lines(opened: Opener, source: MemorySource) -> None:
    """On a narrow screen s swaps them with the settings, whose rows break after a dot."""
    two_requests(source)
    async with opened(source) as driver:
        await driver.press("5")
        assert "Settings that matter" not in driver.text
        await driver.press("s")
        assert "Settings that matter" in driver.text
        assert "Watching" not in driver.text
        await driver.press("down", "pagedown", "home", "enter", "escape")
        assert "Watching" in driver.text


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 40)])
async def test_nothing_printed(opened: Opener, source: MemorySource, size: tuple[int, int]) -> None:
    """It is said what will come, and the keys do no harm."""
    source.site(SitePhase.STARTING)
    async with opened(source, size) as driver:
        await driver.press("5", "up", "enter", "right", "n", "asterisk", "end", "home")
        assert "The site has printed nothing yet." in driver.text
        assert "stdout and stderr" in driver.text
        await driver.press("o")
        assert "No request is selected" in driver.text
        printed(source, "hello")
        await driver.settle()
        assert "hello" in driver.text


async def test_a_recording_without_output(opened: Opener, replayed: MemorySource) -> None:
    """Nothing more will come, so it does not say that it would."""
    replayed.request("home")
    async with opened(replayed) as driver:
        await driver.press("5")
        assert "monday.reqtrace holds nothing that a site printed." in driver.text
        assert "following" not in driver.text


async def test_remarks_of_reqtrace_stand_among_the_lines(opened: Opener, source: MemorySource) -> None:
    """In the order in which they came."""
    source.site(SitePhase.SERVING)
    printed(source, "one", after=90)
    source._arrivals.append(Arrival(HUB, note_record("the port was taken")))
    printed(source, "two")
    async with opened(source) as driver:
        await driver.press("5")
        places = [row_of(driver, words) for words in ("one", "rt    the port was taken", "two")]
        assert places == sorted(places)


async def test_a_paused_log_stays(opened: Opener, source: MemorySource) -> None:
    """What is printed meanwhile comes when the pause ends; moving works."""
    two_requests(source)
    async with opened(source) as driver:
        await driver.press("5", "space")
        printed(source, "meanwhile")
        await driver.settle()
        await driver.press("up", "down")
        assert "meanwhile" not in driver.text
        await driver.press("space")
        assert "meanwhile" in driver.text


async def test_hostile_lines_and_ascii(opened: Opener, source: MemorySource) -> None:
    """Control characters and markup are shown; with --ascii nothing else is."""
    failing(source)
    printed(source, "\x1b[2J[red]oops[/] \u202e gnirts", "x" * 300)
    async with opened(source, ascii_only=True) as driver:
        await driver.press("5", "up", "up", "up", "right")
        assert "\x1b" not in driver.text
        assert "[red]oops[/]" in driver.text
        assert driver.text.isascii()


def test_rows_of_a_line() -> None:
    """Never wider than there is room, double-width characters included; what is very long ends."""
    assert wrapped("", 20) == [""]
    assert wrapped("a" * 25, 20) == ["a" * 20, "a" * 5]
    assert wrapped("GET /a/long/path HTTP", 18) == ["GET /a/long/path", "HTTP"]
    assert wrapped("書" * 15, 21) == ["書" * 10, "書" * 5]
    assert len(wrapped("a" * 3 * LONGEST, 20)) <= MOST_ROWS


def test_a_layout_is_added_to() -> None:
    """What is laid out in pieces is what is laid out at once, whatever grows, goes or is opened."""
    desk = LogDesk()
    lines = [OutputLine(number, "stderr", line) for number, line in enumerate(("one", *TRACEBACK, "two" * 90, "three"))]
    layout = LogLayout(60)
    for number in range(len(lines) + 1):
        desk.take(lines[:number], number, ())
        opened = {1} if number > 6 else set()
        layout.take(desk.shown, opened)
        whole = LogLayout(60)
        whole.take(desk.shown, opened)
        assert layout.rows == whole.rows
        assert [layout.entry_at(row) for row in range(layout.rows)] == [
            whole.entry_at(row) for row in range(whole.rows)
        ]
    layout.take(desk.shown[2:], set())
    assert layout.entry_at(0) == (desk.shown[2], 0)
    layout.take((), set())
    assert layout.rows == 0
    assert layout.entry_at(0) is None


def test_more_lines_than_are_kept() -> None:
    """The reader goes on with those there are."""
    desk = LogDesk()
    lines = [OutputLine(number, "stderr", str(number)) for number in range(30)]
    desk.take(lines[10:20], 20, ())
    assert desk.total == 10
    desk.take(lines[20:], 30, ())
    assert [entry.lines[0] for entry in desk.shown] == [str(number) for number in range(10, 30)]


def test_fields_are_completed() -> None:
    """The word before the cursor, as soon as there is one."""
    assert field_completion("", 0).candidates == ()
    assert field_completion("oops lev", 8).candidates == ("level:warning", "level:error")
    assert field_completion("oops lev", 8).start == 5


@pytest.mark.parametrize("size", [(60, 18), (80, 24)])
async def test_the_help_is_whole(opened: Opener, source: MemorySource, size: tuple[int, int]) -> None:
    """Sentences and keys that are too long for a row go on in the next; in ASCII an arrow key is no ``<``."""
    source.site(SitePhase.SERVING)
    for ascii_only in (False, True):
        async with opened(source, size, ascii_only=ascii_only) as driver:
            await driver.press("5", "question_mark")
            pages = [driver.text]
            for _ in range(4):
                await driver.press("pagedown")
                pages.append(driver.text)
            shown = " ".join(" ".join(pages).replace("│", " ").replace("|", " ").split())
            assert "all again; out of the settings" in shown.lower().replace("all lines again", "all again")
            assert not [line for page in pages for line in page.splitlines() if "…" in line or "~" in line]
            assert ("Left Fold" in shown) is ascii_only
            assert ("← Fold" in shown) is not ascii_only
