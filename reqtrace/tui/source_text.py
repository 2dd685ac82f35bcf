"""Source files read from disk and painted, as little of them as is shown."""

from __future__ import annotations

import stat
import tokenize
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rich.syntax import Syntax

from reqtrace.render.canvas import Phrase, Piece
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.tui.words import word

__all__ = ["Excerpt", "SourceUnreadable", "read_excerpt", "short_path"]

MAX_BYTES = 2_000_000
BEFORE = 200
"""Lines before the wanted one that may be shown by scrolling."""
AFTER = 300

_PAINTS: tuple[tuple[str, Paint], ...] = (
    ("Token.Comment", Paint(Role.SKIP, italic=True)),
    ("Token.Literal.String.Doc", Paint(Role.SKIP)),
    ("Token.Literal.String", Paint(Role.OK)),
    ("Token.Keyword", Paint(Role.UP)),
    ("Token.Operator.Word", Paint(Role.UP)),
    ("Token.Name.Decorator", Paint(Role.DOWN)),
    ("Token.Name.Function", Paint(bold=True)),
    ("Token.Name.Class", Paint(bold=True)),
    ("Token.Name.Tag", Paint(Role.DOWN)),
)
"""By the beginning of the name of a Pygments token."""


class SourceUnreadable(Exception):
    """The file cannot be shown; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Lines of a file around one of them."""

    first: int
    """Number of the first line, from 1."""
    lines: tuple[Phrase, ...]
    block: range
    """Numbers of the lines that belong to the function or class that begins at the wanted line."""
    modified: float


def read_excerpt(file: str, line: int) -> Excerpt:
    """The lines around a line. Raises ``SourceUnreadable``."""
    path = Path(file)
    try:
        facts = path.stat()
    except (OSError, ValueError) as error:
        raise SourceUnreadable(getattr(error, "strerror", None) or str(error)) from None
    # A recording is somebody else's: it may name a device or a pipe that never ends.
    if not stat.S_ISREG(facts.st_mode):
        raise SourceUnreadable(word("source.not_python"))
    if facts.st_size > MAX_BYTES:
        raise SourceUnreadable(word("source.too_big", limit=MAX_BYTES))
    return _excerpt(path, line, facts.st_mtime)


@lru_cache(maxsize=64)
def _excerpt(path: Path, line: int, modified: float) -> Excerpt:
    lines = _decode(path).expandtabs(4).splitlines() or [""]
    line = min(max(line, 1), len(lines))
    first = _beginning(lines, max(line - BEFORE, 1))
    shown = lines[first - 1 : line + AFTER]
    is_python = path.suffix in (".py", ".pyw")
    painted = _paint(shown, "python" if is_python else "html+django")
    block = _block(lines, line) if is_python else range(line, line + 1)
    return Excerpt(first=first, lines=tuple(painted), block=block, modified=modified)


def _decode(path: Path) -> str:
    """The text in the encoding the file declares, else UTF-8; what does not fit is replaced."""
    try:
        content = path.read_bytes()[: MAX_BYTES + 1]
    except OSError as error:
        raise SourceUnreadable(error.strerror or str(error)) from None
    try:
        encoding, _ = tokenize.detect_encoding(iter(content.splitlines(keepends=True)).__next__)
    except SyntaxError:
        encoding = "utf-8"
    return content.decode(encoding, errors="replace")


def _beginning(lines: list[str], line: int) -> int:
    """The nearest line at or before it where a statement of the module begins, so that the lexer starts cleanly."""
    starts = ("class ", "def ", "async def ", "@", "import ", "from ")
    return next((number for number in range(line, 0, -1) if lines[number - 1].startswith(starts)), 1)


def _block(lines: list[str], line: int) -> range:
    """The definition that begins at a line (decorators included), by indentation."""
    head = line
    while head < len(lines) and lines[head - 1].lstrip().startswith("@"):
        head += 1
    text = lines[head - 1].lstrip()
    if not text.startswith(("def ", "async def ", "class ")):
        return range(line, line + 1)
    depth = len(lines[head - 1]) - len(text)
    end = head
    for number in range(head + 1, len(lines) + 1):
        content = lines[number - 1].strip()
        if not content:
            continue
        if len(lines[number - 1]) - len(lines[number - 1].lstrip()) <= depth and content[0] not in ")]}":
            break
        end = number
    return range(line, end + 1)


def _paint(lines: list[str], language: str) -> list[Phrase]:
    lexer = Syntax("", language).lexer
    if lexer is None:
        return [((sanitize(line), INK),) for line in lines]
    painted: list[list[Piece]] = [[]]
    for token, text in lexer.get_tokens("\n".join(lines)):
        paint = _paint_of(str(token))
        for number, part in enumerate(text.split("\n")):
            if number:
                painted.append([])
            if part:
                painted[-1].append((sanitize(part), paint))
    return [tuple(pieces) for pieces in painted[: len(lines)]]


@lru_cache(maxsize=256)
def _paint_of(token: str) -> Paint:
    return next((paint for kind, paint in _PAINTS if token.startswith(kind)), INK)


def short_path(file: str) -> str:
    """The end of a path that tells which file it is: ``django/contrib/sessions/middleware.py``."""
    parts = Path(file).parts
    for marker in ("site-packages", "dist-packages"):
        if marker in parts:
            return "/".join(parts[parts.index(marker) + 1 :])
    return "/".join(parts[-3:]).lstrip("/")
