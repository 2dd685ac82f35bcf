"""A statement is shortened to its tables and its condition."""

from __future__ import annotations

import pytest

from reqtrace.render.sql_text import short_sql, statement_name


@pytest.mark.parametrize(
    ("sql", "shown"),
    [
        ('SELECT "a"."id", "a"."b" FROM "a" WHERE "a"."id" = %s', "SELECT … FROM a WHERE a.id = %s"),
        ("SELECT DISTINCT `a`.`id` FROM `a`", "SELECT DISTINCT … FROM a"),
        ("SELECT  1", "SELECT 1"),
        ("INSERT INTO a\n (b) VALUES (%s)", "INSERT INTO a (b) VALUES (%s)"),
        ("UPDATE a SET b = '\x1b[2J'", "UPDATE a SET b = '\\x1b[2J'"),
        ('SELECT (SELECT 1 FROM "b") FROM "a"', "SELECT … FROM a"),
    ],
)
def test_statements(sql: str, shown: str) -> None:
    """Columns become an ellipsis, quotes around names go, everything stays on one harmless line."""
    assert short_sql(sql) == shown


def test_a_huge_statement_is_cut_before_it_is_read() -> None:
    """A megabyte of values costs no more than two kilobytes."""
    assert len(short_sql("SELECT " + "x, " * 500_000 + "FROM a")) <= 2_000


@pytest.mark.parametrize(
    ("sql", "shown"),
    [
        ('SELECT "a"."id" FROM "a" WHERE "a"."id" = %s', "a"),
        ("INSERT INTO `a` (b) VALUES (%s)", "INSERT a"),
        ('UPDATE "a" SET b = 1', "UPDATE a"),
        ("DELETE FROM a WHERE b = 1", "DELETE a"),
        ("PRAGMA foreign_keys", "PRAGMA"),
        ("SELECT 1", "SELECT"),
        ("", ""),
    ],
)
def test_a_statement_in_few_words(sql: str, shown: str) -> None:
    """The table is what tells statements apart where there is little room."""
    assert statement_name(sql) == shown
