"""How keys are written for people."""

from __future__ import annotations

from textual.binding import Binding
from textual.keys import format_key

__all__ = ["key_name", "key_names"]

NAMES = {"space": "Space", "enter": "Enter", "escape": "Esc", "tab": "Tab", "home": "Home", "end": "End"}
NAMES |= {"pageup": "PgUp", "pagedown": "PgDn", "delete": "Del", "backspace": "Backspace", "insert": "Ins"}
ARROWS = {"left": "←", "right": "→", "up": "↑", "down": "↓"}
WORDS = {arrow: name.title() for name, arrow in ARROWS.items()}
MODIFIERS = {"ctrl": "Ctrl", "shift": "Shift", "alt": "Alt"}


def key_name(binding: Binding, *, ascii_only: bool = False) -> str:
    """As the binding says, or made from the name of its key; arrows in words where they would be ``<``, another key."""
    name = binding.key_display or _named(binding.key)
    return "".join(WORDS.get(letter, letter) for letter in name) if ascii_only else name


def key_names(binding: Binding) -> str:
    """All the keys of a binding that is not taken apart yet."""
    return " ".join(_named(key.strip()) for key in binding.key.split(","))


def _named(key: str) -> str:
    *modifiers, last = key.split("+") if len(key) > 1 else [key]
    name = NAMES.get(last) or ARROWS.get(last) or format_key(last)
    return "+".join([*(MODIFIERS.get(one, one) for one in modifiers), name])
