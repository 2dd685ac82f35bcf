"""What may be written next at a cursor: names of fields, then values for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from reqtrace.analysis.filtering_syntax import SEPARATORS, Term, Value, terms_of

__all__ = ["Completion", "Vocabulary", "complete", "fitting_first", "written"]

MOST = 40
"""Candidates that are offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """Any of the candidates may stand in the place of the text from ``start`` up to ``end``."""

    start: int
    end: int
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What can be written at all."""

    names: Mapping[str, str]
    """Fields, each with the operator it is mostly used with; the most asked for first."""
    values: Callable[[str], Iterable[str]]
    """The values to choose from for a field, the best first; none if it takes whatever is typed, or is no field."""
    words: Callable[[str], Iterable[str]]
    """What else may stand for a word that begins so."""


def complete(text: str, cursor: int, vocabulary: Vocabulary) -> Completion:
    """What can be written at the cursor, the best first."""
    term = next((term for term in terms_of(text) if term.start < cursor <= term.end), None)
    if term is None:
        return Completion(start=cursor, end=cursor, candidates=names_with("", vocabulary))
    if not term.field:
        word = term.values[0]
        typed = text[word.start : cursor]
        candidates = (*names_with(typed, vocabulary), *list(vocabulary.words(typed))[:MOST])
        return Completion(start=word.start, end=term.end, candidates=candidates)
    if cursor <= term.operator_start:
        typed = text[term.field_start : cursor]
        return Completion(start=term.field_start, end=term.value_start, candidates=names_with(typed, vocabulary))
    value = value_at(term, cursor)
    start, end = (value.start, value.end) if value is not None else (cursor, cursor)
    fitting = fitting_first(vocabulary.values(term.field), text[start:cursor].lstrip("\"'"))
    return Completion(start=start, end=end, candidates=tuple(written(one) for one in fitting[:MOST]))


def value_at(term: Term, cursor: int) -> Value | None:
    return next((value for value in term.values if value.start <= cursor <= value.end), None)


def names_with(typed: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Fields that begin so, with their usual operator."""
    wanted = typed.casefold()
    return tuple(name + operator for name, operator in vocabulary.names.items() if name.startswith(wanted))


def fitting_first(values: Iterable[str], typed: str) -> Sequence[str]:
    """Those that begin with what is typed, then those that contain it; not what is already there in full."""
    wanted = typed.casefold()
    fitting = [value for value in values if wanted in value.casefold() and value.casefold() != wanted]
    return sorted(fitting, key=lambda value: not value.casefold().startswith(wanted))


def written(value: str) -> str:
    """The value as it has to be written."""
    is_plain = value and not any(one.isspace() or one in SEPARATORS or one in "\"'" for one in value)
    if is_plain:
        return value
    return f"'{value}'" if '"' in value else f'"{value}"'
