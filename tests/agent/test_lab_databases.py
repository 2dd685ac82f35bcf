"""Which statements would make an experiment permanent, and which databases cannot take back what is written."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db.backends.base.features import BaseDatabaseFeatures
from django.db.backends.sqlite3.base import DatabaseFeatures as SQLiteFeatures

from reqtrace.agent.lab_databases import is_ending, unsafe_cause


@pytest.mark.parametrize(
    ("sql", "vendor", "is_refused"),
    [
        ("COMMIT", "sqlite", True),
        ("  commit;", "postgresql", True),
        ("BEGIN IMMEDIATE", "sqlite", True),
        ("START  TRANSACTION", "mysql", True),
        ("ROLLBACK", "sqlite", True),
        ('ROLLBACK TO SAVEPOINT "s1"', "sqlite", False),
        ('RELEASE SAVEPOINT "s1"', "sqlite", False),
        ('SAVEPOINT "s1"', "sqlite", False),
        ("INSERT INTO commits VALUES (1)", "sqlite", False),
        ("CREATE TABLE t (x INT)", "sqlite", False),
        ("CREATE TABLE t (x INT)", "mysql", True),
        ("truncate table t", "oracle", True),
        ("SELECT 1", "mysql", False),
    ],
)
def test_statements_that_end_a_transaction(sql: str, vendor: str, is_refused: bool) -> None:
    """Those that commit, roll back or begin anew; on MySQL and Oracle those that commit of themselves, too."""
    assert is_ending(sql, vendor) is is_refused


class Unsafe(SQLiteFeatures):
    supports_transactions = False


class Unknown(BaseDatabaseFeatures):
    pass


def a_wrapper(features: type[Any], vendor: str = "") -> Any:
    return SimpleNamespace(vendor=vendor, features=features(SimpleNamespace()))


@pytest.mark.parametrize(
    ("features", "cause"),
    [
        (SQLiteFeatures, ""),
        (type("Own", (SQLiteFeatures,), {}), ""),
        (Unsafe, "no transactions"),
        (Unknown, "nothing is known of"),
    ],
)
def test_databases(features: type[Any], cause: str) -> None:
    """A backend says whether it has transactions; one that would have to try is not trusted."""
    found = unsafe_cause(a_wrapper(features))
    assert found.startswith(cause) if cause else not found


@pytest.mark.parametrize(("tables", "cause"), [([], ""), ([("log",), ("hits",)], "without transactions: log, hits")])
def test_tables_of_mysql(tables: list[tuple[str]], cause: str) -> None:
    """MyISAM tables in a database of InnoDB are named."""

    class Cursor:
        def __enter__(self) -> Cursor:
            return self

        def __exit__(self, *exception: object) -> None:
            return None

        def execute(self, sql: str) -> None:
            assert "information_schema" in sql

        def fetchall(self) -> list[tuple[str]]:
            return tables

    wrapper = a_wrapper(Unknown, "mysql")
    wrapper.cursor = Cursor
    assert unsafe_cause(wrapper).endswith(cause)
