"""What is said about URLconfs is what Django would do with them, and saying it changes nothing."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from traced_server import DEADLINE, Watcher, free_port, server_environment, serving

from reqtrace.events.holds import Hold
from reqtrace.events.kinds import RequestHeld
from reqtrace.hub.hub import Hub

HERE = Path(__file__).resolve().parent
PROGRAM = str(HERE / "questions_site.py")
SAMPLE = HERE.parents[1] / "sample_site"

Told = Callable[..., dict[str, Any]]


@pytest.fixture
def told(run_child: Callable[..., Any]) -> Told:
    """What the program tells, in a process without agent."""

    def run(*arguments: str) -> dict[str, Any]:
        environment = {"PYTHONPATH": str(HERE.parents[1])}
        outcome: dict[str, Any] = run_child(PROGRAM, *arguments, traced=False, environment=environment).outcome
        return outcome

    return run


@pytest.mark.slow
def test_random_urlconfs_are_matched_and_reversed_as_django_does(told: Told) -> None:
    """Which patterns are tried, what matches, with which arguments, what is raised, how often ``to_python`` runs.

    And before Django does anything with them, the answers have left every resolver as it was.
    """
    seed = "1" if os.environ.get("CI") else str(random.randrange(10**6))
    outcome = told("random", seed, "50")
    assert outcome["found"] == [], f"with seed {seed}"
    assert min(outcome["seen"][what] for what in ("matched", "missed", "raised", "reversed", "not reversed")) > 0


@pytest.mark.slow
def test_the_sample_site_is_matched_and_reversed_as_django_does(told: Told) -> None:
    """In both languages, its own converter included; no resolver is cached and none is filled by asking."""
    outcome = told("sample", str(SAMPLE))
    assert outcome["found"] == []
    assert outcome["seen"]["matched"] > 10


@pytest.mark.slow
def test_a_running_site_answers_questions_and_requests(hub: Hub, tmp_path: Path) -> None:
    """Also while a request is held; and the requests are answered as before."""
    port = free_port()
    command = [sys.executable, str(HERE / "gate_site.py"), "runserver", "--noreload", f"127.0.0.1:{port}"]

    def page(path: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=DEADLINE) as response:
            content: bytes = response.read()
            return content

    watcher = Watcher(hub)
    with serving(command, port, server_environment(hub, HERE), tmp_path), ThreadPoolExecutor() as clients:
        watcher.until(lambda: watcher.events, "a process")
        try:
            before = page("/other/")
            hub.set_holds([Hold(1, "view", path="/held/")])
            # What is said first is obeyed first.
            tree = hub.ask("urls.tree")
            held = clients.submit(page, "/held/")
            watcher.until(lambda: watcher.of(RequestHeld), "a held request")
            match = hub.ask("urls.match", "", "/aheld/")
            assert [node["text"] for node in tree.told["children"]] == ["held/", "aheld/", "other/"]
            assert match.told["steps"][-1] == {"at": [1], "outcome": "matched", "rest": 0, "values": []}
            assert hub.ask("urls.reverse", "", "nobody").told["error"] == "NoReverseMatch"
            assert hub.ask("shoe.size").is_known is False
            assert not held.done()
        finally:
            hub.set_holds([])
            hub.go()
        assert held.result(DEADLINE) == b"/held/"
        assert page("/other/") == before


@pytest.fixture(scope="module")
def special() -> dict[str, Any]:
    """The special cases, which one child tells all together."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("REQTRACE_")}
    clean["PYTHONPATH"] = str(HERE.parents[1])
    done = subprocess.run([sys.executable, PROGRAM, "special"], env=clean, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["found"]
    return found


def test_a_urlconf_that_is_not_loaded_stays_so(special: dict[str, Any]) -> None:
    """Each question says so and imports nothing, also when it is being loaded, or is an include."""
    words = "is not loaded yet: Django imports it with the first request"
    assert special["before"] == [[f"main_urls {words}"] * 3, []]
    assert special["half"] == f"half_urls {words}"
    assert special["lost"] == "not loaded"


def test_secrets_are_not_told(special: dict[str, Any]) -> None:
    """Neither what was captured under a secret's name nor what a pattern adds under one."""
    assert "s3cret" not in str([special["secret"], special["secret tree"]])
    assert special["secret"]["match"]["arguments"] == [["token", "********"], ["api_key", "********"]]


def test_an_exception_of_a_converter_ends_the_walk(special: dict[str, Any]) -> None:
    """It is told with the pattern, as a request would end there."""
    assert special["broken"]["outcome"] == "raised"
    assert special["broken"]["error"] == "KeyError: 'x1'"


def test_a_path_chooses_the_language_as_in_a_request(special: dict[str, Any]) -> None:
    """From its prefix, else ``LANGUAGE_CODE``, or the one asked for; the one that is active is nobody's business."""
    assert special["language"] == ["de", "path", "en", "LANGUAGE_CODE"]
    assert special["languages"] == [True, False]
    assert special["translation"] == "de"


def test_answers_are_bounded(special: dict[str, Any]) -> None:
    """By the number of patterns, the depth and the length of the path."""
    assert special["long"] == [5_000, 1_000]
    assert special["many"] is True
    assert special["deep"] is True
    assert special["loop"] == 1
    assert special["too deep"] == "includes are nested more than 12 deep"
    assert special["too long"] == "the path is longer than 2000 characters"


def test_what_is_no_urlconf_is_said(special: dict[str, Any]) -> None:
    """A module without patterns."""
    assert special["no urlconf"] == "json has no urlpatterns"


def test_a_converter_that_wants_an_object_gets_one(special: dict[str, Any]) -> None:
    """What its ``to_python`` makes of the text; if that does not help, what was raised at first is told."""
    assert special["objects"] == [
        ["/days/3/2026-11-21/", True, "AttributeError"],
        ["/days/3/2026-11-21/", True, "AttributeError"],
        [None, False, "AttributeError"],
        [None, False, "NoReverseMatch"],
    ]
