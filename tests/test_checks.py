"""In the project's own process lint speaks as a system check of Django, and as one line for the project's tests."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from project_trees import SETTINGS, startproject, write_tree

import reqtrace
from reqtrace.analysis.rules.engine import LOAD_IDS
from reqtrace.analysis.rules.registry import RULES

pytestmark = pytest.mark.slow

ROOT = Path(reqtrace.__file__).parents[1]
SESSION = "django.contrib.sessions.middleware.SessionMiddleware"
AUTHENTICATION = "django.contrib.auth.middleware.AuthenticationMiddleware"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run Python in a project with these middleware; ``reqtrace`` is one of its apps."""

    def start(*arguments: str, middleware: list[str], extra: str = "") -> subprocess.CompletedProcess[str]:
        startproject(tmp_path)
        apps = '["django.contrib.auth", "django.contrib.contenttypes", "reqtrace"]'
        text = SETTINGS.format(package="config").replace("INSTALLED_APPS = []", f"INSTALLED_APPS = {apps}")
        write_tree(tmp_path, {"config/settings.py": f"{text}MIDDLEWARE = {middleware!r}\n{extra}"})
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "config.settings"}
        return subprocess.run(
            [sys.executable, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    return start


def test_every_rule_has_a_number() -> None:
    """Ids of checks are stable: each rule has its number, once."""
    from reqtrace.checks import NUMBERS

    assert len(NUMBERS) == len(set(NUMBERS))
    assert set(NUMBERS) == {rule.id for rule in RULES} | LOAD_IDS
    assert NUMBERS[4] == "dj-auth-after-session"


def test_manage_py_check(run: Run) -> None:
    """An error of lint is an error of ``manage.py check``, with its rule, its hint and a stable id."""
    ran = run("manage.py", "check", middleware=[AUTHENTICATION, SESSION])
    assert ran.returncode == 1
    assert "MIDDLEWARE: (reqtrace.E005) Line 1, AuthenticationMiddleware, is above line 2" in ran.stderr
    assert "HINT: Move line 1 to directly below line 2." in ran.stderr
    assert "(dj-auth-after-session)" in ran.stderr


def test_check_is_quiet_on_a_right_list(run: Run) -> None:
    """Nothing is found in a list that is right."""
    ran = run("manage.py", "check", "--tag", "middleware", middleware=[SESSION, AUTHENTICATION])
    assert ran.returncode == 0, ran.stderr
    assert "no issues" in ran.stdout


def test_check_can_be_silenced(run: Run) -> None:
    """SILENCED_SYSTEM_CHECKS silences a rule as it does any check."""
    silenced = "SILENCED_SYSTEM_CHECKS = ['reqtrace.E005']\n"
    ran = run("manage.py", "check", middleware=[AUTHENTICATION, SESSION], extra=silenced)
    assert ran.returncode == 0, ran.stderr


def test_lint_middleware(run: Run) -> None:
    """A test of the project asserts on an empty list; what is wrong is one readable line each."""
    code = (
        "import django; django.setup()\n"
        "import reqtrace\n"
        "from django.conf import settings\n"
        "from django.test import override_settings\n"
        "assert reqtrace.lint_middleware(settings) == []\n"
        "assert reqtrace.lint_middleware() == []\n"
        f"with override_settings(MIDDLEWARE=['{AUTHENTICATION}', '{SESSION}']):\n"
        "    print(*reqtrace.lint_middleware(settings), sep='\\n')\n"
        f"with override_settings(MIDDLEWARE='{SESSION}'):\n"
        "    print(*reqtrace.lint_middleware(settings), sep='\\n')\n"
    )
    ran = run("-c", code, middleware=[SESSION, AUTHENTICATION])
    assert ran.returncode == 0, ran.stderr
    order, no_list = ran.stdout.splitlines()
    assert order.startswith("error dj-auth-after-session: Line 1, AuthenticationMiddleware, is above line 2")
    assert no_list.startswith("error load-list: MIDDLEWARE is of type str, not a list.")


def test_nothing_else_of_reqtrace_is_loaded(run: Run) -> None:
    """The app brings neither a screen nor the agent's probes into the project."""
    code = "import django; django.setup()\nimport sys; print(*sys.modules)"
    names = set(run("-c", code, middleware=[SESSION]).stdout.split())
    assert "reqtrace.checks" in names
    assert not names & {"rich", "textual", "click", "reqtrace.hub", "reqtrace.agent.install"}


def test_unknown_names() -> None:
    """A name that the package does not have is an AttributeError, as everywhere."""
    with pytest.raises(AttributeError, match="nothing"):
        _ = reqtrace.nothing
