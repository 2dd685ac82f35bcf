"""Parameters are shown beside their statement, except those of columns with a secret's name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqtrace.agent import statements
from reqtrace.agent.columns import placeholders
from reqtrace.agent.statements import MAX_PARAMETERS, MAX_STATEMENTS, describe_parameters, statement_text
from reqtrace.agent.values import REDACTED

S = "s3cr3t"


def hidden(sql: str, *parameters: object) -> list[bool]:
    """Which parameters are hidden."""
    shown = describe_parameters(sql, parameters, False)
    assert len(shown) == len(parameters)
    return [text == REDACTED for text in shown]


@pytest.mark.parametrize(
    "sql",
    [
        'SELECT "u"."id" FROM "u" WHERE "u"."password" = %s',
        "select id from u where password=%s",
        "SELECT 1 FROM u WHERE `u`.`api_key` = %s",
        "SELECT 1 FROM u WHERE [u].[api_key] = %s",
        "SELECT 1 FROM u WHERE password <> %s",
        "SELECT 1 FROM u WHERE token LIKE %s ESCAPE '\\'",
        "SELECT 1 FROM u WHERE token NOT LIKE %s",
        'SELECT 1 FROM u WHERE UPPER("u"."token"::text) = UPPER(%s)',
        "SELECT 1 FROM u WHERE token IS %s",
        "SELECT 1 FROM u WHERE token REGEXP %s",
        "SELECT 1 FROM u WHERE COALESCE(token, %s) = ''",
        "SELECT 1 FROM u WHERE %s = token",
        "SELECT 1 FROM u WHERE note = 'it''s (fine), really' AND token = %s",
        "SELECT 1 FROM u WHERE name LIKE '%%s' AND token = %s",
        "UPDATE u SET password = %s",
        'UPDATE "u" SET "password" = %s',
        "DELETE FROM django_session WHERE session_key = %s",
        "INSERT INTO u (password) VALUES (%s)",
        "REPLACE INTO u (password) VALUES (%s)",
        "INSERT OR REPLACE INTO u (password) VALUES (%s)",
        "INSERT IGNORE INTO u (password) VALUES (%s)",
        "INSERT INTO `u` (`password`) VALUES (%s)",
        'INSERT INTO "my users" ("password") VALUES (%s)',
        'INSERT INTO "public"."u" ("password") VALUES (%s)',
        'INSERT INTO "u" ( "password" )\n  VALUES ( LOWER(%s) )',
    ],
)
def test_one_secret_parameter(sql: str) -> None:
    """Compared, assigned or inserted, quoted in any dialect, inside functions."""
    assert hidden(sql, S) == [True]


@pytest.mark.parametrize(
    "sql",
    [
        'SELECT "auth_user"."password" FROM "auth_user" WHERE "auth_user"."id" = %s',
        "SELECT key FROM django_session WHERE expire_date > %s ORDER BY session_key",
        "SELECT 1 FROM auth_user WHERE name = %s GROUP BY password",
        "SELECT 1 FROM auth_user WHERE id = %s FOR NO KEY UPDATE",
        "UPDATE auth_user SET last_login = %s",
        "SELECT 1 AS token WHERE x = %s",
        "SELECT 1 FROM u WHERE password IS NULL AND name = %s",
        "SELECT 1 FROM u WHERE author = %s",
        "INSERT INTO auth_token (name) VALUES (%s)",
    ],
)
def test_one_harmless_parameter(sql: str) -> None:
    """A secret's name elsewhere (a table, the select list, an ordering) hides nothing."""
    assert hidden(sql, "x") == [False]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("UPDATE u SET name = %s, password = %s, age = %s WHERE id = %s", "-x--"),
        ("SELECT 1 FROM u WHERE token IN (%s, %s, %s) AND id = %s", "xxx-"),
        ("SELECT 1 FROM u WHERE id IN (%s, %s) AND token = %s", "--x"),
        ("SELECT 1 FROM u WHERE token IN (%s::uuid, CAST(%s AS uuid), %s)", "xxx"),
        ("SELECT 1 FROM u WHERE token BETWEEN %s AND %s AND id BETWEEN %s AND %s", "xx--"),
        ("SELECT 1 FROM u WHERE (a = %s OR token = %s) AND b = %s LIMIT %s", "-x--"),
        ("INSERT INTO u (name, password, age) VALUES (%s, %s, %s)", "-x-"),
        ("INSERT INTO u (name, password) VALUES (%s, %s), (%s, %s), (%s, %s)", "-x-x-x"),
        ("INSERT INTO u (id, name, password) VALUES (DEFAULT, %s, %s)", "-x"),
        ("INSERT INTO u (id, password, age) VALUES (NULL, LOWER(%s), COALESCE(%s, 1, %s))", "x--"),
        ("INSERT INTO u (note, password, age) VALUES ('a, b (c', %s, %s)", "x-"),
        ("INSERT INTO u (name, password, age) SELECT %s, %s, %s FROM t WHERE id = %s", "-x--"),
        ("INSERT INTO u (name, password) VALUES (%s, %s) ON CONFLICT(name) DO UPDATE SET token = %s, n = %s", "-xx-"),
        ("INSERT INTO u (name, password) VALUES (%s, %s) ON DUPLICATE KEY UPDATE name = %s", "-x-"),
        ("WITH t AS (SELECT 1 WHERE x = %s) INSERT INTO u (password, name) VALUES (%s, %s)", "-x-"),
        ("SELECT ARRAY[%s, %s] FROM u WHERE token = %s", "--x"),
        ("SELECT 1 WHERE 'a' LIKE '100%%' AND token = %s AND id = %s", "x-"),
        ("SELECT '%s' FROM u WHERE token = %s", "-x"),
        (
            'UPDATE "u" SET "password" = CASE WHEN ("u"."id" = %s) THEN %s WHEN ("u"."id" = %s) THEN %s ELSE %s END,'
            ' "name" = CASE WHEN ("u"."id" = %s) THEN %s ELSE NULL END WHERE "u"."id" IN (%s, %s)',
            "-x-xx----",
        ),
    ],
    ids=lambda value: value[:60],
)
def test_only_the_secret_parameters(sql: str, expected: str) -> None:
    """Each placeholder has the column it stands for, also in lists, rows, and what ``bulk_update`` writes."""
    assert hidden(sql, *["v"] * len(expected)) == [mark == "x" for mark in expected]


@pytest.mark.parametrize(
    ("sql", "parameters", "shown"),
    [
        ("SELECT 1 WHERE a = %(a)s", {"a": 1}, ["1"]),
        ("SELECT 1 WHERE x = %(token)s", {"token": S}, [REDACTED]),
        ("SELECT 1 WHERE token = %(t)s AND a = %(a)s", {"a": 1, "t": S}, ["1", REDACTED]),
        ("INSERT INTO u (a, token) VALUES (%(arg0)s, %(arg1)s)", {"arg0": 1, "arg1": S}, ["1", REDACTED]),
    ],
)
def test_named_parameters(sql: str, parameters: dict[str, object], shown: list[str]) -> None:
    """Hidden by their own name, or by the column they stand for."""
    assert describe_parameters(sql, parameters, False) == shown


def test_an_iterator_is_not_consumed() -> None:
    """``executemany`` takes any iterable; only a list or tuple tells its length."""

    def rows() -> Iterator[tuple[int]]:
        yield (1,)

    given_rows = rows()
    assert describe_parameters("INSERT INTO t (a) VALUES (%s)", given_rows, True) == ["<? rows>"]
    assert next(given_rows) == (1,)
    assert describe_parameters("INSERT INTO t (token) VALUES (%s)", [(S,), (S,)], True) == ["<2 rows>"]
    assert describe_parameters("SELECT %s", rows(), False) == []


@pytest.mark.parametrize(
    "parameters", [None, "text", 5, pytest.param(object(), id="object"), type("Rows", (list,), {})([1])], ids=repr
)
def test_strange_parameters_are_left_alone(parameters: object) -> None:
    """What is no list, tuple or dict is the driver's business."""
    assert describe_parameters("SELECT %s", parameters, False) == []


def test_many_parameters_are_counted() -> None:
    """The first ones are shown, in lists and in mappings; the secret among them stays hidden."""
    shown = describe_parameters("SELECT 1 WHERE a IN (...)", list(range(1_000)), False)
    assert len(shown) == MAX_PARAMETERS + 1
    assert shown[-1] == f"… +{1_000 - MAX_PARAMETERS}"
    shown = describe_parameters("SELECT 1", {f"token{number}": S for number in range(100)}, False)
    assert shown == [*[REDACTED] * MAX_PARAMETERS, "… +60"]
    values = ", ".join(["%s"] * 1_000)
    assert describe_parameters(f"SELECT 1 WHERE token IN ({values})", [S] * 1_000, False)[0] == REDACTED


def test_statements_are_remembered_within_bounds() -> None:
    """Statements with numbers written into them do not make the process grow."""
    for number in range(MAX_STATEMENTS + 10):
        assert hidden(f"SELECT {number} WHERE token = %s", S) == [True]
    assert len(statements.secrets_of) <= MAX_STATEMENTS


MARKS = ["%s", "%%", "%(a)s", "(", ")", ",", "=", "'x", "'x'", '"', "`a`", "[b]", "[%s]", "-", "::", "\n"]
WORDS = ["SELECT", "INSERT INTO t (", "VALUES", "UPDATE", "SET", "WHERE", "AND", "IN", "CASE", "THEN", "token", "u.key"]


@given(st.lists(st.sampled_from([*MARKS, *WORDS]), max_size=40).map(" ".join))
def test_any_text_can_be_read(sql: str) -> None:
    """Broken SQL too: every placeholder is found, as the driver will, and none is invented."""
    found = placeholders(sql, 100)
    assert [bool(place.key) for place in found] == [key != "%s" for key in percent_signs(sql)]


def percent_signs(sql: str) -> list[str]:
    """The placeholders as Python's ``%`` finds them."""
    found = []
    place = sql.find("%")
    while place >= 0:
        key = next((key for key in ("%%", "%s", "%(a)s") if sql.startswith(key, place)), "%")
        if key in ("%s", "%(a)s"):
            found.append(key)
        place = sql.find("%", place + len(key))
    return found


@pytest.mark.parametrize(
    ("sql", "shown"),
    [
        (
            "SELECT 1 FROM u WHERE password = 's3cr3t' AND id = %s",
            "SELECT 1 FROM u WHERE password = '********' AND id = %s",
        ),
        ("SELECT 1 FROM u WHERE name = 'a' AND token = 's'", "SELECT 1 FROM u WHERE name = 'a' AND token = '********'"),
        ("INSERT INTO u (id, token) VALUES (2, 'it''s')", "INSERT INTO u (id, token) VALUES (2, '********')"),
        ("UPDATE u SET api_key = 's', name = 'a'", "UPDATE u SET api_key = '********', name = 'a'"),
        ("SELECT 1 FROM u WHERE password = 'cut off he", "SELECT 1 FROM u WHERE password = '********'"),
        ("SELECT password FROM u WHERE name = 'a'", "SELECT password FROM u WHERE name = 'a'"),
        ("SELECT 1 FROM u WHERE name = 'token'", "SELECT 1 FROM u WHERE name = 'token'"),
    ],
)
def test_a_secret_written_into_a_statement_is_hidden(sql: str, shown: str) -> None:
    """By its column, as a parameter is; other texts stay."""
    for _ in range(2):
        assert statement_text(sql) == shown


def test_statements_shown_are_bounded() -> None:
    """A site that writes values into its statements makes a new one each time."""
    for number in range(MAX_STATEMENTS + 5):
        statement_text(f"SELECT 1 FROM u WHERE token = 'a{number}'")
    assert len(statements.shown_statements) <= MAX_STATEMENTS
