"""What a site prints, read: how bad a line is, which request it names, and which lines are one traceback."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum
from http import HTTPStatus
from urllib.parse import unquote

from reqtrace.analysis.ansi import without_colours
from reqtrace.analysis.printed_tracebacks import begins_traceback, continues_traceback
from reqtrace.trace.model import OutputLine

__all__ = ["Mention", "OutputEntry", "OutputLevel", "OutputReader"]

KEPT = 5_000
"""Entries at least; a tenth more come before the oldest go."""
READ = 2_000
"""Characters of a line that are looked at."""
BEGINNING = 80
"""Characters in which a level is looked for: further on it is what the line is about."""


class OutputLevel(IntEnum):
    """How bad it is, in the levels of ``logging``; most lines do not say."""

    UNSAID = 0
    DEBUG = 10
    INFO = 20
    WARNING = 30
    ERROR = 40
    CRITICAL = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """The request that a line names."""

    path: str
    method: str = ""
    status: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputEntry:
    """A line, or a traceback with all of its lines."""

    number: int
    """Counted from the first that was printed; it stays the same while a traceback grows."""
    unix_time: int
    stream: str
    lines: tuple[str, ...]
    """Without colours, and not made harmless yet."""
    level: OutputLevel = OutputLevel.UNSAID
    mention: Mention | None = None
    """Its own, or of the message that the traceback belongs to."""
    is_traceback: bool = False


RAISED = re.compile(r"^[A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt|Warning)(?:: |$)")
ACCESS = re.compile(r'"(?P<method>[A-Z]{3,10}) (?P<target>\S+) HTTP/[\d.]+" (?P<status>[1-5]\d\d)\b')
PHRASES = {status.phrase: status.value for status in HTTPStatus if status >= 400}
REMARK = r"(?: \([^()]*(?:\([^()]*\)[^()]*)?\))?"
ANSWERED = re.compile(rf"(?P<phrase>{'|'.join(map(re.escape, PHRASES))}){REMARK}: (?P<path>/\S*)")
"""As Django logs a response of 400 or more (``django.utils.log.log_response``)."""
NAMED = re.compile(r"(?:^|[\s\[(|<])(DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL|FATAL)(?=$|[\s\]):|>,-])")
NAMES = {"WARN": OutputLevel.WARNING, "FATAL": OutputLevel.CRITICAL, **OutputLevel.__members__}
WARNED = re.compile(r"^\S+:\d+: \w*Warning: ")


def level_of_status(status: int) -> OutputLevel:
    """As Django logs it: 500 and above are errors, 400 and above warnings."""
    return OutputLevel.ERROR if status >= 500 else OutputLevel.WARNING if status >= 400 else OutputLevel.INFO


def read_line(text: str) -> tuple[OutputLevel, Mention | None]:
    """How bad a line is, and which request it names."""
    text = text[:READ]
    if (access := ACCESS.search(text)) is not None:
        status, path = int(access["status"]), access["target"].partition("?")[0]
        return level_of_status(status), Mention(path=unquote(path), method=access["method"], status=status)
    if (answered := ANSWERED.search(text)) is not None:
        status = PHRASES[answered["phrase"]]
        return level_of_status(status), Mention(path=answered["path"], status=status)
    if (named := NAMED.search(text[:BEGINNING])) is not None:
        return NAMES[named[1]], None
    if RAISED.match(text):
        return OutputLevel.ERROR, None
    return (OutputLevel.WARNING if WARNED.match(text) else OutputLevel.UNSAID), None


class OutputReader:
    """Puts lines together as they come; the lines of each stream for themselves."""

    def __init__(self) -> None:
        self.entries: list[OutputEntry] = []
        self.version = 0
        """Increases with every line."""
        self._number = 0
        self._open: dict[str, int] = {}
        """Number of the traceback that a stream is in the middle of."""
        self._mention: dict[str, Mention | None] = {}
        """The request that the last line of a stream named."""

    def take(self, lines: Iterable[OutputLine]) -> None:
        """Lines that came after all that were taken before."""
        for line in lines:
            self._read(line, without_colours(line.text))
            self.version += 1
        if len(self.entries) > KEPT + KEPT // 10:
            del self.entries[: len(self.entries) - KEPT]

    def _read(self, line: OutputLine, text: str) -> None:
        traceback = self._traceback(line.stream)
        if traceback is not None and continues_traceback(traceback.lines, text):
            self._grow(traceback, text)
            return
        self._open.pop(line.stream, None)
        is_traceback = begins_traceback(text)
        if is_traceback:
            level, mention = OutputLevel.ERROR, self._mention.get(line.stream)
            self._open[line.stream] = self._number
        else:
            level, mention = read_line(text)
        self._mention[line.stream] = mention
        self.entries.append(
            OutputEntry(
                number=self._number,
                unix_time=line.unix_time,
                stream=line.stream,
                lines=(text,),
                level=level,
                mention=mention,
                is_traceback=is_traceback,
            )
        )
        self._number += 1

    def _traceback(self, stream: str) -> OutputEntry | None:
        number = self._open.get(stream)
        if number is None:
            return None
        at = number - self._number
        return self.entries[at] if -at <= len(self.entries) else None

    def _grow(self, traceback: OutputEntry, text: str) -> None:
        grown = replace(traceback, lines=(*traceback.lines, text))
        self.entries[traceback.number - self._number] = grown
