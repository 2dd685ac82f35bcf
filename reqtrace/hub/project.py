"""A Django project as it was found: where it is, what runs it, and how to start it."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from reqtrace.errors import ProjectError

__all__ = ["SETTINGS_VARIABLE", "Project", "ProjectKind"]

SETTINGS_VARIABLE = "DJANGO_SETTINGS_MODULE"


class ProjectKind(Enum):
    """How the commands of a project are reached."""

    MANAGE_PY = "manage.py"
    """The project's own ``manage.py`` (or a script that does the same)."""
    PACKAGE = "package"
    """A package that is a command: ``python -m PACKAGE runserver``."""
    SETTINGS = "settings module"
    """Only a settings module: ``python -m django runserver``."""
    SINGLE_FILE = "single file"
    """One script that calls ``settings.configure()`` and Django's command line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What ``reqtrace.hub.discover.discover`` found."""

    root: Path
    """The directory to run in: the one of ``manage.py``, or the one the settings module is imported from."""
    kind: ProjectKind
    interpreter: Path
    interpreter_source: str
    """Where the interpreter was found, in words."""
    interpreter_notes: tuple[str, ...] = ()
    """Those of ``notes`` that speak against it."""
    manage_py: Path | None = None
    """``manage.py``, or the one script of a single-file project."""
    package: str = ""
    """The package that is a command (``ProjectKind.PACKAGE``)."""
    settings: str | None = None
    """Dotted name of the settings module; ``None`` if only running the project tells."""
    settings_source: str = ""
    """Where the settings were found, in words."""
    exports_settings: bool = False
    """The project does not name these settings itself: its commands must be told."""
    python_path: Path | None = None
    """A directory the project's packages are imported from besides ``root`` (``src/`` of a reusable app)."""
    prepare: tuple[str, ...] = ()
    """Management commands to run before the site starts, as a shell would split them."""
    port: int | None = None
    """The port the project asks for in its configuration."""
    acknowledged: tuple[tuple[str, str], ...] = ()
    """Findings of ``reqtrace lint`` that the project wants so: ids of rules, and the reason for each."""
    config_file: Path | None = None
    """The ``reqtrace.toml`` or ``pyproject.toml`` that was read."""
    notes: tuple[str, ...] = ()
    """What a person should know, one sentence each."""
    remarks: tuple[str, ...] = ()
    """The same, where nothing is wrong with it."""
    obstacle: str = ""
    """Why ``runserver`` cannot be reached in this project; empty if nothing is known against it."""
    obstacle_hint: str = ""

    @property
    def name(self) -> str:
        """What to call the project on screen."""
        if self.kind is ProjectKind.SINGLE_FILE and self.manage_py is not None:
            return self.manage_py.name
        return self.package or self.root.name or str(self.root)

    def manage_command(self, *arguments: str) -> list[str]:
        """The command line of a management command, to be run in ``root`` with ``environment()``."""
        command = [str(self.interpreter), *self._entry(), *arguments]
        if self.exports_settings and self.settings:
            command.append(f"--settings={self.settings}")
        if self.python_path is not None:
            command.append(f"--pythonpath={self.python_path}")
        return command

    def runserver_command(self, host: str, port: int, *options: str) -> list[str]:
        """The command line of the project's own ``runserver``. Raises ``ProjectError`` if it has none that works."""
        self.check_obstacle()
        shown_host = f"[{host}]" if ":" in host and not host.startswith("[") else host
        return self.manage_command("runserver", f"{shown_host}:{port}", *options)

    def check_obstacle(self) -> None:
        """Raises ``ProjectError`` if Django's command line cannot be reached in this project."""
        if self.obstacle:
            raise ProjectError(self.obstacle, hint=self.obstacle_hint)

    def prepare_commands(self) -> list[list[str]]:
        """The command lines of ``prepare``, in order."""
        return [self.manage_command(*shlex.split(line)) for line in self.prepare]

    def environment(self) -> dict[str, str]:
        """What the project's commands need in their environment besides what is there."""
        if self.exports_settings and self.settings:
            return {SETTINGS_VARIABLE: self.settings}
        return {}

    def _entry(self) -> list[str]:
        match self.kind:
            case ProjectKind.PACKAGE:
                return ["-m", self.package]
            case ProjectKind.SETTINGS:
                return ["-m", "django"]
            case _:
                assert self.manage_py is not None
                return [os.path.relpath(self.manage_py, self.root)]
