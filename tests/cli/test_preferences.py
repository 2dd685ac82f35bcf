"""What a person prefers stands in one file; whatever is wrong with it, the program goes on."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from reqtrace.cli import output
from reqtrace.cli import preferences as module
from reqtrace.cli.main import main
from reqtrace.cli.preferences import OPTIONS, Preferences, keep_theme, preferences, read_preferences
from reqtrace.cli.screen import taste_of
from reqtrace.errors import EXIT_FINDINGS, EXIT_OK
from reqtrace.render import labels
from reqtrace.render.roles import DEFAULT_THEME, THEMES

ALL = """
theme = "rt-projector"
ascii = true
language = "en"
level = "deep"
picture = "waterfall"
keep = 50
[keymap]
"step.on" = "l,right"
step.back = "h"
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the preferences are."""
    path = tmp_path / "config.toml"
    monkeypatch.setattr(module, "preferences_file", lambda: path)
    monkeypatch.setattr(module, "theme_file", lambda: tmp_path / "state" / "theme")
    preferences.cache_clear()
    yield path
    preferences.cache_clear()
    labels.use("en")


def test_everything_that_can_be_set(file: Path) -> None:
    """Each option has a place; ids of keys may be quoted or not."""
    file.write_text(ALL)
    assert read_preferences(file) == Preferences(
        theme="rt-projector",
        ascii_only=True,
        language="en",
        level="deep",
        picture="waterfall",
        keep=50,
        keymap={"step.on": "l,right", "step.back": "h"},
    )
    assert all(f"{option.name} = " in ALL or f"[{option.name}]" in ALL for option in OPTIONS)


def test_no_file(file: Path) -> None:
    """Nothing is wanted, and nothing is wrong."""
    assert read_preferences(file) == Preferences()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("theme = 'rt-projektor'", ["theme = 'rt-projektor'", "Did you mean 'rt-projector'?"]),
        ("theme = 3", ["theme = 3", "rt-dark"]),
        ("them = 'rt-dark'", ["'them'", "Did you mean 'theme'?"]),
        ("colour = 'red'", ["'colour'", "There are: theme, ascii"]),
        ("ascii = 'yes'", ["ascii = 'yes'", "ascii = true"]),
        ("language = 'tlh'", ["language = 'tlh'", "en"]),
        ("level = 'deeper'", ["level = 'deeper'", "'deep'"]),
        ("picture = 'pie'", ["picture = 'pie'", "funnel"]),
        ("keep = 0", ["keep = 0", "from 1"]),
        ("keep = true", ["keep = True"]),
        ("keymap = 'vim'", ["keymap is no table"]),
        ("[keymap]\nq = 1", ["keymap q = 1", "is no key"]),
        ("theme = ", ["is not TOML", "remove the file"]),
    ],
)
def test_a_mistake_is_told_and_the_rest_is_used(file: Path, text: str, words: list[str]) -> None:
    """What, which file, what to do; the option is left as it comes."""
    file.write_text("keep = 7\n" + text if "keep" not in text and "TOML" not in words[0] else text)
    wanted = read_preferences(file)
    [problem] = wanted.problems
    said = f"{problem.message} {problem.hint}"
    assert str(file) in said
    assert not [word for word in words if word not in said]
    assert wanted.keep in (7, None)
    assert (wanted.theme, wanted.level, wanted.keymap) == ("", "", {})


def test_a_file_that_cannot_be_read(file: Path) -> None:
    """A directory in its place, say."""
    file.mkdir()
    [problem] = read_preferences(file).problems
    assert "cannot be read" in problem.message


def test_the_theme_is_remembered_only_if_the_file_says_so(file: Path) -> None:
    """``last`` keeps what was chosen with ``t`` in the state directory; nobody writes into the file."""
    file.write_text('theme = "last"\n')
    wanted = read_preferences(file)
    assert (wanted.theme, wanted.remembers_theme, taste_of(wanted).theme) == ("", True, DEFAULT_THEME)
    taste_of(wanted).on_theme(sorted(THEMES)[-1])
    assert read_preferences(file).theme == sorted(THEMES)[-1]
    assert file.read_text() == 'theme = "last"\n'
    taste_of(Preferences()).on_theme("rt-dark")
    assert read_preferences(file).theme == sorted(THEMES)[-1]


def test_a_kept_theme_that_is_gone(file: Path) -> None:
    """A theme of another version is forgotten without a word."""
    file.write_text('theme = "last"\n')
    keep_theme("rt-of-old")
    assert read_preferences(file) == Preferences(remembers_theme=True)


def test_ascii_is_wanted_everywhere(file: Path) -> None:
    """On the screen, in plain lines and in every answer."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    assert output.is_unicode(stream)
    file.write_text("ascii = true")
    preferences.cache_clear()
    assert not output.is_unicode(stream)


def test_config_lists_what_can_be_set(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file, the options, and every key with its id."""
    assert main(["config"]) == EXIT_OK
    told = capsys.readouterr().out
    assert f"{file}   (does not exist" in told
    assert all(f"\n{option.name} " in told for option in OPTIONS)
    assert "\nstep.on " in told
    assert "\nmode.urls " in told
    assert "\nsending.send " in told


def test_config_tells_what_is_wrong(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On stderr, with exit code 1; the keys that were asked for stand in the list."""
    file.write_text('level = "depp"\n[keymap]\n"step.onn" = "l"\n"step.on" = "t"\n')
    assert main(["config"]) == EXIT_FINDINGS
    told = capsys.readouterr()
    assert "Did you mean 'deep'?" in told.err
    assert "Did you mean step.on?" in told.err
    assert "t is asked for by step.on, and also the key of theme" in told.err
    assert [line.split()[1] for line in told.out.splitlines() if line.startswith("step.on ")] == ["t"]


# --- languages ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["option", "command", "environment"])
def test_an_unknown_language(
    file: Path, place: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error with the list, wherever it was asked for."""
    if place == "environment":
        monkeypatch.setenv("REQTRACE_LANG", "tlh")
    arguments = {"option": ["--lang", "tlh", "config"], "command": ["replay", "--lang", "tlh", "x"]}
    assert main(arguments.get(place, ["config"])) == 2
    assert "There are no words in 'tlh'." in (told := capsys.readouterr().err)
    assert "The languages are: en" in told


def test_the_nearest_wish_counts(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``--lang`` before ``REQTRACE_LANG`` before the file."""
    used: list[str] = []
    monkeypatch.setattr(labels, "LANGUAGES", dict.fromkeys(("en", "aa", "bb", "cc"), labels.LANGUAGES["en"]))
    monkeypatch.setattr(labels, "use", used.append)
    file.write_text('language = "cc"\n')
    main(["config"])
    monkeypatch.setenv("REQTRACE_LANG", "bb")
    main(["config"])
    main(["--lang", "aa", "config"])
    assert used == ["cc", "bb", "aa"]


@pytest.mark.slow
def test_the_real_file_is_found(tmp_path: Path) -> None:
    """``reqtrace config`` in a home of its own, on a system with XDG directories."""
    if sys.platform != "linux":
        pytest.skip("other systems have other directories")
    path = tmp_path / "reqtrace" / "config.toml"
    path.parent.mkdir()
    path.write_text("keep = 'all'\n")
    ran = subprocess.run(
        [sys.executable, "-m", "reqtrace", "config"],
        env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == EXIT_FINDINGS
    assert ran.stdout.splitlines()[0] == str(path)
    assert f"{path}: keep = 'all' is no number" in ran.stderr
