"""What the hub says is obeyed line by line, and what is no order does no harm."""

from __future__ import annotations

import logging

import pytest

from reqtrace.agent.control import MAX_CONTROL, Control
from reqtrace.agent.levels import Levels
from reqtrace.agent.recorder import Recorder
from reqtrace.events.wire import dump_record

DEEP, PATH = dump_record(["level", "deep"]), dump_record(["level", "path"])


@pytest.fixture
def levels() -> Levels:
    return Levels(Recorder())


@pytest.fixture
def control(levels: Levels) -> Control:
    return Control(levels)


def test_a_line_may_come_in_pieces(control: Control, levels: Levels) -> None:
    """It counts when it has ended."""
    for place in range(len(DEEP) - 1):
        control.take(DEEP[place : place + 1])
        assert not levels.is_deep
    control.take(DEEP[-1:])
    assert levels.is_deep


def test_the_last_of_several_counts(control: Control, levels: Levels) -> None:
    """They are obeyed in order."""
    control.take(DEEP + PATH + DEEP[:5])
    assert not levels.is_deep
    control.take(DEEP[5:])
    assert levels.is_deep


NO_ORDERS = [
    b"\n",
    b"\xff\xfe\n",
    b"{}\n",
    b"[" * 5_000 + b"\n",
    b"9" * 5_000 + b"\n",
    b"x" * (MAX_CONTROL + 10) + b"\n",
    b'["level"]\n',
    b'["level","deeper"]\n',
    b'["level",["path"]]\n',
    b'["level","path","now"]\n',
    b'["hold",1]\n',
]


@pytest.mark.parametrize("line", NO_ORDERS, ids=lambda line: line[:22].decode("latin-1").strip())
def test_what_is_no_order_is_passed_over(
    line: bytes, control: Control, levels: Levels, caplog: pytest.LogCaptureFixture
) -> None:
    """The level stays, the next order counts, and one line for whoever debugs says so."""
    caplog.set_level(logging.DEBUG, "reqtrace")
    for _ in range(2):
        control.take(line)
    assert not levels.is_deep
    control.take(DEEP)
    assert levels.is_deep
    assert [record.levelname for record in caplog.records] == ["DEBUG"]


def test_a_line_that_never_ends_takes_no_room(control: Control, levels: Levels) -> None:
    """It is forgotten while it comes, up to its end."""
    for _ in range(50):
        control.take(b"x" * 4_096)
        assert len(control._rest) <= MAX_CONTROL
    control.take(DEEP)
    assert not levels.is_deep
    control.take(DEEP)
    assert levels.is_deep
