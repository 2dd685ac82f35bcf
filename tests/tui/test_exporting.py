"""x writes the picture one looks at into a file."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tui_driver import Driver, MemorySource, Opener

from reqtrace.hub.arrival import SitePhase
from reqtrace.render import rasteriser
from reqtrace.render.exports import FORMS
from reqtrace.tui.keys.exporting import EXPORT_FORMS
from reqtrace.tui.screens.exporting import ExportScreen
from reqtrace.tui.screens.flow import FlowScreen

pytestmark = pytest.mark.slow

PATIENCE = 10.0


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def fill(source: MemorySource, *names: str) -> None:
    source.site(SitePhase.SERVING)
    for name in names:
        source.request(name)


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
    fill(source, "detail")
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
    fill(source, "detail")
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
    """The same picture at the same step; a second file has a number."""
    fill(source, "detail")
    async with opened(source, (120, 40)) as driver:
        await driver.press("home", "right", "right", "v", "x", "down", "down", "enter")
        await said(driver, "Written:")
        boxes = (tmp_path / "reqtrace-1-get-books-3.txt").read_text()
        assert "╭" in boxes
        assert "1 Security" in boxes
        driver.app.clear_notifications()
        await driver.press("v", "v", "x", "t")
        await said(driver, "books-3-2.txt")
        funnel = (tmp_path / "reqtrace-1-get-books-3-2.txt").read_text()
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
    fill(source, "detail")
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
