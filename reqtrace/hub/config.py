"""What a project declares about itself for reqtrace: ``reqtrace.toml``, or ``[tool.reqtrace]`` in pyproject.toml."""

from __future__ import annotations

import difflib
import re
import shlex
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reqtrace.errors import UsageError

__all__ = ["Config", "read_config"]

MODULE_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The settings of one file; all of them optional."""

    file: Path | None = None
    prepare: tuple[str, ...] = ()
    """Management commands to run before the site starts, such as ``migrate`` or ``loaddata books``."""
    settings: str | None = None
    """Dotted name of the settings module."""
    python: str | None = None
    """The interpreter, or its virtual environment; relative to the file."""
    port: int | None = None
    acknowledged: tuple[tuple[str, str], ...] = ()
    """Findings of ``reqtrace lint`` that the project wants so: ids of rules, and the reason for each."""


def read_config(directories: Iterable[Path]) -> Config:
    """The configuration of the first directory that has one. Raises ``UsageError``."""
    for directory in directories:
        for file in (directory / "reqtrace.toml", directory / "pyproject.toml"):
            table = read_table(file)
            if table is not None:
                return check_table(table, file)
    return Config()


def read_table(file: Path) -> Mapping[str, Any] | None:
    """Our table in the file, or ``None`` if there is no such file or it says nothing to us."""
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        if file.name == "pyproject.toml":
            return None  # whatever is wrong there is for its own tools to say, unless we need it
        raise UsageError(f"{file} is not TOML: {error}.", hint="Correct that line, or remove the file.") from error
    if file.name == "reqtrace.toml":
        return document
    tools = document.get("tool")
    return tools.get("reqtrace") if isinstance(tools, dict) else None


def check_table(table: Any, file: Path) -> Config:
    """The table as a ``Config``. Raises ``UsageError``, naming the file and the key."""
    if not isinstance(table, dict):
        raise UsageError(f"tool.reqtrace in {file} is not a table.", hint="Write it as [tool.reqtrace].")
    values = {}
    for key, value in flattened(table, file).items():
        check = CHECKS.get(key)
        if check is None:
            raise unknown_key(key, file)
        try:
            values[FIELDS.get(key, key)] = check(value)
        except ValueError as error:
            raise UsageError(f"{key} in {file} {error}.") from None
    return Config(file=file, **values)


def flattened(table: Mapping[str, Any], file: Path) -> dict[str, Any]:
    """The keys of the table, those of its part ``lint`` with a dot."""
    part = table.get("lint", {})
    if not isinstance(part, dict):
        raise UsageError(f"lint in {file} is not a table.", hint="Write it as [tool.reqtrace.lint].")
    own = {key: value for key, value in table.items() if key != "lint"}
    return {**own, **{f"lint.{key}": value for key, value in part.items()}}


def unknown_key(key: str, file: Path) -> UsageError:
    near = difflib.get_close_matches(key, CHECKS, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"Known are {', '.join(CHECKS)}."
    return UsageError(f"{file} has the unknown key {key!r}.", hint=hint)


def check_prepare(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(line, str) and line.strip() for line in value):
        raise ValueError('must be a list of management commands, such as ["migrate", "loaddata books"]')
    for line in value:
        try:
            shlex.split(line)
        except ValueError as error:
            raise ValueError(f"has a command that cannot be split, {line!r}: {error}") from None
    return tuple(value)


def check_settings(value: Any) -> str:
    if not isinstance(value, str) or not MODULE_NAME.fullmatch(value):
        raise ValueError(f'must be the dotted name of a module, such as "config.settings", not {value!r}')
    return value


def check_python(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"must be the path of a Python or of a virtual environment, not {value!r}")
    return value


def check_port(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= 65_535:
        raise ValueError(f"must be a number from 0 to 65535, not {value!r}")
    return value


def check_acknowledged(value: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict) or not all(isinstance(reason, str) and reason.strip() for reason in value.values()):
        raise ValueError('must give a reason for each rule, such as {"dj-security-top" = "the proxy redirects"}')
    return tuple(value.items())


CHECKS: dict[str, Callable[[Any], Any]] = {
    "prepare": check_prepare,
    "settings": check_settings,
    "python": check_python,
    "port": check_port,
    "lint.acknowledge": check_acknowledged,
}
FIELDS = {"lint.acknowledge": "acknowledged"}
"""Where the field of ``Config`` has another name than the key."""
