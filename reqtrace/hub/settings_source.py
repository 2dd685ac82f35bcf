"""Decides which settings a project will use, from what its files and the environment say."""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reqtrace.hub.config import Config
from reqtrace.hub.dotenv import read_dotenv
from reqtrace.hub.project import SETTINGS_VARIABLE
from reqtrace.hub.script import ScriptFacts, read_script, read_text
from reqtrace.hub.tree import directories_below

__all__ = ["SettingsChoice", "is_settings_module", "settings_asked_for", "settings_beside", "settings_for_script"]

ASSIGNS_DJANGO_SETTING = re.compile(r"^(ROOT_URLCONF|INSTALLED_APPS|MIDDLEWARE|DATABASES)\b[^=\n]*\+?=", re.MULTILINE)
PYTEST_FILES = ("pytest.ini", "tox.ini", "setup.cfg")
PYTEST_OPTION = re.compile(r"--ds[= ]([\w.]+)")
PREFERRED_SPLITS = ("local", "dev", "development")


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsChoice:
    """A settings module and who named it."""

    module: str | None
    source: str
    is_export: bool = False
    """The project's commands must be told; they would not find it themselves."""
    is_for_tests: bool = False


def settings_asked_for(named: str | None, config: Config, environ: Mapping[str, str]) -> SettingsChoice | None:
    """What a person asked for: by option, by environment, by configuration, in this order."""
    if named:
        return SettingsChoice(module=named, source="--settings", is_export=True)
    if from_environment := environ.get(SETTINGS_VARIABLE):
        return SettingsChoice(module=from_environment, source=f"{SETTINGS_VARIABLE} in the environment")
    if config.settings:
        return SettingsChoice(module=config.settings, source=str(config.file), is_export=True)
    return None


def settings_for_script(
    script: ScriptFacts, asked: SettingsChoice | None, directories: Sequence[Path]
) -> SettingsChoice:
    """The settings a script such as ``manage.py`` will use."""
    name = script.path.name
    if asked is not None and asked.is_export:
        return asked
    forced = next((named for named in script.named_settings if named.is_forced), None)
    if asked is not None and forced is None:
        return asked
    dotenv = read_dotenv(directories, SETTINGS_VARIABLE)
    if dotenv and script.loads_dotenv and forced is None:
        return SettingsChoice(module=dotenv[0], source=f"{dotenv[1]}, which {name} loads")
    if script.named_settings:
        return named_by_script(script)
    if dotenv:
        return SettingsChoice(module=dotenv[0], source=str(dotenv[1]), is_export=True)
    return SettingsChoice(module=None, source=f"{name} chooses them when it runs")


def named_by_script(script: ScriptFacts) -> SettingsChoice:
    """The literal a script names; the first ``setdefault`` wins unless a later statement assigns."""
    assigned = [named for named in script.named_settings if named.is_forced]
    winner = assigned[-1] if assigned else script.named_settings[0]
    modules = {named.module for named in script.named_settings}
    if winner.module is not None and (winner.is_certain or len(modules) == 1):
        return SettingsChoice(module=winner.module, source=str(script.path))
    known = sorted(module for module in modules if module)
    among = f", among {' and '.join(known)}" if known else ""
    return SettingsChoice(module=None, source=f"{script.path.name} chooses them when it runs{among}")


# --- without a manage.py -----------------------------------------------------------------------------------------


def settings_beside(base: Path, directories: Sequence[Path]) -> list[SettingsChoice]:
    """The settings named by the files of a project without ``manage.py``; several only if none is preferable."""
    dotenv = read_dotenv(directories, SETTINGS_VARIABLE)
    if dotenv:
        return [SettingsChoice(module=dotenv[0], source=str(dotenv[1]), is_export=True)]
    for choices in (named_by_servers(base), named_by_pytest(base), settings_files(base)):
        if choices:
            return choices
    return []


def named_by_servers(base: Path) -> list[SettingsChoice]:
    """What ``wsgi.py`` or ``asgi.py`` names."""
    choices: dict[str, SettingsChoice] = {}
    for _, directory in directories_below(base, max_depth=2):
        for file in (directory / "wsgi.py", directory / "asgi.py"):
            for named in read_script(file).named_settings if file.is_file() else ():
                if named.module:
                    choice = SettingsChoice(module=named.module, source=str(file), is_export=True)
                    choices.setdefault(named.module, choice)
    return list(choices.values())


def named_by_pytest(base: Path) -> list[SettingsChoice]:
    """What the configuration of pytest-django names: the test settings of a reusable app."""
    for file, value in pytest_options(base):
        if value:
            return [SettingsChoice(module=value, source=str(file), is_export=True, is_for_tests=True)]
    return []


def pytest_options(base: Path) -> Iterator[tuple[Path, str]]:
    pyproject = base / "pyproject.toml"
    try:
        document = tomllib.loads(read_text(pyproject))
    except tomllib.TOMLDecodeError:
        document = {}
    pytest = document.get("tool", {}).get("pytest", {})
    yield pyproject, named_in_options({**pytest, **pytest.get("ini_options", {})})
    for name in PYTEST_FILES:
        parser = configparser.RawConfigParser(strict=False)
        parser.optionxform = str  # type: ignore[assignment,method-assign]
        try:
            parser.read_string(read_text(base / name))
        except configparser.Error:
            continue
        for section in ("pytest", "tool:pytest"):
            if parser.has_section(section):
                yield base / name, named_in_options(dict(parser.items(section)))


def named_in_options(options: Mapping[str, object]) -> str:
    named = options.get(SETTINGS_VARIABLE)
    if isinstance(named, str) and named:
        return named
    extra = options.get("addopts", "")
    found = PYTEST_OPTION.search(" ".join(map(str, extra)) if isinstance(extra, list) else str(extra))
    return found[1] if found else ""


def settings_files(base: Path) -> list[SettingsChoice]:
    """The settings modules themselves, nearest level only; of a split package the one for development."""
    found: list[tuple[int, SettingsChoice]] = []
    for depth, directory in directories_below(base, max_depth=3):
        if found and depth > found[0][0]:
            break
        found += [(depth, choice) for choice in settings_in(directory)]
    return [choice for _, choice in found]


def settings_in(directory: Path) -> Iterator[SettingsChoice]:
    """The settings module of one directory: ``settings.py``, or the package ``settings``."""
    single = directory / "settings.py"
    if single.is_file() and is_settings_module(read_text(single)):
        yield choice_for(single)
    package = directory / "settings"
    if (package / "__init__.py").is_file():
        splits = {file.stem: file for file in package.glob("*.py") if file.stem != "__init__"}
        names = [name for name in PREFERRED_SPLITS if name in splits]
        if is_settings_module(read_text(package / "__init__.py")) or "import *" in read_text(package / "__init__.py"):
            yield choice_for(package / "__init__.py")
        elif names:
            yield choice_for(splits[names[0]])


def choice_for(file: Path) -> SettingsChoice:
    """A settings file by its dotted name, counted from the outermost package it is in."""
    parts = [file.stem] if file.stem != "__init__" else []
    package = file.parent
    while (package / "__init__.py").is_file():
        parts.insert(0, package.name)
        package = package.parent
    return SettingsChoice(module=".".join(parts), source=str(file), is_export=True)


def is_settings_module(text: str) -> bool:
    """Whether a source assigns what only Django settings assign."""
    return len(set(ASSIGNS_DJANGO_SETTING.findall(text))) >= 2
