"""Requests are sent from the screen: again, changed, or the first one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from scenarios import SCENARIOS, Scenario
from textual.widgets import Checkbox, Input, TextArea
from tui_driver import Driver, MemorySource, Opener

from reqtrace.errors import HubError
from reqtrace.events.kinds import RequestStarted
from reqtrace.hub.arrival import SitePhase
from reqtrace.hub.project import Project, ProjectKind
from reqtrace.hub.visit import Reply, Visit

PROJECT = Project(
    root=Path("/srv/shop"),
    kind=ProjectKind.MANAGE_PY,
    interpreter=Path("/usr/bin/python3"),
    interpreter_source="found on PATH",
    manage_py=Path("/srv/shop/manage.py"),
)
FORM_TYPE = "application/x-www-form-urlencoded"
FORM = (
    ("Host", "127.0.0.1:8000"),
    ("Cookie", "sessionid=********; csrftoken=********"),
    ("Content-Type", "application/x-www-form-urlencoded"),
    ("Content-Length", "34"),
)


def sent_with(name: str, headers: tuple[tuple[str, str], ...]) -> Scenario:
    """The scenario, its request having had these headers."""
    scenario = SCENARIOS[name]
    events = [replace(one, headers=headers) if isinstance(one, RequestStarted) else one for one in scenario.request]
    return replace(scenario, request=tuple(events))


def flat(driver: Driver) -> str:
    """What the screen says, wherever its lines break."""
    return " ".join(driver.text.replace("▌", " ").replace("│", " ").split())


def write(driver: Driver, **fields: str) -> None:
    """Other words in the fields of the dialog, as if they had been typed."""
    for name, words in fields.items():
        field = driver.app.screen.query_one(f"#{name}")
        assert isinstance(field, Input | TextArea)
        if isinstance(field, Input):
            field.value = words
        else:
            field.text = words


async def settled(driver: Driver, condition: Callable[[], object]) -> None:
    """The thread that sends has come to its end."""
    for _ in range(200):
        if condition():
            break
        await driver.pilot.pause(0.01)
    await driver.settle()


@pytest.fixture
def source() -> MemorySource:
    serving = MemorySource()
    serving.project = PROJECT
    serving.site(SitePhase.SERVING)
    return serving


async def test_r_sends_a_get_again_at_once(source: MemorySource, opened: Opener) -> None:
    """Nothing is asked; what was secret is told to be missing, and what came of it when it is there."""
    source.request(sent_with("home", (("Accept", "text/html"), ("Authorization", "********"))))
    async with opened(source, (120, 40)) as driver:
        await driver.press("r")
        assert "is sent without what is secret: Authorization." in flat(driver)
        await settled(driver, lambda: "answered" in driver.text)
        assert "was answered 200 OK after 12.0ms." in flat(driver)
    [visit] = source.visits
    assert (visit.method, visit.headers) == ("GET", (("Accept", "text/html"),))


async def test_r_on_the_waiting_screen_asks_for_the_front_page(source: MemorySource, opened: Opener) -> None:
    """The screen says so."""
    async with opened(source) as driver:
        assert "press r to send a request for /" in driver.text
        await driver.press("r")
        await settled(driver, lambda: source.visits)
    assert source.visits == [Visit(method="GET", url="/")]


async def test_an_unsafe_method_is_confirmed(source: MemorySource, opened: Opener) -> None:
    """``r`` on a POST shows what would be sent and what is not known; only a second Enter, after the warning, sends."""
    source.request(sent_with("csrf_403", FORM))
    async with opened(source) as driver:
        await driver.press("r")
        assert "Its body of 34 bytes is not known" in driver.text
        assert "Its cookies are secret and not sent: sessionid, csrftoken." in driver.text
        await driver.press("enter")
        assert "POST may change what the site keeps" in driver.text
        assert not source.visits
        # Pressed twice by accident, it does nothing: a button that is lit takes no key.
        await settled(driver, lambda: not driver.app.screen.query_one("#send").has_class("-active"))
        await driver.press("enter")
        await settled(driver, lambda: source.visits)
    [visit] = source.visits
    assert (visit.method, visit.wants_csrf, visit.headers) == ("POST", True, (("Host", "127.0.0.1:8000"),))


async def test_a_changed_request_is_warned_of_again(source: MemorySource, opened: Opener) -> None:
    """The confirmation is for what was shown with it."""
    source.request(sent_with("csrf_403", FORM))
    async with opened(source) as driver:
        await driver.press("R", "enter", "shift+tab", "x", "enter")
        assert not source.visits
        assert driver.app.screen.id != "_default"


async def test_another_method_brings_its_token(source: MemorySource, opened: Opener) -> None:
    """What Django asks a token for gets one, unless the person says otherwise afterwards."""
    source.request("home")
    async with opened(source) as driver:
        await driver.press("R")
        token = driver.app.screen.query_one("#token", Checkbox)
        assert not token.value
        write(driver, method="post")
        await driver.settle()
        assert token.value
        assert "Send POST" in driver.text


async def test_esc_sends_nothing(source: MemorySource, opened: Opener) -> None:
    """The dialog is gone, and the picture is as it was."""
    source.request(sent_with("csrf_403", FORM))
    async with opened(source) as driver:
        before = driver.text
        await driver.press("r", "enter", "escape")
        assert driver.text == before
    assert not source.visits


async def test_edit_and_send(source: MemorySource, opened: Opener) -> None:
    """Path, user, headers and body are what was written; a letter typed into a field is no key."""
    source.request("home")
    async with opened(source) as driver:
        await driver.press("R", "q", "slash", "tab", *"ada", "tab", "tab", "tab", *"a=b")
        write(driver, headers="X:1")
        await driver.press("f2")
        await settled(driver, lambda: source.visits)
    assert source.visits == [
        Visit(method="GET", url="/q/", headers=(("X", "1"),), body="a=b", content_type=FORM_TYPE, username="ada")
    ]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"path": "books/"}, "no path of the site"),
        ({"method": "GET IT"}, "no HTTP method"),
        ({"headers": "nonsense"}, "This line is no header"),
    ],
    ids=["path", "method", "header"],
)
async def test_what_is_no_request_is_said(
    source: MemorySource, opened: Opener, fields: dict[str, str], words: str
) -> None:
    """The dialog stays, with the reason."""
    source.request("home")
    async with opened(source) as driver:
        await driver.press("R")
        write(driver, **fields)
        await driver.press("enter")
        assert words in flat(driver)
    assert not source.visits


async def test_no_user_without_a_project(source: MemorySource, opened: Opener) -> None:
    """Of a command only the address is known: the dialog says that nobody can be logged in."""
    source.project = None
    source.request("home")
    async with opened(source) as driver:
        await driver.press("R", "tab", "a")
        assert "A user or a token can be sent only to a site" in driver.text
        await driver.press("f2")
        await settled(driver, lambda: source.visits)
    assert source.visits[0].username is None


async def test_a_site_that_does_not_answer(source: MemorySource, opened: Opener) -> None:
    """The reason is told as that of any error."""

    def refuse(visit: Visit) -> Reply:
        raise HubError("GET / was not answered: Connection refused.", hint="Does the site run?")

    source.reply = refuse
    source.request("home")
    async with opened(source, (120, 40)) as driver:
        await driver.press("r")
        await settled(driver, lambda: "refused" in driver.text)
        assert "was not answered: Connection refused." in flat(driver)


async def test_a_recording_is_sent_nowhere(opened: Opener) -> None:
    """``r`` and ``R`` say why."""
    source = MemorySource(is_live=False)
    source.request("home")
    async with opened(source) as driver:
        await driver.press("r")
        assert "A recording has no site" in flat(driver)
    assert not source.visits


async def test_the_dialog_fits_the_smallest_screen(source: MemorySource, opened: Opener) -> None:
    """Fields, what is not known, the warning and the buttons."""
    source.request(sent_with("csrf_403", FORM))
    async with opened(source, (60, 18)) as driver:
        await driver.press("r", "enter")
        for words in ("Method", "As user", "Headers", "Body", "Yes, send POST", "Cancel", "POST may change"):
            assert words in driver.text, words
