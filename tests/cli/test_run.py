"""``reqtrace run -- COMMAND``: any command under the agent."""

from __future__ import annotations

import importlib.util
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from reqtrace.cli.run import exit_code_of, project_here
from reqtrace.hub.arrival import SitePhase, SiteState

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")]

needs_gunicorn = pytest.mark.skipif(importlib.util.find_spec("gunicorn") is None, reason="gunicorn is not installed")


@pytest.mark.parametrize(
    ("source", "code"),
    [("pass", 0), ("raise SystemExit(3)", 3), ("import os; os.kill(os.getpid(), 15)", 143)],
    ids=["success", "failure", "signal"],
)
def test_the_exit_code_passes_through(source: str, code: int, start: Any) -> None:
    """As if reqtrace were not there."""
    program = start("run", "--plain", "--", sys.executable, "-c", source)
    assert program.wait() == code


def test_the_command_may_read_and_its_output_is_the_story(start: Any) -> None:
    """stdin is passed on; stdout stays free for the requests."""
    source = "import sys; print('got', sys.stdin.read()); print('oops', file=sys.stderr)"
    program = start("run", "--plain", "--", sys.executable, "-c", source, stdin=subprocess.PIPE)
    program.process.stdin.write("a question")
    program.process.stdin.close()
    assert program.wait() == 0
    assert "got a question" in program.stderr
    assert "oops" in program.stderr
    assert program.stdout == ""


def test_what_a_child_prints_cannot_command_the_terminal(start: Any) -> None:
    """Escape sequences are shown, not obeyed."""
    program = start("run", "--plain", "--", sys.executable, "-c", r"print('\x1b]0;owned\x07 \u202e')")
    program.wait()
    assert "\x1b" not in program.stderr
    assert "\\x1b]0;owned" in program.stderr


def test_options_after_the_command_are_its_own(start: Any) -> None:
    """With and without the two dashes."""
    for dashes in ([], ["--"]):
        program = start(
            "run", "--plain", *dashes, sys.executable, "-c", "import sys; print(sys.argv[1:])", "--plain", "-x"
        )
        assert program.wait() == 0
        assert "['--plain', '-x']" in program.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--plain", "--", "/no/such/program"], 3, "There is no program /no/such/program."),
        (["--plain"], 2, "COMMAND"),
        (["--level", "deeper", "--", "true"], 2, "'deeper' is not one of 'path', 'deep'"),
    ],
)
def test_what_cannot_be_run_is_said(arguments: list[str], code: int, message: str, start: Any) -> None:
    """One sentence and no traceback."""
    program = start("run", *arguments)
    assert program.wait() == code
    assert message in program.stderr
    assert "Traceback" not in program.stderr


def test_requests_of_a_command_are_shown(start: Any, project: Path, site: Any, until: Any) -> None:
    """runserver, started by hand."""
    command = [sys.executable, "manage.py", "runserver", "--noreload", str(site.port)]
    program = start("run", "--plain", "--", *command, cwd=project)
    until(site.get)
    until(lambda: "GET /hello/" in program.stdout)
    until(lambda: f"reqtrace: the site is up: http://127.0.0.1:{site.port}/" in program.stderr)


def test_requests_of_a_short_command_are_shown(start: Any, project: Path) -> None:
    """A command that ends by itself is heard to its end."""
    source = "import django; django.setup(); from django.test import Client; print(Client().get('/hello/').status_code)"
    environment = {"DJANGO_SETTINGS_MODULE": "settings"}
    program = start("run", "--plain", "--", sys.executable, "-c", source, cwd=project, environment=environment)
    assert program.wait() == 0
    assert "200" in program.stderr
    assert "GET /hello/" in program.stdout


@needs_gunicorn
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_two_workers_report_into_one_viewer(
    start: Any, project: Path, site: Any, until: Any, number: signal.Signals
) -> None:
    """gunicorn's workers are processes of their own; both are seen, and none is left."""
    command = ["gunicorn", "--workers", "2", "--bind", f"127.0.0.1:{site.port}", "application"]
    program = start("run", "--plain", "--", sys.executable, "-m", *command, cwd=project)
    workers: set[str] = set()

    def both_have_answered() -> bool:
        workers.add(site.get().rpartition(" ")[2])
        return len(workers - {""}) == 2

    until(both_have_answered)
    until(lambda: "GET /hello/" in program.stdout)
    until(lambda: f"the site is up: http://127.0.0.1:{site.port}/" in program.stderr)
    program.process.send_signal(number)
    assert program.wait() == 128 + number
    until(lambda: not program.remains())
    assert not site.is_up


def test_the_exit_code_of_a_command_that_still_ran_is_success() -> None:
    """The person closed the screen."""
    assert exit_code_of(SiteState(phase=SitePhase.SERVING)) == 0
    assert exit_code_of(SiteState(phase=SitePhase.EXITED, exit_code=4)) == 4
    assert exit_code_of(SiteState(phase=SitePhase.EXITED, exit_code=-9)) == 137


def test_the_project_in_the_directory_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The screen can ask it beside the site, in the Python whose program is run; without a project nobody is asked."""
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    site = Path(__file__).parents[2] / "sample_site"
    monkeypatch.chdir(site)
    project = project_here(sys.executable)
    assert project is not None
    assert project.root == site
    assert project.interpreter.parent == Path(sys.executable).parent
    monkeypatch.chdir(tmp_path)
    assert project_here("no-such-program") is None
