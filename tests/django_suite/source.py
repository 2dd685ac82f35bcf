"""Gets Django's source with its tests from the package index, and an environment in which they run."""

from __future__ import annotations

import re
import shutil
import tarfile
from dataclasses import dataclass
from pathlib import Path

import matrix

WANTED = frozenset(
    (
        "aiosmtpd",
        "argon2-cffi",
        "asgiref",
        "bcrypt",
        "docutils",
        "jinja2",
        "pillow",
        "pyyaml",
        "sqlparse",
        "tblib",
        "tzdata",
    )
)
"""Of what Django's tests/requirements name: no browsers, no cache servers, nothing geographic."""


class Unavailable(Exception):
    """There is no Python, or no network, to run this Django's tests with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """One release of Django, unpacked, with an environment that runs it in place."""

    version: str
    tests: Path
    interpreter: Path


def prepare(django: str, python: str = "") -> Checkout:
    """Download, unpack and install what is not there yet. Raises ``Unavailable``."""
    release = python or suited_python(django)
    interpreter = matrix.find_python(release)
    if interpreter is None:
        raise Unavailable(f"no Python {release} was found for Django {django}")
    home = matrix.VENVS / f"django-suite-{release}-django{django}"
    own = home / "environment" / "bin" / "python"
    stamp = home / "built"
    if not stamp.exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        build(home, django, interpreter, own)
        stamp.touch()
    tests = next(home.glob("django-*/tests"))
    return Checkout(version=tests.parent.name.removeprefix("django-"), tests=tests, interpreter=own)


def suited_python(django: str) -> str:
    """The oldest Python we support for the oldest Django, the newest for the others."""
    pairs = [each for each in matrix.environments() if not each.is_django_only and each.is_end]
    return next((each.python for each in pairs if each.django == django), pairs[-1].python)


def build(home: Path, django: str, interpreter: str, own: Path) -> None:
    """An environment with the source installed in place. Raises ``Unavailable``."""
    pip = [interpreter, "-m", "pip", "--disable-pip-version-check"]
    wanted = f"django~={django}.0" if django.count(".") == 1 else f"django=={django}"
    try:
        matrix.run_or_raise([interpreter, "-m", "venv", str(own.parent.parent)])
        matrix.run_or_raise([*pip, "download", "--no-deps", "--no-binary", "django", "--dest", str(home), wanted])
        source = unpack(home)
        install = [str(own), *pip[1:], "install", "--quiet"]
        matrix.run_or_raise([*install, "--editable", str(source), *requirements(source)])
    except RuntimeError as error:
        raise Unavailable(f"Django {django} with its tests could not be installed:\n{error}") from error


def unpack(home: Path) -> Path:
    """The directory of the source; the archive is removed."""
    archive = next(path for path in home.glob("*.tar.gz"))
    with tarfile.open(archive) as packed:
        packed.extractall(home, filter="data")
    archive.unlink()
    source = next(path for path in home.glob("[dD]jango-*") if path.is_dir())
    return source.rename(home / source.name.lower())


def requirements(source: Path) -> list[str]:
    """The lines of Django's tests/requirements/py3.txt that are wanted."""
    lines = (source / "tests" / "requirements" / "py3.txt").read_text(encoding="utf-8").splitlines()
    named = {line: re.match(r"[\w.-]*", line)[0].lower() for line in lines}  # type: ignore[index]
    return [line for line, name in named.items() if name in WANTED]
