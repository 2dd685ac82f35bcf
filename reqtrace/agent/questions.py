"""Answers what the watcher asks about the running project, each question in a short-lived thread of its own.

Never in the sender's thread, which has to go on sending, and never in one of the site's: so whatever a question needs
(a language, a database connection) belongs to that thread and ends with it. What goes wrong is an answer, too. A
thread cannot be stopped: one that takes too long is answered for, and what it still finds out is thrown away.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Any

from reqtrace.agent.free_text import redact_text
from reqtrace.agent.values import shorten
from reqtrace.events.wire import MAX_ANSWER, dump_record

__all__ = ["LIMIT", "MAX_AT_ONCE", "Answerer", "CannotAnswer", "Questions", "error_text"]

MAX_AT_ONCE = 4
"""Threads that answer at one time; those that have taken too long and still run count."""
LIMIT = 5.0
"""Seconds until a question is answered with that it took too long."""

Answerer = Callable[..., Any]
"""Called with the arguments of a question; returns what JSON can say, raises ``CannotAnswer``."""


class CannotAnswer(Exception):
    """Why a question has no answer, in words for the person who asked."""


threads = threading.BoundedSemaphore(MAX_AT_ONCE)


class Questions:
    """The questions of one connection. Its methods are called by the sender's thread only."""

    def __init__(self, answerers: Mapping[str, Answerer], limit: float = LIMIT) -> None:
        self._answerers = answerers
        self._limit = limit
        self._lock = threading.Lock()
        self._deadlines: dict[int, float] = {}
        """When each question that is not answered yet has taken too long."""
        self._lines: list[bytes] = []

    def ask(self, number: int, question: str, arguments: Sequence[Any]) -> None:
        """Begin to answer."""
        with self._lock:
            self._deadlines[number] = monotonic() + self._limit
        answerer = self._answerers.get(question)
        if answerer is None:
            self._refuse(number, f"this process knows no question {shorten(question, 40)!r}")
        elif not threads.acquire(blocking=False):
            self._refuse(number, f"{MAX_AT_ONCE} questions are being answered already")
        else:
            self._start(number, answerer, arguments)

    def _start(self, number: int, answerer: Answerer, arguments: Sequence[Any]) -> None:
        # Named here, because after a fork there is another semaphore.
        thread = threading.Thread(
            target=self._answer, args=(number, answerer, arguments, threads), name="reqtrace-answer", daemon=True
        )
        try:
            thread.start()
        except RuntimeError as error:  # the interpreter is ending, or there are too many threads
            threads.release()
            self._refuse(number, str(error))

    def take_lines(self) -> list[bytes]:
        """The answers that there are since this was asked last, as lines."""
        if not self._deadlines and not self._lines:
            return []
        now = monotonic()
        with self._lock:
            late = [number for number, deadline in self._deadlines.items() if deadline < now]
        for number in late:
            self._refuse(number, f"it took more than {self._limit:.0f} s")
        with self._lock:
            lines, self._lines = self._lines, []
        return lines

    def _answer(self, number: int, answerer: Answerer, arguments: Sequence[Any], slots: threading.Semaphore) -> None:
        """Runs in the question's own thread."""
        try:
            self._put(number, answer_line(number, answerer, arguments))
        finally:
            slots.release()

    def _refuse(self, number: int, why: str) -> None:
        self._put(number, dump_record(["answer", number, False, why]))

    def _put(self, number: int, line: bytes) -> None:
        """Keep the answer for the sender, unless the question has been answered for."""
        with self._lock:
            if self._deadlines.pop(number, None) is not None:
                self._lines.append(line)


def answer_line(number: int, answerer: Answerer, arguments: Sequence[Any]) -> bytes:
    """The answer, or why there is none."""
    try:
        line = dump_record(["answer", number, True, answerer(*arguments)])
        if len(line) <= MAX_ANSWER:
            return line
        why = f"the answer is longer than {MAX_ANSWER} bytes"
    except CannotAnswer as error:
        why = str(error)
    except BaseException as error:  # whatever the project's code raises is the answer
        why = f"{type(error).__name__}: {error_text(error)}"
    return dump_record(["answer", number, False, why])


def error_text(error: BaseException) -> str:
    """What an exception says, without secrets; asking it runs its own code."""
    try:
        return redact_text(str(error))
    except Exception as unwilling:  # an exception that cannot be put into words
        return f"<{type(unwilling).__name__} in __str__>"


def after_fork() -> None:
    """Those who answered are in the parent."""
    global threads
    threads = threading.BoundedSemaphore(MAX_AT_ONCE)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=after_fork)
