"""``reqtrace doctor`` says what was found and what is wrong, and its exit code says whether anything is."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import socket
import struct
import subprocess
import sys
import termios
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from command_runs import Ran, Run
from project_trees import SETTINGS, make_environment, manage_py, startproject, write_tree

import reqtrace
from reqtrace.cli.checkup import DEFAULT_PORT

pytestmark = pytest.mark.slow

ROOT = Path(reqtrace.__file__).parent.parent


def found(ran: Ran, subject: str) -> dict[str, Any]:
    """The first finding about a subject."""
    return next(finding for finding in ran.document["findings"] if finding["subject"] == subject)


@pytest.fixture
def doctor(run_command: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "100")
    return partial(run_command, "doctor")


@pytest.fixture
def _every_port_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else runs on this machine."""
    monkeypatch.setattr("reqtrace.cli.checkup.free_port", lambda host, port: port)


@pytest.mark.usefixtures("_every_port_is_free")
def test_healthy_project(tmp_path: Path, doctor: Run) -> None:
    """Everything that was found is told, MIDDLEWARE in order with its hooks; nothing is wrong: exit code 0."""
    startproject(tmp_path, **{"reqtrace.toml": 'prepare = ["migrate"]\n', ".git/HEAD": ""})
    ran = doctor(tmp_path)
    assert ran.code == 0, ran.out
    page = " ".join(ran.out.split())
    assert f"port {DEFAULT_PORT} is free" in page
    assert "reqtrace.toml; prepares migrate" in page
    assert "config.settings, from" in page
    assert "ROOT_URLCONF config.urls" in page
    assert "runserver django.core: WSGI" in page
    assert "1 CommonMiddleware ✓ ✓" in page
    assert ran.out.endswith("Nothing is wrong.\n")


def test_document(tmp_path: Path, doctor: Run) -> None:
    """The JSON document has a version, the findings, the project and what its Django is made of."""
    startproject(tmp_path)
    document = json.loads(doctor(tmp_path, "--output", "json").out)
    assert list(document) == ["reqtrace_doctor", "findings", "project", "django"]
    assert document["reqtrace_doctor"] == 1
    assert set(document["findings"][0]) == {"subject", "level", "text", "hint", "details"}
    assert {finding["level"] for finding in document["findings"]} <= {"ok", "warning", "problem"}
    assert document["project"] == {
        "root": str(tmp_path),
        "kind": "manage.py",
        "manage_py": str(tmp_path / "manage.py"),
        "interpreter": sys.executable,
        "interpreter_source": document["project"]["interpreter_source"],
        "settings": "config.settings",
        "settings_source": str(tmp_path / "manage.py"),
        "config_file": None,
        "prepare": [],
    }
    assert document["django"]["middleware"] == [
        {
            "path": "django.middleware.common.CommonMiddleware",
            "is_class": True,
            "hooks": ["process_request", "process_response"],
            "error": None,
        }
    ]


def test_middleware_that_is_no_list(tmp_path: Path, doctor: Run) -> None:
    """A MIDDLEWARE that is one text, for want of a comma, is said to be no list, not looked at letter by letter."""
    text = SETTINGS.format(package="config") + "MIDDLEWARE = ('django.middleware.common.CommonMiddleware')\n"
    startproject(tmp_path, **{"config/settings.py": text})
    ran = doctor(tmp_path, "--output", "json")
    assert ran.code == 1
    assert found(ran, "MIDDLEWARE")["text"] == "MIDDLEWARE is of type str, not a list."
    assert json.loads(ran.out)["django"]["middleware"] == []


def test_no_project(tmp_path: Path, doctor: Run) -> None:
    """What was found around it is told all the same; that there is no project is the problem."""
    ran = doctor(tmp_path / "nowhere", "--output", "json")
    assert ran.code == 1
    assert found(ran, "project")["level"] == "problem"
    assert found(ran, "encoding")
    assert json.loads(ran.out)["project"] is None


def test_project_that_does_not_start(tmp_path: Path, doctor: Run) -> None:
    """The cause is the finding, the project's own traceback its details, and Django's version is still told."""
    startproject(tmp_path)
    write_tree(tmp_path, {"config/settings.py": "import os\nos.environ['POSTGRES_DB']\n"})
    ran = doctor(tmp_path, "--output", "json")
    assert ran.code == 1
    assert "POSTGRES_DB is not set" in found(ran, "start")["text"]
    assert found(ran, "start")["details"][-1] == "KeyError: 'POSTGRES_DB'"
    assert found(ran, "Django")["level"] in ("ok", "warning")


def test_django_missing(tmp_path: Path, doctor: Run) -> None:
    """An environment without Django is a problem with something to do."""
    startproject(tmp_path)
    python = make_environment(tmp_path / ".venv")
    ran = doctor(tmp_path, "--output", "json")
    assert ran.code == 1
    assert str(python) in found(ran, "interpreter")["text"]
    assert "Install the project's requirements there" in found(ran, "start")["hint"]


def test_obstacle(tmp_path: Path, doctor: Run) -> None:
    """A manage.py that refuses runserver is a problem; it is not run."""
    inside = "if 'migrate' not in sys.argv: open('was run', 'w'); sys.exit('no')"
    startproject(tmp_path, **{"manage.py": manage_py("config.settings", inside=inside)})
    ran = doctor(tmp_path, "--output", "json")
    assert ran.code == 1
    assert "refuses to run runserver" in found(ran, "start")["text"]
    assert not (tmp_path / "was run").exists()


def test_middleware_that_does_not_load(tmp_path: Path, doctor: Run) -> None:
    """The entry is named, and the others are still shown."""
    startproject(tmp_path)
    text = SETTINGS.format(package="config") + "MIDDLEWARE += ['config.nowhere.LostMiddleware']\n"
    write_tree(tmp_path, {"config/settings.py": text})
    ran = doctor(tmp_path, "--output", "json")
    assert ran.code == 1
    assert "LostMiddleware: it cannot be imported" in found(ran, "line 2")["text"]
    assert found(ran, "line 2")["details"][-1] == "ModuleNotFoundError: No module named 'config.nowhere'"
    page = doctor(tmp_path).out
    assert "\n  ModuleNotFoundError: No module named 'config.nowhere'\n" in page
    assert "LostMiddleware" in page
    assert "(does not load)" in " ".join(page.split())


def test_middleware_that_cannot_be_built(tmp_path: Path, doctor: Run) -> None:
    """It is built as when a server starts: what fails then is a problem, and nothing is said to be right."""
    startproject(tmp_path)
    text = SETTINGS.format(package="config") + "MIDDLEWARE += ['config.late.late']\n"
    late = "def late(get_response):\n    raise RuntimeError('no connection')\n"
    write_tree(tmp_path, {"config/settings.py": text, "config/late.py": late})
    ran = doctor(tmp_path, "--output", "json")
    assert ran.code == 1
    assert "it cannot be built: RuntimeError: no connection" in found(ran, "line 2")["text"]


def test_middleware_in_the_wrong_order(tmp_path: Path, doctor: Run) -> None:
    """What lint calls an error is a problem, with what to do; milder findings are only counted."""
    text = SETTINGS.format(package="config")
    auth, sessions = "django.contrib.auth.middleware.Authentication", "django.contrib.sessions.middleware.Session"
    order = f"MIDDLEWARE += ['{auth}Middleware', '{sessions}Middleware']\n"
    apps = "INSTALLED_APPS = ['django.contrib.auth', 'django.contrib.contenttypes', 'django.contrib.sessions']\n"
    startproject(tmp_path, **{"config/settings.py": text + apps + order})
    ran = doctor(tmp_path, "--output", "json")
    assert ran.code == 1
    assert "is above line 3 (SessionMiddleware)" in found(ran, "line 2")["text"]
    assert found(ran, "line 2")["hint"] == "Move line 2 to directly below line 3."


def test_name_clash(tmp_path: Path, doctor: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other people's distributions own the same import name; in the project's environment that is a problem."""
    startproject(tmp_path / "site")
    metadata = "Metadata-Version: 2.1\nName: reqtrace-py\nVersion: 0.3\n"
    packages = write_tree(tmp_path / "packages", {"reqtrace_py-0.3.dist-info/METADATA": metadata})
    monkeypatch.setenv("PYTHONPATH", str(packages))
    python = tmp_path / "python"
    python.symlink_to(sys.executable)
    write_tree(tmp_path, {"pyvenv.cfg": ""})
    ran = doctor(tmp_path / "site", "--python", python, "--output", "json")
    clash = found(ran, "name clash")
    assert "reqtrace-py 0.3 in the project's environment" in clash["text"]
    assert clash["hint"].endswith("-m pip uninstall reqtrace-py")


def test_name_clash_beside_ourselves(tmp_path: Path, doctor: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """So is one in our own environment, where one package hides the other."""
    metadata = "Metadata-Version: 2.1\nName: reqtrace\nVersion: 0.2\n"
    packages = write_tree(tmp_path / "packages", {"reqtrace-0.2.dist-info/METADATA": metadata})
    monkeypatch.syspath_prepend(packages)
    ran = doctor(tmp_path, "--output", "json")
    assert "reqtrace 0.2 in reqtrace's own environment" in found(ran, "name clash")["text"]


def test_taken_port(tmp_path: Path, doctor: Run) -> None:
    """A taken port is a warning with the one that would be used; the project's own port is looked at."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
        startproject(tmp_path, **{"reqtrace.toml": f"port = {port}\n", ".git/HEAD": ""})
        ran = doctor(tmp_path, "--output", "json")
    assert ran.code == 0
    assert found(ran, "port")["level"] == "warning"
    assert f"{port} is taken; reqtrace serve would take " in found(ran, "port")["text"]
    assert DEFAULT_PORT == 8000


def test_mistake_in_the_configuration(tmp_path: Path, doctor: Run) -> None:
    """A misspelt key is a finding, not the end of the examination."""
    startproject(tmp_path, **{"reqtrace.toml": "prepair = []\n", ".git/HEAD": ""})
    ran = doctor(tmp_path, "--output", "json")
    assert ran.code == 1
    assert "unknown key 'prepair'" in found(ran, "project")["text"]


@pytest.mark.usefixtures("_every_port_is_free")
def test_notes_are_warnings(tmp_path: Path, doctor: Run) -> None:
    """What the files hint at is shown; alone it is nothing wrong."""
    startproject(tmp_path, Makefile="serve:\n\tpython manage.py runserver_plus\n")
    ran = doctor(tmp_path)
    assert ran.code == 0
    assert "! warning" in ran.out
    assert ran.out.endswith("\n1 warning.\n"), ran.out


@pytest.mark.usefixtures("_every_port_is_free")
def test_another_runserver_is_nothing_wrong(tmp_path: Path, doctor: Run) -> None:
    """That the settings mention daphne, or WhiteNoise's runserver, is told without a warning."""
    startproject(tmp_path)
    with (tmp_path / "config/settings.py").open("a") as settings:
        settings.write("# 'daphne', 'whitenoise.runserver_nostatic'\n")
    ran = doctor(tmp_path)
    assert ran.code == 0
    assert "The settings mention daphne" in ran.out
    assert ran.out.endswith("\nNothing is wrong.\n"), ran.out


@pytest.mark.parametrize(
    ("rows", "columns", "term", "level", "words"),
    [
        (24, 80, "xterm-256color", "ok", "80 columns, 24 rows, xterm-256color, colour"),
        (20, 70, "xterm", "warning", "80 columns and 24 rows show a whole request"),
        (16, 54, "xterm", "warning", "needs 60 columns and 18 rows"),
        (24, 80, "dumb", "warning", "use reqtrace serve --plain"),
    ],
)
def test_terminal(tmp_path: Path, rows: int, columns: int, term: str, level: str, words: str) -> None:
    """A real terminal is measured, and judged by what the screen needs."""
    finding = next(f for f in in_terminal(tmp_path, rows, columns, term) if f["subject"] == "terminal")
    assert finding["level"] == level
    assert words in finding["text"] + finding["hint"]


def in_terminal(directory: Path, rows: int, columns: int, term: str) -> list[dict[str, Any]]:
    """The findings of ``reqtrace doctor`` in a terminal of that size, where there is no project."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    unwanted = ("COLUMNS", "LINES", "NO_COLOR", "DJANGO_SETTINGS_MODULE")
    environ = {name: value for name, value in os.environ.items() if name not in unwanted}
    command = [sys.executable, "-m", "reqtrace", "doctor", str(directory), "--output", "json"]
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, env={**environ, "TERM": term, "PYTHONPATH": str(ROOT)}
    ) as child:
        os.close(theirs)
        written = b""
        try:
            while chunk := os.read(ours, 65536):
                written += chunk
        except OSError:  # Linux says so when the other end is closed
            pass
        os.close(ours)
        assert child.wait() == 1
    findings: list[dict[str, Any]] = json.loads(written)["findings"]
    return findings


def test_stream_that_is_not_unicode(tmp_path: Path) -> None:
    """A stream without the symbols gets ASCII ones, and the finding says what to set."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "latin-1"}
    ran = subprocess.run([sys.executable, "-m", "reqtrace", "doctor", str(tmp_path)], capture_output=True, env=environ)
    assert ran.returncode == 1
    assert ran.stdout.isascii()
    assert b"Set PYTHONUTF8=1." in ran.stdout
