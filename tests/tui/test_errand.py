"""An errand is done in a thread of its own, once at a time, and its end is always told."""

from __future__ import annotations

import threading

import pytest

from reqtrace.errors import UsageError
from reqtrace.tui.errand import Errand


def test_the_answer_or_the_error_is_told() -> None:
    """What the work returns, or the error it raises, is handed on in its thread."""
    told: list[object] = []
    error = UsageError("no")

    def fail() -> object:
        raise error

    for work, answer in ((lambda: 7, 7), (fail, error)):
        ended = threading.Event()
        errand = Errand("test")

        def done(answer: object, ended: threading.Event = ended) -> None:
            told.append((answer, threading.current_thread().name))
            ended.set()

        errand.start(work, done)
        assert ended.wait(5)
        assert not errand.is_running
        assert told[-1] == (answer, "reqtrace-test")


def test_a_second_one_is_not_heard_meanwhile() -> None:
    """Only one at a time."""
    go, ended = threading.Event(), threading.Event()
    errand = Errand("test")
    errand.start(lambda: go.wait(5), lambda _: ended.set())
    assert errand.is_running
    errand.start(lambda: pytest.fail("started"), lambda _: pytest.fail("told"))
    go.set()
    assert ended.wait(5)
