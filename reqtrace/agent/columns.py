"""Tells which column each placeholder of an SQL statement stands for, so that secrets are known by their column's name.

No parser: a walk over the words, made for what Django and people write. Where the text leaves a doubt, a column with a
secret's name wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from reqtrace.agent.values import is_redacted_name

QUOTED = r'"[^"%]*"|`[^`%]*`|\[[\w ]+\]'
NAME = rf"(?:{QUOTED}|\w+)"
INSERT = re.compile(
    rf"\b(?:INSERT(?:\s+OR\s+\w+|\s+IGNORE)?|REPLACE)\s+INTO\s+{NAME}(?:\s*\.\s*{NAME})*\s*\(([^)%]*)\)\s*(VALUES\b)?",
    re.IGNORECASE,
)
TOKEN = re.compile(rf"%%|%\((?P<key>\w+)\)s|%s|'(?:[^']|'')*'|(?P<name>{NAME}(?:\s*\.\s*{NAME})*)|[(),]")
LITERAL = re.compile(r"'(?:[^']|'')*(?:'|\Z)")
"""A text in a statement; the last one may be cut off."""
WRITTEN_OUT = "written_out_"
MAX_PLACES = 1_000
PLACEHOLDER = re.compile(r"%%|%\((?P<key>\w+)\)s|%s")

CLAUSE = re.compile(
    "WHERE|SET|SELECT|FROM|VALUES|HAVING|LIMIT|OFFSET|ORDER|GROUP|RETURNING|ON|UPDATE|JOIN|UNION|FOR", re.IGNORECASE
)
"""Behind these words nothing before them counts."""
LINKS = frozenset(("AND", "OR", "WHEN", "THEN", "ELSE"))
"""Behind these a placeholder without a column of its own (``BETWEEN %s AND %s``) has that of the one before."""
END_OF_INSERT = frozenset(("ON", "RETURNING", "FROM", "WHERE"))


class Placeholder(NamedTuple):
    """One place for a parameter."""

    key: str
    """The name in ``%(name)s``; empty for ``%s``."""
    column: str
    """Empty if unknown."""


def placeholders(sql: str, limit: int) -> list[Placeholder]:
    """The first ``limit`` placeholders of a statement, in order."""
    insert = INSERT.search(sql)
    if insert is None:
        return Reader().read(sql, 0, limit)
    before = Reader().read(sql[: insert.start()], 0, limit)
    names = [name.strip(" \t\r\n\"'`[]") for name in insert.group(1).split(",")]
    reader = InsertReader(names, has_rows=insert.group(2) is not None)
    return [*before, *reader.read(sql, insert.end(), limit - len(before))]


class Reader:
    """Walks over the words of a statement."""

    def __init__(self) -> None:
        self.found: list[Placeholder] = []
        self.depth = 0
        self.mentioned: list[str] = []
        """Columns since the clause, or the placeholder, before."""
        self.assigned: list[str] = []
        """Columns in front of ``CASE``."""
        self.last = ""
        self.is_behind = False
        """A placeholder came, and no comma or keyword since."""

    def read(self, sql: str, start: int, limit: int) -> list[Placeholder]:
        for token in TOKEN.finditer(sql, start):
            if len(self.found) >= limit:
                break
            for key in keys_in(token):
                self.place(key)
            if token["name"]:
                self.word(sql, token)
            elif token[0] in "(),":
                self.mark(token[0])
        return self.found[:limit]

    def place(self, key: str) -> None:
        """A placeholder."""
        self.last = self.column()
        self.found.append(Placeholder(key, self.last))
        self.mentioned = []
        self.is_behind = True

    def column(self) -> str:
        """What a placeholder here stands for."""
        secret = next(filter(is_redacted_name, self.mentioned), "")
        return secret or (self.mentioned[-1] if self.mentioned else self.last)

    def mark(self, mark: str) -> None:
        if mark == ",":
            self.is_behind = False
            if not self.depth:
                self.mentioned = []
        else:
            self.depth += 1 if mark == "(" else -1

    def word(self, sql: str, token: re.Match[str]) -> None:
        word = token["name"].upper()
        if CLAUSE.fullmatch(word):
            self.mentioned, self.last, self.is_behind = [], "", False
        elif word == "CASE":
            self.assigned, self.mentioned = self.mentioned, []
        elif word in LINKS:
            self.is_behind = False
            self.mentioned = list(self.assigned) if word in ("THEN", "ELSE") else []
        elif sql[token.end() : token.end() + 1] != "(":
            self.mention(re.findall(NAME, token["name"])[-1].strip('"`[]'))

    def mention(self, name: str) -> None:
        if not self.is_behind:
            self.mentioned.append(name)
        elif is_redacted_name(name) and self.found:
            # ``%s = "token"``
            self.last = name
            self.found[-1] = self.found[-1]._replace(column=name)


class InsertReader(Reader):
    """The part of an ``INSERT`` behind its list of columns: what counts is the place in the row."""

    def __init__(self, names: list[str], *, has_rows: bool) -> None:
        super().__init__()
        self.names = names
        self.row_depth = 1 if has_rows else 0
        """Rows stand in brackets behind ``VALUES``; a ``SELECT`` gives its columns without."""
        self.index = 0
        self.is_row = True

    def column(self) -> str:
        if self.is_row and self.index < len(self.names):
            return self.names[self.index]
        return super().column()

    def mark(self, mark: str) -> None:
        super().mark(mark)
        if mark == "(" and self.depth == self.row_depth:
            self.index = 0
        elif mark == "," and self.depth == self.row_depth:
            self.index += 1

    def word(self, sql: str, token: re.Match[str]) -> None:
        if not self.depth and token["name"].upper() in END_OF_INSERT:
            self.is_row = False
        super().word(sql, token)


def secret_literals(sql: str) -> list[tuple[int, int]]:
    """Where values of columns with a secret's name are written out in a statement, in quotes (start and end)."""
    places = [found.span() for found in LITERAL.finditer(sql) if "%" not in found[0]]
    # A value stands where a placeholder could.
    pieces, end = [], 0
    for number, (start, stop) in enumerate(places):
        pieces += [sql[end:start], f"%({WRITTEN_OUT}{number})s"]
        end = stop
    found = {one.key: one.column for one in placeholders("".join([*pieces, sql[end:]]), MAX_PLACES)}
    return [place for number, place in enumerate(places) if is_redacted_name(found.get(f"{WRITTEN_OUT}{number}", ""))]


def keys_in(token: re.Match[str]) -> Iterator[str]:
    """The name (or nothing) of each placeholder in a token; one inside quotes counts, as it does for the driver."""
    if "%" in token[0]:
        for found in PLACEHOLDER.finditer(token[0]):
            if found[0] != "%%":
                yield found["key"] or ""
