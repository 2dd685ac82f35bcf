"""Keys of the list of holds."""

from __future__ import annotations

from reqtrace.tui.keys.binding import bind

__all__ = ["HOLD_LIST_KEYS"]

HOLD_LIST_KEYS = [
    bind("delete,backspace,b", "lift", "holds.lift", display="Del"),
    bind("up", "move(-1)", "holds.up", display="↑", show=False),
    bind("down", "move(1)", "holds.down", display="↓", show=False),
]
