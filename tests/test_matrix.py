"""The matrix covers what pyproject.toml claims, and says what it could not run."""

from __future__ import annotations

import sys
from pathlib import Path

import matrix
import pytest


def test_every_supported_pair_is_in_the_matrix() -> None:
    """Django 6 needs Python 3.12; every other pair of the classifiers is there, and one environment has only Django."""
    assert [environment.name for environment in matrix.environments()] == [
        "3.11-django5.2",
        "3.12-django5.2",
        "3.12-django6.0",
        "3.12-django6.1",
        "3.13-django5.2",
        "3.13-django6.0",
        "3.13-django6.1",
        "django-only",
    ]


def test_the_lonely_environment_has_neither_screen_nor_command_line() -> None:
    """Where the agent is tested alone, nothing is installed but Django and what runs its tests."""
    lonely = matrix.Environment(python="3.11", django="5.2", is_django_only=True)
    assert matrix.requirements(lonely) == ["django~=5.2.0", "pytest>=8", "hypothesis>=6.100"]
    full = matrix.requirements(matrix.Environment(python="3.12", django="6.0"))
    assert full[0] == "django~=6.0.0"
    assert any(requirement.startswith("textual") for requirement in full)


def test_a_missing_python_is_reported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An environment whose Python is not on this machine is a line of the table, not a failure and not silence."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert matrix.main(["3.13-django6.1"]) == 0
    assert "3.13-django6.1   3.13    6.1     NOT RUN          no Python 3.13 was found" in capsys.readouterr().out


def test_a_brief_matrix_keeps_the_agent_at_its_newest_end() -> None:
    """Every Python and every Django is met, the newest by all of the agent; what is named exists."""
    everywhere = {one.name: matrix.usual_tests(one, is_brief=True) for one in matrix.environments()}
    kept = [one.name for one in matrix.environments() if not one.is_left_out]
    assert kept == ["3.11-django5.2", "3.12-django6.0", "3.13-django6.1", "django-only"]
    full = [name for name, tests in everywhere.items() if "agent/test_fidelity.py" in tests]
    assert full == ["3.11-django5.2", "3.13-django6.1"]
    assert "agent/test_events.py" in everywhere["django-only"]
    named = {test for tests in everywhere.values() for test in tests}
    assert all((matrix.ROOT / "tests" / test).exists() for test in named | set(matrix.MEETS_DJANGO))


def test_the_pair_that_runs_the_matrix_can_be_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    """After all tests have run in an environment, the matrix need not build it again; the table says so."""
    mine = [environment.name for environment in matrix.environments() if matrix.is_mine(environment)]
    if not mine:
        pytest.skip("this Python and Django are no pair of the matrix")
    assert matrix.main([*mine, "--except-mine"]) == 0
    assert "NOT RUN          all tests run here without the matrix" in capsys.readouterr().out


def test_an_unknown_environment_is_refused() -> None:
    """A misspelt name does not run an empty matrix."""
    with pytest.raises(SystemExit, match=r"no such environment: 3\.11-django6\.1"):
        matrix.main(["3.11-django6.1"])


def test_the_last_line_of_pytest_is_the_summary() -> None:
    """The table shows pytest's own counts."""
    assert matrix.summary("x\n====== 2 failed, 7 passed in 3.10s ======\n") == "2 failed, 7 passed"
    assert matrix.summary("7 passed, 1 skipped in 61.10s (0:01:01)\n") == "7 passed, 1 skipped"
    assert matrix.summary(".....", -9) == "ended by signal 9"
