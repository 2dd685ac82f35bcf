"""Keys of the mode Time."""

from __future__ import annotations

from textual.binding import Binding

from reqtrace.tui.keys.binding import SCROLL, bind
from reqtrace.tui.words import word

__all__ = ["TIME_KEYS"]

PANE = Binding.Group(word("key.group.pane"), compact=True)

TIME_KEYS = [
    bind("left", "pane(-1)", "time.previous", display="←", group=PANE),
    bind("right", "pane(1)", "time.next", display="→", group=PANE),
    bind("tab", "pane(1)", "time.tab", display="Tab", show=False),
    bind("shift+tab", "pane(-1)", "time.tab_back", display="Shift+Tab", show=False),
    bind("up", "row(-1)", "time.up", display="↑", group=SCROLL),
    bind("down", "row(1)", "time.down", display="↓", group=SCROLL),
    bind("home", "first_row", "time.first", display="Home", show=False),
    bind("end,G", "last_row", "time.last", display="End", show=False),
    bind("enter", "open", "time.open", display="Enter"),
    bind("n", "interesting(1)", "time.interesting.next"),
    bind("N", "interesting(-1)", "time.interesting.previous", display="N", show=False),
]
