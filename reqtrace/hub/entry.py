"""Finds what a project is started with: its ``manage.py``, a command package, a single file, or only settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from reqtrace.errors import ProjectAmbiguous
from reqtrace.hub.absence import explain_absence, explain_file
from reqtrace.hub.project import ProjectKind
from reqtrace.hub.script import ScriptFacts, read_script, read_text
from reqtrace.hub.settings_source import SettingsChoice, settings_beside
from reqtrace.hub.tree import directories_below, locate_module

__all__ = ["Entry", "entry_at"]

MAIN = "__main__.py"
MAX_LISTED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What starts the project, and where."""

    kind: ProjectKind
    root: Path
    script: ScriptFacts | None = None
    package: str = ""
    settings: SettingsChoice | None = None
    """Of a project that has nothing but settings."""


def entry_at(path: Path, *, asked: SettingsChoice | None, directories: Sequence[Path]) -> Entry:
    """The entry of the project at ``path``, a directory or a file. Raises ``ProjectNotFound``, ``ProjectAmbiguous``."""
    if path.is_file():
        return entry_of_file(path)
    entry = manage_py_entry(path)
    if entry is None and asked is not None and asked.is_export:
        entry = settings_entry(path, [asked])
    return (
        entry
        or single_file_entry(path)
        or package_entry(path)
        or settings_entry(path, [asked] if asked is not None else settings_beside(path, directories))
        or raise_absence(path)
    )


def raise_absence(path: Path) -> Entry:
    raise explain_absence(path)


def entry_of_file(path: Path) -> Entry:
    """A person named the file: take it at its word as far as it says anything of Django's command line."""
    script = read_script(path)
    if is_single_file(script):
        return Entry(kind=ProjectKind.SINGLE_FILE, root=path.parent, script=script)
    if script.runs_commands and path.name == MAIN:
        return package_of(script)
    if not script.is_template and (script.runs_commands or is_manage_py(script)):
        return Entry(kind=ProjectKind.MANAGE_PY, root=path.parent, script=script)
    raise explain_file(path, script)


# --- below a directory -------------------------------------------------------------------------------------------


def manage_py_entry(base: Path) -> Entry | None:
    scripts = nearest(base, lambda directory: [directory / "manage.py"], is_manage_py)
    script = only_one(base, scripts, "manage.py files")
    return Entry(kind=ProjectKind.MANAGE_PY, root=script.path.parent, script=script) if script else None


def is_manage_py(script: ScriptFacts) -> bool:
    return script.path.name == "manage.py" and script.mentions_django and not script.is_template


def single_file_entry(base: Path) -> Entry | None:
    scripts = nearest(base, lambda directory: sorted(directory.glob("*.py")), is_single_file, max_depth=1)
    script = only_one(base, scripts, "single-file projects")
    return Entry(kind=ProjectKind.SINGLE_FILE, root=script.path.parent, script=script) if script else None


def is_single_file(script: ScriptFacts) -> bool:
    """It configures Django itself and serves, unlike a ``runtests.py``, which runs one command of its own."""
    return (script.configures and script.passes_arguments) or "nanodjango" in script.imports


def package_entry(base: Path) -> Entry | None:
    scripts = nearest(base, lambda directory: [directory / MAIN], lambda script: script.runs_commands, max_depth=2)
    script = only_one(base, scripts, "packages that run Django's commands")
    return package_of(script) if script else None


def package_of(script: ScriptFacts) -> Entry:
    """The package of a ``__main__.py``, by its full name."""
    top = script.path.parent
    names = [top.name]
    while (top.parent / "__init__.py").is_file():
        top = top.parent
        names.insert(0, top.name)
    return Entry(kind=ProjectKind.PACKAGE, root=top.parent, script=script, package=".".join(names))


def settings_entry(base: Path, choices: Sequence[SettingsChoice]) -> Entry | None:
    if len(choices) > 1:
        named = "\n".join(f"  {choice.module}  ({choice.source})" for choice in choices)
        raise ProjectAmbiguous(
            f"There is no manage.py in {base}, but several settings modules:\n{named}",
            hint=f"Say which one: --settings {choices[0].module}",
        )
    if not choices or choices[0].module is None:
        return None
    choice = choices[0]
    place = locate_module(base, str(choice.module))
    return Entry(kind=ProjectKind.SETTINGS, root=place[0] if place else base, settings=choice)


# --- nearest first -----------------------------------------------------------------------------------------------


def nearest(
    base: Path,
    files_in: Callable[[Path], Sequence[Path]],
    is_wanted: Callable[[ScriptFacts], bool],
    *,
    max_depth: int = 4,
) -> list[ScriptFacts]:
    """The wanted scripts of the first level below ``base`` that has any."""
    found: list[tuple[int, ScriptFacts]] = []
    for depth, directory in directories_below(base, max_depth=max_depth):
        if found and depth > found[0][0]:
            break
        for file in files_in(directory):
            if file.is_file() and "jango" in read_text(file):
                script = read_script(file)
                if is_wanted(script):
                    found.append((depth, script))
    return [script for _, script in found]


def only_one(base: Path, scripts: Sequence[ScriptFacts], what: str) -> ScriptFacts | None:
    """The only script, if there is one. Raises ``ProjectAmbiguous`` if there are more."""
    if len(scripts) > 1:
        named = "\n".join(f"  {script.path}" for script in scripts[:MAX_LISTED])
        if len(scripts) > MAX_LISTED:
            named += f"\n  and {len(scripts) - MAX_LISTED} more"
        raise ProjectAmbiguous(
            f"There are {len(scripts)} {what} equally near in {base}:\n{named}",
            hint=f"Give the one you mean: reqtrace serve {quoted(scripts[0].path)}",
        )
    return scripts[0] if scripts else None


def quoted(path: Path) -> str:
    return f'"{path}"' if " " in str(path) else str(path)
