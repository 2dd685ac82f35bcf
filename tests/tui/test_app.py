"""The app as a whole: every key and state, at every layout."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import fields
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from scenarios import SCENARIOS, make
from textual.binding import Binding
from textual.screen import Screen
from tui_driver import MemorySource, Opener

from reqtrace.hub.arrival import HUB, Arrival, SitePhase, note_record
from reqtrace.render.roles import THEMES
from reqtrace.tui import screens
from reqtrace.tui.app import ReqtraceApp, run_app
from reqtrace.tui.board import Board
from reqtrace.tui.modes import MODES
from reqtrace.tui.screens.flow import FlowScreen

pytestmark = pytest.mark.slow

SIZES = [(80, 24), (120, 40), (200, 50), (60, 18)]
TWO_SIZES = [(80, 24), (200, 50)]
APP_BINDINGS = [binding for binding in ReqtraceApp.BINDINGS if isinstance(binding, Binding)]
FLOW_BINDINGS = [binding for binding in FlowScreen.BINDINGS if isinstance(binding, Binding)]


def owners() -> list[type[ReqtraceApp | Screen[Any]]]:
    """The app, and every class of screen there is."""
    modules = [import_module(f"{screens.__name__}.{found.name}") for found in iter_modules(screens.__path__)]
    classes = [value for module in modules for value in vars(module).values() if isinstance(value, type)]
    return [ReqtraceApp, *dict.fromkeys(one for one in classes if issubclass(one, Screen) and "BINDINGS" in vars(one))]


def bindings_of(owner: type[ReqtraceApp | Screen[Any]]) -> list[Binding]:
    return [binding for binding in owner.BINDINGS if isinstance(binding, Binding) and binding.id]


ALL_KEYS = [binding for owner in owners() if owner is not Screen for binding in bindings_of(owner)]


def fill(source: MemorySource, *names: str) -> None:
    source.serve(*(names or ("home", "detail", "csrf_403", "home")))


# --- following ---------------------------------------------------------------------------------------------------


async def test_the_newest_request_is_followed(opened: Opener, source: MemorySource) -> None:
    """Its finished picture stands there without a key being pressed."""
    fill(source, "home", "csrf_403")
    async with opened(source) as driver:
        assert "Flow of request 2" in driver.text
        assert "following" in driver.text
        source.request("short_circuit_301")
        await driver.settle()
        assert "Flow of request 3" in driver.text


async def test_a_page_stays_in_view_when_its_static_files_come(opened: Opener, source: MemorySource) -> None:
    """A browser that opens a page asks for its style sheet and icon last: the page is what one wants to see."""
    fill(source, "home", "static", "static")
    async with opened(source) as driver:
        assert "Flow of request 1" in driver.text
        assert "following · then 2 static files" in driver.text
        await driver.press("down")
        assert "Flow of request 2" in driver.text
        await driver.press("G")
        assert "Flow of request 1" in driver.text
        source.request("home")
        await driver.settle()
        assert "Flow of request 4" in driver.text


@pytest.mark.parametrize("size", [(80, 18), (80, 20)])
async def test_a_request_that_ends_is_shown_from_its_top(
    opened: Opener, source: MemorySource, size: tuple[int, int]
) -> None:
    """While it is under way its newest step is in sight; its end is the whole picture, with the status above it."""
    end = source.request("deep", upto=len(SCENARIOS["deep"].request) // 2)
    async with opened(source, size) as driver:
        assert "▼ REQUEST" not in driver.text, "nothing had to be scrolled"
        end()
        await driver.settle()
        assert driver.lines[3].strip().startswith("▼ REQUEST")
        assert "RESPONSE ▲" in driver.lines[3]


@pytest.mark.parametrize("size", SIZES)
async def test_following_never_steals_the_cursor(opened: Opener, source: MemorySource, size: tuple[int, int]) -> None:
    """After a move newer requests are counted, and End goes to them."""
    fill(source)
    async with opened(source, size) as driver:
        await driver.press("up")
        for _ in range(2):
            source.request("home")
        await driver.settle()
        assert "Flow of request 3" in driver.text
        assert "3 newer, End to follow" in driver.text
        await driver.press("end")
        assert "Flow of request 6" in driver.text
        assert "newer" not in driver.text


async def test_stepping_also_holds_the_request(opened: Opener, source: MemorySource) -> None:
    """A person in the middle of a request stays there."""
    fill(source, "home")
    async with opened(source) as driver:
        await driver.press("right", "right")
        source.request("home")
        await driver.settle()
        assert "Flow of request 1" in driver.text
        assert "step 2/" in driver.said


# --- stepping ----------------------------------------------------------------------------------------------------


async def test_steps_from_both_ends(opened: Opener, source: MemorySource) -> None:
    """→ begins at the first step, ← at the last, Home and End go to the ends."""
    fill(source, "home")
    async with opened(source) as driver:
        assert "done" in driver.said
        await driver.press("right")
        assert driver.said.startswith("▌ step 1/")
        await driver.press("right", "right")
        assert "step 3/" in driver.said
        assert "SessionMiddleware" in driver.said
        await driver.press("left")
        assert "step 2/" in driver.said
        await driver.press("end")
        total = driver.said.split("step ")[1].split()[0]
        assert total.split("/")[0] == total.split("/")[1]
        await driver.press("home")
        assert "step 1/" in driver.said
        await driver.press("end", "end")
        assert "done" in driver.said
        assert "following" in driver.text
        await driver.press("left")
        assert f"step {total}" in driver.said


async def test_every_step_of_every_scenario_can_be_walked(opened: Opener, replayed: MemorySource) -> None:
    """Nothing in the model's repertoire breaks the screen; two lines are said at each step."""
    for name in SCENARIOS:
        replayed.request(name)
    async with opened(replayed) as driver:
        flow = driver.app.screen
        assert isinstance(flow, FlowScreen)
        for _ in SCENARIOS:
            await driver.press("home")
            total = int(driver.said.split("/")[1].split()[0])
            for _ in range(total - 1):
                flow.action_step(1)
            await driver.settle()
            assert f"step {total}/{total}" in driver.said
            assert len(driver.said.splitlines()[1]) > 10
            await driver.press("down")


async def test_a_live_request_is_lit_where_it_is(opened: Opener, source: MemorySource) -> None:
    """While it is under way the picture is at its newest stop, and goes on with it."""
    source.site(SitePhase.SERVING)
    finish = source.request("home", upto=8)
    async with opened(source) as driver:
        first = driver.said
        assert "step " in first
        assert "◉" in driver.text
        finish()
        await driver.settle()
        assert "done" in driver.said
        assert "200 OK" in driver.text


async def test_a_live_request_can_be_stepped_back(opened: Opener, source: MemorySource) -> None:
    """What follows does not move a person who looks back."""
    source.site(SitePhase.SERVING)
    finish = source.request("home", upto=12)
    async with opened(source) as driver:
        here = int(driver.said.split("step ")[1].split("/")[0])
        await driver.press("left")
        assert f"step {here - 1}/" in driver.said
        finish()
        await driver.settle()
        assert f"step {here - 1}/" in driver.said


# --- requests ----------------------------------------------------------------------------------------------------


async def test_arrow_keys_choose_requests(opened: Opener, source: MemorySource) -> None:
    """↑ and ↓, G for the newest."""
    fill(source)
    async with opened(source) as driver:
        await driver.press("up", "up")
        assert "Flow of request 2" in driver.text
        await driver.press("down")
        assert "Flow of request 3" in driver.text
        await driver.press("G")
        assert "Flow of request 4" in driver.text
        assert "following" in driver.text


async def test_interesting_requests(opened: Opener, source: MemorySource) -> None:
    """n and N skip what went well, and say so when there is no more."""
    fill(source, "view_raises_500", "home", "csrf_403", "home")
    async with opened(source) as driver:
        await driver.press("N")
        assert "Flow of request 3" in driver.text
        await driver.press("N")
        assert "Flow of request 1" in driver.text
        await driver.press("n")
        assert "Flow of request 3" in driver.text
        await driver.press("n")
        assert "No more requests" in driver.text


async def test_the_list_opens_on_a_narrow_screen(opened: Opener, source: MemorySource) -> None:
    """Enter shows all requests in the place of the picture, Enter again or Esc the picture."""
    fill(source)
    async with opened(source) as driver:
        assert sum("/books/3/" in line for line in driver.lines) < 3
        await driver.press("enter")
        assert [line.split()[3] for line in driver.lines if ":" in line and "GET" in line]
        assert "REQUEST" not in driver.text
        await driver.press("up", "enter")
        assert "Flow of request 3" in driver.text
        await driver.press("enter", "escape")
        assert "REQUEST" in driver.text


async def test_the_mouse_chooses_requests_and_steps(opened: Opener, source: MemorySource) -> None:
    """A click in the list, a click in the picture, a click on a key."""
    fill(source)
    async with opened(source, (120, 40)) as driver:
        await driver.pilot.click("#requests", offset=(5, 2))
        await driver.settle()
        assert "Flow of request 2" in driver.text
        y = next(y for y, line in enumerate(driver.lines) if "2 Session" in line)
        await driver.pilot.click(offset=(50, y))
        await driver.settle()
        assert "SessionMiddleware" in driver.said
        x = driver.keys.index("Help")
        await driver.pilot.click(offset=(x, 39))
        await driver.settle()
        assert "Help: Flow" in driver.text


# --- filter ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", TWO_SIZES)
async def test_the_filter(opened: Opener, source: MemorySource, size: tuple[int, int]) -> None:
    """It works while it is typed; Enter keeps it, Esc clears it."""
    fill(source)
    async with opened(source, size) as driver:
        await driver.press("slash", *"post")
        assert "Flow of request 3" in driver.text
        await driver.press("enter")
        assert "1 of 4 match post" in driver.text
        await driver.press("up")
        assert "Flow of request 3" in driver.text
        await driver.press("escape")
        assert "match" not in driver.text


async def test_a_filter_that_hides_all(opened: Opener, source: MemorySource) -> None:
    """It says so, and how to see them again."""
    fill(source)
    async with opened(source) as driver:
        await driver.press("slash", *"[b]zzz")
        assert "0 of 4 shown, Esc clears" in driver.text
        assert "[b]zzz" in driver.text
        source.request("home")
        await driver.settle()
        assert "0 of 5 shown, Esc clears" in driver.text
        await driver.press("escape")
        assert "Flow of request 5" in driver.text


async def test_keys_typed_into_the_filter_are_letters(opened: Opener, source: MemorySource) -> None:
    """Neither q nor ? nor Space acts."""
    fill(source)
    async with opened(source) as driver:
        await driver.press("slash", "q", "question_mark", "space", "t", "1", "5")
        assert driver.app.is_running
        assert "q? t15" in driver.text
        assert "PAUSED" not in driver.top


# --- pause -------------------------------------------------------------------------------------------------------


async def test_pause_freezes_the_screen_and_not_the_capture(opened: Opener, source: MemorySource) -> None:
    """What comes is counted, and there when the pause ends."""
    fill(source, "home")
    async with opened(source) as driver:
        await driver.press("space")
        assert "PAUSED" in driver.top
        for _ in range(3):
            source.request("csrf_403")
        await driver.settle()
        assert "held 3" in driver.top
        assert "Flow of request 1" in driver.text
        await driver.press("right", "right")
        assert "step 2/" in driver.said
        await driver.press("space", "G")
        assert "Flow of request 4" in driver.text
        assert "PAUSED" not in driver.top


async def test_a_paused_live_request_stands_still(opened: Opener, source: MemorySource) -> None:
    """Its picture too."""
    source.site(SitePhase.SERVING)
    finish = source.request("home", upto=8)
    async with opened(source) as driver:
        await driver.press("space")
        before = driver.lines[1:]
        finish()
        await driver.settle()
        assert driver.lines[1:] == before
        await driver.press("space")
        assert "200 OK" in driver.text


# --- source ------------------------------------------------------------------------------------------------------


async def test_source_swaps_with_the_picture_on_a_narrow_screen(opened: Opener, source: MemorySource) -> None:
    """s and s again; Esc also goes back."""
    fill(source, "home")
    async with opened(source) as driver:
        await driver.press("right", "right", "right", "s")
        assert "django/contrib/sessions/middleware.py:18" in driver.text
        assert "REQUEST GET" not in driver.text
        assert "SessionMiddleware" in driver.said
        await driver.press("s")
        assert "REQUEST GET" in driver.text
        await driver.press("s", "escape")
        assert "REQUEST GET" in driver.text


@pytest.mark.parametrize("size", [(120, 40), (200, 50)])
async def test_source_stands_beside_the_picture_where_there_is_room(
    opened: Opener, source: MemorySource, size: tuple[int, int]
) -> None:
    """s gives its room to the picture."""
    fill(source, "home")
    async with opened(source, size) as driver:
        await driver.press("right", "right", "right")
        assert "middleware.py:18" in driver.text
        assert "REQUEST GET" in driver.text
        await driver.press("s")
        assert "middleware.py:18" not in driver.text


# --- modes, help, theme, palette ---------------------------------------------------------------------------------


async def test_the_log_shows_what_the_site_prints(opened: Opener, source: MemorySource) -> None:
    """With the settings that matter; 1 goes back to where one was."""
    fill(source)
    for number in range(60):
        source.output(f"line {number}")
    async with opened(source) as driver:
        await driver.press("up", "right", "5")
        assert "line 59" in driver.text
        await driver.press("home")
        assert "line 0" in driver.text
        assert "rows below, End follows" in driver.text
        source.output("line 60")
        await driver.settle()
        assert "line 60" not in driver.text
        await driver.press("end")
        assert "line 60" in driver.text
        await driver.press("pageup", "down", "up", "1")
        assert "Flow of request 3" in driver.text
        assert "step 1/" in driver.said


async def test_only_the_modes_that_exist_have_keys(opened: Opener, source: MemorySource) -> None:
    """The number of a mode that does not exist does nothing."""
    fill(source)
    async with opened(source) as driver:
        before = driver.text
        await driver.press(*(key for key in "23456789" if key not in {mode.key for mode in MODES}))
        assert driver.text == before


async def test_the_settings_fill_the_screen(opened: Opener, source: MemorySource) -> None:
    """s in the log."""
    fill(source)
    source.output("from the site")
    async with opened(source) as driver:
        await driver.press("5", "s")
        assert "from the site" not in driver.text
        await driver.press("down", "pagedown", "s")
        assert "from the site" in driver.text


@pytest.mark.parametrize("size", TWO_SIZES)
async def test_help_is_about_where_one_is(opened: Opener, source: MemorySource, size: tuple[int, int]) -> None:
    """Flow and Log have their own; Esc and ? close it."""
    fill(source)
    async with opened(source, size) as driver:
        await driver.press("question_mark")
        assert "Help: Flow" in driver.text
        assert "Freeze the screen" in driver.text
        await driver.press("pagedown", "down", "question_mark")
        assert "Help" not in driver.text.replace("? Help", "")
        await driver.press("5", "question_mark")
        assert "Help: Log" in driver.text
        await driver.press("escape")
        assert "Help: Log" not in driver.text


async def test_all_keys_of_a_screen_are_in_its_help(opened: Opener, source: MemorySource) -> None:
    """In the help of a screen high enough for all."""
    fill(source)
    async with opened(source, (100, 60)) as driver:
        await driver.press("question_mark")
        for binding in [*APP_BINDINGS, *FLOW_BINDINGS]:
            if binding.id not in ("restart", "quit.interrupt"):
                assert binding.tooltip in driver.text


def test_every_action_can_be_found() -> None:
    """An id that is its own, a tooltip and a description; no key needs Ctrl."""
    ids = [binding.id for binding in ALL_KEYS]
    assert len(set(ids)) == len(ids)
    for binding in ALL_KEYS:
        assert binding.id
        assert binding.tooltip
        assert binding.description
    without_ctrl = {binding.action for binding in ALL_KEYS if not binding.key.startswith("ctrl")}
    assert {binding.action for binding in ALL_KEYS} - without_ctrl == {"suspend_process"}


async def test_every_action_is_in_the_command_palette(opened: Opener, source: MemorySource) -> None:
    """By its description, for the screen it was opened on."""
    fill(source)
    async with opened(source) as driver:
        names = [command.title for command in driver.app.get_system_commands(driver.app.screen)]
        shown = {binding.description for binding in [*APP_BINDINGS, *FLOW_BINDINGS]} - {
            "Commands",
            "Start again",
            "Flow",
            # nothing is held
            "One step",
            "Go on",
        }
        assert set(names) == shown
        assert len(names) == len(set(names))


async def test_an_action_runs_from_the_palette(opened: Opener, source: MemorySource) -> None:
    """Pause, found by its name."""
    fill(source)
    async with opened(source) as driver:
        await driver.press("colon", *"pause")
        deadline = asyncio.get_running_loop().time() + 5
        while "Freeze the screen" not in driver.text and asyncio.get_running_loop().time() < deadline:
            await driver.pilot.pause(0.02)
        await driver.press("enter")
        await driver.settle()
        assert "PAUSED" in driver.top


async def test_themes(opened: Opener, source: MemorySource) -> None:
    """t goes round; the words stay the same."""
    fill(source)
    async with opened(source, (120, 40)) as driver:
        before, seen = driver.text, []
        for _ in THEMES:
            await driver.press("t")
            seen.append(driver.app.theme)
            assert driver.text == before
        assert set(seen) == set(THEMES)


@pytest.mark.parametrize("size", SIZES)
async def test_the_key_bar_begins_with_help_and_is_never_cut(
    opened: Opener, source: MemorySource, size: tuple[int, int]
) -> None:
    """At most six entries on a narrow screen."""
    fill(source)
    async with opened(source, size) as driver:
        entries = driver.keys.strip().split("  ")
        assert entries[0] == "? Help"
        assert len(entries) <= 6 or size[0] >= 116
        assert all(len(entry.split()) >= 2 for entry in entries)


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_leaving(opened: Opener, source: MemorySource, key: str) -> None:
    """Both keys."""
    fill(source)
    async with opened(source) as driver:
        await driver.pilot.press(key)
        await driver.pilot.pause()
        assert driver.app.return_value == 0


async def test_leaving_a_screen_that_is_too_small(opened: Opener, source: MemorySource) -> None:
    """The one key that works there."""
    async with opened(source, (54, 16)) as driver:
        await driver.pilot.press("q")
        await driver.pilot.pause()
        assert driver.app.return_value == 0


async def test_q_only_closes_the_help(opened: Opener, source: MemorySource) -> None:
    """As in a pager."""
    fill(source)
    async with opened(source) as driver:
        await driver.press("question_mark", "q")
        assert driver.app.return_value is None
        assert "Help: Flow" not in driver.text


async def test_somebody_else_ends_it(opened: Opener, source: MemorySource) -> None:
    """A signal handler asks from another thread."""
    async with opened(source) as driver:
        await asyncio.to_thread(driver.app.request_exit)
        await driver.pilot.pause(0.2)
        assert driver.app.return_value == 0


# --- states ------------------------------------------------------------------------------------------------------


async def test_waiting(opened: Opener, source: MemorySource) -> None:
    """What to do is said."""
    async with opened(source) as driver:
        assert "STARTING" in driver.top
        source.site(SitePhase.PREPARING, detail="manage.py migrate")
        await driver.settle()
        assert "PREPARING" in driver.top
        assert "manage.py migrate" in driver.text
        source.site(SitePhase.SERVING)
        await driver.settle()
        assert "LIVE" in driver.top
        assert "No request yet." in driver.text
        assert "Open http://127.0.0.1:8000/ in a browser." in driver.text


async def test_reconnecting(opened: Opener, source: MemorySource) -> None:
    """The autoreloader replaces the process; the requests stay."""
    fill(source)
    async with opened(source) as driver:
        source.site(SitePhase.RELOADING)
        await driver.settle()
        assert "RECONNECTING" in driver.top
        assert "Flow of request 4" in driver.text
        source.site(SitePhase.SERVING)
        await driver.settle()
        assert "LIVE" in driver.top


@pytest.mark.parametrize("size", TWO_SIZES)
async def test_a_crashed_site_fills_the_picture(opened: Opener, source: MemorySource, size: tuple[int, int]) -> None:
    """Its own last words, and how to go on; the requests are still there."""
    fill(source)
    traceback = "Traceback (most recent call last):\n" + "\n".join(f'  File "x{n}.py"' for n in range(40))
    async with opened(source, size) as driver:
        source.site(SitePhase.BROKEN, detail=f"{traceback}\nSyntaxError: [bold]invalid[/bold] syntax")
        await driver.settle()
        assert "✖ SITE CRASHED" in driver.top
        assert "SyntaxError: [bold]invalid[/bold] syntax" in driver.text
        assert "Correct the file and save it" in driver.text
        await driver.press("up")
        assert "Flow of request 3" in driver.text
        assert "1 Security" in driver.text


async def test_a_site_that_ended_can_be_started_again(opened: Opener, source: MemorySource) -> None:
    """S, which does nothing while it runs."""
    fill(source, "home")
    source.output("last words")
    async with opened(source) as driver:
        await driver.press("S")
        assert source.restarts == 0
        source.site(SitePhase.EXITED, exit_code=1)
        await driver.settle()
        assert "exit code 1" in driver.text
        assert "last words" in driver.text
        assert "S Start again" in driver.keys
        await driver.press("S")
        assert source.restarts == 1


@pytest.mark.parametrize("size", TWO_SIZES)
async def test_the_level_is_switched_and_shown(opened: Opener, source: MemorySource, size: tuple[int, int]) -> None:
    """L watches deep, which the top row says as long as it lasts, also while the picture is paused."""
    fill(source)
    async with opened(source, size) as driver:
        assert "deep" not in driver.top
        await driver.press("L")
        assert source.level == "deep"
        assert "LIVE  deep  bookshop on 127.0.0.1:8000" in driver.top
        assert "Level deep:" in driver.text
        await driver.press("space")
        assert "held 0  deep" in driver.top
        await driver.press("space", "5")
        assert "LIVE  deep" in driver.top
        await driver.press("L")
        assert source.level == "path"
        assert "deep" not in driver.top


async def test_a_recording_has_no_level_to_switch(opened: Opener, replayed: MemorySource) -> None:
    """The key says so."""
    replayed.request("home")
    async with opened(replayed) as driver:
        await driver.press("L")
        assert replayed.level == ""
        assert "A recording holds" in driver.text
        assert "deep" not in driver.top


async def test_a_taken_port_is_said_in_the_top_row(opened: Opener, source: MemorySource) -> None:
    """Instead of the address."""
    fill(source)
    source.notice = "port 8000 is taken: serving on 8001"
    async with opened(source) as driver:
        assert "port 8000 is taken: serving on 8001" in driver.top


async def test_replay(opened: Opener, replayed: MemorySource) -> None:
    """The same app; the top row says where one is, and it begins at the beginning."""
    for name in ("home", "detail", "csrf_403"):
        replayed.request(name)
    async with opened(replayed) as driver:
        assert "REPLAY monday.reqtrace 1/3" in driver.top
        assert "Flow of request 1" in driver.text
        await driver.press("down", "down")
        assert "REPLAY monday.reqtrace 3/3" in driver.top
        assert "newer" not in driver.text


async def test_an_empty_recording(opened: Opener, replayed: MemorySource) -> None:
    """Says that it is empty."""
    async with opened(replayed) as driver:
        assert "There is no request in monday.reqtrace." in driver.text


async def test_losses_are_shown(opened: Opener, source: MemorySource) -> None:
    """With a mark, not only a number."""
    fill(source)
    source.dropped = 7
    async with opened(source) as driver:
        assert "! dropped 7" in driver.top


async def test_recording_is_said(opened: Opener, source: MemorySource) -> None:
    """With the name of the file."""
    fill(source)
    source.recording = "monday.reqtrace"
    async with opened(source, (120, 40)) as driver:
        assert "REC monday.reqtrace" in driver.top


async def test_remarks_of_the_hub_are_shown(opened: Opener, source: MemorySource) -> None:
    """For a while on the screen, and for good in the log; their brackets are text."""
    fill(source)
    async with opened(source) as driver:
        source._arrivals.append(Arrival(HUB, note_record("no process of [/this] is traced")))
        await driver.settle()
        assert "no process of [/this] is traced" in " ".join(driver.text.split())
        await driver.press("5")
        assert "no process of [/this] is traced" in driver.text


@pytest.mark.parametrize("size", [(54, 16), (59, 24), (80, 17)])
async def test_too_small(opened: Opener, source: MemorySource, size: tuple[int, int]) -> None:
    """Says what it needs; nothing works but leaving, until there is room."""
    fill(source)
    async with opened(source, size) as driver:
        width, height = size
        assert f"Too small: {width}×{height}, needs 60×18" in driver.text
        await driver.press("question_mark", "5", "right", "space", "colon")
        assert f"Too small: {width}×{height}, needs 60×18" in driver.text
        await driver.pilot.resize_terminal(80, 24)
        await driver.settle()
        assert "Flow of request 4" in driver.text
        assert "PAUSED" not in driver.top
        assert "done" in driver.said


@pytest.mark.parametrize("pressed", [["question_mark"], ["5"]], ids=["help", "log"])
async def test_a_covered_screen_learns_of_a_new_size(opened: Opener, source: MemorySource, pressed: list[str]) -> None:
    """Back in front it has the layout of the size it has now."""
    fill(source)
    async with opened(source) as driver:
        await driver.press(*pressed)
        await driver.pilot.resize_terminal(120, 40)
        await driver.press("escape" if pressed[0] == "question_mark" else "1")
        assert "─ Requests ─" in driver.text
        await driver.press("5")
        assert "╭─ What the site prints ─" in driver.text


async def test_too_small_and_then_large(opened: Opener, source: MemorySource) -> None:
    """The layout is that of the new size."""
    fill(source)
    async with opened(source) as driver:
        await driver.pilot.resize_terminal(54, 16)
        await driver.settle()
        await driver.pilot.resize_terminal(120, 40)
        await driver.settle()
        assert "─ Requests ─" in driver.text


async def test_too_small_over_the_help(opened: Opener, source: MemorySource) -> None:
    """What was open is still open afterwards."""
    fill(source)
    async with opened(source) as driver:
        await driver.press("question_mark")
        await driver.pilot.resize_terminal(54, 16)
        await driver.settle()
        assert "Too small: 54×16" in driver.text
        await driver.pilot.resize_terminal(120, 40)
        await driver.settle()
        assert "Help: Flow" in driver.text


@pytest.mark.parametrize("size", SIZES)
async def test_ascii(opened: Opener, source: MemorySource, size: tuple[int, int]) -> None:
    """Every screen, borders and scrollbars included."""
    source.site(SitePhase.SERVING)
    for number in range(60):
        source.request("home" if number % 2 else "short_circuit_301")
    async with opened(source, size, ascii_only=True) as driver:
        for pressed in ([], ["right", "right"], ["s"], ["enter"], ["question_mark"], ["escape", "5"], ["colon"]):
            await driver.press(*pressed)
            shown = "".join(driver.text.split())
            assert shown.isascii(), [character for character in shown if not character.isascii()]


HOSTILE = "/\x1b]0;owned\x07/[bold red]x[/]/\u202eevil/\x9b2J/" + "é" * 3 + "\udcff/文章/" + "a" * 8_000


@pytest.mark.parametrize("size", TWO_SIZES)
async def test_hostile_text_is_harmless(opened: Opener, source: MemorySource, size: tuple[int, int]) -> None:
    """Escape sequences, markup, bidi marks, broken UTF-8 and 8 kB of URL are shown as text."""
    source.site(SitePhase.SERVING, detail="[/]")
    source.request(make("hostile", path=HOSTILE, method="[red]GET", query="\x1b[31m"))
    source.output("\x1b[31mred\x1b[0m [blink]tags[/blink] \x1b[2J \x9b1A \u202e " + "w" * 9_000)
    source.title = "[/bold]\x1b[2J"
    async with opened(source, size) as driver:
        for pressed in (["right"], ["right"], ["s"], ["enter"], ["escape", "escape", "5"], ["right"], ["s"]):
            await driver.press(*pressed)
            assert not {"\x1b", "\x9b", "\x07", "\u202e"} & set(driver.text)
        await driver.press("s", "left", "left")
        assert "red [blink]tags[/blink] \\x1b[2J" in driver.text


async def test_resizing_through_every_layout(opened: Opener, source: MemorySource) -> None:
    """The request and the step stay."""
    fill(source)
    async with opened(source) as driver:
        await driver.press("up", "right", "right", "right")
        for size in [(200, 50), (120, 40), (60, 18), (116, 30), (170, 40), (80, 24)]:
            await driver.pilot.resize_terminal(*size)
            await driver.settle()
            assert "Flow of request 3" in driver.text
            assert "step 3/" in driver.said
            assert all(len(line) <= size[0] for line in driver.lines)


async def test_nothing_is_drawn_when_nothing_happens(
    opened: Opener, source: MemorySource, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An idle site costs no picture."""
    fill(source)
    async with opened(source) as driver:
        shown: list[Board] = []
        monkeypatch.setattr(driver.app.screen, "show", shown.append)
        for _ in range(5):
            driver.app._tick()
        assert not shown


def test_the_top_row_knows_everything_it_shows() -> None:
    """``Board.status`` has every field, so that no change is missed."""
    indirect = {"site", "summaries"}
    board = Board(title="a", address="b", notice="c", recording="d", held=5, total=6, dropped=7)
    for field in fields(board):
        if field.name not in indirect:
            assert getattr(board, field.name) in board.status


def test_a_crash_of_ours_is_raised_after_the_terminal_is_restored(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], source: MemorySource
) -> None:
    """``run_app`` raises it; no traceback with local variables is printed."""

    def broken(self: ReqtraceApp) -> None:
        raise RuntimeError("a bug")

    run = ReqtraceApp.run
    monkeypatch.setattr(ReqtraceApp, "run", lambda self: run(self, headless=True))
    monkeypatch.setattr(ReqtraceApp, "_tick", broken)
    with pytest.raises(RuntimeError, match="a bug"):
        run_app(source)
    assert "Traceback" not in capsys.readouterr().err


# --- golden screens ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [*SIZES, (54, 16)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_golden_finished(
    opened: Opener, source: MemorySource, size: tuple[int, int], matches_snapshot: Callable[[str], None]
) -> None:
    """The newest request, finished."""
    fill(source, "home", "csrf_403", "cjk_path", "detail")
    async with opened(source, size) as driver:
        matches_snapshot(driver.text)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_golden_third_step(
    opened: Opener, source: MemorySource, size: tuple[int, int], matches_snapshot: Callable[[str], None]
) -> None:
    """Three steps in, a request that is not the newest."""
    fill(source, "home", "short_circuit_301", "detail", "home")
    async with opened(source, size) as driver:
        await driver.press("up", "right", "right", "right")
        matches_snapshot(driver.text)


async def test_golden_ascii(opened: Opener, source: MemorySource, matches_snapshot: Callable[[str], None]) -> None:
    """The same in ASCII."""
    fill(source, "home", "detail")
    async with opened(source, ascii_only=True) as driver:
        matches_snapshot(driver.text)


async def test_golden_log(opened: Opener, source: MemorySource, matches_snapshot: Callable[[str], None]) -> None:
    """The log of a medium screen."""
    fill(source, "home")
    source.output("Watching for file changes with StatReloader")
    async with opened(source, (120, 40)) as driver:
        await driver.press("5")
        matches_snapshot(driver.text)


def test_no_binding_is_a_stub() -> None:
    """Every action of every binding is a method somewhere."""
    for owner in owners():
        for binding in bindings_of(owner):
            name = binding.action.partition("(")[0]
            target = ReqtraceApp if name.startswith("app.") else owner
            assert hasattr(target, f"action_{name.removeprefix('app.')}"), (owner, binding.id)
