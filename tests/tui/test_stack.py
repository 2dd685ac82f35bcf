"""The mode Stack: the loading of a chain step by step, its hooks, lint, several chains, and every state."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django_model import AUTH, COMMON, CSRF, MESSAGES, SECURITY, SESSION, XFRAME
from scenarios import SCENARIOS, Scenario, make
from textual import events
from textual.geometry import Offset
from tui_driver import Driver, MemorySource, Opener

from reqtrace.analysis.chain_lint import lint_chain
from reqtrace.analysis.loading import loading_steps
from reqtrace.analysis.project_lint import ProjectReport
from reqtrace.analysis.rules.engine import LintReport
from reqtrace.analysis.rules.rule import Rule
from reqtrace.errors import ProjectError
from reqtrace.events.kinds import ChainFailed, ChainLoaded, Event, LayerFailed, LayerLoaded, LayerSkipped
from reqtrace.hub.arrival import SitePhase
from reqtrace.hub.project import Project, ProjectKind
from reqtrace.trace.chains import ProcessRecord
from reqtrace.trace.site_model import ProcessFacts
from reqtrace.tui import linting
from reqtrace.tui.actions import stack_lint
from reqtrace.tui.screens.stack import StackScreen
from reqtrace.tui.stack_position import StackPosition, chain_places, chosen_place
from reqtrace.tui.widgets.stack_view import StackView

pytestmark = pytest.mark.slow

WRONG = (SECURITY, AUTH, COMMON, CSRF, SESSION, MESSAGES, XFRAME)
"""Authentication above Session."""


def wrong_order() -> Scenario:
    return make("wrong_order", WRONG)


def with_reason(reason: str) -> Scenario:
    """A layer that is not used, with its own reason."""
    scenario = SCENARIOS["not_used"]
    loading = [
        replace(event, reason=reason) if isinstance(event, LayerSkipped) else event for event in scenario.loading
    ]
    return replace(scenario, loading=tuple(loading))


def facts_of(scenario: Scenario, number: int = 1) -> ProcessFacts:
    record = ProcessRecord(number, scenario.header)
    for event in scenario.loading:
        record.take(event)
    return record.facts()


def failing() -> Scenario:
    """Loading ends at the third layer from the top."""
    told: list[Event] = []
    for event in SCENARIOS["detail"].loading:
        if isinstance(event, LayerLoaded) and event.layer == 2:
            values = {"time": event.time, "request": 0, "thread": 1, "chain": event.chain}
            cause = {"error": "builtins.ImportError", "message": "No module named 'shop.middlewares'"}
            told.append(LayerFailed(**values, layer=2, path="shop.middlewares.Prices", **cause))
            told.append(ChainFailed(**values, **cause))
            break
        if not isinstance(event, ChainLoaded):
            told.append(event)
    return replace(SCENARIOS["detail"], loading=tuple(told), request=())


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project that can be asked."""
    return Project(root=tmp_path, kind=ProjectKind.SETTINGS, interpreter=Path("python"), interpreter_source="here")


def without_keys(driver: Driver) -> str:
    """The screen without its last row, which also names the other modes."""
    return "\n".join(driver.lines[:-1]) + "\n"


def told(driver: Driver) -> str:
    """The sentences below the picture, however many rows they have."""
    return "\n".join(line for line in driver.lines if line.startswith("▌"))


# --- the replay --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50), (60, 18)], ids=lambda size: "x".join(map(str, size)))
async def test_golden_stack(
    size: tuple[int, int], opened: Opener, source: MemorySource, matches_snapshot: Callable[[str], None]
) -> None:
    """Loading at the step that collects a hook, at every size."""
    source.site(SitePhase.SERVING)
    source.request("process_exception_passes")
    async with opened(source, size) as driver:
        await driver.press("2", "home", *["right"] * 5)
        matches_snapshot(without_keys(driver))


async def test_stepping_through_the_loading(opened: Opener, source: MemorySource) -> None:
    """2 shows the complete chain, Home its beginning, → the next step, ← the one before, End all of it."""
    source.request("detail")
    async with opened(source) as driver:
        await driver.press("2")
        assert "The chain is complete: 7 layers" in driver.said
        await driver.press("home")
        assert "step 1/24" in driver.said
        assert "load_middleware begins" in driver.said
        await driver.press("right")
        assert "7 XFrameOptionsMiddleware is imported" in driver.said
        await driver.press("right", "right", "left")
        assert "step 3/24" in driver.said
        await driver.press("end")
        assert "step 24/24" in driver.said


@pytest.mark.parametrize("name", ["not_used"])
async def test_every_step_can_be_walked(name: str, opened: Opener, source: MemorySource) -> None:
    """→ goes through all steps, and each has its number and two lines."""
    source.request(name)
    total = len(loading_steps(facts_of(SCENARIOS[name]).chains[0]))
    async with opened(source) as driver:
        await driver.press("2", "home")
        for number in range(1, total + 1):
            assert f"step {number}/{total}" in driver.said
            assert len(driver.said.splitlines()[1]) > 20
            await driver.pilot.press("right")
            await driver.pilot.pause()


async def test_loading_is_played(opened: Opener, source: MemorySource) -> None:
    """p plays from the beginning, a key stops where it is; at the end it stops by itself; the speed is told."""
    source.request("not_used")
    async with opened(source) as driver:
        await driver.press("2", "minus", "minus")
        assert "0.25 steps a second" in driver.text
        await driver.press("p")
        assert "step 1/13" in driver.said
        assert "any key stops" in driver.lines[1]
        screen = driver.app.screen
        assert isinstance(screen, StackScreen)
        for number in range(2, 13):
            screen.play_on()
            await driver.settle()
            assert f"step {number}/13" in driver.said
        screen.play_on()
        await driver.settle()
        assert "The chain is complete" in driver.said
        assert "any key stops" not in driver.text
        await driver.press("home", "p", "right")
        assert "step 1/13" in driver.said
        assert "any key stops" not in driver.text
        await driver.press("plus", "plus", "plus", "plus", "plus", "p")
        await driver.until(lambda: "The chain is complete" in driver.said)


async def test_layers_are_chosen_with_the_arrows(opened: Opener, source: MemorySource) -> None:
    """↑ is the layer above, whose loading comes later; from the beginning it is the last line of the list."""
    source.request("detail")
    async with opened(source) as driver:
        await driver.press("2", "home", "up")
        assert "7 XFrameOptionsMiddleware is imported" in driver.said
        await driver.press("up")
        assert "6 MessageMiddleware is imported" in driver.said
        await driver.press("down")
        assert "7 XFrameOptionsMiddleware" in driver.said


async def test_a_layer_is_chosen_with_the_mouse(opened: Opener, source: MemorySource) -> None:
    """A click on a row goes to that layer."""
    source.request("detail")
    async with opened(source) as driver:
        await driver.press("2")
        y = next(y for y, line in enumerate(driver.lines) if "CsrfView" in line and "sync" in line)
        await driver.pilot.click(offset=Offset(20, y))
        await driver.settle()
        assert "4 CsrfViewMiddleware is imported" in driver.said


async def test_the_wheel_goes_from_layer_to_layer(opened: Opener, source: MemorySource) -> None:
    """As the arrow keys do."""
    source.request("process_exception_passes")
    async with opened(source) as driver:
        await driver.press("2", "v")
        view = driver.app.screen.query_one(StackView)
        for kind, layer in ((events.MouseScrollDown, "2 Session"), (events.MouseScrollUp, "1 Security")):
            view.post_message(kind(view, 5, 5, 0, 1, 0, shift=False, meta=False, ctrl=False, screen_x=5, screen_y=5))
            await driver.settle()
            assert layer in driver.said


async def test_the_source_of_a_layer(opened: Opener, source: MemorySource) -> None:
    """s swaps the picture with the layer's own source on a narrow screen, Esc swaps back."""
    source.request("detail")
    async with opened(source) as driver:
        await driver.press("2", "home", "right", "s")
        assert "django/middleware/clickjacking.py" in driver.text
        await driver.press("escape")
        assert "_view_middleware" in driver.text


# --- states ------------------------------------------------------------------------------------------------------


async def test_no_chain_yet(opened: Opener, source: MemorySource) -> None:
    """Before anything is loaded it says when that will be, and the chain appears by itself."""
    source.site(SitePhase.STARTING)
    async with opened(source) as driver:
        await driver.press("2", "right", "up", "v", "enter", "l", "n")
        assert "No middleware has been loaded yet." in driver.text
        source.request("detail")
        await driver.settle()
        assert "CsrfView" in driver.text


async def test_a_recording_without_a_chain(opened: Opener, replayed: MemorySource) -> None:
    """It says that there is nothing, not that something will come."""
    async with opened(replayed) as driver:
        await driver.press("2")
        assert "monday.reqtrace holds no loading of middleware." in driver.text


async def test_a_recording_is_replayed(opened: Opener, replayed: MemorySource) -> None:
    """A recording shows its chain as a live site does, and cannot be asked for more."""
    replayed.request("detail")
    async with opened(replayed) as driver:
        await driver.press("2")
        assert "The chain is complete" in driver.said
        await driver.press("l")
        assert "A recording holds names and hooks" in driver.text


async def test_a_chain_that_failed(
    opened: Opener, source: MemorySource, matches_snapshot: Callable[[str], None]
) -> None:
    """The layer and its reason are in the picture even if the site is down."""
    source.request(failing())
    source.site(SitePhase.EXITED, exit_code=1)
    async with opened(source) as driver:
        await driver.press("2")
        assert "load_middleware raised ImportError: No module named" in driver.said
        await driver.press("left")
        assert "No module named 'shop.middlewares'" in driver.said
        matches_snapshot(without_keys(driver))


async def test_a_site_that_never_came_up(opened: Opener, source: MemorySource) -> None:
    """Without a chain a crash is what there is to see."""
    source.output("SyntaxError: invalid syntax")
    source.site(SitePhase.EXITED, exit_code=1)
    async with opened(source) as driver:
        await driver.press("2")
        assert "SyntaxError: invalid syntax" in driver.text


async def test_a_paused_picture_stays(opened: Opener, source: MemorySource) -> None:
    """A chain that is loaded meanwhile waits until the pause ends."""
    source.request("detail")
    async with opened(source) as driver:
        await driver.press("2", "space")
        source.request("not_used")
        await driver.settle()
        assert "of 2" not in driver.lines[1]
        await driver.press("space")
        assert "chain 1 of 2" in driver.lines[1]


async def test_ascii(opened: Opener, source: MemorySource) -> None:
    """Nothing beyond ASCII in either view."""
    source.request("process_exception_passes")
    async with opened(source, ascii_only=True) as driver:
        await driver.press("2")
        assert driver.text.isascii()
        await driver.press("v")
        assert driver.text.isascii()
        assert "v1" in driver.text
        assert "^1" in driver.text


# --- hooks and chains --------------------------------------------------------------------------------------------


async def test_the_hooks_of_a_layer(opened: Opener, source: MemorySource) -> None:
    """v shows the matrix, ↑ ↓ choose a row of it, Home and End its ends; steps belong to loading."""
    source.request("process_exception_passes")
    async with opened(source) as driver:
        await driver.press("2", "v")
        assert "1 SecurityMiddleware has process_request, process_response" in driver.said
        await driver.press("down", "right")
        assert "2 SessionMiddleware" in driver.said
        await driver.press("end")
        assert "8 FriendlyErrors has process_exception, process_template_response" in driver.said
        await driver.press("v", "v")
        assert "8 FriendlyErrors is imported" in driver.said


async def test_several_chains(opened: Opener, source: MemorySource) -> None:
    """c and C go through the chains of all processes, and a choice is kept while others are loaded."""
    source.request("detail")
    source.request("not_used")
    async with opened(source) as driver:
        await driver.press("2")
        assert "chain 2 of 2" in driver.text
        assert "Profiler" in driver.text
        await driver.press("c")
        assert "chain 1 of 2" in driver.text
        assert "CsrfView" in driver.text
        source.request("home")
        await driver.settle()
        assert "chain 1 of 3" in driver.text
        await driver.press("C")
        assert "chain 3 of 3" in driver.text


def test_the_chain_of_the_request_is_shown_first() -> None:
    """Without a choice it is the chain of the process whose request is looked at, if it lives, else the newest."""
    one, two = facts_of(SCENARIOS["detail"], 1), facts_of(SCENARIOS["home"], 2)
    ended = replace(facts_of(SCENARIOS["home"], 3), is_alive=False)
    places = chain_places([one, two, ended])
    for key, process, wanted in (((1, 1), 2, 1), (None, 1, 1), (None, 3, 2), (None, None, 2), ((9, 9), None, 2)):
        place = chosen_place(places, key, process)
        assert place is not None
        assert place.process.number == wanted
    place = chosen_place(chain_places([ended, replace(one, is_alive=False)]), None, 3)
    assert place is not None
    assert place.process is ended
    assert chosen_place([], None) is None


def test_a_position_never_leaves_its_chain() -> None:
    """Steps and layers end at the ends, and another chain has fewer."""
    chain = facts_of(SCENARIOS["detail"]).chains[0]
    last = len(loading_steps(chain)) - 1
    position = StackPosition()
    assert position.by_steps(chain, 1) == position
    assert position.by_steps(chain, -1).step == last - 1
    assert position.by_steps(chain, -999).step == 0
    assert position.at_layer(chain, 99).layer == 6
    assert position.at_layer(chain, -1).layer == 0
    assert StackPosition(layer=99).settled(chain).layer == 6
    empty = replace(chain, layers=())
    assert StackPosition().by_layers(empty, 1).settled(empty).layer == 0


# --- lint --------------------------------------------------------------------------------------------------------


async def test_findings_are_shown_without_asking(
    opened: Opener, source: MemorySource, matches_snapshot: Callable[[str], None]
) -> None:
    """What follows from the names of the layers is on its row at once, with an arrow; Enter says all of it."""
    source.request(wrong_order())
    async with opened(source) as driver:
        await driver.press("2")
        assert "1 error" in driver.lines[1]
        await driver.press("v", "down")
        assert "error  Line 2, Authentication, is above" in driver.said
        matches_snapshot(without_keys(driver))
        await driver.press("enter")
        assert "Move line 2 to directly below line 5." in driver.text
        assert "their sources were not read" in driver.text
        await driver.press("down", "pagedown", "escape")
        assert "belongs here" in driver.text


async def test_a_finding_is_put_right_in_the_lab(opened: Opener, source: MemorySource) -> None:
    """f on the page of a finding brings the list in the right order into the lab."""
    source.request(wrong_order())
    async with opened(source) as driver:
        await driver.press("2", "v", "down", "enter")
        assert "f Fix in the lab" in driver.keys
        await driver.press("f")
        assert "What if AuthenticationMiddleware stood" in driver.said
        assert "was 2" in driver.text


async def test_nothing_to_put_right(opened: Opener, source: MemorySource) -> None:
    """Where nothing is found there is nothing to prove or to fix."""
    source.request("detail")
    async with opened(source) as driver:
        await driver.press("2", "v", "enter")
        assert "Prove" not in driver.keys
        assert "Fix" not in driver.keys
        await driver.press("p", "f")
        assert "Nothing is found about 1 SecurityMiddleware" in driver.text


async def test_a_finding_is_proved(opened: Opener, source: MemorySource, monkeypatch: pytest.MonkeyPatch) -> None:
    """p serves both orders in a thread; a Python without Django is told."""
    asked: list[object] = []

    def refuse(rule: Rule, python: Path | None) -> object:
        asked.append((rule.id, python))
        raise ProjectError("Django is not installed there.", hint="--python PATH")

    monkeypatch.setattr(stack_lint, "proved_rule", refuse)
    source.request(wrong_order())
    async with opened(source) as driver:
        await driver.press("2", "v", "down", "enter", "p")
        await driver.until(lambda: "Django is not installed there." in driver.text)
        assert "Proof of dj-auth" in driver.text
        assert asked == [("dj-auth-after-session", None)]


async def test_asking_the_project(
    opened: Opener, source: MemorySource, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """l asks in a thread; keys are answered meanwhile, and what is found is shown when it comes."""
    may_answer, asked = threading.Event(), []

    def answer(project: Project, *, is_asgi: bool) -> ProjectReport:
        asked.append((project, is_asgi))
        may_answer.wait(10)
        return ProjectReport(report_of(wrong_order()), "shop.settings")

    monkeypatch.setattr(linting, "lint_project", answer)
    source.request(wrong_order())
    source.project = project
    async with opened(source) as driver:
        await driver.press("2", "l", "l")
        assert "asking the project about its middleware" in driver.text
        await driver.press("down")
        assert "3 CommonMiddleware" in driver.said
        may_answer.set()
        await driver.until(lambda: "with the sources read: 1 error" in driver.text)
        assert asked == [(project, False)]
        await driver.press("enter")
        assert "read the sources" in driver.text


def report_of(scenario: Scenario) -> LintReport:
    facts = facts_of(scenario)
    return lint_chain(facts.chains[0], facts)


async def test_lint_goes_to_what_it_finds(
    opened: Opener, source: MemorySource, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """l selects the line of the worst finding, so that Enter is about it; n and N go on from there, round the end."""
    report = report_of(wrong_order())
    monkeypatch.setattr(linting, "lint_project", lambda project, is_asgi: ProjectReport(report, None))
    source.project = project
    source.request(wrong_order())
    async with opened(source) as driver:
        await driver.press("2", "l")
        assert "error  Line 2, Authentication, is above" in driver.said
        await driver.press("enter")
        assert "Lint: 2 AuthenticationMiddleware" in driver.text
        await driver.press("escape", "n")
        assert "5 SessionMiddleware" not in driver.said
        await driver.press("n", "N")
        assert "Line 2, Authentication, is above" in driver.said
        assert "Move line 2 to directly below line 5." in driver.said
        await driver.press("home", "enter")
        assert "Nothing is found about 1 SecurityMiddleware." in driver.text
        assert "2 AuthenticationMiddleware" in driver.text
        await driver.press("escape", "v", "v", "n")
        assert "Line 2, Authentication, is above" in driver.said


async def test_an_answer_about_another_line_does_not_take_the_person_away(
    opened: Opener, source: MemorySource, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever moves while the project is asked stays where they are."""
    may_answer = threading.Event()

    def answer(project: Project, *, is_asgi: bool) -> ProjectReport:
        may_answer.wait(10)
        return ProjectReport(report_of(wrong_order()), "shop.settings")

    monkeypatch.setattr(linting, "lint_project", answer)
    source.project = project
    source.request(wrong_order())
    async with opened(source) as driver:
        await driver.press("2", "l", "end")
        may_answer.set()
        await driver.until(lambda: "with the sources read" in driver.text)
        assert "7 XFrameOptionsMiddleware" in driver.said


async def test_nothing_to_go_to(opened: Opener, source: MemorySource) -> None:
    """Without a finding n says so."""
    source.request("detail")
    async with opened(source) as driver:
        await driver.press("2", "n")
        assert "Lint has found nothing to go to" in driver.text


async def test_a_long_reason_is_whole(opened: Opener, source: MemorySource) -> None:
    """Why a layer was left out is somebody's own sentence: it has the rows that it needs, and no others have them."""
    source.request(with_reason("the search engine is only told on the staging servers, whose names end in .example"))
    async with opened(source) as driver:
        await driver.press("2", "v", "down")
        assert "names end in .example" in told(driver)
        assert len(told(driver).splitlines()) == 3
        await driver.press("up")
        assert len(told(driver).splitlines()) == 2


async def test_titles_fit_a_small_terminal(opened: Opener, source: MemorySource) -> None:
    """Each has a short form."""
    source.request(wrong_order())
    async with opened(source, (60, 18)) as driver:
        await driver.press("2")
        for words in ("WSGIHandler is loaded", "ooks of WSGIHandler", "Lab: another list"):
            assert words in driver.lines[1]
            assert "…" not in driver.lines[1]
            await driver.press("v")


@pytest.mark.parametrize("name", ["detail", "not_used", "process_exception_passes"])
async def test_sentences_are_whole_in_a_small_terminal(name: str, opened: Opener, source: MemorySource) -> None:
    """At 60 columns every step of loading and every layer is told without a cut."""
    source.request(name)
    chain = facts_of(SCENARIOS[name]).chains[0]
    async with opened(source, (60, 18)) as driver:
        await driver.press("2", "home")
        for _ in loading_steps(chain):
            assert "…" not in told(driver).replace("(…)", "").replace("(0, …)", "")
            await driver.pilot.press("right")
            await driver.pilot.pause()
        await driver.press("v")
        for _ in chain.layers:
            assert "…" not in told(driver)
            await driver.press("down")


async def test_a_list_that_has_changed_since(
    opened: Opener, source: MemorySource, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found in another list is not drawn on the rows of this one."""
    report = report_of(wrong_order())
    monkeypatch.setattr(linting, "lint_project", lambda project, is_asgi: ProjectReport(report, None))
    source.request("detail")
    source.project = project
    async with opened(source) as driver:
        await driver.press("2", "l")
        await driver.until(lambda: "MIDDLEWARE has changed since this chain was loaded." in driver.text)
        assert "belongs here" not in driver.text


async def test_a_project_that_cannot_be_asked(
    opened: Opener, source: MemorySource, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason is said, and what the names tell stays."""

    def refuse(project: Project, *, is_asgi: bool) -> ProjectReport:
        raise ProjectError("python cannot be started: No such file.", hint="")

    monkeypatch.setattr(linting, "lint_project", refuse)
    source.request(wrong_order())
    source.project = project
    async with opened(source) as driver:
        await driver.press("2", "l")
        await driver.until(lambda: "The project could not be asked: python cannot be started" in driver.text)
        assert "belongs here" in driver.text


async def test_a_site_that_is_no_known_project(opened: Opener, source: MemorySource) -> None:
    """``reqtrace run`` knows a command and no project; it says so."""
    source.request("detail")
    async with opened(source) as driver:
        await driver.press("2", "l")
        assert "No project was found where" in driver.text
