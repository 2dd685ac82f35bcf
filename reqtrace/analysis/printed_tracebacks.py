"""Tracebacks as Python prints them: where one begins and ends, what was raised, and where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["PrintedFrame", "begins_traceback", "continues_traceback", "frame_of", "own_frame", "raised_words"]

LONGEST = 2_000
"""Lines; what is longer is no traceback of Python's."""
BEGINNING = re.compile(r"^\s*(?:\+ )?(?:Exception Group )?Traceback \(most recent call last\):$")
CHAINED = (
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
)
FRAME = re.compile(r'^[\s|]*File "([^"]+)", line (\d+)(?:, in (.+))?$')
LIBRARY = re.compile(r"[/\\](?:site-packages|dist-packages|lib[/\\]python3[^/\\]*)[/\\]|^<frozen ")
RAISED = re.compile(r"^[\s|]*([A-Za-z_][\w.]*(?:: .*)?)$")


class PrintedFrame(NamedTuple):
    """A line that names a place in a file."""

    file: str
    line: int
    function: str
    is_library: bool


def begins_traceback(text: str) -> bool:
    """Whether a line is the first of a traceback."""
    return BEGINNING.match(text) is not None


def continues_traceback(lines: Sequence[str], text: str) -> bool:
    """Whether a line goes on with a traceback: frames are indented, the line with the exception ends it.

    An exception that is the cause of another is followed by a sentence and the other's traceback; all lines of an
    exception group are indented.
    """
    last = lines[-1]
    if len(lines) >= LONGEST:
        return False
    if not text or text in CHAINED:
        return True
    if not last:
        return begins_traceback(text) and len(lines) > 1 and lines[-2] in CHAINED
    if text[0].isspace():
        return True
    return last[0].isspace() and not lines[0][0].isspace()


def frame_of(text: str) -> PrintedFrame | None:
    """The place that a line of a traceback names."""
    found = FRAME.match(text)
    if found is None:
        return None
    return PrintedFrame(found[1], int(found[2]), found[3] or "", LIBRARY.search(found[1]) is not None)


def own_frame(lines: Sequence[str]) -> PrintedFrame | None:
    """The last place that is no library's; the last one if all are."""
    frames = [frame for line in lines if (frame := frame_of(line)) is not None]
    own = [frame for frame in frames if not frame.is_library]
    return next(reversed(own or frames), None)


def raised_words(lines: Sequence[str]) -> str:
    """What was raised in the end; empty as long as it is not printed."""
    for line in reversed(lines):
        if line in CHAINED or begins_traceback(line):
            break
        found = RAISED.match(line)
        if found is not None and (not line[0].isspace() or "|" in line):
            return found[1]
    return ""
