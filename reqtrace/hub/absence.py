"""Says why there is no project at a path, and what to do instead."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator
from pathlib import Path

from reqtrace.errors import ProjectNotFound
from reqtrace.hub.interpreter import candidate_environments
from reqtrace.hub.script import ScriptFacts, read_script, read_text
from reqtrace.hub.settings_source import is_settings_module
from reqtrace.hub.tree import MAX_DEPTH, directories_below, is_template_name, subdirectories

__all__ = ["console_scripts", "explain_absence", "explain_file", "explain_missing_path"]

START_IT_YOURSELF = "start it yourself under the agent: reqtrace run -- COMMAND…"


def explain_missing_path(path: Path) -> ProjectNotFound:
    """There is nothing at the path at all: most often it is misspelt."""
    parent = next(parent for parent in path.parents if parent.is_dir())
    missing = path.relative_to(parent).parts[0]
    try:
        names = [entry.name for entry in parent.iterdir() if not entry.name.startswith(".")]
    except OSError:
        names = []
    near = difflib.get_close_matches(missing, names, n=1, cutoff=0.5)
    hint = f"Did you mean {parent / near[0]}?" if near else f"{parent} is the part of it that exists."
    return ProjectNotFound(f"There is no {path}.", hint=hint)


def explain_file(path: Path, script: ScriptFacts) -> ProjectNotFound:
    """The path is a file that starts no project."""
    if path.suffix == ".reqtrace":
        return ProjectNotFound(f"{path} is a recording, not a project.", hint=f"Open it: reqtrace replay {path}")
    if script.is_template:
        return ProjectNotFound(f"{path} belongs to a project template.", hint="Generate a project from it first.")
    if is_settings_module(read_text(path)):
        return ProjectNotFound(
            f"{path} is a settings module, not a project.",
            hint="Give the project's directory, and the module with --settings if it is not the usual one.",
        )
    return ProjectNotFound(
        f"{path} does not call Django's command line, so it starts no project.",
        hint=f"Give the project's directory or its manage.py, or {START_IT_YOURSELF}",
    )


def explain_absence(base: Path) -> ProjectNotFound:
    """The directory holds no project."""
    return (
        explain_template(base)
        or explain_installed(base)
        or explain_above(base)
        or explain_console_script(base)
        or ProjectNotFound(
            f"There is no Django project in {base}: no manage.py, no settings module and no single-file project, "
            f"down to {MAX_DEPTH} levels.",
            hint=f"Give the directory of manage.py, or {START_IT_YOURSELF}",
        )
    )


def explain_template(base: Path) -> ProjectNotFound | None:
    for _, directory in directories_below(base, max_depth=2):
        templates = [entry for entry in subdirectories(directory) if is_template_name(entry.name)]
        if is_template_name(base.name):
            templates = [base]
        sources = [directory / name for name in ("manage.py", "manage.py-tpl", "manage.py.jinja")]
        templates += [file for file in sources if file.is_file() and read_script(file).is_template]
        if templates:
            return ProjectNotFound(
                f"{base} is a project template, not a project: {templates[0].name} is still to be filled in.",
                hint="Generate a project from it (cookiecutter, copier or startproject --template) and give that.",
            )
    return None


def explain_installed(base: Path) -> ProjectNotFound | None:
    for manage_py in installed_manage_files(base):
        package = manage_py.parent.name
        return ProjectNotFound(
            f"The only manage.py in {base} belongs to the installed package {package}: {manage_py}",
            hint=f"Start that package's own command under the agent: reqtrace run -- {package.replace('_', '-')} …",
        )
    return None


def installed_manage_files(base: Path) -> Iterator[Path]:
    for environment in candidate_environments([base]):
        for site_packages in (*environment.glob("lib/python*/site-packages"), environment / "Lib" / "site-packages"):
            yield from sorted(site_packages.glob("*/manage.py"))


def explain_above(base: Path) -> ProjectNotFound | None:
    for parent in list(base.parents)[:MAX_DEPTH]:
        if (parent / "manage.py").is_file():
            return ProjectNotFound(
                f"There is no Django project in {base} or below, but {parent / 'manage.py'} is above it.",
                hint=f"Give that directory: reqtrace serve {parent}",
            )
    return None


def explain_console_script(base: Path) -> ProjectNotFound | None:
    scripts = console_scripts(base)
    if not scripts:
        return None
    return ProjectNotFound(
        f"There is no manage.py and no settings module in {base}, but the package has a command of its own.",
        hint=f"Start it under the agent: reqtrace run -- {scripts[0]} …",
    )


def console_scripts(directory: Path) -> list[str]:
    """The commands a package installs, as its pyproject.toml names them."""
    try:
        scripts = tomllib.loads(read_text(directory / "pyproject.toml")).get("project", {}).get("scripts", {})
    except (tomllib.TOMLDecodeError, AttributeError):
        return []
    return list(scripts) if isinstance(scripts, dict) else []
