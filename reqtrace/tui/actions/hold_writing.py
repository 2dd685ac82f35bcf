"""Writing a hold with a condition, and lifting single holds."""

from __future__ import annotations

from collections.abc import Sequence

from reqtrace.analysis.filtering import FilterProblem
from reqtrace.analysis.hold_conditions import complete_hold, is_meant, parse_holds
from reqtrace.events.holds import MAX_HOLDS, Hold
from reqtrace.render.canvas import clip
from reqtrace.render.filter_words import problem_words
from reqtrace.trace.model import Layer
from reqtrace.tui.actions.parts import FlowParts
from reqtrace.tui.bridge import Bridge
from reqtrace.tui.holding import (
    at_the_start,
    condition_words,
    hold_at,
    joined,
    layers_of,
    place_words,
    without,
)
from reqtrace.tui.subject import Subject
from reqtrace.tui.widgets.hold_bar import HoldBar
from reqtrace.tui.widgets.query_bar import Problem
from reqtrace.tui.words import word

__all__ = ["HoldWritingActions"]

PROMPT_WIDTH = 30


class HoldWritingActions(FlowParts):
    """``B``."""

    def __init__(self, bridge: Bridge, subject: Subject) -> None:
        super().__init__(bridge, subject)
        self._hold_bar = HoldBar()
        self._hold_here = at_the_start()

    def action_write_hold(self) -> None:
        """A hold at this step, with a condition; below it the holds there are."""
        if not self._bridge.source.is_live:
            self.notify(word("hold.recording"), timeout=3)
            return
        self._hold_here = hold_at(self._trace, self.current_stop()) or at_the_start()
        self._hold_bar.show_holds(self._bridge.source.holds, self._layers())
        self._hold_bar.open()

    def type_hold(self, text: str, cursor: int) -> None:
        """Show what the text comes to."""
        layers = self._layers()
        found = parse_holds(text, self._hold_here, layers)
        completion = complete_hold(text, cursor, self._board.summaries, layers)
        if not isinstance(found, FilterProblem):
            self._show_outlook(found, layers)
            self._hold_bar.show_completion(completion)
        elif completion.candidates and completion.start <= found.end:
            self._hold_bar.show_completion(completion)
        else:
            self._show_wrong_hold(found)

    def set_written_holds(self, text: str) -> None:
        """Hold requests as it is written, too."""
        layers, source = self._layers(), self._bridge.source
        found = parse_holds(text, self._hold_here, layers)
        if isinstance(found, FilterProblem):
            self._show_wrong_hold(found)
            return
        holds = joined(source.holds, found)
        if len(holds) > MAX_HOLDS:
            self._hold_bar.show_problem(
                Problem(start=0, end=len(text), words=word("filter.problem.too_many", word=MAX_HOLDS))
            )
            return
        source.set_holds(holds)
        self.close_hold_bar()
        place = place_words(found[0], layers)
        one = word("holds.set.one", condition=condition_words(found[0]), place=place)
        self.notify(one if len(found) == 1 else word("holds.set.many", n=len(found)), timeout=5, markup=False)

    def on_hold_bar_lifted(self, message: HoldBar.Lifted) -> None:
        """One hold less."""
        source = self._bridge.source
        source.set_holds(without(source.holds, message.hold.number))
        self._hold_bar.show_holds(source.holds, self._layers())

    def close_hold_bar(self) -> bool:
        """Away with it; whether it was there."""
        was_open = self._hold_bar.is_open
        if was_open:
            self._hold_bar.close()
            self._hold_bar.clear()
        return was_open

    def _show_outlook(self, holds: Sequence[Hold], layers: Sequence[Layer]) -> None:
        """Where requests will be held, and how many of those that came would have been."""
        prompt = word("holds.prompt_at", place=place_words(holds[0], layers).replace("Middleware", ""))
        self._hold_bar.entitle(clip(prompt, PROMPT_WIDTH))
        summaries = self._board.summaries
        like = sum(any(is_meant(summary, hold) for hold in holds) for summary in summaries)
        self._hold_bar.show_count(word("holds.count", n=like, total=len(summaries)))

    def _show_wrong_hold(self, problem: FilterProblem) -> None:
        self._hold_bar.show_problem(Problem(start=problem.start, end=problem.end, words=problem_words(problem)))

    def _layers(self) -> Sequence[Layer]:
        """The layers of the chain that is looked at; without a request, of the newest chain there is."""
        layers = layers_of(self._trace)
        if layers:
            return layers
        chains = [chain for process in self._bridge.store.processes() for chain in process.chains]
        return chains[-1].layers if chains else ()
