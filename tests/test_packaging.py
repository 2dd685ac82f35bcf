"""The wheel, in a clean environment far from any checkout, is all that a learner needs."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import venv
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import reqtrace

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("packaging"),
    pytest.mark.skipif(sys.platform == "win32", reason="the environment is laid out otherwise there"),
]

ROOT = Path(reqtrace.__file__).parent.parent
START_UP = 60.0
"""Seconds in which the site has to answer, its database being made first."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as it is built from the sdist, which is built from the checkout."""
    directory = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(directory), str(ROOT)]
    run_or_fail(command, cwd=directory, env=dict(os.environ))
    (built,) = directory.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installation(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``bin`` directory of a clean environment that has the wheel and what it depends on."""
    directory = tmp_path_factory.mktemp("environment")
    venv.create(directory, with_pip=False, symlinks=True)
    python = directory / "bin" / "python"
    run_or_fail([sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", str(wheel)], cwd=directory)
    return directory / "bin"


@pytest.fixture
def elsewhere(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """An empty working directory, and an environment that knows no checkout and no project."""
    guiding = ("PYTHONPATH", "VIRTUAL_ENV", "DJANGO_SETTINGS_MODULE", "REQTRACE_HUB", "REQTRACE_TOKEN")
    variables = {name: value for name, value in os.environ.items() if name not in guiding}
    home = tmp_path / "home"
    variables |= {"HOME": str(home), "XDG_DATA_HOME": str(home / "data")}
    work = tmp_path / "work"
    work.mkdir()
    return work, variables


def run_or_fail(command: list[str], cwd: Path, env: dict[str, str] | None = None) -> str:
    run = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def wait_until(holds: Callable[[], bool], process: subprocess.Popen[bytes], story: Path) -> None:
    """Wait for a condition that a running reqtrace has to bring about."""
    deadline = time.monotonic() + START_UP
    while not holds():
        told = story.read_text(encoding="utf-8")
        assert process.poll() is None, told
        assert time.monotonic() < deadline, told
        time.sleep(0.05)


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def files_of(directory: Path) -> Iterator[str]:
    """Every file that belongs to a package of ours, as a path below it."""
    for path in directory.rglob("*"):
        is_made = "__pycache__" in path.parts or path.name.startswith("db.sqlite3")
        if path.is_file() and not is_made and path.name != ".DS_Store":
            yield path.relative_to(directory).as_posix()


def test_the_wheel_holds_everything_and_nothing_else(wheel: Path) -> None:
    """Stylesheets, the bootstrap and the sample site are in the wheel; tests, databases and caches are not."""
    expected = {f"reqtrace/{name}" for name in files_of(ROOT / "reqtrace")}
    expected |= {f"reqtrace/_sample_site/{name}" for name in files_of(ROOT / "sample_site")}
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert packed == expected
    assert "reqtrace/py.typed" in packed
    assert "reqtrace/agent/bootstrap/sitecustomize.py" in packed
    assert "reqtrace/_sample_site/manage.py" in packed
    assert any(name.endswith(".tcss") for name in packed)
    for part in ("migrations/", "static/", "templates/"):
        assert any(part in name for name in packed if "_sample_site" in name)


def test_the_installed_command_answers(installation: Path, elsewhere: tuple[Path, dict[str, str]]) -> None:
    """``reqtrace`` and ``python -m reqtrace`` name the installed version."""
    work, variables = elsewhere
    for command in ([str(installation / "reqtrace")], [str(installation / "python"), "-m", "reqtrace"]):
        answer = run_or_fail([*command, "--version"], cwd=work, env=variables)
        assert answer.splitlines()[0] == f"reqtrace {reqtrace.__version__}"
        assert str(installation) in answer.splitlines()[1]


def test_the_installed_doctor_examines_the_installed_sample(
    installation: Path, elsewhere: tuple[Path, dict[str, str]]
) -> None:
    """``reqtrace doctor`` finds the settings of the sample site that came in the wheel."""
    work, variables = elsewhere
    (package,) = installation.parent.glob("lib/python3*/site-packages/reqtrace")
    answer = run_or_fail(
        [str(installation / "reqtrace"), "doctor", str(package / "_sample_site")], cwd=work, env=variables
    )
    assert "bookshop.settings" in answer


def test_the_installed_sample_site_is_served_and_watched(
    installation: Path, elsewhere: tuple[Path, dict[str, str]]
) -> None:
    """``reqtrace serve --sample --plain`` makes the database, serves pages and prints each request's path."""
    work, variables = elsewhere
    port = free_port()
    command = [str(installation / "reqtrace"), "serve", "--sample", "--plain", "--port", str(port)]
    story, answer = work / "story.txt", work / "answer.txt"
    with story.open("wb") as stderr, answer.open("wb") as stdout:
        process = subprocess.Popen(command, cwd=work, env=variables, stdout=stdout, stderr=stderr)
    try:
        wait_until(lambda: is_listening(port), process, story)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/books/") as response:
            assert "<html" in response.read().decode()
        wait_until(lambda: "/books/" in answer.read_text(encoding="utf-8"), process, story)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=START_UP) in (0, 130)
    finally:
        process.kill()
        process.wait()
    assert "5 Session" in answer.read_text(encoding="utf-8")
    assert "Traceback" not in story.read_text(encoding="utf-8")
    assert not is_listening(port)
    if sys.platform == "linux":
        assert len(list(Path(variables["XDG_DATA_HOME"]).glob("reqtrace/sample_site-*/db.sqlite3"))) == 1
