"""Keeps the databases as they are: the work of an experiment is done in transactions that are rolled back.

Every thread of the process gets the same connections, which are in a transaction while an experiment runs and refuse
every statement while none does. So what a view starts in another thread is rolled back with the rest, and what goes
on after the response does nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from reqtrace.agent.lab_remarks import Remarks
from reqtrace.agent.lab_transactions import by_itself, leave_outermost_alone
from reqtrace.agent.values import find_in_class

__all__ = ["Databases"]

ENDING = re.compile(
    r"\s*(COMMIT|END|BEGIN|START\s+TRANSACTION|ROLLBACK(?!\s+TO)|PREPARE\s+TRANSACTION)\b", re.IGNORECASE
)
"""Statements that begin or end a transaction; Django's own savepoints are none."""
COMMITTING = re.compile(r"\s*(CREATE|ALTER|DROP|RENAME|TRUNCATE|LOCK|UNLOCK|GRANT|REVOKE)\b", re.IGNORECASE)
"""Statements before which MySQL and Oracle commit of themselves."""
COMMITTING_VENDORS = frozenset(("mysql", "oracle"))
NUMBERING = re.compile(r"\s*(INSERT|REPLACE|MERGE)\b|.*\bnextval\b", re.IGNORECASE | re.DOTALL)
NUMBERING_VENDORS = frozenset(("postgresql", "mysql", "oracle"))
"""Databases in which a number that a new row got stays used, whatever becomes of the row."""


class Databases:
    """All databases of the project."""

    def __init__(self) -> None:
        from django.core import signals
        from django.db import close_old_connections, connections

        # In a transaction they would take the connection for one that the application has left in disorder.
        signals.request_started.disconnect(close_old_connections)
        signals.request_finished.disconnect(close_old_connections)
        leave_outermost_alone()
        self.remarks = Remarks()
        """What holds for every experiment."""
        self._is_open = False
        self._current = self.remarks
        self._wrappers: dict[str, Any] = {alias: connections[alias] for alias in connections}
        self._guards = {alias: self._guard(alias, wrapper) for alias, wrapper in self._wrappers.items()}
        for alias, wrapper in self._wrappers.items():
            wrapper.inc_thread_sharing()
            wrapper.execute_wrappers.append(self._guards[alias])
        handler: Any = connections
        handler.create_connection = self._wrappers.__getitem__
        self._safe = [alias for alias, wrapper in self._wrappers.items() if self._examine(alias, wrapper)]

    def _examine(self, alias: str, wrapper: Any) -> bool:
        """Whether a transaction can be opened at all; what it does not hold is remarked."""
        if wrapper.vendor == "unknown" or wrapper.settings_dict["ENGINE"] == "django.db.backends.dummy":
            return False
        with self._letting_through():
            try:
                wrapper.ensure_connection()
                cause = unsafe_cause(wrapper)
            except Exception as error:  # whatever a driver raises: this database is not to be had
                self.remarks.add("no_database", alias=alias, cause=type(error).__name__)
                return False
        if cause:
            self.remarks.add("database", alias=alias, cause=cause)
        return True

    @contextmanager
    def rolled_back(self, remarks: Remarks) -> Iterator[None]:
        """A transaction on every database; nothing of it stays."""
        from django.db import transaction

        self._current = remarks
        with ExitStack() as stack:
            with self._letting_through():
                for alias in self._safe:
                    atomic: Any = transaction.atomic(using=alias)
                    # As in ``TestCase``: the project's own ``atomic(durable=True)`` is not to mind this one.
                    atomic._from_testcase = True
                    stack.enter_context(atomic)
            stack.callback(self._end)
            self._is_open = True
            yield

    def _end(self) -> None:
        self._is_open = False
        for alias in self._safe:
            wrapper = self._wrappers[alias]
            if wrapper.run_on_commit:
                self._current.add("on_commit", alias=alias, count=len(wrapper.run_on_commit))
            if has_left_transaction(wrapper):
                self._current.add("committed", alias=alias)
            wrapper.set_rollback(True)

    @contextmanager
    def _letting_through(self) -> Iterator[None]:
        """Our own statements, which begin transactions and ask for what can be rolled back."""
        for alias, wrapper in self._wrappers.items():
            wrapper.execute_wrappers.remove(self._guards[alias])
        try:
            yield
        finally:
            for alias, wrapper in self._wrappers.items():
                wrapper.execute_wrappers.append(self._guards[alias])

    def _guard(self, alias: str, wrapper: Any) -> Callable[..., Any]:
        from django.db import DatabaseError

        def guard(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
            if not self._is_open:
                raise DatabaseError(f"reqtrace's lab lets nothing through to {alias} after the experiment")
            text = sql if isinstance(sql, str) else ""
            if is_ending(text, wrapper.vendor):
                word = text.split(None, 1)[0].upper()
                self._current.add("statement", alias=alias, statement=word)
                raise DatabaseError(f"reqtrace's lab refuses {word}: it would end the transaction of the experiment")
            if uses_up_numbers(text, wrapper.vendor):
                self._current.add("sequence", alias=alias)
            with by_itself(wrapper, text):
                return execute(sql, params, many, context)

        return guard


def is_ending(sql: str, vendor: str) -> bool:
    """Whether a statement would make the work of the experiment permanent."""
    return bool(ENDING.match(sql) or (vendor in COMMITTING_VENDORS and COMMITTING.match(sql)))


def uses_up_numbers(sql: str, vendor: str) -> bool:
    """Whether a statement takes a number that nobody gets again."""
    return vendor in NUMBERING_VENDORS and bool(NUMBERING.match(sql))


def unsafe_cause(wrapper: Any) -> str:
    """Why not everything that is written can be taken back; empty if all can."""
    if wrapper.vendor == "mysql":
        return mysql_cause(wrapper)
    answer = find_in_class(type(wrapper.features), "supports_transactions")
    if isinstance(answer, bool):
        return "" if answer else "no transactions"
    # Django's base class finds out by making a table, which is not ours to do.
    return f"nothing is known of {type(wrapper).__module__}"


def mysql_cause(wrapper: Any) -> str:
    """Tables of MySQL and MariaDB whose engine has no transactions."""
    with wrapper.cursor() as cursor:
        cursor.execute(
            "SELECT t.table_name FROM information_schema.tables t JOIN information_schema.engines e "
            "ON t.engine = e.engine WHERE t.table_schema = DATABASE() AND e.transactions <> 'YES'"
        )
        tables = [str(name) for (name,) in cursor.fetchall()]
    return f"tables without transactions: {', '.join(tables[:5])}" if tables else ""


def has_left_transaction(wrapper: Any) -> bool:
    """Whether code has committed at the driver's own connection; only SQLite's tells at no cost."""
    if wrapper.vendor != "sqlite" or wrapper.connection is None or wrapper.closed_in_transaction:
        return False
    return not wrapper.connection.in_transaction
