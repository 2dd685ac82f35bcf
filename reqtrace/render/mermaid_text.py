"""Makes text safe inside a Mermaid diagram: shown as it is, and never taken for a part of the diagram.

Learnt by drawing hostile texts with Mermaid 9, 10 and 11: ``#`` and ``;`` begin and end a character's number, ``;`` and
``%%`` end a statement, the word ``end`` closes a block even inside a message and in any case, and where a text is only
blanks the parser takes the next line for it. Letters of every script are safe.
"""

from __future__ import annotations

from reqtrace.render.sanitize import sanitize
from reqtrace.render.symbols import ELLIPSIS

__all__ = ["shown"]

PLAIN = frozenset(" ._-/()+=,?0123456789")
"""Besides letters. Not one of them begins anything in a message, however many of them there are."""
KEYWORD = "end"
LONGEST = 60
BLANK = 0xA0
"""A no-break space, for a text that would be empty."""


def shown(words: str) -> str:
    """The text with whatever could mean something to Mermaid as its number, cut to a length that can be drawn."""
    words = sanitize(words).strip()
    cut = words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}{ELLIPSIS}"
    return " ".join(map(_shown_word, cut.split(" "))) or _number(chr(BLANK))


def _shown_word(word: str) -> str:
    if word.lower() == KEYWORD:
        return word[0] + _number(word[1]) + word[2:]
    return "".join(one if one in PLAIN or one.isalpha() else _number(one) for one in word)


def _number(character: str) -> str:
    return f"#{ord(character)};"
