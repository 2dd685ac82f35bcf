"""How keys are written for people."""

from __future__ import annotations

from textual.binding import Binding
from textual.keys import format_key

__all__ = ["key_name", "key_names"]

NAMES = {"space": "Space", "enter": "Enter", "escape": "Esc", "tab": "Tab", "home": "Home", "end": "End"}
NAMES |= {"pageup": "PgUp", "pagedown": "PgDn", "delete": "Del", "backspace": "Backspace", "insert": "Ins"}
ARROWS = {"left": "←", "right": "→", "up": "↑", "down": "↓"}
MODIFIERS = {"ctrl": "Ctrl", "shift": "Shift", "alt": "Alt"}


def key_name(binding: Binding) -> str:
    """As the binding says, or made from the name of its key."""
    return binding.key_display or _named(binding.key)


def key_names(binding: Binding) -> str:
    """All the keys of a binding that is not taken apart yet."""
    return " ".join(_named(key.strip()) for key in binding.key.split(","))


def _named(key: str) -> str:
    *modifiers, last = key.split("+") if len(key) > 1 else [key]
    name = NAMES.get(last) or ARROWS.get(last) or format_key(last)
    return "+".join([*(MODIFIERS.get(one, one) for one in modifiers), name])
