"""Which lines of the output are shown: words that they contain, how bad they are, which stream, which request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reqtrace.analysis.output_entries import OutputEntry, OutputLevel
from reqtrace.analysis.output_requests import OutputRequests
from reqtrace.trace.model import RequestSummary

__all__ = ["FIELDS", "OutputFilter", "read_output_filter"]

FIELDS = ("level:warning", "level:error", "stream:stdout", "stream:stderr", "stream:reqtrace", "request:")
"""What may be typed beside words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputFilter:
    """All of it must be true of a line."""

    words: tuple[str, ...] = ()
    """Parts that it contains, in lower case."""
    level: OutputLevel = OutputLevel.UNSAID
    """At least as bad."""
    stream: str = ""
    request: int = 0
    """The number of a request in the list."""

    def fits(self, entry: OutputEntry) -> bool:
        """Whether an entry is shown, whichever request it is about."""
        if entry.level < self.level or (self.stream and entry.stream != self.stream):
            return False
        if not self.words:
            return True
        text = "\n".join(entry.lines).lower()
        return all(word in text for word in self.words)

    def fitting(
        self, entries: Sequence[OutputEntry], summaries: Sequence[RequestSummary], requests: OutputRequests
    ) -> Sequence[OutputEntry]:
        """The entries that are shown."""
        if self == OutputFilter():
            return entries
        fitting = [entry for entry in entries if self.fits(entry)]
        if not self.request:
            return fitting
        wanted = next((summary for summary in summaries if summary.ordinal == self.request), None)
        return [] if wanted is None else requests.entries_about(fitting, wanted)


def read_output_filter(text: str) -> OutputFilter:
    """What somebody has typed; a field that does not exist is a word to look for."""
    words, level, stream, request = [], OutputLevel.UNSAID, "", 0
    for part in text.split():
        name, _, value = part.partition(":")
        if name == "level" and value.upper() in OutputLevel.__members__:
            level = OutputLevel[value.upper()]
        elif name == "stream" and value:
            stream = value.lower()
        elif name == "request" and value.isdecimal():
            request = int(value[:9])
        else:
            words.append(part.lower())
    return OutputFilter(words=tuple(words), level=level, stream=stream, request=request)
