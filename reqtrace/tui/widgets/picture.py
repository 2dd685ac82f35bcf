"""The picture of one request at one stop: any of ``reqtrace.render.pictures``."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from reqtrace.events.holds import Hold
from reqtrace.render.drawing import Drawing
from reqtrace.render.pictures import PICTURES
from reqtrace.trace.model import RequestState, RequestTrace
from reqtrace.tui.strips import blank_strip, canvas_strips
from reqtrace.tui.widgets.fitted import Fitted
from reqtrace.tui.widgets.scrolling import jump, jump_by, set_extent

__all__ = ["PictureView"]

KEPT = 4
"""With and without a pane, each with and without a scrollbar."""


class Drawn(NamedTuple):
    """A picture of a trace, a stop, holds and a size."""

    subject: tuple[object, ...]
    theme: str
    drawing: Drawing
    strips: list[Strip]


def is_same(subject: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Whether it would be drawn alike; a trace is frozen, and comparing two of them would walk all they hold."""
    return bool(subject) and subject[0] is other[0] and subject[1:] == other[1:]


class PictureView(Fitted, can_focus=False, inherit_bindings=False):
    """Draws once per picture, trace, stop, size and theme, and sends only the rows that differ to the terminal."""

    class Pointed(Message):
        """The row of a stop was clicked."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index
            """Of the stop; ``stop`` is a method of messages."""

    def __init__(self, *, id: str | None = None, picture: str = next(iter(PICTURES))) -> None:
        super().__init__(id=id)
        self.picture = picture
        """Name of the picture that is drawn."""
        self._trace: RequestTrace | None = None
        self._stop: int | None = None
        self._holds: tuple[Hold, ...] = ()
        self._strips: list[Strip] = []
        self._drawing: Drawing | None = None
        self._theme = ""
        self._drawn_for: tuple[object, ...] = ()
        self._kept: deque[Drawn] = deque(maxlen=KEPT)
        """What was drawn last: a pane that is closed again gives the room back that there was before."""

    def show(self, trace: RequestTrace | None, stop: int | None, holds: tuple[Hold, ...] = ()) -> None:
        """Another request, another stop of it, or other places where requests are held."""
        if trace is self._trace and (stop, holds) == (self._stop, self._holds):
            return
        is_another = trace is None or self._trace is None or trace.summary.key != self._trace.summary.key
        has_ended = stop is None and is_open(self._trace) and not is_open(trace)
        self._trace, self._stop, self._holds = trace, stop, holds
        before = self._strips
        self._draw()
        if is_another or has_ended:
            jump(self, 0)
        self._reveal()
        self._refresh_changed(before)

    def draw_as(self, picture: str) -> None:
        """The same as another picture."""
        if picture != self.picture:
            self.picture = picture
            self._draw()
            jump(self, 0)
            self._reveal()
            self.refresh()

    def _draw(self) -> None:
        """Draw for the room there is; a scrollbar that comes or goes with the picture changes its width."""
        self._draw_in_room()
        needs_bar = len(self._strips) > self.scrollable_content_region.height
        if self._drawing is not None and self.show_vertical_scrollbar is not needs_bar:
            # Textual would notice at some later layout, and tell nobody.
            self.show_vertical_scrollbar = needs_bar
            self._draw_in_room()

    def _draw_in_room(self) -> None:
        region = self.scrollable_content_region
        wanted = (self._trace, self._stop, self._holds, self.picture, region.size)
        if self._trace is None or not region.width:
            self._strips, self._drawing = [], None
        elif not is_same(self._drawn_for, wanted):
            kept = next(
                (one for one in self._kept if one.theme == self.app.theme and is_same(one.subject, wanted)), None
            )
            if kept is None:
                draw = PICTURES[self.picture]
                self._drawing = draw(
                    self._trace, stop=self._stop, width=region.width, height=region.height, holds=self._holds
                )
                self._paint()
                self._kept.append(Drawn(wanted, self._theme, self._drawing, self._strips))
            else:
                _, self._theme, self._drawing, self._strips = kept
        self._drawn_for = wanted
        set_extent(self, len(self._strips))

    def _paint(self) -> None:
        self._theme = self.app.theme
        self._strips = [] if self._drawing is None else canvas_strips(self._drawing.canvas, self._theme)

    def _reveal(self) -> None:
        """Keep the lit rows in sight, with a row of what comes before and after them."""
        trace, stop = self._trace, self._stop
        if trace is None or self._drawing is None:
            return
        if stop is None and is_open(trace) and trace.stops:
            stop = trace.stops[-1].index
        rows = self._drawing.stop_rows.get(stop) if stop is not None else None
        height = self.scrollable_content_region.height
        if rows is None or height <= 2:
            return
        first, after = rows
        wanted = min(max(self.scroll_offset.y, after - height + 1), max(first - 1, 0))
        if wanted != self.scroll_offset.y:
            jump(self, wanted)

    def scroll_rows(self, rows: int) -> None:
        """Scroll a picture that is higher than its room."""
        jump_by(self, rows)

    def _refresh_changed(self, before: list[Strip]) -> None:
        if len(before) != len(self._strips):
            self.refresh()
            return
        width, top = self.size.width, self.scroll_offset.y
        rows = (y for y, (old, new) in enumerate(zip(before, self._strips, strict=True)) if old != new)
        regions = [Region(0, y - top, width, 1) for y in rows if 0 <= y - top < self.size.height]
        if regions:
            self.refresh(*regions)

    def render_line(self, y: int) -> Strip:
        if self._theme != self.app.theme:
            self._paint()
        row = y + self.scroll_offset.y
        if row < len(self._strips):
            return self._strips[row]
        return blank_strip(self.scrollable_content_region.width, self.app.theme)

    def fit(self) -> None:
        drawing = self._drawing
        self._draw()
        if self._drawing is not drawing:
            self._reveal()
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None or self._drawing is None:
            return
        stop = self._drawing.stop_at(offset.x + self.scroll_offset.x, offset.y + self.scroll_offset.y)
        if stop is not None:
            self.post_message(self.Pointed(stop))


def is_open(trace: RequestTrace | None) -> bool:
    """The request is still on its way."""
    return trace is not None and trace.summary.state is RequestState.OPEN
