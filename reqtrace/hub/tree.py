"""Walks a source tree, nearest directories first, and leaves out what is not the project's own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

__all__ = [
    "MAX_DEPTH",
    "directories_below",
    "directories_upwards",
    "is_environment",
    "is_template_name",
    "locate_module",
    "subdirectories",
]

MAX_DEPTH = 4
MAX_DIRECTORIES = 4_000
FOREIGN = frozenset(("node_modules", "site-packages", "__pycache__", "bower_components", "build", "dist"))
REPOSITORY_MARKS = (".git", ".hg")


def directories_below(base: Path, *, max_depth: int = MAX_DEPTH) -> Iterator[tuple[int, Path]]:
    """The project's own directories with their depth, ``base`` first, level by level, each level in order of name."""
    level, seen = [base], 0
    for depth in range(max_depth + 1):
        below: list[Path] = []
        for directory in level:
            seen += 1
            if seen > MAX_DIRECTORIES:
                return
            yield depth, directory
            below.extend(entry for entry in subdirectories(directory) if is_own(entry))
        level = below


def subdirectories(directory: Path) -> list[Path]:
    """The directories in a directory by name; links are not followed, what may not be read is empty."""
    try:
        with os.scandir(directory) as entries:
            return sorted(Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False))
    except OSError:
        return []


def is_own(directory: Path) -> bool:
    name = directory.name
    return not (name.startswith(".") or name in FOREIGN or is_template_name(name) or is_environment(directory))


def is_environment(directory: Path) -> bool:
    """Whether the directory is a virtual environment."""
    return (directory / "pyvenv.cfg").is_file()


def locate_module(base: Path, module: str) -> tuple[Path, Path] | None:
    """Where a dotted name would be imported from, nearest first: the directory for ``sys.path``, and the file."""
    *packages, last = module.split(".")
    for _, directory in directories_below(base, max_depth=3):
        package = directory.joinpath(*packages)
        for file in (package / f"{last}.py", package / last / "__init__.py"):
            if file.is_file():
                return directory, file
    return None


def is_template_name(name: str) -> bool:
    """``{{cookiecutter.project_slug}}`` and its like: a name to be filled in."""
    return "{{" in name or "{%" in name


def directories_upwards(start: Path, asked: Path) -> list[Path]:
    """``start`` and its parents up to the repository's root; without a repository, up to one above ``asked``."""
    chain = [start, *start.parents]
    home = Path.home()
    for index, directory in enumerate(chain):
        if any((directory / mark).exists() for mark in REPOSITORY_MARKS):
            return chain[: index + 1]
        if directory == home:
            break
    top = chain.index(asked) if asked in chain else 0
    above = chain[top + 1 : top + 2]
    return chain[: top + 1] + [parent for parent in above if parent != home and parent != parent.parent]
