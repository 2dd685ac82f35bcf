"""Transactions are told step by step, each exactly once, and are the same as untraced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reqtrace.events.kinds import RequestStarted, SqlExecuted, TransactionStepped, ViewEntered, ViewLeft

pytestmark = pytest.mark.slow

SETTINGS = {"ROOT_URLCONF": "detour_urls"}
IN_TRANSACTIONS = {
    **SETTINGS,
    "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:", "ATOMIC_REQUESTS": True}},
}
PATHS = [["GET", f"/{name}/"] for name in ("atomic", "rolled-back", "by-hand", "broken-commit", "fails", "exempt")]


def steps(seen: Any, **more: int) -> list[str]:
    return [event.action for event in seen.of(TransactionStepped, **more)]


@pytest.mark.parametrize("mode", ["wsgi", "asgi"])
@pytest.mark.parametrize("settings", [SETTINGS, IN_TRANSACTIONS], ids=["by view", "ATOMIC_REQUESTS"])
def test_the_site_does_not_notice(unnoticed: Callable[..., Any], settings: Any, mode: str) -> None:
    """Answers, hooks on commit, what is forbidden, log records with their tracebacks."""
    unnoticed(*PATHS, mode=mode, settings=settings)


def test_each_step_is_told_once(visit: Callable[..., Any]) -> None:
    """A transaction, a savepoint kept and one undone; hooks on commit run behind the commit, as ever."""
    seen = visit([], ["GET", "/atomic/"], settings=SETTINGS)
    assert seen.outcome["answers"][0]["body"] == "raised outer kept"
    assert steps(seen) == [
        *("begin", "savepoint", "savepoint commit", "savepoint", "savepoint rollback", "savepoint commit"),
        "commit",
    ]
    for event in seen.of(TransactionStepped):
        assert (event.alias, event.error, event.function) == ("default", "", "atomic")
        assert event.file.endswith("detour_urls.py")
        assert event.duration > 0


def test_statements_of_steps_are_told_in_front_of_them(visit: Callable[..., Any]) -> None:
    """BEGIN and SAVEPOINT go through a cursor and are SQL, too, within the time of their step; COMMIT does not."""
    seen = visit([], ["GET", "/atomic/"], settings=SETTINGS)
    order = [event for event in seen.of(SqlExecuted, TransactionStepped) if "SELECT" not in getattr(event, "sql", "")]
    names = [event.sql.split()[0] if isinstance(event, SqlExecuted) else event.action for event in order]
    assert names[:6] == ["BEGIN", "begin", "SAVEPOINT", "savepoint", "RELEASE", "savepoint commit"]
    assert "COMMIT" not in names
    for statement, step in zip(order[:6:2], order[1:6:2], strict=True):
        assert step.time <= statement.time
        assert statement.time + statement.duration <= step.time + step.duration


def test_a_rolled_back_transaction(visit: Callable[..., Any]) -> None:
    """An exception that leaves the block."""
    assert steps(visit([], ["GET", "/rolled-back/"], settings=SETTINGS)) == ["begin", "rollback"]


def test_transactions_by_hand(visit: Callable[..., Any]) -> None:
    """Autocommit that is off already begins nothing; a commit that Django forbids is a step that failed."""
    seen = visit([], ["GET", "/by-hand/"], settings=SETTINGS)
    told = [(event.action, event.error.rpartition(".")[2]) for event in seen.of(TransactionStepped)]
    assert told == [
        *(("begin", ""), ("commit", ""), ("rollback", "")),
        *(("begin", ""), ("commit", "TransactionManagementError"), ("rollback", "")),
    ]


def test_a_commit_that_fails(visit: Callable[..., Any]) -> None:
    """The step carries the error, and the rollback that Django makes of it comes behind."""
    seen = visit([], ["GET", "/broken-commit/"], settings=SETTINGS)
    assert [(event.action, event.error) for event in seen.of(TransactionStepped)] == [
        ("begin", ""),
        ("commit", "django.db.utils.IntegrityError"),
        ("rollback", ""),
    ]


def test_transactions_around_views(visit: Callable[..., Any]) -> None:
    """ATOMIC_REQUESTS begins and ends inside the step of the view; a view that fails is rolled back; exempt ones."""
    seen = visit([], ["GET", "/plain/"], ["GET", "/fails/"], ["GET", "/exempt/"], settings=IN_TRANSACTIONS)
    plain, fails, exempt = [event.request for event in seen.of(RequestStarted)]
    assert steps(seen, request=plain) == ["begin", "commit"]
    assert steps(seen, request=fails) == ["begin", "rollback"]
    assert steps(seen, request=exempt) == []
    order = seen.of(ViewEntered, TransactionStepped, ViewLeft, request=plain)
    assert [type(event) for event in order] == [ViewEntered, TransactionStepped, TransactionStepped, ViewLeft]
