"""Opens a file at a line in the person's own editor.

The editor is what ``VISUAL`` or ``EDITOR`` says, split into words as a shell would and started without one, so that the
name of a file is never anything but one argument.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

__all__ = ["EditorProblem", "command_for", "editor_command", "editor_words", "is_windowed", "run_editor"]

VARIABLES = ("VISUAL", "EDITOR")


class EditorProblem(Exception):
    """The file was not opened; ``args`` are the key of the words and what is to be filled in."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


def plus_line(file: str, line: int) -> list[str]:
    return [f"+{line}", file]


def colon_line(file: str, line: int) -> list[str]:
    return [f"{file}:{line}"]


def goto(file: str, line: int) -> list[str]:
    return ["-g", f"{file}:{line}"]


def line_option(file: str, line: int) -> list[str]:
    return ["--line", str(line), file]


def only_file(file: str, line: int) -> list[str]:
    return [file]


Arguments = Callable[[str, int], list[str]]
TERMINAL: Mapping[str, Arguments] = {
    **dict.fromkeys(("vi", "vim", "nvim", "view", "nano", "pico", "emacs", "emacsclient", "mg"), plus_line),
    **dict.fromkeys(("micro", "kak", "ne", "joe", "mcedit"), plus_line),
    **dict.fromkeys(("hx", "helix"), colon_line),
}
"""Editors that need the terminal, and how they are told the line."""
WINDOWED: Mapping[str, Arguments] = {
    **dict.fromkeys(("code", "code-insiders", "codium", "vscodium", "cursor", "windsurf"), goto),
    **dict.fromkeys(("subl", "sublime_text", "zed", "atom"), colon_line),
    **dict.fromkeys(("pycharm", "charm", "idea", "kate"), line_option),
    **dict.fromkeys(("gvim", "mvim", "gedit", "xed", "gnome-text-editor"), plus_line),
}
"""Editors with a window of their own."""


def program_of(command: list[str]) -> str:
    return Path(command[0]).name.removesuffix(".exe").removesuffix(".cmd")


def editor_words(environ: Mapping[str, str]) -> list[str]:
    """The editor's own words. Raises ``EditorProblem``."""
    chosen = next((value for name in VARIABLES if (value := environ.get(name, "").strip())), "")
    if not chosen:
        raise EditorProblem("edit.none")
    try:
        words = shlex.split(chosen)
    except ValueError:
        words = []
    if not words:
        raise EditorProblem("edit.unclear", editor=chosen)
    return words


def editor_command(words: list[str], file: str, line: int) -> list[str]:
    """The whole command; an editor nobody knows gets the file only."""
    program = program_of(words)
    arguments = TERMINAL.get(program) or WINDOWED.get(program) or only_file
    return [*words, *arguments(file, line)]


def is_windowed(words: list[str]) -> bool:
    """It has a window of its own, so the terminal may stay as it is."""
    return program_of(words) in WINDOWED


def command_for(words: list[str], file: str, line: int) -> list[str]:
    """What is to be run to open a file. Raises ``EditorProblem`` if it cannot be."""
    path = Path(file)
    # A name that is no full path could be taken for an option of the editor.
    if not path.is_absolute() or not path.is_file():
        raise EditorProblem("edit.unreadable", file=file)
    command = editor_command(words, file, line)
    if shutil.which(command[0]) is None:
        raise EditorProblem("edit.not_found", editor=command[0])
    return command


def run_editor(command: list[str]) -> EditorProblem | None:
    """Wait until the editor ends (or has handed the file to its window); what went wrong.

    Nothing is raised: Textual does not take the terminal back if an exception leaves the part in which it is lent.
    """
    # What an editor with a window prints would be printed over the picture.
    stream = subprocess.DEVNULL if is_windowed(command) else None
    try:
        ended = subprocess.run(command, check=False, stdin=stream, stdout=stream, stderr=stream)
    except OSError as error:
        return EditorProblem("edit.failed", editor=command[0], why=error.strerror or str(error))
    if ended.returncode:
        return EditorProblem("edit.ended", editor=command[0], code=str(ended.returncode))
    return None
