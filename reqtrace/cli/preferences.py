"""What a person wants of every screen: the file ``config.toml`` in the user's configuration directory.

Nothing is written into it. A mistake in it is told, and what is wrong is left as if it were not there.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from reqtrace.errors import UsageError

__all__ = ["LAST", "OPTIONS", "Preferences", "keep_theme", "preferences", "preferences_file", "read_preferences"]

LAST = "last"
"""As a theme: the one that was chosen with ``t`` the last time."""
MOST_KEPT = 100_000
LARGEST = 1_000_000
"""Bytes of a file that is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """Empty, or ``None``, where nothing is wanted."""

    theme: str = ""
    remembers_theme: bool = False
    ascii_only: bool = False
    language: str = ""
    level: str = ""
    picture: str = ""
    keep: int | None = None
    keymap: Mapping[str, str] = field(default_factory=dict)
    """Keys by the id of their binding; whether there is such an id is known when a screen opens."""
    problems: tuple[UsageError, ...] = ()
    """What is wrong with the file."""


def preferences_file() -> Path:
    """Where the file is, or would be."""
    from platformdirs import user_config_path

    return user_config_path("reqtrace", appauthor=False) / "config.toml"


def theme_file() -> Path:
    """Where the theme is kept that was chosen last, if the file asks for it."""
    from platformdirs import user_state_path

    return user_state_path("reqtrace", appauthor=False) / "theme"


@cache
def preferences() -> Preferences:
    """Those of this person, read once."""
    return read_preferences(preferences_file())


def keep_theme(name: str) -> None:
    """Remember the theme for the next time; where that is not possible it is chosen again."""
    file = theme_file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name + "\n", encoding="utf-8")
    except OSError:
        return


def read_preferences(file: Path) -> Preferences:
    """What the file says; every mistake in it is a problem, and never an exception."""
    try:
        table = read_table(file)
    except UsageError as error:
        return Preferences(problems=(error,))
    wanted, problems = Preferences(), []
    for name, value in table.items():
        try:
            wanted = option_named(name, file).use(wanted, value, file)
        except UsageError as error:
            problems.append(error)
    return replace(wanted, problems=tuple(problems))


def read_table(file: Path) -> Mapping[str, Any]:
    """The whole document; empty if there is no file. Raises ``UsageError``."""
    import tomllib

    try:
        with file.open("rb") as source:
            return tomllib.loads(source.read(LARGEST).decode("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror or error}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{file} is not TOML: {error}.", hint="Correct that line, or remove the file; until then it says nothing."
        ) from error


def option_named(name: str, file: Path) -> Option:
    option = next((one for one in OPTIONS if one.name == name), None)
    if option is None:
        names = [one.name for one in OPTIONS]
        raise UsageError(f"{file} sets {name!r}, which is nothing that can be set.", hint=nearest(name, names))
    return option


def nearest(word: str, words: Iterable[str]) -> str:
    """What was meant, or all there is."""
    known = list(words)
    near = difflib.get_close_matches(word, known, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(known)}."


# --- the options -------------------------------------------------------------------------------------------------


class Option(NamedTuple):
    """One line of the file."""

    name: str
    says: str
    """What it is for, with an example."""
    use: Callable[[Preferences, Any, Path], Preferences]


def choice(name: str, choices: Callable[[], Iterable[str]]) -> Callable[[Preferences, Any, Path], Preferences]:
    """One of several words."""

    def use(wanted: Preferences, value: Any, file: Path) -> Preferences:
        known = list(choices())
        if value not in known:
            raise UsageError(f"{file}: {name} = {value!r} is unknown.", hint=nearest(str(value), known))
        return replace(wanted, **{name: value})

    return use


def use_theme(wanted: Preferences, value: Any, file: Path) -> Preferences:
    if value != LAST:
        return choice("theme", lambda: [*themes(), LAST])(wanted, value, file)
    try:
        kept = theme_file().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        kept = ""
    return replace(wanted, remembers_theme=True, theme=kept if kept in themes() else "")


def use_ascii(wanted: Preferences, value: Any, file: Path) -> Preferences:
    if not isinstance(value, bool):
        raise UsageError(f"{file}: ascii = {value!r} is neither true nor false.", hint="Write: ascii = true")
    return replace(wanted, ascii_only=value)


def use_keep(wanted: Preferences, value: Any, file: Path) -> Preferences:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_KEPT:
        raise UsageError(
            f"{file}: keep = {value!r} is no number of requests from 1 to {MOST_KEPT}.", hint="Write: keep = 2000"
        )
    return replace(wanted, keep=value)


def use_keymap(wanted: Preferences, value: Any, file: Path) -> Preferences:
    if not isinstance(value, dict):
        raise UsageError(f"{file}: keymap is no table.", hint='Write [keymap], and below it: "step.on" = "l,right"')
    # In TOML a name with a dot that is not quoted is a table in a table.
    keys = dict(flat(value))
    wrong = next((name for name, key in keys.items() if not isinstance(key, str) or not key.strip()), None)
    if wrong is not None:
        raise UsageError(f"{file}: keymap {wrong} = {keys[wrong]!r} is no key.", hint='Write: "step.on" = "l,right"')
    return replace(wanted, keymap=keys)


def flat(table: Mapping[str, Any], above: str = "") -> Iterable[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from flat(value, f"{above}{name}.")
        else:
            yield above + name, value


def languages() -> Iterable[str]:
    from reqtrace.render.labels import LANGUAGES

    return LANGUAGES


def levels() -> Iterable[str]:
    from reqtrace.events.wire import LEVELS

    return LEVELS


def pictures() -> Iterable[str]:
    from reqtrace.render.pictures import PICTURES

    return PICTURES


def themes() -> Iterable[str]:
    from reqtrace.render.roles import THEMES

    return THEMES


OPTIONS = (
    Option("theme", 'The colours: theme = "rt-projector"; "last" is what was chosen with t the last time.', use_theme),
    Option("ascii", "Draw with ASCII characters only: ascii = true", use_ascii),
    Option("language", 'The language of the screens: language = "en"', choice("language", languages)),
    Option("level", 'How much to watch: level = "deep"', choice("level", levels)),
    Option("picture", 'The picture to begin with: picture = "funnel"', choice("picture", pictures)),
    Option("keep", "Requests that are kept: keep = 2000", use_keep),
    Option("keymap", 'A table of keys by the ids below: [keymap] "step.on" = "l,right"', use_keymap),
)
"""All that can be set, as ``reqtrace config`` tells it."""
