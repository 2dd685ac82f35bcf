"""Finds the Python that a project runs in, without starting it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reqtrace.errors import UsageError
from reqtrace.hub.tree import is_environment, subdirectories

__all__ = ["Interpreter", "candidate_environments", "find_interpreter"]

USUAL_NAMES = (".venv", "venv", "env")
PLACES = ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe")
"""Where an environment keeps its Python: POSIX, Windows, conda on Windows."""
MANAGED_ELSEWHERE = (
    ("poetry.lock", "Poetry", "poetry env info --executable"),
    ("Pipfile", "Pipenv", "pipenv --py"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """A Python, and why that one."""

    path: Path
    source: str
    notes: tuple[str, ...] = ()


def find_interpreter(
    directories: Sequence[Path], *, named: str | None, named_by: str, base: Path, environ: Mapping[str, str]
) -> Interpreter:
    """The interpreter named by an option or file (relative to ``base``), else the project's own, else the active one,
    else ours. Raises ``UsageError`` if the named one does not exist."""
    if named is not None:
        return Interpreter(path=named_interpreter(named, named_by, base), source=f"named by {named_by}")
    notes: list[str] = []
    for environment in candidate_environments(directories):
        python = python_of(environment)
        if python is not None:
            return Interpreter(path=python, source=f"the project's own environment {environment}")
        notes.append(f"{environment} holds no Python that works: it was moved, or its Python was removed.")
    active = active_environment(environ)
    if active is not None:
        return Interpreter(path=active[0], source=active[1], notes=tuple(notes))
    return our_own(directories, notes)


def our_own(directories: Sequence[Path], notes: list[str]) -> Interpreter:
    """reqtrace's Python, with what a person should know about that choice."""
    for file, tool, command in MANAGED_ELSEWHERE:
        if any((directory / file).is_file() for directory in directories):
            notes.append(f'{tool} keeps this project\'s environment elsewhere: add --python "$({command})".')
            break
    if importlib.util.find_spec("django") is None:
        notes.append("reqtrace's own Python has no Django.")
    return Interpreter(
        path=Path(sys.executable),
        source="reqtrace's own Python, since the project has no virtual environment and none is active",
        notes=tuple(notes),
    )


def candidate_environments(directories: Sequence[Path]) -> Iterator[Path]:
    """Virtual environments beside the project, nearest directory first, by their usual names.

    In the project's own directory one with another name counts, too (``myvenv``), if it is the only one; further up
    it might belong to a neighbour.
    """
    for index, directory in enumerate(directories):
        usual = [directory / name for name in USUAL_NAMES if is_environment(directory / name)]
        yield from usual
        others = [entry for entry in subdirectories(directory) if is_environment(entry)]
        if index == 0 and not usual and len(others) == 1:
            yield others[0]


def python_of(environment: Path) -> Path | None:
    """The Python of an environment, not resolved: resolving the link would leave the environment."""
    for place in PLACES:
        python = environment / place
        if python.is_file() and os.access(python, os.X_OK):
            return python
    return None


def active_environment(environ: Mapping[str, str]) -> tuple[Path, str] | None:
    """The Python of the environment the shell has activated, and how it was found."""
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        if prefix := environ.get(variable):
            python = python_of(Path(prefix))
            if python is not None:
                return python, f"the active environment ({variable} is {prefix})"
    return None


def named_interpreter(named: str, named_by: str, base: Path) -> Path:
    """The Python a person named: a file, an environment's directory, or a command on the PATH."""
    path = base / Path(named).expanduser()
    if path.is_dir():
        python = python_of(path)
        if python is None:
            raise UsageError(
                f"{path}, named by {named_by}, holds no Python.", hint="Name a virtual environment or its bin/python."
            )
        return python
    if path.is_file():
        if not os.access(path, os.X_OK):
            raise UsageError(f"{path}, named by {named_by}, cannot be executed.", hint="Name the environment's Python.")
        return Path(os.path.abspath(path))
    found = shutil.which(named) if os.sep not in named else None
    if found is None:
        raise UsageError(
            f"There is no Python at {path}, named by {named_by}.",
            hint="Name a virtual environment, its bin/python, or a command such as python3.12.",
        )
    return Path(found)
