"""``reqtrace whatif`` sends a request through a changed list of layers and says what is different."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from command_runs import Run

from reqtrace.analysis.lab import Lab
from reqtrace.cli import output
from reqtrace.hub.discover import discover

pytestmark = pytest.mark.slow

LAB_PROJECT = Path(__file__).parents[1] / "lab_project"
RECORDING = Path(__file__).parents[1] / "recordings" / "bookshop.reqtrace"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with its databases made."""
    root = tmp_path_factory.mktemp("whatif") / "site"
    shutil.copytree(LAB_PROJECT, root, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity=0"], cwd=root, check=True)
    shutil.copy(root / "default.sqlite3", root / "other.sqlite3")
    return root


@pytest.fixture
def whatif(run_command: Run, monkeypatch: pytest.MonkeyPatch, site: Path) -> Run:
    """Run ``reqtrace whatif`` on the site; the lab is a real child."""
    monkeypatch.setenv("COLUMNS", "80")
    return lambda *words: run_command("whatif", site, *words, "--python", sys.executable)


@pytest.fixture(scope="module")
def warm_lab(site: Path) -> Iterator[Lab]:
    with Lab(discover(site, python=sys.executable)) as lab:
        yield lab


@pytest.fixture
def warm(whatif: Run, warm_lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same, with a lab that is up already."""
    monkeypatch.setattr("reqtrace.analysis.lab.Lab", lambda _project, **_options: nullcontext(warm_lab))
    return whatif


# --- the answer ---------------------------------------------------------------------------------------------------


def test_side_by_side(whatif: Run) -> None:
    """The question, the changed list, the two paths and what was undone, within 80 columns."""
    ran = whatif("/who/", "--move", "Session", "--below", "Authentication")
    assert ran.code == 1
    assert ran.out.startswith(" What if SessionMiddleware stood below AuthenticationMiddleware?")
    assert "SessionMiddleware (was 2)" in ran.out
    assert "raised ImproperlyConfigured in changed." in " ".join(ran.out.split())
    assert "All of it was undone" in ran.out
    assert all(len(line) <= 80 for line in ran.out.splitlines())


@pytest.mark.parametrize(
    ("change", "marked"),
    [
        ("--move Message --above Authentication", "MessageMiddleware (was 6)"),
        ("--move Authentication --below Message", "AuthenticationMiddleware (was 5)"),
    ],
)
def test_the_layer_that_was_moved_is_marked(warm: Run, change: str, marked: str) -> None:
    """Not the neighbour that it passed, neither in the list nor among the differences."""
    out = " ".join(warm("/hello/", *change.split()).out.split())
    assert out.count("(was ") == 1
    assert marked in out
    assert f"{marked.partition(' ')[0]} is layer" in out


def test_document(warm: Run) -> None:
    """--output json gives both traces, what differs, and the remarks."""
    document = json.loads(warm("/mail/", "--off", "XFrame", "--output", "json").out)
    assert (document["reqtrace_whatif"], document["kind"]) == (1, "experiment")
    assert document["differences"] == ["header x-frame-options"]
    assert [len(document[name]["trace"]["layers"]) for name in ("original", "changed")] == [9, 8]
    assert document["remarks"] == [{"id": "mail", "is_leak": False, "recipients": "2", "subject": "Your order"}]


def test_changes_are_made_in_the_order_in_which_they_are_written(warm: Run) -> None:
    """Options of different names do not lose their order."""
    options = "--off Csrf --add lab_layers.SeesList --above Common --first Stamp --duplicate OtherStamp --last 1"
    document = json.loads(warm("/hello/", *options.split(), "--output", "json").out)
    names = [path.rpartition(".")[2].removesuffix("Middleware") for path in document["changed"]["middleware"]]
    assert " ".join(names) == (
        "Stamp Session SeesList Common Authentication Message OtherStamp OtherStamp XFrameOptions Security"
    )


def test_a_list_that_does_not_load(warm: Run) -> None:
    """Why nothing was sent is said in place of a comparison."""
    ran = warm("/hello/", "--add", "lab_layers.Fails")
    assert ran.code == 1
    assert "Nothing was sent through the changed list." in ran.out
    assert "RuntimeError: this layer has no key" in " ".join(ran.out.split())
    assert all(len(line) <= 80 for line in ran.out.splitlines())


def test_no_layers_at_all(warm: Run) -> None:
    """An empty list is a list."""
    document = json.loads(warm("/hello/", "--middleware", "", "--output", "json").out)
    assert document["changed"]["middleware"] == []
    assert document["changed"]["outcome"]["status"] == 200


def test_every_position(warm: Run) -> None:
    """A table of the positions, and what each letter means."""
    ran = warm("/who/", "--every-position", "Session")
    assert ran.code == 0
    assert "  2  A ✓200  above CommonMiddleware (now)" in ran.out
    assert "  9  B ✖500  last" in ran.out
    assert "at 5–9: answers 500, raises ImproperlyConfigured" in ran.out


def test_bisect(warm: Run) -> None:
    """The layers that cause it, and whether that is all."""
    ran = warm("/hello/", "--bisect", "header X-Stamp")
    assert ran.code == 0
    assert "These 2 do together: it is gone only without all of them." in ran.out
    assert "    7 Stamp\n    8 OtherStamp\n" in ran.out
    assert json.loads(warm("/hello/", "--bisect", "header X-Stamp", "--output", "json").out)["causes"] == [[7, 8]]


def test_what_had_an_effect_is_said_first(warm: Run, site: Path) -> None:
    """A file that was written is told as what it is, in place of the reassurance."""
    ran = warm("/upload/", "--off", "Stamp")
    assert "Not kept from having effects:" in ran.out
    assert "upload.txt" in ran.out
    assert "All of it was undone" not in ran.out
    (site / "upload.txt").unlink()


def test_recorded_request(warm: Run) -> None:
    """A request of a recording is sent through another project's layers alike; a lost body is said."""
    ran = warm("--recording", RECORDING, "--request", "8", "--off", "Stamp", "--output", "json")
    assert json.loads(ran.out)["request"]["url"] == "/no/such/page/"
    assert warm("--recording", RECORDING, "--request", "7", "--off", "Stamp").err.startswith(
        "error: The body of request 7 (POST /guestbook/) is no longer known."
    )
    assert "has no request 99" in warm("--recording", RECORDING, "--request", "99", "--off", "Stamp").err


def test_asgi_and_ascii(warm: Run) -> None:
    """Through the ASGI handler, in ASCII."""
    ran = warm("/slow/", "--asgi", "--off", "XFrame", "--ascii")
    assert ran.code == 0
    assert ran.out.isascii()


# --- asking first -------------------------------------------------------------------------------------------------


def test_unsafe_methods_need_a_yes(warm: Run, site: Path) -> None:
    """Without a terminal a POST is refused with the option to write; with it it is sent and undone."""
    ran = warm("POST", "/write/", "--off", "Csrf")
    assert (ran.code, ran.out) == (2, "")
    assert "POST is meant to change something" in ran.err
    assert "--yes" in ran.err
    before = (site / "default.sqlite3").read_bytes()
    assert warm("POST", "/write/", "--off", "Csrf", "--yes").code == 0
    assert (site / "default.sqlite3").read_bytes() == before


def test_a_question_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a yes is a yes."""
    keyboard, screen = pty.openpty()
    with os.fdopen(screen, "r") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        answers: list[Any] = []
        for words in (b"y\n", b"yes\n", b"\n", b"never\n"):
            os.write(keyboard, words)
            answers.append(output.ask("Send it?"))
    os.close(keyboard)
    assert answers == [True, True, False, False]


# --- mistakes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("/hello/", "Nothing is to be changed."),
        ("/hello/ --off Sesion", "There is no layer Sesion in MIDDLEWARE."),
        ("/hello/ --move Session", "--move Session does not say where to."),
        ("/hello/ --above Session", "--above Session does not say what goes there."),
        ("/hello/ --off Csrf --bisect status", "a changed list and --bisect are 2 experiments."),
        ("/hello/ --bisect teapot", "'teapot' names nothing that a response can show."),
        ("/hello/ --off Csrf --request 3", "--recording and --request belong together."),
        ("/hello/ --middleware Session,Csfr", "There is no layer Csfr in MIDDLEWARE."),
        ("/hello/ --off Csrf --as nobody", "There is no user with the username nobody."),
    ],
)
def test_mistakes(words: str, message: str, warm: Run) -> None:
    """What is wrong is said in one sentence, and nothing is sent."""
    ran = warm(*words.split(" "))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"error: {message}")
