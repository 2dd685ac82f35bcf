"""What a project declares for reqtrace is read, checked and corrected."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from project_trees import mimic_environment, startproject, write_tree

from reqtrace.errors import UsageError
from reqtrace.hub.config import Config, read_config
from reqtrace.hub.discover import discover


def test_own_file(tmp_path: Path) -> None:
    """``reqtrace.toml`` holds the keys at the top."""
    write_tree(tmp_path, {"reqtrace.toml": 'prepare = ["migrate"]\nsettings = "a.b"\npython = ".venv"\nport = 8123\n'})
    assert read_config([tmp_path]) == Config(
        file=tmp_path / "reqtrace.toml", prepare=("migrate",), settings="a.b", python=".venv", port=8123
    )


def test_pyproject(tmp_path: Path) -> None:
    """In pyproject.toml they stand under ``[tool.reqtrace]``; a file without it says nothing."""
    write_tree(tmp_path, {"pyproject.toml": "[tool.ruff]\nline-length = 99\n"})
    assert read_config([tmp_path]) == Config()
    write_tree(tmp_path, {"pyproject.toml": "[tool.reqtrace]\nport = 1\n"})
    assert read_config([tmp_path]).port == 1


def test_nearest_file_wins(tmp_path: Path) -> None:
    """The file beside manage.py hides the one at the repository's root."""
    startproject(tmp_path / "src", **{"../reqtrace.toml": "port = 1\n", "../.git/HEAD": ""})
    assert discover(tmp_path, environ={}).port == 1
    write_tree(tmp_path, {"src/reqtrace.toml": "port = 2\n"})
    assert discover(tmp_path, environ={}).port == 2


def test_settings_and_python_of_the_file(tmp_path: Path) -> None:
    """They are used unless an option or the environment says otherwise; paths count from the file."""
    startproject(tmp_path, **{"reqtrace.toml": 'settings = "config.demo"\npython = "tools/env"\n', ".git/HEAD": ""})
    python = mimic_environment(tmp_path / "tools" / "env")
    project = discover(tmp_path, environ={})
    assert (project.settings, project.interpreter) == ("config.demo", python)
    assert project.environment() == {"DJANGO_SETTINGS_MODULE": "config.demo"}
    assert discover(tmp_path, python=sys.executable, environ={}).interpreter == Path(sys.executable)
    assert discover(tmp_path, environ={"DJANGO_SETTINGS_MODULE": "config.env"}).settings == "config.env"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("prepair = []", "unknown key 'prepair'"),
        ('prepare = "migrate"', "prepare in .* must be a list of management commands"),
        ('prepare = ["migrate", ""]', "prepare in .* must be a list"),
        ("""prepare = ["loaddata 'books"]""", "has a command that cannot be split"),
        ('port = "8000"', "port in .* must be a number from 0 to 65535"),
        ("port = true", "port in .* must be a number"),
        ("port = 99999", "port in .* must be a number"),
        ('settings = "config/settings.py"', "settings in .* must be the dotted name of a module"),
        ("python = 3", "python in .* must be the path"),
        ("port = = 1", r"reqtrace\.toml is not TOML"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, words: str) -> None:
    """The message names the file and the key."""
    write_tree(tmp_path, {"reqtrace.toml": text + "\n"})
    with pytest.raises(UsageError, match=words) as failure:
        read_config([tmp_path])
    assert str(tmp_path / "reqtrace.toml") in failure.value.message


def test_nearest_key_is_offered(tmp_path: Path) -> None:
    """A misspelt key gets the right one, an outlandish one the list."""
    write_tree(tmp_path, {"reqtrace.toml": "prepair = []\n"})
    with pytest.raises(UsageError) as failure:
        read_config([tmp_path])
    assert failure.value.hint == "Did you mean prepare?"
    write_tree(tmp_path, {"reqtrace.toml": "colour = 'red'\n"})
    with pytest.raises(UsageError) as failure:
        read_config([tmp_path])
    assert failure.value.hint == "Known are prepare, settings, python, port, lint.acknowledge."


def test_broken_pyproject_is_left_to_its_own_tools(tmp_path: Path) -> None:
    """A pyproject.toml that nobody can read does not keep a project from being watched."""
    startproject(tmp_path, **{"pyproject.toml": "[tool.\n"})
    assert discover(tmp_path, environ={}).settings == "config.settings"
