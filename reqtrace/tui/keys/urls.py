"""Keys of the mode URLs."""

from __future__ import annotations

from textual.binding import Binding

from reqtrace.tui.keys.binding import bind
from reqtrace.tui.words import word

__all__ = ["URLS_KEYS"]

MOVE = Binding.Group(word("key.group.move"), compact=True)

URLS_KEYS = [
    bind("up", "move(-1)", "urls.up", display="↑", group=MOVE),
    bind("down", "move(1)", "urls.down", display="↓", group=MOVE),
    bind("p", "path", "urls.path"),
    bind("r", "name", "urls.name"),
    bind("slash", "find", "urls.find", display="/"),
    bind("enter", "unfold", "urls.toggle", display="Enter"),
    bind("right", "go_in", "urls.open", display="→", show=False),
    bind("left", "go_out", "urls.close", display="←", show=False),
    bind("asterisk", "everything", "urls.everything", display="*"),
    bind("u", "urlconf", "urls.urlconf"),
    bind("s", "source", "urls.source"),
    bind("escape", "back", "urls.back", display="Esc"),
    bind("pageup", "page(-1)", "urls.page_up", display="PgUp", show=False),
    bind("pagedown", "page(1)", "urls.page_down", display="PgDn", show=False),
    bind("home", "first", "urls.first", display="Home", show=False),
    bind("end,G", "last", "urls.last", display="End", show=False),
]
