"""A site from its preparation to its end, with small scripts in the part of Django."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reqtrace.errors import ProjectBroken, ProjectError, UsageError
from reqtrace.hub import site as site_module
from reqtrace.hub import sitewatch
from reqtrace.hub.arrival import SiteState
from reqtrace.hub.hub import Hub
from reqtrace.hub.ports import free_port
from reqtrace.hub.site import Launch, Site

pytestmark = pytest.mark.slow

SERVER = """
import socket, sys, time
with socket.create_server(("127.0.0.1", int(sys.argv[1]))):
    {announcement}
    time.sleep(60)
"""
LOUD = SERVER.format(announcement="print(f'Starting development server at http://127.0.0.1:{sys.argv[1]}/')")
SILENT = SERVER.format(announcement="pass")


class Watched:
    """What a hub was told, as far as it was asked for."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._records: list[list[Any]] = []

    def records(self, name: str) -> list[list[Any]]:
        self._records.extend(json.loads(line) for _process, line in self._hub.drain(1000))
        return [record for record in self._records if record[0] == name]

    def states(self) -> list[SiteState]:
        return [SiteState.from_fields(record[1]) for record in self.records("state")]

    def phases(self) -> list[str]:
        return [state.phase.value for state in self.states()]

    def texts(self) -> list[str]:
        return [record[3] for record in self.records("output")]


@pytest.fixture
def watched(hub: Hub) -> Watched:
    return Watched(hub)


@pytest.fixture
def make(hub: Hub, script: Callable[[str], list[str]], tmp_path: Path) -> Iterator[Callable[..., Site]]:
    sites = []

    def site(source: str, **options: Any) -> Site:
        words = script(source)
        launch = Launch(
            title="shop",
            cwd=tmp_path,
            command=lambda port: [*words, str(port)],
            **{"environment": dict(os.environ), "host": "127.0.0.1", "port": free_port("127.0.0.1", 0), **options},
        )
        sites.append(Site(launch, hub))
        return sites[-1]

    yield site
    for made in sites:
        made.close()


def test_a_site_starts_serves_and_stops(make: Any, watched: Watched, until: Any) -> None:
    """Its output is told, its address too, and its port is free afterwards."""
    site = make(LOUD)
    site.start()
    until(lambda: watched.phases() == ["starting", "serving"])
    assert site.state.url == f"http://127.0.0.1:{site.launch.port}/"
    assert watched.states()[0].command[-1] == str(site.launch.port)
    assert watched.texts() == [f"Starting development server at http://127.0.0.1:{site.launch.port}/"]
    site.close()
    assert watched.phases()[-1] == "stopped"
    assert free_port("127.0.0.1", site.launch.port) == site.launch.port


def test_starting_takes_no_time(make: Any, watched: Watched) -> None:
    """The screen is painted while the project still prepares."""
    slow = (sys.executable, "-c", "import time; time.sleep(60)")
    site = make(LOUD, prepare=[slow])
    site.start()
    assert watched.phases() in ([], ["preparing"])
    site.close()
    assert watched.phases() in (["stopped"], ["preparing", "stopped"])


def test_preparation_comes_first_and_is_not_traced(make: Any, watched: Watched, until: Any) -> None:
    """Each command in order, shown with its output, without the hub in its environment; then the site, with it."""
    show = "import os; print(sorted(name for name in os.environ if name.startswith('REQTRACE_')))"
    prepare = [(sys.executable, "-c", show), (sys.executable, "-c", "print('second')")]
    site = make(show + "\n" + LOUD, prepare=prepare)
    site.start()
    until(lambda: watched.phases()[-1:] == ["serving"])
    assert watched.phases() == ["preparing", "preparing", "starting", "serving"]
    assert watched.states()[0].detail.endswith(show)
    assert watched.texts()[:3] == ["[]", "second", "['REQTRACE_HUB', 'REQTRACE_LEVEL', 'REQTRACE_TOKEN']"]


def test_a_failed_preparation_starts_nothing(make: Any, watched: Watched) -> None:
    """Which command, its exit code, and its own words."""
    site = make(LOUD, prepare=[(sys.executable, "-c", "print('no such table'); raise SystemExit(4)")])
    site.start()
    assert site.wait(10)
    assert watched.phases() == ["preparing", "failed"]
    assert isinstance(site.failure, ProjectBroken)
    assert "ended with exit code 4" in site.failure.message
    assert site.failure.output == "no such table"
    assert "no such table" in site.state.detail


def test_preparation_is_done_once(make: Any, watched: Watched, until: Any) -> None:
    """A restart finds the database as it was left."""
    site = make(LOUD, prepare=[(sys.executable, "-c", "print('prepared')")])
    site.start()
    until(lambda: watched.phases()[-1:] == ["serving"])
    site.restart()
    until(lambda: watched.phases() == ["preparing", "starting", "serving", "stopped", "starting", "serving"])
    assert watched.texts().count("prepared") == 1


def test_a_crash_is_told_with_the_last_words(make: Any, watched: Watched, until: Any) -> None:
    """The viewer shows them; the site can be started again."""
    site = make("import sys\nprint('bad day', file=sys.stderr)\nsys.exit(3)")
    site.start()
    assert site.wait(10)
    assert watched.phases() == ["starting", "exited"]
    assert (site.state.exit_code, site.state.detail) == (3, "bad day")
    site.restart()
    until(lambda: watched.phases() == ["starting", "exited"] * 2)


def test_a_site_that_did_not_start_is_explained(make: Any, watched: Watched) -> None:
    """A better sentence than its last words, if somebody knows one."""
    cause = ProjectError("Django is not installed.", hint="Install it.")
    site = make("raise SystemExit(1)", explain=lambda: cause)
    site.start()
    assert site.wait(10)
    assert watched.phases() == ["starting", "exited", "failed"]
    assert site.failure is cause
    assert site.state.detail == "Django is not installed.\nInstall it."


def test_a_site_that_served_is_not_explained(make: Any, watched: Watched) -> None:
    """It started well; whatever ended it, it is not that."""
    site = make("print('Starting development server at http://127.0.0.1:1/')\nraise SystemExit(1)", explain=pytest.fail)
    site.start()
    assert site.wait(10)
    assert watched.phases() == ["starting", "serving", "exited"]


def test_a_site_that_does_not_survive_a_reload_is_explained(make: Any, watched: Watched) -> None:
    """A mistake in the settings ends the autoreloader, too."""
    words = "print('Starting development server at http://127.0.0.1:1/\\nsettings.py changed, reloading.')"
    site = make(f"{words}\nraise SystemExit(1)", explain=lambda: ProjectError("The settings do not load."))
    site.start()
    assert site.wait(10)
    assert watched.phases() == ["starting", "serving", "reloading", "exited", "failed"]


def test_a_taken_port_leads_to_the_next_and_is_said(make: Any, watched: Watched, until: Any) -> None:
    """In the notes and in what the status bar shows."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        taken = listener.getsockname()[1]
        site = make(LOUD, port=taken)
        site.start()
        until(lambda: watched.phases() == ["starting", "serving"])
    port = int(site.state.url.rstrip("/").rpartition(":")[2])
    assert port > taken
    assert [note[2] for note in watched.records("note")] == [site.notice]
    assert site.notice == f"Port {taken} is taken: the site gets port {port}."


def test_an_impossible_host_is_a_failure(make: Any, watched: Watched) -> None:
    """Told like any other reason not to start."""
    site = make(LOUD, host="192.0.2.1")
    site.start()
    assert site.wait(10)
    assert watched.phases() == ["failed"]
    assert isinstance(site.failure, UsageError)


def test_a_missing_program_is_a_failure(make: Any, watched: Watched, hub: Hub, tmp_path: Path) -> None:
    """The same."""
    launch = Launch(title="x", cwd=tmp_path, command=lambda port: ["/no/such/python"], environment={})
    site = Site(launch, hub)
    site.start()
    assert site.wait(10)
    assert watched.phases() == ["starting", "failed"]
    assert "/no/such/python" in site.state.detail


def test_a_silent_server_is_found_in_the_end(
    make: Any, watched: Watched, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By connecting to where it was told to listen."""
    monkeypatch.setattr(sitewatch, "PROBE_AFTER", 0.3)
    monkeypatch.setattr(sitewatch, "PROBE_INTERVAL", 0.1)
    make(SILENT).start()
    until(lambda: watched.phases() == ["starting", "serving"])


def test_a_site_that_nobody_traces_is_noticed(
    make: Any, watched: Watched, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is up and silent: the environment did not reach it. Said once."""
    monkeypatch.setattr(site_module, "UNTRACED_AFTER", 0.1)
    make(LOUD).start()
    until(lambda: [note for note in watched.records("note") if "none of its processes is traced" in note[2]])


def test_closing_while_it_prepares_leaves_nothing(make: Any, watched: Watched, until: Any) -> None:
    """And starts nothing afterwards."""
    site = make(LOUD, prepare=[(sys.executable, "-c", "print('up', flush=True); import time; time.sleep(60)")])
    site.start()
    until(lambda: watched.texts() == ["up"])
    site.close()
    assert watched.phases() == ["preparing", "stopped"]
    site.restart()
    site.start()
    until(lambda: not [thread for thread in threading.enumerate() if thread.name == "reqtrace-site-restart"])
    assert site.wait(0)


def test_killing_cuts_closing_short(make: Any, watched: Watched, until: Any) -> None:
    """For a site that does not want to end and a person who does not want to wait."""
    site = make("import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + LOUD)
    site.start()
    until(lambda: watched.phases()[-1:] == ["serving"])
    closing = threading.Thread(target=site.close)
    closing.start()
    site.kill()
    closing.join(2)
    assert not closing.is_alive()
