"""Keys of the mode Log."""

from __future__ import annotations

from reqtrace.tui.keys.binding import SCROLL, bind

__all__ = ["LOG_KEYS"]

LOG_KEYS = [
    bind("up", "scroll(-1)", "log.up", display="↑", group=SCROLL),
    bind("down", "scroll(1)", "log.down", display="↓", group=SCROLL),
    bind("left", "shift(-1)", "log.left", display="←", show=False),
    bind("right", "shift(1)", "log.right", display="→", show=False),
    bind("pageup", "page(-1)", "log.page_up", display="PgUp", show=False),
    bind("pagedown", "page(1)", "log.page_down", display="PgDn", show=False),
    bind("home", "top", "log.top", display="Home", show=False),
    bind("end,G", "follow", "log.follow", display="End"),
    bind("s", "settings", "log.settings"),
]
