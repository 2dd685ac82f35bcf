"""Keys of the mode Log."""

from __future__ import annotations

from textual.binding import Binding

from reqtrace.tui.keys.binding import bind
from reqtrace.tui.words import word

__all__ = ["LOG_KEYS"]

LINE = Binding.Group(word("key.group.line"), compact=True)

LOG_KEYS = [
    bind("up", "move(-1)", "log.up", display="↑", group=LINE),
    bind("down", "move(1)", "log.down", display="↓", group=LINE),
    bind("enter", "open", "log.open", display="Enter"),
    bind("slash", "find", "log.find", display="/"),
    bind("n", "problem(1)", "log.next"),
    bind("N", "problem(-1)", "log.previous", display="N", show=False),
    bind("o", "only", "log.only"),
    bind("right", "unfold(True)", "log.right", display="→", show=False),
    bind("left", "unfold(False)", "log.left", display="←", show=False),
    bind("asterisk", "everything", "log.everything", display="*", show=False),
    bind("pageup", "page(-1)", "log.page_up", display="PgUp", show=False),
    bind("pagedown", "page(1)", "log.page_down", display="PgDn", show=False),
    bind("home", "top", "log.top", display="Home", show=False),
    bind("end,G", "follow", "log.follow", display="End"),
    bind("s", "settings", "log.settings"),
    bind("escape", "back", "log.back", display="Esc", show=False),
]
