"""SQL parameters as they may leave the process: short, and without secrets."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from reqtrace.agent.columns import placeholders, secret_literals
from reqtrace.agent.values import REDACTED, describe, is_redacted_name, plain_text

MAX_PARAMETERS = 40
MAX_STATEMENTS = 2_000


class Secrets(NamedTuple):
    """Which parameters of a statement belong to a column with a secret's name."""

    positions: frozenset[int]
    keys: frozenset[str]


NO_SECRETS = Secrets(frozenset(), frozenset())

secrets_of: dict[str, Secrets] = {}
"""For each statement met."""


def describe_parameters(sql: str, parameters: object, many: bool) -> list[str]:
    """Short redacted descriptions; an iterator (``executemany`` takes any) is never consumed."""
    if many:
        count = str(len(parameters)) if type(parameters) in (list, tuple) else "?"  # type: ignore[arg-type]
        return [f"<{count} rows>"]
    if type(parameters) is dict:
        keys = find_secrets(sql).keys
        shown = [
            REDACTED if name in keys or is_redacted_name(name) else describe(value)
            for name, value in ((plain_text(key), value) for key, value in islice(parameters.items(), MAX_PARAMETERS))
        ]
        return with_rest(shown, len(parameters))
    if type(parameters) is not list and type(parameters) is not tuple:
        return []
    return with_rest(describe_values(parameters, find_secrets(sql).positions), len(parameters))


def describe_values(values: Iterable[object], secrets: frozenset[int]) -> list[str]:
    return [
        REDACTED if position in secrets else describe(value)
        for position, value in enumerate(islice(values, MAX_PARAMETERS))
    ]


def with_rest(shown: list[str], count: int) -> list[str]:
    """What is shown, and how much is not."""
    if count > MAX_PARAMETERS:
        shown.append(f"… +{count - MAX_PARAMETERS}")
    return shown


shown_statements: dict[str, str] = {}
"""Each statement met that holds both quotes and the name of a secret, as it may be shown."""


def statement_text(sql: str) -> str:
    """The statement without the secrets that somebody wrote into it instead of passing them as parameters."""
    if "'" not in sql or not is_redacted_name(sql):
        return sql
    shown = shown_statements.get(sql)
    if shown is None:
        shown = sql
        for start, end in reversed(secret_literals(sql)):
            shown = f"{shown[:start]}'{REDACTED}'{shown[end:]}"
        if len(shown_statements) >= MAX_STATEMENTS:
            shown_statements.clear()
        shown_statements[sql] = shown
    return shown


def find_secrets(sql: str) -> Secrets:
    secrets = secrets_of.get(sql)
    if secrets is None:
        secrets = read_secrets(sql)
        if len(secrets_of) >= MAX_STATEMENTS:
            secrets_of.clear()
        secrets_of[sql] = secrets
    return secrets


def read_secrets(sql: str) -> Secrets:
    if not is_redacted_name(sql):
        return NO_SECRETS
    found = enumerate(placeholders(sql, MAX_PARAMETERS))
    secret = {place: placeholder.key for place, placeholder in found if is_redacted_name(placeholder.column)}
    return Secrets(frozenset(secret), frozenset(filter(None, secret.values())))
