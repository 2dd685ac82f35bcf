"""A piece of a row as Textual writes it, read into cells; the same pieces are written again and again."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len

from reqtrace.tui.graphic_rendition import of_blanks

__all__ = ["Piece", "piece_of"]

TOKEN = re.compile(r"\x1b\[([\d;]*)m|([^\x00-\x1f\x7f\x80-\x9f]+)")
"""Colours, and text."""
ENDS = ("\r\n", "\n")
REMEMBERED = 2_048
"""Pieces: several screens of them."""


class Piece(NamedTuple):
    """What stands in each of its cells (nothing behind a wide character), and in which colours."""

    texts: tuple[str, ...]
    styles: tuple[str, ...]
    ends_row: bool
    """Nothing can be written behind it."""


@lru_cache(maxsize=REMEMBERED)
def piece_of(written: str) -> Piece | None:
    """The cells; nothing if there is more to it, or if its width is not clear. It begins and ends with no colours."""
    words = written.removesuffix(next((end for end in ENDS if written.endswith(end)), ""))
    texts: list[str] = []
    styles: list[str] = []
    style, end = "", 0
    for token in TOKEN.finditer(words):
        colours, text = token.groups()
        if token.start() != end:
            return None
        end = token.end()
        if colours is not None:
            style = "" if colours == "0" else colours
            continue
        cells = cells_of(text)
        if cells is None:
            return None
        texts += cells
        styles += [style if text.strip(" ") else of_blanks(style)] * len(cells)
    if end != len(words) or style:
        return None
    return Piece(tuple(texts), tuple(styles), ends_row=len(words) != len(written))


def cells_of(text: str) -> list[str] | None:
    """What stands in each cell; nothing for text of which the width is not clear."""
    if text.isascii():
        return list(text)
    cells: list[str] = []
    for character in text:
        width = cell_len(character)
        if not width and cells:
            # It belongs to what is before it, which may be a wide character.
            cells[-1 if cells[-1] else -2] += character
        else:
            cells += [character, *[""] * (width - 1)]
    return cells if len(cells) == cell_len(text) else None
