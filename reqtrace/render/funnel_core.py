"""The rows inside the innermost layer: URLconf, view hooks, the view, what it ran, and the way back up to the chain."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rich.cells import cell_len

from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas, Phrase, phrase_width
from reqtrace.render.columns import Columns
from reqtrace.render.funnel_sides import ALARM
from reqtrace.render.hold_marks import HELD_ROW, HoldMark
from reqtrace.render.progress import Moment
from reqtrace.render.roles import LIT, Paint, Role, Surface
from reqtrace.trace.model import StopSort

__all__ = ["CoreRow", "paint_tree", "with_tree"]

_QUIET = Paint(Role.SKIP)
_HOT = Paint(Role.HOT, bold=True)
_TREE_INDENT = 2
_DEEPEST = 8
"""What is nested deeper is drawn at this depth, so that words keep their room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreRow:
    """One row of the core, at one moment."""

    sort: StopSort | None
    """``None`` for what was never reached, and for a row that stands for others."""
    stops: tuple[int, ...]
    moment: Moment
    label: str
    label_paint: Paint
    variants: tuple[Phrase, ...]
    depth: int = 0
    """0 on the lane, more inside the view."""
    time: str = ""
    is_hot: bool = False
    alarm: tuple[str, ...] = ()
    """Variants of what went another way than usual."""
    is_bar: bool = False
    tree: str = ""
    """The lines that join it to the row it ran in."""
    is_after_view: bool = False
    passes_on: bool = False
    """A hook that returned ``None``, or has not run yet."""
    has_node: bool = False
    is_hidden: bool = False
    """Its place is kept, but it would give away what is going to happen."""
    height: int = 1
    is_vital: bool = True
    repeat: int = 1
    """How often the same ran here."""
    mark: HoldMark | None = None

    @property
    def is_here(self) -> bool:
        """The request is here."""
        return self.moment is Moment.HERE

    def paint(self, canvas: Canvas, y: int, columns: Columns) -> None:
        """Draw the row between the lanes."""
        if self.is_hidden:
            canvas.put(0, y, " ")
            return
        start, end = columns.core, columns.core_end
        surface = Surface.BAR if self.is_bar else Surface.PAGE
        if self.is_bar:
            canvas.fill(start - 1, y, end, Paint(surface=surface))
        quiet = _QUIET.on(surface)
        x = canvas.put(start, y, self.tree, quiet)
        if self.is_after_view:
            x = canvas.put(x, y, f"{symbols.NEXT_CORE} ", quiet if self.moment is Moment.LATER else Paint(Role.UP))
        if self.mark is not None:
            x = canvas.put(x, y, self.mark.words, self.mark.paint) + 1
        x = canvas.put(x, y, self.label, quiet if self.moment is Moment.LATER else self.label_paint.on(surface))
        x = x + 2 if self.label else x
        limit = end - 1 - (cell_len(self.time) + 2 if self.time else 0)
        x = self._paint_words(canvas, x, y, limit, surface)
        if self.time and self.moment is not Moment.LATER:
            paint = _HOT if self.is_hot else _QUIET
            canvas.put(end - 1 - cell_len(self.time), y, self.time, paint.on(surface))
        if self.is_here:
            canvas.repaint(start - 1, y, end, HELD_ROW if self.mark is HoldMark.HELD else LIT)

    def _paint_words(self, canvas: Canvas, x: int, y: int, limit: int, surface: Surface) -> int:
        alarm = "" if self.moment is Moment.LATER else self._alarm_that_fits(limit - x)
        room = limit - x - (cell_len(alarm) + 4 if alarm else 0)
        phrase = next((words for words in self.variants if phrase_width(words) <= room), self.variants[-1])
        if self.moment is Moment.LATER:
            phrase = tuple((words, _QUIET) for words, _ in phrase)
        x = canvas.put_phrase(x, y, [(words, paint.on(surface)) for words, paint in phrase], width=room)
        if alarm:
            start = limit - cell_len(alarm) - 2
            if self.sort is StopSort.VIEW_HOOK and not self.is_here:
                canvas.fill(x + 1, y, start, Paint(Role.BAD, bold=True), symbols.STUB_DONE)
            canvas.put(start, y, f" {alarm} ", ALARM)
        return x

    def _alarm_that_fits(self, room: int) -> str:
        shortest = phrase_width(self.variants[-1])
        fitting = (words for words in self.alarm if cell_len(words) + 4 + min(shortest, room // 2) <= room)
        return next(fitting, self.alarm[-1] if self.alarm else "")

    def words_end(self, canvas: Canvas, y: int, columns: Columns) -> int:
        """The cell after the last thing drawn, where a stroke to the lane may begin."""
        if self.is_bar or self.is_here:
            return columns.core_end
        return len(canvas.line(y)[: columns.core_end].rstrip()) + 1


def with_tree(rows: list[CoreRow]) -> list[CoreRow]:
    """The rows with the lines that show what ran inside what."""
    drawn: list[CoreRow] = []
    open_below: set[int] = set()
    for row in reversed(rows):
        depth = min(row.depth, _DEEPEST)
        open_below = {level for level in open_below if level <= depth}
        if depth:
            drawn.append(replace(row, tree=paint_tree(depth, open_below)))
            open_below.add(depth)
        else:
            drawn.append(row)
            open_below = set()
    return drawn[::-1]


def paint_tree(depth: int, open_below: set[int]) -> str:
    """The lines before a row of this depth; ``open_below`` are the depths that go on further down."""
    past = "".join((symbols.TREE_PAST if level in open_below else " ").ljust(_TREE_INDENT) for level in range(1, depth))
    mark = symbols.TREE_FORK if depth in open_below else symbols.TREE_LAST
    return f"  {past}{mark} "
