"""Keys of the dialog in which a request is written."""

from __future__ import annotations

from reqtrace.tui.keys.binding import bind

__all__ = ["SENDING_KEYS"]

SENDING_KEYS = [
    bind("escape", "close", "sending.close", display="Esc"),
    # In the fields of several lines Enter is a new line.
    bind("f2,ctrl+s", "send", "sending.send", display="F2"),
]
