"""Keys that work everywhere."""

from __future__ import annotations

from reqtrace.tui.keys.binding import bind

__all__ = ["APP_KEYS"]

APP_KEYS = [
    bind("question_mark", "help", "help", display="?"),
    bind("space", "pause", "pause", display="Space"),
    bind("S", "restart", "restart", display="S"),
    bind("x", "export", "export"),
    bind("t", "theme", "theme"),
    bind("L", "level", "level", display="L"),
    bind("q", "quit", "quit"),
    bind("ctrl+c", "quit", "quit.interrupt", show=False, priority=True),
    bind("ctrl+z", "suspend_process", "suspend", show=False),
    bind("colon", "command_palette", "palette", display=":", show=False),
    # Over a mode, too, where the app's other keys do nothing.
    bind("ctrl+p", "command_palette", "palette.anywhere", show=False, priority=True),
]
