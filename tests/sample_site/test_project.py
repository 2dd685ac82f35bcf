"""The sample site is an ordinary Django project that is complete, portable and ignorant of reqtrace."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sample_site.conftest import SampleSite

GENERATED = {"__pycache__", ".mypy_cache", ".ruff_cache"}


def texts(directory: Path) -> dict[str, str]:
    """Every file of the project that is not made by running it."""
    return {
        path.relative_to(directory).as_posix(): path.read_text(encoding="utf-8")
        for path in directory.rglob("*")
        if path.is_file() and not GENERATED & set(path.parts) and ".sqlite3" not in path.name
    }


def test_only_its_configuration_file_is_named_after_reqtrace(site_directory: Path) -> None:
    """No module, template or text of the site mentions the tool that watches it."""
    mentioning = [name for name, text in texts(site_directory).items() if "reqtrace" in text.lower()]
    assert mentioning == ["reqtrace.toml"]


def test_no_page_needs_the_network(site_directory: Path) -> None:
    """Style sheet and templates name no other host, so the site looks the same without a connection."""
    shown = {name: text for name, text in texts(site_directory).items() if name.endswith((".html", ".css"))}
    assert [name for name, text in shown.items() if re.search(r"(https?:)?//\w", text)] == []


@pytest.mark.slow
def test_django_finds_nothing_wrong(site: SampleSite) -> None:
    """``manage.py check`` passes, and no deprecated name is used on this version of Django."""
    finished = site.manage("check", "--fail-level", "WARNING")
    assert finished.returncode == 0, finished.stderr


@pytest.mark.slow
def test_migrations_match_the_models(site: SampleSite) -> None:
    """``makemigrations --check`` has nothing to write."""
    finished = site.manage("makemigrations", "--check", "--dry-run")
    assert finished.returncode == 0, finished.stdout + finished.stderr


@pytest.mark.slow
def test_the_declared_preparation_makes_the_site_ready(empty_site: SampleSite, site_directory: Path) -> None:
    """What ``reqtrace.toml`` says to run first is enough to log in and see books, and may be run twice."""
    commands = tomllib.loads((site_directory / "reqtrace.toml").read_text(encoding="utf-8"))["prepare"]
    for command in commands * 2:
        finished = empty_site.manage(*command.split())
        assert (finished.returncode, finished.stdout) == (0, ""), finished.stderr
    ready = empty_site.run("""
        from shop.models import Book
        report([Book.objects.count(), client().login(username="reader", password="reader"),
                client("admin").get("/admin/").status_code])
    """)
    assert ready == [17, True, 200]


@pytest.mark.slow
def test_data_migrations_can_be_undone(site: SampleSite) -> None:
    """Migrating back takes books and people away again without complaint."""
    finished = site.manage("migrate", "shop", "0001", "--verbosity", "0")
    assert finished.returncode == 0, finished.stderr
    counts = site.run("""
        from django.contrib.auth.models import User
        from shop.models import Author, Book
        report([User.objects.count(), Author.objects.count(), Book.objects.count()])
    """)
    assert counts == [0, 0, 0]


@pytest.mark.slow
def test_the_database_is_beside_manage_py_unless_the_environment_names_another(
    site: SampleSite, site_directory: Path
) -> None:
    """BOOKSHOP_DATABASE moves the database, so that a read-only installation works."""
    moved = site.run("report(str(settings.DATABASES['default']['NAME']))")
    usual = site.run("""
        import os, runpy
        del os.environ["BOOKSHOP_DATABASE"]
        report(str(runpy.run_path("bookshop/settings.py")["DATABASES"]["default"]["NAME"]))
    """)
    assert (moved, usual) == (str(site.database), str(site_directory / "db.sqlite3"))
