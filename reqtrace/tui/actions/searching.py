"""Searching within the request that is shown."""

from __future__ import annotations

from reqtrace.render.mentions import Mentions
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.model import RequestTrace
from reqtrace.tui.actions.parts import FlowParts
from reqtrace.tui.bridge import Bridge
from reqtrace.tui.position import Position
from reqtrace.tui.subject import Subject
from reqtrace.tui.widgets.find_bar import FindBar
from reqtrace.tui.widgets.query_bar import Problem
from reqtrace.tui.words import word

__all__ = ["SearchActions"]


class SearchActions(FlowParts):
    """``f``; while a search is open, ``n`` and ``N`` go along its mentions, also in the next request."""

    def __init__(self, bridge: Bridge, subject: Subject) -> None:
        super().__init__(bridge, subject)
        self._find_bar = FindBar()
        self._find_from: Position | None = None
        """Where the person was when the words were begun."""
        self._mentions: Mentions | None = None
        self._searched: RequestTrace | None = None

    def action_find(self) -> None:
        """Type."""
        self._find_from = self._position
        self._find_bar.open()

    def type_search(self, words: str) -> None:
        """Go to the first mention from where the words were begun; back there if there is none."""
        start = self._find_from or self._position
        found = self._found(words)
        first = start.stop or 0
        ahead = next((index for index in found if index >= first), found[0] if found else None)
        if ahead is None or self._trace is None:
            self.go(start)
        else:
            self.go(self._position.at_stop(self._trace, ahead))
        if words.strip() and not found:
            problem = word("find.nothing", words=sanitize(words.strip()))
            self._find_bar.show_problem(Problem(start=0, end=len(words), words=problem))
        else:
            self._find_bar.show_nothing()

    def keep_search(self, words: str) -> None:
        """Typing is over; ``n`` and ``N`` go on."""
        if words.strip():
            self._find_bar.leave()
        else:
            self.close_search()

    def close_search(self) -> bool:
        """Away with it; whether it was open."""
        was_open = self._find_bar.is_open
        if was_open:
            self._find_bar.close()
            self._find_bar.clear()
            self._find_from = None
        return was_open

    def to_mention(self, direction: int) -> bool:
        """Go to the next mention, after the last the first again; whether a search is open."""
        if not self._find_bar.is_open:
            return False
        found, trace = self._found(self._find_bar.text), self._trace
        if found and trace is not None:
            here = self._position.stop
            order = found if direction > 0 else found[::-1]
            further = (index for index in order if here is None or (index - here) * direction > 0)
            self.go(self._position.at_stop(trace, next(further, order[0])))
        return True

    def count_mentions(self) -> None:
        """Say at the line how many there are in this request, and which of them is lit."""
        if not self._find_bar.is_open:
            return
        found, here = self._found(self._find_bar.text), self._position.stop
        place = found.index(here) + 1 if here in found else 0
        words = word("find.place", n=place, total=len(found)) if place else word("find.count", n=len(found))
        self._find_bar.show_count(words if self._find_bar.text.strip() else "")

    def _found(self, words: str) -> tuple[int, ...]:
        if self._trace is None:
            return ()
        if self._mentions is None or self._searched is not self._trace:
            self._mentions, self._searched = Mentions(self._trace), self._trace
        return self._mentions.of(words)
