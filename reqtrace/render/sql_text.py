"""Shortens an SQL statement to what tells it from the others: the tables and the condition."""

from __future__ import annotations

import re
from functools import lru_cache

from reqtrace.render import symbols
from reqtrace.render.sanitize import sanitize

__all__ = ["short_sql"]

_QUOTED = re.compile(r'["`]')
_BLANKS = re.compile(r"\s+")
_COLUMNS = re.compile(r"^(SELECT(?: DISTINCT)?) .*? FROM ", re.IGNORECASE)
_LONGEST = 2_000


@lru_cache(maxsize=4096)
def short_sql(sql: str) -> str:
    """``SELECT … FROM polls_question WHERE id = 3``, on one line, without quotes around names."""
    line = _BLANKS.sub(" ", sql[:_LONGEST]).strip()
    return sanitize(_COLUMNS.sub(rf"\1 {symbols.ELLIPSIS} FROM ", _QUOTED.sub("", line)))
