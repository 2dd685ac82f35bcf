"""The list of messages is closed, and every entry of it can happen."""

from __future__ import annotations

import inspect

from reqtrace.analysis import (
    explain,
    explain_core,
    explain_details,
    explain_detours,
    explain_inside,
    explain_layers,
    explain_outside,
    explain_sending,
    messages,
    telling,
)
from reqtrace.analysis.messages import MessageId
from reqtrace.trace.model import StopSort

EXPLAINERS = (
    explain,
    explain_core,
    explain_details,
    explain_detours,
    explain_inside,
    explain_layers,
    explain_outside,
    explain_sending,
    telling,
)


def test_keys_are_unique() -> None:
    """A language has one entry for each."""
    keys = [number.key for number in MessageId]
    assert len(keys) == len(set(keys))


def test_every_message_is_used() -> None:
    """No words are kept for something that is never said."""
    source = "".join(inspect.getsource(module) for module in EXPLAINERS)
    unused = [number.name for number in MessageId if f"ID.{number.name}" not in source]
    assert not [name for name in unused if f"MessageId.{name}" not in source]


def test_every_parameter_is_explained() -> None:
    """The table in the module's docstring, or the message's own remark, says what a value means."""
    source = inspect.getsource(messages)
    for name in sorted({name for number in MessageId for name in number.parameters}):
        assert source.count(f"``{name}``") or name in COMMON, name


COMMON = frozenset(
    [
        "method",
        "path",
        "handler",
        "line",
        "urlconf",
        "route",
        "view_name",
        "sql",
        "alias",
        "template",
        "reason",
        "chunks",
        "bytes",
        "file",
        "function",
        "outer",
        "operation",
        "key",
        "url",
        "subject",
        "recipients",
        "signal",
        "sender",
        "level",
        "logger",
        "text",
        "tag",
        "expression",
        "call",
        "backend",
    ]
)
"""Values that are what their name says in Django or HTTP."""


def test_every_sort_of_stop_is_explained() -> None:
    """A new sort of stop cannot be forgotten."""
    assert set(explain.EXPLANATIONS) == set(StopSort)
