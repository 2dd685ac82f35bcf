"""Lets the project's transactions work inside the one of the experiment as they would with nothing around them.

Django treats a failure inside of any transaction as the end of that transaction, and the experiment's is one that the
project knows nothing of: without one, code that catches an ``IntegrityError`` goes on using the database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["by_itself", "leave_outermost_alone"]

SAVEPOINT = "reqtrace_statement"
OF_SAVEPOINTS = re.compile(r"\s*(SAVEPOINT|RELEASE|ROLLBACK)\b", re.IGNORECASE)


def leave_outermost_alone() -> None:
    """Keep failures from reaching the outermost transaction; for good, so for the lab's process only."""
    from django.db import transaction

    module: Any = transaction
    module.mark_for_rollback_on_error = mark_for_rollback_on_error
    enter = module.Atomic.__enter__

    def __enter__(self: Any) -> None:
        connection = module.get_connection(self.using)
        wanted = self.savepoint
        # With ``savepoint=False`` its end would be that of the transaction, which is the experiment's here.
        self.savepoint = wanted or (connection.in_atomic_block and is_outside(connection))
        try:
            enter(self)
        finally:
            self.savepoint = wanted

    module.Atomic.__enter__ = __enter__


def is_outside(connection: Any) -> bool:
    """The project has opened no transaction of its own: each has an entry here, be it ``None``."""
    return not connection.savepoint_ids


@contextmanager
def mark_for_rollback_on_error(using: str | None = None) -> Iterator[None]:
    """``django.db.transaction.mark_for_rollback_on_error``, as for a connection in the project's own mode."""
    from django.db import transaction

    try:
        yield
    except Exception as error:
        connection: Any = transaction.get_connection(using)
        if not is_outside(connection):
            connection.needs_rollback = True
            connection.rollback_exc = error
        raise


@contextmanager
def by_itself(wrapper: Any, sql: str) -> Iterator[None]:
    """A statement outside of the project's own transactions: on PostgreSQL its failure would spoil all that follow.

    By a cursor of the driver, so that nobody sees it.
    """
    if wrapper.vendor != "postgresql" or not is_outside(wrapper) or OF_SAVEPOINTS.match(sql):
        yield
        return
    with wrapper.connection.cursor() as cursor:
        cursor.execute(f"SAVEPOINT {SAVEPOINT}")
        try:
            yield
        except BaseException:
            cursor.execute(f"ROLLBACK TO SAVEPOINT {SAVEPOINT}")
            raise
        finally:
            cursor.execute(f"RELEASE SAVEPOINT {SAVEPOINT}")
