"""Finds the Django project at a path by reading files, importing neither the project nor Django."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from reqtrace.hub.absence import console_scripts, explain_missing_path
from reqtrace.hub.config import Config, read_config
from reqtrace.hub.entry import Entry, entry_at
from reqtrace.hub.interpreter import Interpreter, find_interpreter
from reqtrace.hub.project import Project, ProjectKind
from reqtrace.hub.script import read_text
from reqtrace.hub.settings_source import SettingsChoice, settings_asked_for, settings_for_script
from reqtrace.hub.tree import directories_upwards, locate_module, subdirectories

__all__ = ["discover"]

STARTERS = ("Makefile", "Procfile", "justfile", "docker-compose.yml", "compose.yml", "package.json")


def discover(
    path: str | Path = ".",
    *,
    settings: str | None = None,
    python: str | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Project:
    """The project at ``path`` or below. ``settings`` and ``python`` override what it says itself.

    Raises ``ProjectNotFound``, ``ProjectAmbiguous`` or ``UsageError``.
    """
    asked_path = Path(os.path.abspath(Path(path).expanduser()))
    if not asked_path.exists():
        raise explain_missing_path(asked_path)
    base = asked_path if asked_path.is_dir() else asked_path.parent
    around = directories_upwards(base, base)
    asked = settings_asked_for(settings, read_config(around), environ)
    entry = entry_at(asked_path, asked=asked, directories=around)
    directories = directories_upwards(entry.root, base)
    config = read_config(directories)
    return describe(
        entry,
        choice=choose_settings(entry, settings_asked_for(settings, config, environ), directories),
        config=config,
        directories=directories,
        interpreter=choose_interpreter(directories, python, config, environ),
    )


def choose_settings(entry: Entry, asked: SettingsChoice | None, directories: Sequence[Path]) -> SettingsChoice:
    if entry.settings is not None:
        return entry.settings
    assert entry.script is not None
    if entry.kind is ProjectKind.SINGLE_FILE:
        return SettingsChoice(module=None, source=f"settings.configure() in {entry.script.path.name}")
    return settings_for_script(entry.script, asked, directories)


def choose_interpreter(
    directories: Sequence[Path], python: str | None, config: Config, environ: Mapping[str, str]
) -> Interpreter:
    if python is None and config.python is not None and config.file is not None:
        return find_interpreter(
            directories, named=config.python, named_by=str(config.file), base=config.file.parent, environ=environ
        )
    return find_interpreter(directories, named=python, named_by="--python", base=Path.cwd(), environ=environ)


def describe(
    entry: Entry, *, choice: SettingsChoice, config: Config, directories: Sequence[Path], interpreter: Interpreter
) -> Project:
    """Everything that was found, as one ``Project``."""
    obstacle, hint = find_obstacle(entry, directories)
    return Project(
        root=entry.root,
        kind=entry.kind,
        interpreter=interpreter.path,
        interpreter_source=interpreter.source,
        interpreter_notes=interpreter.notes,
        manage_py=entry.script.path if entry.script is not None and not entry.package else None,
        package=entry.package,
        settings=choice.module,
        settings_source=choice.source,
        exports_settings=choice.is_export,
        python_path=source_directory(entry),
        prepare=config.prepare,
        port=config.port,
        acknowledged=config.acknowledged,
        config_file=config.file,
        notes=(*interpreter.notes, *notes_about(choice, directories)),
        remarks=tuple(remarks_about(settings_text(entry, choice))),
        obstacle=obstacle,
        obstacle_hint=hint,
    )


def source_directory(entry: Entry) -> Path | None:
    """The ``src/`` of a reusable app, whose test settings lie beside it."""
    source = entry.root / "src"
    if entry.kind is ProjectKind.SETTINGS and any((d / "__init__.py").is_file() for d in subdirectories(source)):
        return source
    return None


def find_obstacle(entry: Entry, directories: Sequence[Path]) -> tuple[str, str]:
    """Why ``runserver`` is out of the question, and what to do; empty if nothing speaks against it."""
    script = entry.script
    if script is None:
        return "", ""
    if script.refuses_runserver:
        commands = [name for directory in directories for name in console_scripts(directory)]
        command = f"{commands[0]} …" if commands else "COMMAND…"
        return (
            f"{script.path} refuses to run runserver.",
            f"Start the project the way it wants, under the agent: reqtrace run -- {command}",
        )
    if entry.kind is ProjectKind.SINGLE_FILE and not script.passes_arguments:
        command = (
            f"nanodjango run {script.path.name}" if "nanodjango" in script.imports else f"python {script.path.name}"
        )
        return (
            f"{script.path} does not call Django's command line, so it has no runserver.",
            f"Start it the way it wants, under the agent: reqtrace run -- {command}",
        )
    return "", ""


def remarks_about(settings: str) -> Iterator[str]:
    """What the source of the settings hints at about how the site is served."""
    if '"daphne"' in settings or "'daphne'" in settings:
        yield "The settings mention daphne: if it is installed as an app, runserver is daphne's and serves ASGI."
    if "whitenoise.runserver_nostatic" in settings:
        yield "WhiteNoise serves the static files inside the middleware chain (whitenoise.runserver_nostatic)."


def notes_about(choice: SettingsChoice, directories: Sequence[Path]) -> Iterator[str]:
    """What the files hint at that a person should know, because it may not be what was meant."""
    if choice.is_for_tests:
        yield f"Only test settings were found ({choice.module}): this looks like a reusable app, not a site."
    for file in (directory / name for directory in directories for name in STARTERS):
        if "runserver_plus" in read_text(file):
            yield (
                f"{file.name} starts runserver_plus; reqtrace serve uses runserver. "
                "For the other: reqtrace run -- python manage.py runserver_plus"
            )
            break


def settings_text(entry: Entry, choice: SettingsChoice) -> str:
    """The source of the settings, with the other parts of a split package."""
    if entry.kind is ProjectKind.SINGLE_FILE and entry.script is not None:
        return read_text(entry.script.path)
    place = locate_module(entry.root, choice.module) if choice.module else None
    if place is None:
        return ""
    file = place[1]
    is_split = file.name == "__init__.py" or "settings" in file.parent.name
    return "\n".join(read_text(part) for part in (sorted(file.parent.glob("*.py")) if is_split else [file]))
