"""The sample site in processes of its own, so that no test configures Django's settings for the others."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
SITE = HERE.parent.parent / "sample_site"

Walks = dict[str, list[dict[str, Any]]]
"""The answers to the whole tour, by interface."""

PREAMBLE = """
import json
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext
settings.ALLOWED_HOSTS = ["testserver"]
def client(user=None):
    browser = Client(raise_request_exception=False)
    if user:
        browser.login(username=user, password=user)
    return browser
def report(answer):
    print("ANSWER" + json.dumps(answer))
"""


class SampleSite:
    """The sample site with a database of its own. Any warning that Django gives is an error."""

    def __init__(self, database: Path) -> None:
        self.database = database

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python in the directory of the site."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "PYTHON"))}
        environment = inherited | {
            "BOOKSHOP_DATABASE": str(self.database),
            "DJANGO_SETTINGS_MODULE": "bookshop.settings",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONIOENCODING": "utf-8",
            "PYTHONPATH": str(SITE),
        }
        # Both streams of the tour are meant to be served the other way; Django says so each time.
        strict = ["-W", "error", "-W", "ignore:StreamingHttpResponse must consume:Warning"]
        return subprocess.run(
            [sys.executable, *strict, *arguments],
            cwd=SITE,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run ``manage.py``."""
        return self.python("manage.py", *arguments)

    def run(self, code: str) -> Any:
        """Run some code in the site and return what it handed to ``report()``."""
        finished = self.python("-c", PREAMBLE + textwrap.dedent(code))
        assert finished.returncode == 0, finished.stderr
        answers = [line for line in finished.stdout.splitlines() if line.startswith("ANSWER")]
        return json.loads(answers[-1].removeprefix("ANSWER"))

    def walk(self, interface: str) -> list[dict[str, Any]]:
        """Make every visit of the tour through ``wsgi`` or ``asgi``."""
        finished = self.python(str(HERE / "walk_the_tour.py"), interface)
        assert finished.returncode == 0, finished.stderr
        answers: list[dict[str, Any]] = json.loads(finished.stdout)
        return answers


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database made by ``migrate``; copy it, do not change it."""
    database = tmp_path_factory.mktemp("bookshop") / "pristine.sqlite3"
    finished = SampleSite(database).manage("migrate", "--noinput", "--verbosity", "0")
    assert finished.returncode == 0, finished.stderr
    return database


@pytest.fixture
def site(migrated_database: Path, tmp_path: Path) -> SampleSite:
    """The sample site as it is after ``migrate``."""
    return SampleSite(Path(shutil.copy(migrated_database, tmp_path / "bookshop.sqlite3")))


@pytest.fixture
def empty_site(tmp_path: Path) -> SampleSite:
    """The sample site before ``migrate``."""
    return SampleSite(tmp_path / "nothing-yet.sqlite3")


@pytest.fixture(scope="session")
def walks(migrated_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Walks:
    """The answers to the whole tour through each interface, each from a database of its own."""
    answers = {}
    for interface in ("wsgi", "asgi"):
        database = tmp_path_factory.mktemp(interface) / "bookshop.sqlite3"
        answers[interface] = SampleSite(Path(shutil.copy(migrated_database, database))).walk(interface)
    return answers


@pytest.fixture(scope="session")
def site_directory() -> Path:
    """Where ``manage.py`` is."""
    return SITE


@pytest.fixture(scope="session")
def tour() -> ModuleType:
    """``shop/tour.py``, loaded as a program outside of the site would load it."""
    spec = importlib.util.spec_from_file_location("sample_site_tour", SITE / "shop" / "tour.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
