"""Keys of the chooser of export formats."""

from __future__ import annotations

from textual.binding import Binding

from reqtrace.tui.keys.binding import bind
from reqtrace.tui.words import word

__all__ = ["EXPORT_FORMS", "EXPORT_KEYS"]

EXPORT_FORMS = {"s": "svg", "p": "png", "t": "text", "m": "mermaid", "h": "html", "j": "json"}
"""The formats by the key that writes them at once, in the order in which they are offered."""

FORMAT = Binding.Group(word("key.group.export"), compact=True)
PART = Binding.Group(word("key.group.export_part"), compact=True)

EXPORT_KEYS = [
    bind("escape,x,q", "close", "export.close", display="Esc"),
    bind("up", "move(-1)", "export.up", display="↑", group=FORMAT),
    bind("down", "move(1)", "export.down", display="↓", group=FORMAT),
    bind("left", "part(-1)", "export.part.previous", display="←", group=PART),
    bind("right", "part(1)", "export.part.next", display="→", group=PART),
    bind("enter", "choose", "export.choose", display="Enter"),
    *(bind(key, f"write('{form}')", f"export.{form}", show=False) for key, form in EXPORT_FORMS.items()),
]
