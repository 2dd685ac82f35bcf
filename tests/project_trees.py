"""Tiny Django projects as trees of files, in the shapes that real repositories have."""

from __future__ import annotations

import os
import sys
import venv
from collections.abc import Mapping
from pathlib import Path

SETTINGS = """
SECRET_KEY = "not a secret"
DEBUG = True
ROOT_URLCONF = "{package}.urls"
INSTALLED_APPS = []
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ALLOWED_HOSTS = []
USE_TZ = True
"""

URLS = """
from django.http import HttpResponse
from django.urls import path

urlpatterns = [path("", lambda request: HttpResponse("hello"))]
"""

SINGLE_FILE = """
import sys
from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpResponse
from django.urls import path

settings.configure(DEBUG=True, ROOT_URLCONF=__name__, SECRET_KEY="not a secret", ALLOWED_HOSTS=["*"])
urlpatterns = [path("", lambda request: HttpResponse("from one file"))]

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
"""


def manage_py(settings: str = "config.settings", *, before: str = "", inside: str = "") -> str:
    """``manage.py`` as startproject writes it, with lines of a project's own before and inside ``main``."""
    name = f'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "{settings}")' if settings else "pass"
    return f"""#!/usr/bin/env python
import os
import sys
{before}

def main():
    {inside or "pass"}
    {name}
    try:
        from django.core.management import execute_from_command_line
    except ImportError as exc:
        raise ImportError("Couldn't import Django.") from exc
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
"""


def write_tree(base: Path, files: Mapping[str, str]) -> Path:
    """Write the files below ``base`` and return it."""
    for name, text in files.items():
        file = base / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return base


def package(name: str, *, settings: str | None = None) -> dict[str, str]:
    """A project package that works: settings, URLconf and one page."""
    return {
        f"{name}/__init__.py": "",
        f"{name}/settings.py": SETTINGS.format(package=name) if settings is None else settings,
        f"{name}/urls.py": URLS,
    }


def startproject(base: Path, name: str = "config", **files: str) -> Path:
    """What ``django-admin startproject`` makes, as far as it matters here."""
    return write_tree(base, {"manage.py": manage_py(f"{name}.settings"), **package(name), **files})


def make_environment(directory: Path) -> Path:
    """A virtual environment without pip; its Python."""
    venv.EnvBuilder(with_pip=False, symlinks=os.name == "posix").create(directory)
    return directory / ("bin/python" if os.name == "posix" else "Scripts/python.exe")


def mimic_environment(directory: Path) -> Path:
    """What marks a virtual environment, with a link to the Python that runs the tests; made in no time."""
    write_tree(directory, {"pyvenv.cfg": f"home = {Path(sys.executable).parent}\n"})
    python = directory / "bin" / "python"
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    return python
