"""The way to every word on a screen: a key, and the values to fill in.

The words stand in one table a language (``labels_en``). Django's own names (``process_request``,
``MiddlewareNotUsed``) are put in as values, so no translation can touch them.
"""

from __future__ import annotations

from collections.abc import Mapping

from reqtrace.render import labels_en

__all__ = ["LANGUAGES", "count", "has", "language", "numbered", "text", "use"]

LANGUAGES: Mapping[str, Mapping[str, str]] = {"en": labels_en.TABLE}

_table: Mapping[str, str] = labels_en.TABLE


def use(language: str) -> None:
    """Take the words from another table from now on."""
    global _table
    _table = LANGUAGES[language]


def language() -> str:
    """The language of the words, as HTML names it."""
    return next(name for name, table in LANGUAGES.items() if table is _table)


def text(key: str, /, **values: object) -> str:
    """The words for a key."""
    words = _table[key]
    return words.format_map(values) if values else words


def has(key: str) -> bool:
    """Whether the language has words for a key."""
    return key in _table


def count(key: str, number: int, /, **values: object) -> str:
    """The words for a number of things: ``key.one`` or ``key.many``, with ``{n}``."""
    return text(f"{key}.one" if number == 1 else f"{key}.many", n=number, **values)


def numbered(prefix: str) -> list[str]:
    """The words of a text of several lines (``help.flow.1``, ``help.flow.2`` …), line by line."""
    return [words for key, words in _table.items() if key.startswith(prefix) and key[len(prefix) :].isdigit()]
