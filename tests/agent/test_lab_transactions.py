"""On PostgreSQL each statement outside of the project's own transactions has a savepoint that nobody sees."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from reqtrace.agent.lab_databases import uses_up_numbers
from reqtrace.agent.lab_transactions import by_itself

SET, BACK, RELEASE = (
    f"{word} reqtrace_statement" for word in ("SAVEPOINT", "ROLLBACK TO SAVEPOINT", "RELEASE SAVEPOINT")
)


class Driver:
    """A connection of a driver that notes what it is asked to execute."""

    def __init__(self) -> None:
        self.executed: list[str] = []

    def cursor(self) -> Driver:
        return self

    def __enter__(self) -> Driver:
        return self

    def __exit__(self, *exception: object) -> None:
        return None

    def execute(self, sql: str) -> None:
        self.executed.append(sql)


def a_wrapper(vendor: str = "postgresql", savepoints: tuple[str | None, ...] = ()) -> Any:
    return SimpleNamespace(vendor=vendor, savepoint_ids=list(savepoints), connection=Driver())


def test_a_statement_that_works() -> None:
    """Its savepoint is released."""
    wrapper = a_wrapper()
    with by_itself(wrapper, "SELECT 1"):
        pass
    assert wrapper.connection.executed == [SET, RELEASE]


def test_a_statement_that_fails() -> None:
    """What it did is taken back, and the error goes on."""
    wrapper = a_wrapper()
    with pytest.raises(KeyError), by_itself(wrapper, "SELECT 1"):
        raise KeyError
    assert wrapper.connection.executed == [SET, BACK, RELEASE]


@pytest.mark.parametrize(
    ("wrapper", "sql"),
    [
        (a_wrapper("sqlite"), "SELECT 1"),
        (a_wrapper(savepoints=("s1",)), "SELECT 1"),
        (a_wrapper(savepoints=(None,)), "SELECT 1"),
        (a_wrapper(), 'SAVEPOINT "s1"'),
        (a_wrapper(), 'RELEASE SAVEPOINT "s1"'),
        (a_wrapper(), 'ROLLBACK TO SAVEPOINT "s1"'),
    ],
    ids=["sqlite", "in a transaction", "in one without savepoint", "savepoint", "release", "rollback"],
)
def test_others_are_left_alone(wrapper: Any, sql: str) -> None:
    """Other databases, statements in the project's own transactions, and Django's own savepoints."""
    with by_itself(wrapper, sql):
        pass
    assert wrapper.connection.executed == []


@pytest.mark.parametrize(
    ("sql", "vendor", "is_so"),
    [
        ("INSERT INTO t VALUES (1)", "postgresql", True),
        (" insert into t values (1)", "mysql", True),
        ("SELECT nextval('t_id_seq')", "postgresql", True),
        ("INSERT INTO t VALUES (1)", "sqlite", False),
        ("UPDATE t SET inserted = 1", "postgresql", False),
    ],
)
def test_numbers_that_stay_used(sql: str, vendor: str, is_so: bool) -> None:
    """New rows use up numbers of sequences, except in SQLite."""
    assert uses_up_numbers(sql, vendor) is is_so
