"""Shortens an SQL statement to what tells it from the others: the tables and the condition."""

from __future__ import annotations

import re
from functools import lru_cache

from reqtrace.render import symbols
from reqtrace.render.sanitize import sanitize

__all__ = ["short_sql", "statement_name"]

_QUOTED = re.compile(r'["`]')
_BLANKS = re.compile(r"\s+")
_SELECT = re.compile(r"SELECT(?: DISTINCT)? ", re.IGNORECASE)
_LANDMARK = re.compile(r"[()]| FROM ", re.IGNORECASE)
_TARGET = re.compile(r"\b(?:FROM|INTO|UPDATE|TABLE)\s+([^\s(;]+)", re.IGNORECASE)
_LONGEST = 2_000


@lru_cache(maxsize=4096)
def short_sql(sql: str) -> str:
    """``SELECT … FROM polls_question WHERE id = 3``, on one line, without quotes around names."""
    line = _BLANKS.sub(" ", sql[:_LONGEST]).strip()
    return sanitize(_without_columns(_QUOTED.sub("", line)))


def _without_columns(sql: str) -> str:
    """The columns of a SELECT give way to an ellipsis, up to its own FROM, not that of a subquery."""
    start = _SELECT.match(sql)
    if start is None:
        return sql
    depth = 0
    for found in _LANDMARK.finditer(sql, start.end() - 1):
        if found.group() in "()":
            depth += 1 if found.group() == "(" else -1
        elif depth == 0:
            return f"{start.group()}{symbols.ELLIPSIS}{sql[found.start() :]}"
    return sql


@lru_cache(maxsize=4096)
def statement_name(sql: str) -> str:
    """Few words for it: the table (``polls_question``), after the verb unless that is ``SELECT``."""
    line = _BLANKS.sub(" ", sql[:_LONGEST]).strip()
    verb = line.partition(" ")[0].upper()
    found = _TARGET.search(line)
    if found is None:
        return sanitize(verb)
    table = sanitize(_QUOTED.sub("", found.group(1)))
    return table if verb == "SELECT" else f"{sanitize(verb)} {table}"
