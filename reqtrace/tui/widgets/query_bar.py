"""A line to type into, and below it what can be typed next or what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.highlighter import Highlighter
from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Label

from reqtrace.analysis.completion import Completion
from reqtrace.render.canvas import Canvas
from reqtrace.render.roles import Paint, Role, Surface
from reqtrace.tui.widgets.painted import Painted
from reqtrace.tui.words import word

__all__ = ["Problem", "QueryBar"]

GROUND = Paint(surface=Surface.BAR)
QUIET = GROUND._replace(role=Role.SKIP)
STRONG = GROUND._replace(bold=True)
WRONG = Paint(Role.BAD, Surface.BAR, bold=True)
CHOSEN = Paint(Role.TOKEN, Surface.BAR, bold=True, reverse=True)
POINTER = "^"
GAP = 2
MAX_LENGTH = 200
NOTHING = Completion(start=0, end=0, candidates=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Words about the text from ``start`` up to ``end``."""

    start: int
    end: int
    words: str


class WrongPlace(Highlighter):
    """Lights the part of the line that is wrong."""

    def __init__(self) -> None:
        self.place = (0, 0)

    def highlight(self, text: Text) -> None:
        start, end = self.place
        if start < end:
            text.stylize(Style(reverse=True, bold=True), start, end)


class HintRow(Painted):
    """Candidates, a problem with a pointer to its place, or words."""

    def __init__(self) -> None:
        super().__init__()
        self._candidates: Sequence[str] = ()
        self._chosen = 0
        self._problem: Problem | None = None
        self._indent = 0
        """Where the text above begins."""

    def show_candidates(self, candidates: Sequence[str], chosen: int) -> None:
        """What may be taken, and what Tab would take."""
        if (candidates, chosen, None) != (self._candidates, self._chosen, self._problem):
            self._candidates, self._chosen, self._problem = candidates, chosen, None
            self.redraw()

    def show_problem(self, problem: Problem, indent: int) -> None:
        """What is wrong."""
        if (problem, indent) != (self._problem, self._indent):
            self._problem, self._indent = problem, indent
            self.redraw()

    def draw(self, width: int, height: int) -> Canvas:
        canvas = Canvas(width, 1)
        canvas.fill(0, 0, width, GROUND)
        if self._problem is not None:
            self._draw_problem(canvas, self._problem)
        elif self._candidates:
            self._draw_candidates(canvas)
        return canvas

    def _draw_problem(self, canvas: Canvas, problem: Problem) -> None:
        """The words behind the pointer; before it, where there is more room."""
        start = min(max(self._indent + problem.start, 0), canvas.width - 1)
        end = min(max(self._indent + problem.end, start + 1), canvas.width)
        canvas.fill(start, 0, end, WRONG, POINTER)
        length = cell_len(problem.words)
        if length <= canvas.width - end - 2 or canvas.width - end >= start:
            canvas.put(end + 1, 0, problem.words, STRONG, width=canvas.width - end - 2)
        else:
            x = max(start - 1 - length, 1)
            canvas.put(x, 0, problem.words, STRONG, width=start - 1 - x)

    def _draw_candidates(self, canvas: Canvas) -> None:
        x = canvas.put(1, 0, word("query.tab"), QUIET) + 1
        widths = [cell_len(candidate) + GAP for candidate in self._candidates]
        first = 0
        while first < self._chosen and sum(widths[first : self._chosen + 1]) > canvas.width - x - 1:
            first += 1
        for number in range(first, len(self._candidates)):
            if x + widths[number] > canvas.width and number != self._chosen:
                break
            is_chosen = number == self._chosen
            words = f" {self._candidates[number]} "
            x = canvas.put(x, 0, words, CHOSEN if is_chosen else GROUND, width=canvas.width - x)


class QueryBar(Vertical):
    """Hidden until it is opened; tells its screen every change, and is told what to make of it."""

    PROMPT: ClassVar[str]
    """Its words are ``PROMPT.prompt``, ``PROMPT.placeholder``, and ``PROMPT.keep`` and ``PROMPT.clear`` of its keys."""
    completes: ClassVar[bool] = True
    """Something can be chosen for what is typed."""
    has_hints: ClassVar[bool] = True
    """There is a row below it while one types."""
    choose: ClassVar[str] = "query.choose"
    """Key of the words for what ↓ does."""

    class Changed(Message):
        """Another text, or another place in it."""

        def __init__(self, bar: QueryBar, text: str, cursor: int) -> None:
            super().__init__()
            self.bar = bar
            self.text = text
            self.cursor = cursor

    class Submitted(Message):
        """Enter."""

        def __init__(self, bar: QueryBar, text: str) -> None:
            super().__init__()
            self.bar = bar
            self.text = text

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._wrong = WrongPlace()
        self._hints = HintRow()
        self._completion = NOTHING
        self._chosen = 0
        self._prompt = Label(word(f"{self.PROMPT}.prompt"), markup=False)
        self._count = Label("", classes="count", markup=False)
        self._input = Input(
            placeholder=word(f"{self.PROMPT}.placeholder"),
            compact=True,
            max_length=MAX_LENGTH,
            select_on_focus=False,
            highlighter=self._wrong,
        )

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield self._prompt
            yield self._input
            yield self._count
        yield self._hints

    def on_mount(self) -> None:
        self.display = False
        self.watch(self._input, "selection", self._tell, init=False)

    # --- for the screen ------------------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """It is on the screen."""
        return bool(self.display)

    @property
    def is_typing(self) -> bool:
        """Keys are typed into it."""
        return self.is_open and self.screen.focused is self._input

    @property
    def text(self) -> str:
        """What is in the line."""
        return self._input.value

    def open(self) -> None:
        """Show the line and type."""
        self.display = True
        self._hints.display = self.has_hints
        self._input.focus()
        self._tell()

    def leave(self) -> None:
        """Keys work again; the line stays on the screen."""
        self._hints.display = False
        self.screen.set_focus(None)

    def close(self) -> None:
        """Hide the line; keys work again."""
        if self.screen.focused is self._input:
            self.screen.set_focus(None)
        self.display = False

    def clear(self) -> None:
        """No text."""
        self._input.value = ""

    def entitle(self, prompt: str) -> None:
        """Other words in front of the line."""
        self._prompt.update(prompt)

    def show_count(self, words: str) -> None:
        """What the text comes to, at its right."""
        if str(self._count.content) != words:
            self._count.update(words)

    def show_nothing(self) -> None:
        """The text is fine."""
        self.show_completion(NOTHING)

    def show_completion(self, completion: Completion) -> None:
        """The text is fine; what may be typed next."""
        self._mark(0, 0)
        if completion != self._completion:
            self._completion, self._chosen = completion, 0
        self._hints.show_candidates(completion.candidates, self._chosen)

    def show_problem(self, problem: Problem) -> None:
        """The text is wrong at a place."""
        self._completion, self._chosen = NOTHING, 0
        self._mark(problem.start, problem.end)
        value = self._input.value
        place = Problem(start=cell_len(value[: problem.start]), end=cell_len(value[: problem.end]), words=problem.words)
        self._hints.show_problem(place, self._input.region.x - self.region.x - round(self._input.scroll_offset.x))

    def _mark(self, start: int, end: int) -> None:
        if self._wrong.place != (start, end):
            self._wrong.place = (start, end)
            self._input.refresh()

    # --- typing --------------------------------------------------------------------------------------------------

    def _tell(self) -> None:
        if self.is_open:
            self.post_message(self.Changed(self, self._input.value, self._input.cursor_position))

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._tell()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Submitted(self, event.value))

    def on_key(self, event: events.Key) -> None:
        if event.key in ("tab", "down", "up") and self.is_typing and self._completion.candidates:
            event.stop()
            event.prevent_default()
            if event.key == "tab":
                self._take()
            else:
                self._choose(1 if event.key == "down" else -1)
        elif event.key in ("tab", "shift+tab"):
            event.stop()
            event.prevent_default()

    def _choose(self, distance: int) -> None:
        candidates = self._completion.candidates
        self._chosen = (self._chosen + distance) % len(candidates)
        self._hints.show_candidates(candidates, self._chosen)

    def _take(self) -> None:
        completion = self._completion
        self._input.replace(completion.candidates[self._chosen], completion.start, completion.end)
