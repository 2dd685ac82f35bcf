"""Everything is taken down again, whatever the viewer does."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from reqtrace.cli.session import review, watch
from reqtrace.cli.sources import AwaitedSource
from reqtrace.errors import ProjectError, RecordingError
from reqtrace.hub.arrival import SitePhase
from reqtrace.hub.recording import read_recording
from reqtrace.hub.site import Launch

pytestmark = pytest.mark.slow


class Looking:
    """A viewer that does what the test says."""

    keeps_output = True

    def __init__(self, look: Callable[[AwaitedSource], object]) -> None:
        self._look = look

    def show(self, source: AwaitedSource) -> None:
        self._look(source)

    def quit(self) -> None:
        """It never waits."""


@pytest.fixture
def launch(tmp_path: Path) -> Launch:
    words = [sys.executable, "-c", "print('up'); import time; time.sleep(60)"]
    return Launch(title="shop", cwd=tmp_path, command=lambda port: words, environment=dict(os.environ))


def until_it_prints(source: AwaitedSource) -> None:
    while not any(b'"up"' in line for _process, line in source.drain(10)):
        source.wait(1)


def test_leaving_the_viewer_ends_the_site(launch: Launch, tmp_path: Path) -> None:
    """No exit code of its own, the state it had, and a recording that is whole."""
    exit_code, last = watch(launch, Looking(until_it_prints), record=tmp_path / "a.reqtrace.gz")
    assert exit_code is None
    assert last.phase is SitePhase.STARTING
    recorded = [line for _process, line in read_recording(tmp_path / "a.reqtrace.gz")]
    assert b'"stopped"' in recorded[-1]


def test_the_level_reaches_the_site(tmp_path: Path) -> None:
    """The first process of the site begins with it."""
    words = [sys.executable, "-c", "import os; print(os.environ['REQTRACE_LEVEL'])"]
    launch = Launch(title="shop", cwd=tmp_path, command=lambda port: words, environment=dict(os.environ))

    def look(source: AwaitedSource) -> None:
        while not any(b'"deep"' in line for _process, line in source.drain(10)):
            source.wait(1)

    watch(launch, Looking(look), level="deep")


def test_a_crash_of_the_viewer_is_not_hidden(launch: Launch, tmp_path: Path) -> None:
    """It is raised once nothing is left."""

    def crash(source: AwaitedSource) -> None:
        until_it_prints(source)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        watch(launch, Looking(crash), record=tmp_path / "a.reqtrace")
    assert list(read_recording(tmp_path / "a.reqtrace"))


def test_a_site_that_cannot_start_is_raised(tmp_path: Path) -> None:
    """After the viewer has shown it."""
    launch = Launch(title="x", cwd=tmp_path, command=lambda port: ["/no/such/program"], environment={})

    def look(source: AwaitedSource) -> None:
        while not source.is_over:
            source.drain(10)

    with pytest.raises(ProjectError, match="/no/such/program"):
        watch(launch, Looking(look))


def test_our_own_warnings_are_shown_by_the_viewer(launch: Launch, caplog: pytest.LogCaptureFixture) -> None:
    """On stderr they would spoil the picture."""
    seen = threading.Event()

    def look(source: AwaitedSource) -> None:
        logging.getLogger("reqtrace").warning("something %s", "odd")
        while not any(b'"something odd"' in line for _process, line in source.drain(10)):
            source.wait(1)
        seen.set()

    watch(launch, Looking(look))
    assert seen.is_set()
    assert not [handler for handler in logging.getLogger("reqtrace").handlers if "Note" in type(handler).__name__]


def test_a_recording_that_cannot_be_read_is_said_before_the_viewer_opens(tmp_path: Path) -> None:
    """There is nothing to show."""
    with pytest.raises(RecordingError):
        review(tmp_path / "nowhere", Looking(lambda source: pytest.fail("it was opened")))
