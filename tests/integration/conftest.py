"""The sample site with a database of its own, run with and without the agent."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reqtrace.hub.hub import Hub

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "sample_site"

Environment = Callable[..., dict[str, str]]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as it is after ``migrate``."""
    database = tmp_path_factory.mktemp("integration") / "fresh.sqlite3"
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=SITE,
        env=plain_environment(database),
        check=True,
    )
    return database


def plain_environment(database: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("REQTRACE_", "PYTHON"))}
    return {
        **inherited,
        "BOOKSHOP_DATABASE": str(database),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "DJANGO_SETTINGS_MODULE": "bookshop.settings",
    }


@pytest.fixture
def environment(hub: Hub, migrated: Path, tmp_path: Path) -> Environment:
    """``environment(traced=…)``: the environment of a child, each with the same database at the same path."""

    def make(*, traced: bool, path: str = "") -> dict[str, str]:
        database = tmp_path / "site.sqlite3"
        shutil.copy(migrated, database)
        made = plain_environment(database)
        if path:
            made["PYTHONPATH"] = path
        if traced:
            made.update(hub.environment())
            bootstrap = made["PYTHONPATH"].split(os.pathsep)[0]
            made["PYTHONPATH"] = os.pathsep.join(filter(None, [bootstrap, path]))
        return made

    return make
