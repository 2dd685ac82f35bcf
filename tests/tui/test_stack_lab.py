"""The lab in the mode Stack: a list is changed with keys, tried in a thread, and the running site never hears of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django_model import STARTPROJECT
from scenarios import SCENARIOS
from tui_driver import Driver, MemorySource, Opener

from reqtrace.analysis.experiments import Attempt, Experiment, LabFacts, Remark, RemarkId
from reqtrace.analysis.lab import NeedsConsent
from reqtrace.errors import ProjectError
from reqtrace.hub.project import Project, ProjectKind
from reqtrace.hub.visit import Visit
from reqtrace.tui import lab_desk
from reqtrace.tui.screens.stack import StackScreen

pytestmark = pytest.mark.slow

PATHS = tuple(middleware.path for middleware in STARTPROJECT)
TO_LAB = ("2", "v", "v")


def attempt(middleware: tuple[str, ...], name: str) -> Attempt:
    trace = SCENARIOS[name].trace()
    return Attempt(
        middleware=middleware,
        trace=trace,
        status=trace.summary.status,
        headers=(),
        size=1,
        digest=name,
        escaped="",
        failure="",
        remarks=(),
        output="",
    )


class FakeLab:
    """Answers with traces that are known."""

    made: list[FakeLab]
    gate: threading.Event
    failure: ProjectError | None = None
    middleware: tuple[str, ...] = PATHS

    def __init__(self, project: Project) -> None:
        self.is_closed = False
        self.sent: list[tuple[Visit, tuple[str, ...], bool]] = []
        self.facts = LabFacts(python="3.11", django="5.2", middleware=self.middleware, remarks=())
        type(self).made.append(self)

    def start(self) -> LabFacts:
        if self.failure is not None:
            raise self.failure
        return self.facts

    def close(self) -> None:
        self.is_closed = True

    def run(self, visit: Visit, middleware: tuple[str, ...], *, has_consent: bool = False) -> Experiment:
        self.gate.wait(10)
        if visit.is_unsafe and not has_consent:
            raise NeedsConsent(
                visit, [Remark(id=RemarkId.DATABASE, values=(("alias", "default"), ("cause", "MyISAM")))]
            )
        self.sent.append((visit, middleware, has_consent))
        changed = attempt(middleware, "csrf_403")
        return Experiment(visit=visit, original=attempt(PATHS, "detail"), changed=changed, volatile=frozenset())

    def baseline(self, visit: Visit, *, has_consent: bool = False) -> tuple[Attempt, frozenset[str]]:
        return attempt(PATHS, "detail"), frozenset()

    def attempt(self, visit: Visit, middleware: tuple[str, ...] | None = None, *, has_consent: bool = False) -> Attempt:
        self.gate.wait(10)
        return attempt(middleware or PATHS, "csrf_403")


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> type[FakeLab]:
    """The class whose instances stand in for the lab."""
    gate = threading.Event()
    gate.set()
    stand_in: Any = type("Lab", (FakeLab,), {"made": [], "gate": gate})
    monkeypatch.setattr(lab_desk, "Lab", stand_in)
    return stand_in  # type: ignore[no-any-return]


@pytest.fixture
def site(source: MemorySource, tmp_path: Path) -> MemorySource:
    """A live site whose project is known, with one request."""
    source.project = Project(
        root=tmp_path, kind=ProjectKind.SETTINGS, interpreter=Path("python"), interpreter_source="here"
    )
    source.request("detail")
    return source


async def until_tried(driver: Driver) -> None:
    screen = driver.app.screen_stack[0]
    assert isinstance(screen, StackScreen)
    await driver.until(lambda: not screen._lab.is_busy and not screen._progress)


async def test_changing_the_list(opened: Opener, site: MemorySource, matches_snapshot: Callable[[str], None]) -> None:
    """< and > move the line, o switches it off, d has it twice, u undoes all of it."""
    async with opened(site) as driver:
        await driver.press(*TO_LAB)
        assert "Nothing is changed yet." in driver.text
        await driver.press("down", "greater_than_sign", "greater_than_sign")
        assert "What if SessionMiddleware stood above AuthenticationMiddleware?" in driver.said
        assert "SessionMiddleware was line 2." in driver.said
        await driver.press("end", "o")
        matches_snapshot("\n".join(driver.lines[:-1]) + "\n")
        await driver.press("home", "d")
        assert "3 lines are changed" in driver.text
        await driver.press("u")
        assert "Nothing is changed yet." in driver.text
        assert "source" not in driver.said


async def test_a_try(opened: Opener, site: MemorySource, lab: type[FakeLab]) -> None:
    """r sends the request that is looked at through both lists; keys work meanwhile, then the result is shown."""
    lab.gate.clear()
    async with opened(site) as driver:
        await driver.press(*TO_LAB, "o", "r")
        assert "Working: the request goes through both lists" in driver.text
        await driver.press("down", "r")
        lab.gate.set()
        await driver.until(lambda: "FIRST DIFFERENCE" in driver.text)
        assert "What if SecurityMiddleware were off?" in driver.text
        assert "Answers 403" in driver.text
        await driver.press("escape")
        assert "Last try: answers 403" in driver.text
        (made,) = lab.made
        ((visit, middleware, has_consent),) = made.sent
        assert (visit.method, visit.url, has_consent) == ("GET", "/books/3/?from=home", False)
        assert middleware == PATHS[1:]
        await driver.press("o")
        assert "Last try" not in driver.text
    assert made.is_closed


async def test_every_position(opened: Opener, site: MemorySource, lab: type[FakeLab]) -> None:
    """e tries the selected layer at each position of MIDDLEWARE."""
    async with opened(site) as driver:
        await driver.press(*TO_LAB, "down", "e")
        await driver.until(lambda: "at each of the 7 positions" in driver.text)
        assert "(now)" in driver.text


async def test_unsafe_methods_ask_first(opened: Opener, site: MemorySource, lab: type[FakeLab]) -> None:
    """Nothing is sent until y; Esc leaves it at that."""
    site.request("csrf_403")
    async with opened(site) as driver:
        await driver.press(*TO_LAB, "o", "r")
        await driver.until(lambda: "Send it in the lab all the same?" in driver.text)
        assert "POST is meant to change something" in driver.text
        await driver.press("escape")
        await until_tried(driver)
        assert lab.made[0].sent == []
        await driver.press("r")
        await driver.until(lambda: "Send it in the lab all the same?" in driver.text)
        await driver.press("y")
        await driver.until(lambda: "FIRST DIFFERENCE" in driver.text)
        assert [has_consent for _, _, has_consent in lab.made[0].sent] == [True]


async def test_what_causes_a_header(opened: Opener, site: MemorySource, lab: type[FakeLab]) -> None:
    """b asks what is to be explained, offers what the request shows, and names the layers."""
    async with opened(site) as driver:
        await driver.press(*TO_LAB, "b", *"head")
        assert "header Content-Type" in driver.text
        await driver.press("escape", "b", *"nonsense", "enter")
        assert "names nothing that a response can show" in driver.text
        await driver.press("escape", "b", *"status 200", "enter")
        await driver.until(lambda: "What causes status 200?" in driver.text)
        assert "experiments." in driver.text


async def test_adding_a_layer(opened: Opener, site: MemorySource) -> None:
    """a asks for a path and offers Django's own; a word alone is no path, Esc adds nothing."""
    async with opened(site) as driver:
        await driver.press(*TO_LAB, "a", *"gzip")
        assert "django.middleware.gzip.GZipMiddleware" in driver.text
        await driver.press("enter")
        assert "It takes the whole path" in driver.text
        await driver.press("backspace", "tab", "enter")
        assert "GZipMiddleware is added." in driver.said
        await driver.press("a", "x", "escape")
        assert "1 line is changed" in driver.text


async def test_a_project_that_does_not_start(opened: Opener, site: MemorySource, lab: type[FakeLab]) -> None:
    """The reason stands where the result would."""
    lab.failure = ProjectError("The apps of shop do not load.", hint="Install the project's requirements.")
    async with opened(site) as driver:
        await driver.press(*TO_LAB, "o", "r")
        await driver.until(lambda: "The apps of shop do not load." in driver.text)
        assert "Install the project's requirements." in driver.text


async def test_a_list_that_has_changed_since(opened: Opener, site: MemorySource, lab: type[FakeLab]) -> None:
    """The lab compares with the list on the screen or with nothing."""
    lab.middleware = PATHS[1:]
    async with opened(site) as driver:
        await driver.press(*TO_LAB, "o", "r")
        await driver.until(lambda: "MIDDLEWARE has changed since this chain was loaded" in driver.text)


async def test_what_cannot_be_tried(opened: Opener, site: MemorySource, replayed: MemorySource) -> None:
    """Nothing changed, no project: each says why."""
    async with opened(site) as driver:
        await driver.press(*TO_LAB, "r")
        assert "Nothing is changed: move a layer" in driver.text
        await driver.press("d", "e")
        assert "positions to be tried at." in driver.text
    replayed.request("detail")
    async with opened(replayed) as driver:
        await driver.press(*TO_LAB, "o", "r")
        assert "The lab needs the project" in driver.text
