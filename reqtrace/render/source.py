"""Reads a project's source files for the source pane: in the watcher, cautiously, and only once a version.

A path comes from the traced process or from a recording, so it may point at nothing, at a directory, a device, or
a file of any size and encoding.
"""

from __future__ import annotations

import contextlib
import stat
import tokenize
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rich.syntax import Syntax
from rich.text import Text

from reqtrace.render.sanitize import sanitize

__all__ = ["MAX_BYTES", "SourceExcerpt", "SourceProblem", "read_source"]

MAX_BYTES = 2_000_000
_TAB = 4


class SourceProblem(Exception):
    """Why there is nothing to show, as a key of the label table."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceExcerpt:
    """A file as highlighted lines, without their ends."""

    path: str
    lines: tuple[Text, ...]

    def around(self, line: int, height: int) -> range:
        """Line numbers of an excerpt of ``height`` rows with the line in its upper third."""
        first = max(min(line - height // 3, len(self.lines) - height + 1), 1)
        return range(first, min(first + height, len(self.lines) + 1))

    def line(self, number: int) -> Text:
        """A line by its number, from 1."""
        return self.lines[number - 1]


def read_source(path: str, syntax_theme: str = "ansi_dark") -> SourceExcerpt:
    """The file, highlighted; raises ``SourceProblem`` if it cannot be shown."""
    try:
        facts = Path(path).stat()
    except (OSError, ValueError) as error:
        raise SourceProblem("source.missing") from error
    if not stat.S_ISREG(facts.st_mode):
        raise SourceProblem("source.no_file")
    if facts.st_size > MAX_BYTES:
        raise SourceProblem("source.too_big")
    return _read(path, facts.st_mtime_ns, syntax_theme)


@lru_cache(maxsize=32)
def _read(path: str, changed: int, syntax_theme: str) -> SourceExcerpt:
    """``changed`` only tells versions of a file apart."""
    lines = [sanitize(line.expandtabs(_TAB)) for line in _decode(path).splitlines()]
    language = "python" if path.endswith((".py", ".pyw")) else "html+django" if path.endswith(".html") else "text"
    highlighted = Syntax("", language, theme=syntax_theme, background_color="default").highlight("\n".join(lines))
    highlighted.no_wrap = True
    shown = highlighted.split("\n", allow_blank=True)[: len(lines)]
    return SourceExcerpt(path=path, lines=tuple(shown))


def _decode(path: str) -> str:
    """The text in the encoding the file declares, else UTF-8; what does not fit is replaced."""
    try:
        content = Path(path).read_bytes()[: MAX_BYTES + 1]
    except OSError as error:
        raise SourceProblem("source.missing") from error
    encoding = "utf-8"
    with contextlib.suppress(SyntaxError, StopIteration):
        encoding, _ = tokenize.detect_encoding(iter(content.splitlines(keepends=True)).__next__)
    return content.decode(encoding, errors="replace")
