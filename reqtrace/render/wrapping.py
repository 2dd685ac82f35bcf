"""Breaks a phrase into rows at its blanks, each piece keeping its paint."""

from __future__ import annotations

from rich.cells import cell_len

from reqtrace.render.canvas import Phrase, Piece, phrase_width

__all__ = ["wrap_phrase"]


def wrap_phrase(phrase: Phrase, width: int) -> tuple[Phrase, ...]:
    """The rows; a word that is wider than a row stands alone, and is cut by whoever draws it."""
    if phrase_width(phrase) <= width:
        return (phrase,)
    rows: list[list[Piece]] = [[]]
    x = 0
    for word, paint in words_of(phrase):
        length = cell_len(word.rstrip())
        if x and x + length > width:
            rows.append([])
            x = 0
        rows[-1].append((word, paint))
        x += cell_len(word)
    return tuple((*row[:-1], (row[-1][0].rstrip(), row[-1][1])) for row in rows if row)


def words_of(phrase: Phrase) -> list[Piece]:
    """The words, each with the blanks behind it."""
    found: list[Piece] = []
    for text, paint in phrase:
        start = 0
        for end in range(1, len(text) + 1):
            if end == len(text) or (text[end - 1] == " " and text[end] != " "):
                found.append((text[start:end], paint))
                start = end
    return found
