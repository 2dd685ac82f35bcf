"""The line in which a hold is written, and below it the holds there are, each of which can be lifted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message

from reqtrace.events.holds import Hold
from reqtrace.render.canvas import Canvas
from reqtrace.render.roles import Paint, Role, Surface
from reqtrace.trace.model import Layer
from reqtrace.tui.holding import condition_words, place_words
from reqtrace.tui.keys.holds import HOLD_LIST_KEYS
from reqtrace.tui.widgets.painted import Painted
from reqtrace.tui.widgets.query_bar import QueryBar
from reqtrace.tui.words import word

__all__ = ["HoldBar"]

MOST_ROWS = 4
CURSOR = "▌"
PLACE_WIDTH = 36
LIMIT_WIDTH = 8
"""Half of what a time limit and its gap take."""


class HoldList(Painted, can_focus=True):
    """One row a hold; the one under the cursor can be lifted."""

    BINDINGS: ClassVar[list[BindingType]] = [*HOLD_LIST_KEYS]

    class Left(Message):
        """The cursor went up out of the list."""

    def __init__(self) -> None:
        super().__init__()
        self._holds: Sequence[Hold] = ()
        self._layers: Sequence[Layer] = ()
        self._row = 0

    def show(self, holds: Sequence[Hold], layers: Sequence[Layer]) -> None:
        """The holds there are."""
        self._holds, self._layers = holds, layers
        self._row = min(self._row, max(len(holds) - 1, 0))
        self.styles.height = min(max(len(holds), 1), MOST_ROWS)
        self.redraw()

    def on_focus(self) -> None:
        self.redraw()

    def on_blur(self) -> None:
        self.redraw()

    def action_move(self, distance: int) -> None:
        """Another row; up from the first leads back to the line."""
        row = self._row + distance
        if row < 0:
            self.post_message(self.Left())
        elif row < len(self._holds):
            self._row = row
            self.redraw()

    def action_lift(self) -> None:
        """The hold under the cursor is no longer wanted."""
        if self._holds:
            self.post_message(HoldBar.Lifted(self._holds[self._row]))

    def draw(self, width: int, height: int) -> Canvas:
        canvas = Canvas(width, height)
        for y in range(height):
            canvas.fill(0, y, width, Paint(surface=Surface.BLOCK))
        if not self._holds:
            canvas.put(2, 0, word("holds.none"), Paint(Role.SKIP, Surface.BLOCK), width=width - 3)
        top = min(max(self._row - height + 1, 0), max(len(self._holds) - height, 0))
        for y, hold in enumerate(self._holds[top : top + height]):
            self._draw_hold(canvas, y, hold, is_chosen=self.has_focus and top + y == self._row)
        return canvas

    def _draw_hold(self, canvas: Canvas, y: int, hold: Hold, *, is_chosen: bool) -> None:
        surface = Surface.BAR if is_chosen else Surface.BLOCK
        ink = Paint(Role.TOKEN if is_chosen else Role.INK, surface, bold=is_chosen)
        canvas.fill(0, y, canvas.width, ink)
        canvas.put(0, y, CURSOR if is_chosen else " ", ink)
        x = canvas.put(1, y, f"{hold.number:>2} ", Paint(Role.SKIP, surface))
        limit = limit_words(hold)
        end = canvas.width - cell_len(limit) - 2
        # The same in every row, however long the time limit is.
        place = min(PLACE_WIDTH, canvas.width // 2 - LIMIT_WIDTH)
        canvas.put(x, y, place_words(hold, self._layers), ink._replace(bold=True), width=place)
        canvas.put(x + place + 1, y, condition_words(hold), ink, width=end - x - place - 1)
        canvas.put(end + 1, y, limit, Paint(Role.SKIP, surface))


def limit_words(hold: Hold) -> str:
    """How long a request waits at most."""
    minutes, seconds = divmod(hold.seconds, 60)
    return word("holds.seconds", n=hold.seconds) if seconds else word("holds.minutes", n=minutes)


class HoldBar(QueryBar):
    """Its right end counts the requests that would have been held so far."""

    PROMPT = "holds"
    choose = "holds.choose"

    class Lifted(Message):
        """A hold shall go."""

        def __init__(self, hold: Hold) -> None:
            super().__init__()
            self.hold = hold

    def __init__(self) -> None:
        super().__init__()
        self._list = HoldList()

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield self._list

    def show_holds(self, holds: Sequence[Hold], layers: Sequence[Layer]) -> None:
        """The holds there are."""
        self._list.show(holds, layers)

    def close(self) -> None:
        """Hide it; keys work again."""
        super().close()
        if self._list.has_focus:
            self.screen.set_focus(None)

    def on_key(self, event: events.Key) -> None:
        if event.key == "down" and self.is_typing:
            # There are few fields, so the arrow leads to the holds, and Tab takes the first candidate.
            event.stop()
            event.prevent_default()
            self._list.focus()

    def on_hold_list_left(self, message: HoldList.Left) -> None:
        message.stop()
        self.open()
