"""Makes text from requests harmless and keeps it honest: what could act on a terminal is shown, never sent.

Control characters become Python escapes (``\\x1b``); what is invisible, turns the writing direction or is not a
character at all becomes its number (``<U+202E>``). Rich and Textual markup needs no escaping, because pictures
are made of cells and never parsed.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["MAX_COMBINING", "sanitize"]

MAX_COMBINING = 2
"""Marks that may be piled on one letter; more of them run into the rows above and below."""

_HARMLESS = re.compile(r"[ -~]*\Z")
_NUMBERED_CATEGORIES = frozenset({"Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\ufffc")


def sanitize(text: str) -> str:
    """The text as a person may safely see it in a terminal, on one line."""
    if _HARMLESS.match(text):
        return text
    shown: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        shown.append(_show(character, category, marks))
    return "".join(shown)


def _show(character: str, category: str, marks: int) -> str:
    if category == "Cc":
        return repr(character)[1:-1]
    if category in _NUMBERED_CATEGORIES or character in _INVISIBLE or _is_variation_selector(character):
        return f"<U+{ord(character):04X}>"
    if category == "Zs" and character != "\u3000":
        return " "
    if marks > MAX_COMBINING:
        return f"<U+{ord(character):04X}>"
    return character


def _is_variation_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
