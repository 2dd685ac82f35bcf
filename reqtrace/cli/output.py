"""The only place that prints: stdout is the answer, stderr is the story.

Whatever is printed is made harmless first: control characters, escape sequences and bidirectional marks are shown,
never sent to the terminal, and a stream that cannot encode a character shows its escape. Rich is imported on
first use, so a help text never pays for it.
"""

from __future__ import annotations

import errno
import json
import os
import re
import select
import sys
from typing import TYPE_CHECKING, TextIO

from reqtrace.errors import OutputError, ProjectBroken, ReqtraceError
from reqtrace.render.sanitize import sanitize

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
    from rich.text import Text

__all__ = [
    "answer",
    "answer_bytes",
    "answer_json",
    "ask",
    "can_ask",
    "close_broken_streams",
    "harmless",
    "is_unicode",
    "prepare_streams",
    "report",
    "show",
    "tell",
    "warn",
    "without_room",
]

COLOUR_SEQUENCE = re.compile(r"\x1b\[[0-9;:]*m")
NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
LAYOUT = re.compile("([\\n\\t])")


def prepare_streams() -> None:
    """Make stdout and stderr unable to raise ``UnicodeEncodeError``, and usable even if they were closed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # started with `>&-`, or without a console on Windows
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  lives as long as sys.stdout
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def close_broken_streams() -> bool:
    """Whether the reader of stdout or stderr has gone; if so, what is left to say to it goes nowhere."""
    broken = [stream for stream in (sys.stdout, sys.stderr) if _is_broken(stream)]
    for stream in broken:
        _lead_nowhere(stream)
    return bool(broken)


def without_room(error: Exception) -> OutputError | None:
    """What an error says if the answer found no room on a disk; then the rest of it goes nowhere.

    Errors about a file that reqtrace has opened itself name it, or were made into others where it is written.
    """
    if not isinstance(error, OSError) or error.errno not in NO_ROOM or error.filename is not None:
        return None
    _lead_nowhere(sys.stdout)
    return OutputError(f"The answer cannot be written: {error.strerror}.", hint="Make room where stdout leads to.")


def _lead_nowhere(stream: TextIO) -> None:
    """The interpreter flushes once more when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def is_unicode(stream: TextIO | None = None) -> bool:
    """Whether a stream (stdout if not given) can carry the symbols, and the person wants them; if not, use ASCII."""
    from reqtrace.cli.preferences import preferences

    if preferences().ascii_only:
        return False
    encoding = getattr(stream or sys.stdout, "encoding", None) or "ascii"
    return encoding.lower().replace("-", "").replace("_", "").startswith("utf")


def harmless(text: str) -> str:
    """The text with everything a terminal would obey made visible; newlines and tabs stay."""
    return "".join(part if LAYOUT.match(part) else sanitize(part) for part in LAYOUT.split(text))


def answer(text: str = "") -> None:
    """Print lines of the answer, at once (a reader may be waiting at the other end of a pipe)."""
    _write(sys.stdout, harmless(text) + "\n")


def answer_bytes(content: bytes) -> None:
    """Write what is no text, for a reader that is no terminal."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def answer_json(document: object) -> None:
    """Print the answer as JSON, in ASCII, so that no stream and no terminal can spoil it."""
    _write(sys.stdout, json.dumps(document, indent=2) + "\n")


def show(renderable: RenderableType, *, width: int | None = None) -> None:
    """Print a Rich renderable as the answer, as wide as the terminal if nothing else is asked for."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False, width=width)
    with console.capture() as capture:  # Rich would answer a broken pipe with an exit of its own
        console.print(Harmless(renderable))
    _write(sys.stdout, capture.get())


def tell(text: str) -> None:
    """Print a line of the story: what reqtrace is doing."""
    _write(sys.stderr, harmless(text) + "\n")


def can_ask() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def ask(question: str) -> bool:
    """Ask for a yes or a no; anything but a yes is a no."""
    _write(sys.stderr, harmless(f"{question} [y/N] "))
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def warn(text: str) -> None:
    """Print a line of the story that a person should not miss."""
    _print_story(_labelled("warning", "bold yellow", text))


def report(error: ReqtraceError) -> None:
    """Print what happened, to what, and what to do; before it what the project itself had to say."""
    if isinstance(error, ProjectBroken) and error.output.strip():
        _print_story(*_quotation("The project's own words:", error.output))
    block = [_labelled("error", "bold red", error.message)]
    if error.hint:
        block.append(_labelled("what to do", "bold", error.hint))
    _print_story(*block)


class Harmless:
    """A renderable whose text cannot command the terminal, whoever wrote it."""

    def __init__(self, renderable: RenderableType) -> None:
        self.renderable = renderable

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.segment import Segment

        for text, style, control in console.render(self.renderable, options):
            if control is None:
                yield Segment(harmless(text), style)


def _is_broken(stream: TextIO) -> bool:
    """Whether nobody holds the other end; flushing would not tell when the stream is unbuffered."""
    if not hasattr(select, "poll"):  # Windows: the caller has seen the error, which has to do
        return True
    try:
        descriptor = stream.fileno()
    except OSError:  # replaced by an object in memory
        return False
    poll = select.poll()
    poll.register(descriptor, 0)  # errors and hang-ups are always reported
    return bool(poll.poll(0))


def _write(stream: TextIO, text: str) -> None:
    stream.write(text)
    stream.flush()


def _labelled(label: str, style: str, text: str) -> Text:
    """``label: text``, with further lines of the text indented under its first."""
    from rich.text import Text

    body = harmless(text).replace("\n", "\n" + " " * (len(label) + 2))
    return Text.assemble((f"{label}:", style), " ", body)


def _quotation(title: str, text: str) -> list[Text]:
    from rich.text import Text

    bar = "│ " if is_unicode(sys.stderr) else "| "
    lines = harmless(COLOUR_SEQUENCE.sub("", text).replace("\r\n", "\n")).strip("\n").split("\n")
    return [Text(title, style="bold"), *(Text.assemble((bar, "dim"), line) for line in lines), Text()]


def _print_story(*lines: Text) -> None:
    from rich.console import Console

    # soft_wrap: a path that is broken into two lines cannot be copied.
    console = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)
    with console.capture() as capture:
        for line in lines:
            console.print(line)
    _write(sys.stderr, capture.get())
