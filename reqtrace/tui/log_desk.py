"""What the mode Log shows of the output: which lines, which of them is chosen, which tracebacks are open."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from reqtrace.analysis.output_entries import OutputEntry, OutputLevel, OutputReader
from reqtrace.analysis.output_filter import OutputFilter, read_output_filter
from reqtrace.analysis.output_requests import OutputRequests, RequestOfEntry
from reqtrace.trace.model import OutputLine, RequestKey, RequestSummary

__all__ = ["LogDesk"]


class LogDesk:
    """Reads each line once; an entry is known by its number, whatever is found or folded."""

    def __init__(self) -> None:
        self.shown: Sequence[OutputEntry] = ()
        """The entries that fit what was typed."""
        self.opened: set[int] = set()
        """Numbers of the tracebacks that are shown whole."""
        self.is_following = True
        """The newest line is the chosen one, whichever that is."""
        self.words = ""
        """What was typed."""
        self._reader = OutputReader()
        self._printed = 0
        self._filter = OutputFilter()
        self._shown_for: tuple[object, ...] = ()
        self._summaries: Sequence[RequestSummary] = ()
        self._requests = OutputRequests(())
        self._chosen = -1
        self._unfolded = -1
        """Number of the traceback that was opened by itself."""

    def take(self, lines: Sequence[OutputLine], printed: int, summaries: Sequence[RequestSummary]) -> None:
        """The newest lines there are, how many were ever printed, and the requests."""
        new = printed - self._printed
        if new:
            self._printed = printed
            self._reader.take(lines[max(len(lines) - new, 0) :])
        if summaries is not self._summaries:
            self._summaries, self._requests = summaries, OutputRequests(summaries)
        self._sift()

    @property
    def total(self) -> int:
        """How many entries there are, shown or not."""
        return len(self._reader.entries)

    def find(self, words: str) -> None:
        """Show only what fits; nothing typed is everything."""
        self.words, self._filter = words.strip(), read_output_filter(words)
        self._sift()

    def _sift(self) -> None:
        wanted = (self._filter, self._reader.version, self._summaries if self._filter.request else None)
        if wanted != self._shown_for:
            self._shown_for = wanted
            self.shown = tuple(self._filter.fitting(self._reader.entries, self._summaries, self._requests))

    # --- the chosen entry --------------------------------------------------------------------------------------

    @property
    def at(self) -> int:
        """Place of the chosen entry among those that are shown; of the nearest, if it is not."""
        return max(len(self.shown) - 1, 0) if self.is_following else self.place_of(self._chosen)

    def place_of(self, number: int) -> int:
        """Place of the entry with a number, or of the next one that is shown."""
        return max(min(bisect_left(self.shown, number, key=lambda entry: entry.number), len(self.shown) - 1), 0)

    @property
    def entry(self) -> OutputEntry | None:
        """The chosen entry."""
        return self.shown[self.at] if self.shown else None

    def choose(self, place: int) -> None:
        """The entry at a place; going to the last one, or beyond it, begins to follow again."""
        if self.shown:
            place = min(max(place, 0), len(self.shown) - 1)
            self._chosen = self.shown[place].number
            self.is_following = place == len(self.shown) - 1

    def stay(self) -> None:
        """What comes next is not followed."""
        if self.is_following and self.shown:
            self._chosen, self.is_following = self.shown[-1].number, False

    def next_problem(self, direction: int) -> int | None:
        """Place of the next warning or error, or of the one before."""
        after = range(self.at + 1, len(self.shown)) if direction > 0 else range(self.at - 1, -1, -1)
        return next((place for place in after if self.shown[place].level >= OutputLevel.WARNING), None)

    # --- tracebacks --------------------------------------------------------------------------------------------

    def unfold(self, *, is_open: bool) -> None:
        """Show the chosen traceback whole, or fold it."""
        entry = self.entry
        if entry is not None and entry.is_traceback:
            self.opened = self.opened | {entry.number} if is_open else self.opened - {entry.number}

    def unfold_last(self) -> None:
        """Show the newest traceback whole, once: it tells why the site does not run."""
        last = next((entry.number for entry in reversed(self.shown) if entry.is_traceback), -1)
        if last > self._unfolded:
            self._unfolded = last
            self.opened = self.opened | {last}

    def unfold_everything(self) -> None:
        """Show all tracebacks whole; if they are, fold them."""
        tracebacks = {entry.number for entry in self.shown if entry.is_traceback}
        self.opened = set() if tracebacks <= self.opened else tracebacks

    # --- requests ----------------------------------------------------------------------------------------------

    def request(self, entry: OutputEntry) -> RequestOfEntry:
        """What can be told of the request that an entry is about."""
        return self._requests.request_of(entry)

    def is_about(self, entry: OutputEntry, summary: RequestSummary | None) -> bool:
        """Whether an entry is about a request."""
        return summary is not None and bool(self._requests.entries_about((entry,), summary))

    def numbers_about(self, summary: RequestSummary | None) -> frozenset[int]:
        """Numbers of the entries that are shown and about a request."""
        about = () if summary is None else self._requests.entries_about(self.shown, summary)
        return frozenset(entry.number for entry in about)

    def first_about(self, summary: RequestSummary) -> int | None:
        """Place of the first entry about a request."""
        about = self._requests.entries_about(self.shown, summary)
        return self.place_of(about[0].number) if about else None

    def summary(self, key: RequestKey | None) -> RequestSummary | None:
        """The line of a request in the list."""
        return next((one for one in reversed(self._summaries) if one.key == key), None)
