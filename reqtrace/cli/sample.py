"""Finds the bookshop that ``reqtrace serve --sample`` runs, in a place where it can be edited."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import reqtrace
from reqtrace.cli import output
from reqtrace.errors import ProjectError, ProjectNotFound

__all__ = ["sample_directory"]

PACKAGE = Path(reqtrace.__file__).parent


def sample_directory(package: Path = PACKAGE) -> Path:
    """The sample site of a source checkout, or a copy of the one that was installed with reqtrace.

    The copy is made once per version, in the user's data directory: site-packages may be read-only, and a learner
    should be able to change the site and to keep the changes.
    """
    checkout = package.parent / "sample_site"
    if (checkout / "manage.py").is_file() and (package.parent / "pyproject.toml").is_file():
        return checkout
    installed = package / "_sample_site"
    if not (installed / "manage.py").is_file():
        raise ProjectNotFound(
            f"The sample site is missing from {package}.",
            hint="Install reqtrace again: pip install --force-reinstall django-reqtrace",
        )
    return _copied_once(installed)


def _copied_once(installed: Path) -> Path:
    from platformdirs import user_data_path

    target = user_data_path("reqtrace", appauthor=False) / f"sample_site-{reqtrace.__version__}"
    if not (target / "manage.py").is_file():
        try:
            _copy(installed, target)
        except OSError as error:
            raise ProjectError(
                f"The sample site cannot be copied to {target}: {error.strerror or error}.",
                hint="Make that directory writable, or name another one in XDG_DATA_HOME.",
            ) from error
        output.tell(f"The sample site is now in {target}; change it as you like.")
    return target


def _copy(installed: Path, target: Path) -> None:
    """Copy beside the target and rename, so that a copy is either whole or not there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".sample_site-") as staging:
        copy = Path(staging) / target.name
        shutil.copytree(installed, copy, ignore=shutil.ignore_patterns("__pycache__"))
        try:
            copy.rename(target)
        except OSError:
            if not (target / "manage.py").is_file():  # not another reqtrace that was quicker
                raise
