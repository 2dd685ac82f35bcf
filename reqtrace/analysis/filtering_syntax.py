"""Cuts the text of a filter into terms: ``-path~"two words"`` is a negation, a field, an operator and a value.

Every text can be cut, also one that somebody is still typing: a quotation mark that is not closed reaches to the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["OPERATORS", "Term", "Value", "terms_of"]

OPERATORS = ("!=", "!~", ">=", "<=", "=", "~", ":", ">", "<")
"""The longer ones first."""
NEGATIONS = "-!"
QUOTES = "\"'"
SEPARATORS = ",|"
"""Between values of which one is enough: ``method:POST,PUT``."""

FIELD = re.compile(rf"([A-Za-z][\w-]*)({'|'.join(map(re.escape, OPERATORS))})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A word, or what stands in quotation marks; ``start`` and ``end`` are places in the text, quotes included."""

    text: str
    start: int
    end: int
    is_quoted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One condition as it is written; without a field it is a word that has to occur."""

    start: int
    end: int
    values: tuple[Value, ...]
    is_negated: bool = False
    field: str = ""
    field_start: int = 0
    operator: str = ""

    @property
    def operator_start(self) -> int:
        """Where the operator begins."""
        return self.field_start + len(self.field)

    @property
    def value_start(self) -> int:
        """Where the values begin."""
        return self.operator_start + len(self.operator)


def terms_of(text: str) -> tuple[Term, ...]:
    """The terms in order."""
    return tuple(cut(text))


def cut(text: str) -> Iterator[Term]:
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        term = term_at(text, place)
        yield term
        place = term.end


def term_at(text: str, start: int) -> Term:
    is_negated = text[start] in NEGATIONS and start + 1 < len(text) and not text[start + 1].isspace()
    place = start + is_negated
    named = FIELD.match(text, place)
    if named is None:
        word = value_at(text, place, separators="")
        return Term(start=start, end=word.end, values=(word,), is_negated=is_negated)
    values = tuple(values_at(text, named.end()))
    return Term(
        start=start,
        end=values[-1].end,
        values=tuple(value for value in values if value.text or value.is_quoted),
        is_negated=is_negated,
        field=named[1],
        field_start=place,
        operator=named[2],
    )


def values_at(text: str, place: int) -> Iterator[Value]:
    """The values from a place on; at least one, which may be empty."""
    while True:
        value = value_at(text, place, separators=SEPARATORS)
        yield value
        if value.end >= len(text) or text[value.end] not in SEPARATORS:
            return
        place = value.end + 1


def value_at(text: str, start: int, *, separators: str) -> Value:
    if text[start : start + 1] and text[start] in QUOTES:
        closed = text.find(text[start], start + 1)
        inside_end, end = (len(text), len(text)) if closed < 0 else (closed, closed + 1)
        return Value(text=text[start + 1 : inside_end], start=start, end=end, is_quoted=True)
    end = start
    while end < len(text) and not text[end].isspace() and text[end] not in separators:
        end += 1
    return Value(text=text[start:end], start=start, end=end)
