"""SQL parameters as they may leave the process: short, and without secrets."""

from __future__ import annotations

import re

from reqtrace.agent.values import REDACTED, describe, is_redacted_name

MAX_PARAMETERS = 40
MAX_STATEMENTS = 2_000

PLACEHOLDER = re.compile(r"%s|%\(\w+\)s")
INSERT = re.compile(r"\s*INSERT\s+(?:OR\s+\w+\s+)?INTO\s+\S+\s*\(([^)]*)\)", re.IGNORECASE)
COLUMN = re.compile(
    r"[\"'`\[]?(\w+)[\"'`\]]?\s*(?:=|<>|!=|<=|>=|<|>|\bNOT\b|\bI?LIKE\b|\bIN\b|\bBETWEEN\b|\bIS\b|\bREGEXP\b|\s)*\(?\s*$",
    re.IGNORECASE,
)

secret_positions: dict[str, frozenset[int]] = {}
"""For each statement met, the positions of the parameters that belong to a column with a secret's name."""


def describe_parameters(sql: str, parameters: object, many: bool) -> list[str]:
    """Short redacted descriptions; an iterator (``executemany`` takes any) is never consumed."""
    if many:
        count = str(len(parameters)) if type(parameters) in (list, tuple) else "?"  # type: ignore[arg-type]
        return [f"<{count} rows>"]
    if type(parameters) is dict:
        return [REDACTED if is_redacted_name(str(name)) else describe(value) for name, value in parameters.items()]
    if type(parameters) not in (list, tuple):
        return []
    secrets = positions_of_secrets(sql)
    shown: list[str] = [
        REDACTED if position in secrets else describe(value)
        for position, value in enumerate(parameters[:MAX_PARAMETERS])  # type: ignore[index]
    ]
    if len(parameters) > MAX_PARAMETERS:  # type: ignore[arg-type]
        shown.append(f"… +{len(parameters) - MAX_PARAMETERS}")  # type: ignore[arg-type]
    return shown


def positions_of_secrets(sql: str) -> frozenset[int]:
    positions = secret_positions.get(sql)
    if positions is None:
        columns = placeholder_columns(sql)
        positions = frozenset(place for place, column in enumerate(columns) if is_redacted_name(column))
        if len(secret_positions) >= MAX_STATEMENTS:
            secret_positions.clear()
        secret_positions[sql] = positions
    return positions


def placeholder_columns(sql: str) -> list[str]:
    """The column each placeholder stands for, as far as the text tells; a placeholder in a list has its neighbour's."""
    insert = INSERT.match(sql)
    names = [name.strip(" \"'`[]\n") for name in insert.group(1).split(",")] if insert else []
    columns: list[str] = []
    for place, found in enumerate(PLACEHOLDER.finditer(sql)):
        if names:
            columns.append(names[place % len(names)])
            continue
        before = sql[max(0, found.start() - 120) : found.start()]
        named = COLUMN.search(before)
        is_listed = before.rstrip().endswith(",") or before.rstrip().upper().endswith("AND")
        if named and not (is_listed and columns):
            columns.append(named.group(1))
        else:
            columns.append(columns[-1] if columns else "")
    return columns
