"""At the level ``deep`` log records are seen as they were written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reqtrace.agent.probes.logs import message_of
from reqtrace.events.kinds import LogRecorded


@pytest.mark.slow
def test_log_records(compare: Callable[..., Any]) -> None:
    """Filled in where that runs no code of the application; without secrets, and without our own logger's."""
    seen = compare("details_site.py", "logs", level="deep")
    events = seen.of(LogRecorded)
    assert [(event.logger, event.level, event.message) for event in events] == [
        ("shop.orders", "INFO", "order 5 of Ada placed"),
        ("shop.orders", "WARNING", "password=******** for ada"),
        ("shop.orders", "ERROR", "login ada with ********"),
        ("shop.orders", "INFO", "a lazy %s"),
        ("shop.orders", "INFO", "<Untouchable>"),
        ("shop.orders", "INFO", "too few %s %s"),
        ("shop.orders", "ERROR", "failed"),
        ("django.request", "WARNING", "Not Found: /nowhere/"),
    ]
    assert all(event.file.endswith(".py") and event.line for event in events)


@pytest.mark.slow
def test_nothing_at_the_level_path(compare: Callable[..., Any]) -> None:
    """Logging is not even patched."""
    assert compare("details_site.py", "logs", level="path").of(LogRecorded) == []


@pytest.mark.parametrize(
    ("text", "args", "shown"),
    [
        ("plain", (), "plain"),
        ("100 %", (), "100 %"),
        ("%s", (None,), "None"),
        ("%(api_key)d", {"api_key": 5}, "%(api_key)d"),
        ("%s", ([1],), "%s"),
        ("%s", None, "%s"),
    ],
)
def test_messages(text: str, args: Any, shown: str) -> None:
    """A message that cannot be filled in stays as it was written."""
    assert message_of(text, args) == shown
