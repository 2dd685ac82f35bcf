"""The complete translation of every glyph into ASCII, for terminals that have nothing better."""

from __future__ import annotations

from rich.cells import cell_len

from reqtrace.render import symbols

__all__ = ["GLYPHS", "only_ascii", "translate"]

GLYPHS: dict[str, str] = {
    symbols.REQUEST: "v",
    symbols.RESPONSE: "^",
    symbols.NODE_DONE: "*",
    symbols.NODE_HERE: "@",
    symbols.NODE_LATER: "o",
    symbols.LANE_DONE: "|",
    symbols.LANE_LATER: ":",
    symbols.STUB_DONE: "=",
    symbols.STUB_LATER: "-",
    symbols.TURN_IN_DONE: "\\",
    symbols.TURN_IN_LATER: "\\",
    symbols.TURN_OUT_DONE: "/",
    symbols.TURN_OUT_LATER: "/",
    symbols.ARROW_IN: ">",
    symbols.ARROW_IN_LATER: ">",
    symbols.TREE_FORK: "+",
    symbols.TREE_LAST: "`",
    symbols.TREE_PAST: "|",
    symbols.DOT: ".",
    symbols.NO_MATCH: "x",
    symbols.MATCH: "+",
    symbols.NEXT_CORE: "v",
    symbols.ELLIPSIS: "~",
    symbols.ARROW: ">",
    symbols.TIMES: "x",
    symbols.HOP: "%",
    symbols.DIFFERS: "!",
    symbols.STATUS_SERVER_ERROR: "X",
    symbols.BAR_FULL: "#",
    symbols.BAR_LEFT: "|",
    symbols.BAR_RIGHT: "|",
    symbols.TOO_SHORT: "*",
    symbols.RULE: "-",
    symbols.DASH: "-",
    symbols.TO: "-",
    symbols.THEN: ">",
    symbols.MICRO: "u",
    "\u03bc": "u",
    "←": "<",
    "↑": "^",
    "↓": "v",
    "◂": "<",
    "▬": "=",
    "◦": "o",
    "∙": ".",
    "▴": "^",
    "▾": "v",
    symbols.BOX_LEFT: "/",
    symbols.BOX_RIGHT: "\\",
    symbols.BOX_LEFT_HERE: "/",
    symbols.BOX_RIGHT_HERE: "\\",
    "│": "|",
    "┌": "+",
    "┐": "+",
    "┘": "+",
    "├": "+",
    "┤": "+",
    "┬": "+",
    "┴": "+",
    "┼": "+",
}
"""One glyph of one cell to one character of one cell, so nothing moves."""

_TABLE = str.maketrans(GLYPHS)


def translate(text: str) -> str:
    """The text with every glyph of ours in ASCII; other people's letters stay."""
    return text if text.isascii() else text.translate(_TABLE)


def only_ascii(text: str) -> str:
    """The text for a stream that cannot carry anything else: a letter becomes as many ``?`` as it takes cells."""
    text = translate(text)
    if text.isascii():
        return text
    return "".join(character if character.isascii() else "?" * cell_len(character) for character in text)
