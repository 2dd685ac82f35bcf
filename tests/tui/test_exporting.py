"""x writes the picture one looks at into a file."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tui_driver import Driver, MemorySource, Opener
from url_answers import BOOKSHOP, LOST

from reqtrace.hub.arrival import SitePhase
from reqtrace.hub.asking import AgentAnswer
from reqtrace.render import rasteriser
from reqtrace.render.exports import FORMS
from reqtrace.tui.keys.exporting import EXPORT_FORMS
from reqtrace.tui.screens.exporting import ExportScreen
from reqtrace.tui.screens.flow import FlowScreen
from reqtrace.tui.stop_source import SourceLine
from reqtrace.tui.widgets.source_pane import SourcePane

pytestmark = pytest.mark.slow

PATIENCE = 10.0


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


async def said(driver: Driver, words: str) -> None:
    """Wait until the screen says so."""
    deadline = time.monotonic() + PATIENCE
    while words not in " ".join(driver.text.split()):
        assert time.monotonic() < deadline, driver.text
        await driver.pilot.pause(0.02)


@pytest.mark.parametrize("size", [(80, 24), (60, 18)])
async def test_the_chooser_names_every_format(
    opened: Opener,
    source: MemorySource,
    size: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
    matches_snapshot: Callable[[str], None],
    tmp_path: Path,
) -> None:
    """With its key and what it is for, and what is missing for a PNG."""
    monkeypatch.setattr(rasteriser.shutil, "which", lambda name: None)
    monkeypatch.setattr("pathlib.Path.cwd", lambda: Path("/home/ada/lesson"))
    source.serve("detail")
    async with opened(source, size) as driver:
        await driver.press("x")
        assert isinstance(driver.app.screen, ExportScreen)
        matches_snapshot(driver.text)
        await driver.press("p")
        assert isinstance(driver.app.screen, ExportScreen), "a PNG cannot be made here"
        await driver.press("escape")
        assert isinstance(driver.app.screen, FlowScreen)
    assert list(tmp_path.iterdir()) == []


async def test_a_key_writes_the_file_and_says_where(opened: Opener, source: MemorySource, tmp_path: Path) -> None:
    """Into the directory one is in, under a name made of the request."""
    source.serve("detail")
    async with opened(source, (120, 40)) as driver:
        for key, form in EXPORT_FORMS.items():
            if form != "png":
                driver.app.clear_notifications()
                await driver.press("x", key)
                await said(driver, "Written:")
        assert isinstance(driver.app.screen, FlowScreen)
    assert {file.name for file in tmp_path.iterdir() if file.stat().st_size > 500} == {
        f"reqtrace-1-get-books-3{suffix}" for suffix in (".svg", ".txt", ".mmd", ".html", ".json")
    }


async def test_what_is_written_is_what_is_shown(opened: Opener, source: MemorySource, tmp_path: Path) -> None:
    """The same picture at the same step, which the name says; a second file has a number."""
    source.serve("detail")
    async with opened(source, (120, 40)) as driver:
        await driver.press("home", "right", "right", "v", "x", "down", "down", "enter")
        await said(driver, "Written:")
        boxes = (tmp_path / "reqtrace-1-get-books-3-onion-step-3.txt").read_text()
        assert "╭" in boxes
        assert "1 Security" in boxes
        driver.app.clear_notifications()
        await driver.press("v", "v", "x", "t")
        await driver.until((tmp_path / "reqtrace-1-get-books-3-step-3.txt").exists)
        await driver.press("x", "t")
        again = tmp_path / "reqtrace-1-get-books-3-step-3-2.txt"
        await driver.until(lambda: again.exists() and again.stat().st_size > 0)
        funnel = again.read_text()
        assert "◉" in funnel
        assert "waiting …" in funnel
        assert "╭" not in funnel


def test_every_format_has_a_key() -> None:
    """What the command line can write, the screen can."""
    assert sorted(EXPORT_FORMS.values()) == sorted(FORMS)


async def test_a_directory_that_takes_no_file_is_said(
    opened: Opener, source: MemorySource, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing else happens."""
    monkeypatch.setattr("pathlib.Path.cwd", lambda: Path("/nowhere/at/all"))
    source.serve("detail")
    async with opened(source, (120, 40)) as driver:
        await driver.press("x", "t")
        await said(driver, "Not written: /nowhere/at/all/reqtrace-1-get-books-3.txt")
        assert "cannot be written: No such file" in driver.text
        assert driver.app.is_running


async def test_without_a_request_there_is_nothing_to_export(opened: Opener, source: MemorySource) -> None:
    """It is said."""
    source.site(SitePhase.SERVING)
    async with opened(source) as driver:
        await driver.press("x")
        assert "There is nothing to export here yet." in driver.text


# --- in every mode -----------------------------------------------------------------------------------------------


async def written(driver: Driver, tmp_path: Path, name: str) -> str:
    """What ``x`` ``t`` has written under this name, and under no other."""
    driver.app.clear_notifications()
    before = set(tmp_path.iterdir())
    await driver.press("x", "t")
    await said(driver, "Written:")
    assert {file.name for file in set(tmp_path.iterdir()) - before} == {name}
    return (tmp_path / name).read_text(encoding="utf-8")


async def test_the_stack_is_exported_with_every_layer(opened: Opener, source: MemorySource, tmp_path: Path) -> None:
    """Loading at its step, the hooks, the lab: all thirty, where the screen folds most of them."""
    source.serve("thirty_layers")
    async with opened(source, (80, 24)) as driver:
        await driver.press("2", "home", "right")
        assert "more" in driver.text
        loading = await written(driver, tmp_path, "reqtrace-stack-loading-step-2.txt")
        assert loading.startswith(" How WSGIHandler loaded its middleware")
        assert all(f"\n {number:2} " in loading for number in range(1, 31))
        assert "2/" in loading.splitlines()[-2], "what is said of the step stands below"
        await driver.press("v", "x")
        assert "as a page for any browser" in driver.text, "hooks have no steps"
        await driver.press("escape")
        hooks = await written(driver, tmp_path, "reqtrace-stack-hooks.txt")
        assert sum("sync" in line for line in hooks.splitlines()) == 30
        await driver.press("v", "o")
        lab = await written(driver, tmp_path, "reqtrace-stack-lab.txt")
        assert all(f"Layer{number:02}" in lab for number in range(8, 29))


async def test_loading_is_a_page_that_steps(opened: Opener, source: MemorySource, tmp_path: Path) -> None:
    """It opens at the step one looks at; only requests have a sequence diagram."""
    source.serve("detail")
    async with opened(source, (80, 24)) as driver:
        await driver.press("2", "home", "right", "right", "x", "m")
        assert isinstance(driver.app.screen, ExportScreen), "there is no diagram of this"
        assert "Mermaid   not of this: only requests have a diagram" in driver.text
        assert "steps through it in any browser" in driver.text
        await driver.press("h")
        await said(driver, "Written:")
    page = (tmp_path / "reqtrace-stack-loading.html").read_text(encoding="utf-8")
    assert '"opening":2' in page


async def test_urls_are_exported_as_they_are_open(opened: Opener, source: MemorySource, tmp_path: Path) -> None:
    """The tree, and the walk of a path that was typed with the reason of each miss and the verdict."""
    source.serve("home")
    source.answers = {
        "urls.tree": lambda *_arguments: AgentAnswer(True, BOOKSHOP, 1),
        "urls.match": lambda *_arguments: AgentAnswer(True, LOST, 1),
    }
    async with opened(source, (60, 18)) as driver:
        await driver.press("3")
        await said(driver, "URLconf bookshop.urls")
        tree = await written(driver, tmp_path, "reqtrace-urls.txt")
        assert tree.startswith(" URLconf bookshop.urls")
        await driver.press("p", *"books/abc", "enter")
        await said(driver, "No pattern matches")
        walk = await written(driver, tmp_path, "reqtrace-urls-books-abc.txt")
        assert "'abc' is no int" in walk
        assert "No pattern matches /books/abc" in " ".join(walk.split())


async def test_each_pane_of_time_is_exported(opened: Opener, source: MemorySource, tmp_path: Path) -> None:
    """The one that the keys go to, with all of its rows."""
    source.serve("n_plus_one", "thirty_layers")
    async with opened(source, (80, 24)) as driver:
        await driver.press("4", "up")
        assert "time" in await written(driver, tmp_path, "reqtrace-1-get-books-waterfall.txt")
        await driver.press("right")
        statements = await written(driver, tmp_path, "reqtrace-1-sql.txt")
        assert "N+1" in statements
        assert "caused by" in statements
        await driver.press("right")
        layers = await written(driver, tmp_path, "reqtrace-slowest-layers.txt")
        assert "30 XFrameOptions" in layers
        assert "more" not in layers
        await driver.press("right")
        assert "shop.views" in await written(driver, tmp_path, "reqtrace-slowest-views.txt")


async def test_the_log_is_exported_whole(opened: Opener, source: MemorySource, tmp_path: Path) -> None:
    """Every line; over it the settings."""
    source.serve("home")
    for number in range(60):
        source.output(f"line {number} \x1b[31mred\x1b[0m")
    async with opened(source, (80, 24)) as driver:
        await driver.press("5")
        log = await written(driver, tmp_path, "reqtrace-log.txt")
        assert all(f"line {number} red" in log for number in range(60))
        await driver.press("s")
        assert "Settings that matter" in await written(driver, tmp_path, "reqtrace-settings.txt")


async def test_what_lies_over_a_mode_is_exported_too(opened: Opener, source: MemorySource, tmp_path: Path) -> None:
    """A comparison, the answers to why, a page about a layer of the stack."""
    source.serve("home", "detail")
    async with opened(source, (80, 24)) as driver:
        await driver.press("m", "up", "equals_sign")
        assert "FIRST DIFFERENCE" in await written(driver, tmp_path, "reqtrace-compare-2-1.txt")
        await driver.press("escape", "w")
        title = driver.lines[0].strip("╭─╮ ")
        assert (await written(driver, tmp_path, "reqtrace-1-get-why.txt")).startswith(f" {title[:40]}")
        await driver.press("escape", "2", "v", "enter")
        assert "SecurityMiddleware" in await written(driver, tmp_path, "reqtrace-stack-lint-1-securitymiddleware.txt")


# --- what was opened in the mode Flow ----------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 40), (200, 50)])
async def test_what_is_read_is_exported_first(
    opened: Opener, source: MemorySource, tmp_path: Path, size: tuple[int, int]
) -> None:
    """The explanation, or what changed, whole; the picture is one key away, and has the diagram."""
    source.serve("detail")
    async with opened(source, size) as driver:
        await driver.press("home", "right", "right", "e")
        explained = await written(driver, tmp_path, "reqtrace-1-get-books-3-explain-step-3.txt")
        assert explained.startswith(" Explain: step 3/25")
        assert "GET /books/3/?from=home ✓200" in explained
        assert "In Django's documentation: How to use sessions" in explained
        await driver.press("d")
        changed = await written(driver, tmp_path, "reqtrace-1-get-books-3-changed-step-3.txt")
        assert "request.session: (not there) → SessionStore" in changed
        assert "The response that was sent: 200 OK" in changed, "below the rows in sight"
        driver.app.clear_notifications()
        await driver.press("x", "m")
        assert isinstance(driver.app.screen, ExportScreen), "changes are no diagram"
        assert "not of this: choose the picture with ← →" in driver.text
        assert "▸ changes   picture" in driver.text
        await driver.press("right", "m")
        await driver.until((tmp_path / "reqtrace-1-get-books-3.mmd").exists)


async def test_an_explanation_is_a_page_that_goes_through_the_request(
    opened: Opener, source: MemorySource, tmp_path: Path
) -> None:
    """It opens at the step one looks at; each step has its own explanation, the end has the story."""
    source.serve("detail")
    async with opened(source, (80, 24)) as driver:
        await driver.press("home", "right", "right", "e", "x")
        assert "HTML      steps through it in any browser" in driver.text
        await driver.press("h")
        await said(driver, "Written:")
    page = (tmp_path / "reqtrace-1-get-books-3-explain.html").read_text(encoding="utf-8")
    assert '"opening":2' in page
    assert "Layer 2 of 7, SessionMiddleware" in page
    assert "came to WSGIHandler" in page


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_source_is_exported_where_it_is_seen(
    opened: Opener, source: MemorySource, tmp_path: Path, size: tuple[int, int]
) -> None:
    """In the place of the picture it comes first, beside it after it; each line is whole."""
    project = tmp_path / "shop"
    project.mkdir()
    code = project / "views.py"
    code.write_text("\n" * 9 + "def detail(request):\n    return '" + "long " * 40 + "end'\n", encoding="utf-8")
    source.serve("detail")
    async with opened(source, size) as driver:
        screen = driver.app.screen
        assert isinstance(screen, FlowScreen)
        await driver.press("s" if size[0] < 116 else "home")
        pane = screen.query_one(SourcePane)
        pane.show(SourceLine(str(code), 10))
        await driver.press("x")
        if size[0] >= 116:
            assert "▸ picture   source" in driver.text
            await driver.press("right")
        await driver.press("t")
        await said(driver, "Written:")
    files = [file for file in tmp_path.iterdir() if file.is_file()]
    assert [file.name.endswith("-shop-views-py-10.txt") for file in files] == [True], files
    text = files[0].read_text(encoding="utf-8")
    assert " ▶   10  def detail(request):" in text
    assert "long end'" in text


async def test_a_source_that_cannot_be_read_is_no_picture(opened: Opener, source: MemorySource) -> None:
    """The bookshop of the scenario is nowhere on this machine: the picture is offered, and nothing else."""
    source.serve("detail")
    async with opened(source, (80, 24)) as driver:
        await driver.press("home", "right", "right", "s", "x")
        assert "What:" not in driver.text
        assert "Export: GET /books/3/" in driver.text


async def test_the_list_is_exported_whole(opened: Opener, source: MemorySource, tmp_path: Path) -> None:
    """On a narrow screen where it is open, on a wider one beside the picture."""
    source.serve("home", "detail", "csrf_403")
    async with opened(source, (80, 24)) as driver:
        await driver.press("enter")
        requests = await written(driver, tmp_path, "reqtrace-requests.txt")
        assert "/books/3/?from=home" in requests
        assert "!403" in requests
    async with opened(source, (120, 40)) as driver:
        source.serve("home", "detail")
        await driver.settle()
        await driver.press("x", "left", "t")
        await driver.until((tmp_path / "reqtrace-requests-2.txt").exists)


async def test_the_help_and_the_glossary_are_exported(opened: Opener, source: MemorySource, tmp_path: Path) -> None:
    """The terms that were searched for; there letters are typed, so it takes Ctrl."""
    source.serve("detail")
    async with opened(source, (80, 24)) as driver:
        await driver.press("question_mark")
        assert "Ctrl+p  Search" in await written(driver, tmp_path, "reqtrace-help-flow.txt")
        driver.app.clear_notifications()
        await driver.press("escape", "g", *"urlconf", "ctrl+x", "t")
        await said(driver, "Written:")
        terms = (tmp_path / "reqtrace-glossary-urlconf.txt").read_text(encoding="utf-8")
        assert terms.startswith(" Glossary: urlconf")
        assert "ROOT_URLCONF" in terms
        await driver.press(*"zzz", "ctrl+x")
        assert "There is nothing to export here yet." in driver.text


async def test_a_click_chooses_what_and_how(opened: Opener, source: MemorySource, tmp_path: Path) -> None:
    """The name of a part, then a format."""
    source.serve("detail")
    async with opened(source, (80, 24)) as driver:
        await driver.press("e", "x")
        at = next(line for line in driver.lines if "What:" in line).index("picture")
        await driver.pilot.click(offset=(at + 2, 2))
        await driver.settle()
        assert "▸ picture" in driver.text
        await driver.pilot.click(offset=(10, 6))
        await driver.until((tmp_path / "reqtrace-1-get-books-3.txt").exists)


async def test_ascii_goes_into_the_files(opened: Opener, source: MemorySource, tmp_path: Path) -> None:
    """A screen in ASCII writes pictures in ASCII."""
    source.serve("detail")
    async with opened(source, (80, 24), ascii_only=True) as driver:
        await driver.press("home", "right")
        assert (await written(driver, tmp_path, "reqtrace-1-get-books-3-step-2.txt")).isascii()
        await driver.press("d")
        assert (await written(driver, tmp_path, "reqtrace-1-get-books-3-changed-step-2.txt")).isascii()
