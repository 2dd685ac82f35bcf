"""Questions to the agents, and who waits for the answers.

A question goes down a connection as ``["ask", number, question, argument, …]`` and is answered in the traced process
by a thread of its own (``reqtrace.agent.questions``); the answer comes up among everything else that the process says,
so it is recorded, too. There are:

``urls.tree``     URLconf (``""`` is ROOT_URLCONF) → its patterns, nested (``reqtrace.analysis.url_tree`` reads it)
``urls.match``    URLconf, path, language (``""``: as for a request) → what each pattern did with the path
``urls.reverse``  URLconf, name, positional, named, language → the path, or why there is none
"""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import Future
from typing import Any, NamedTuple

__all__ = ["NOBODY", "AgentAnswer", "Asking"]


class AgentAnswer(NamedTuple):
    """What a traced process answers to a question."""

    is_known: bool
    told: Any
    """What was asked, as JSON has it; or, if it is not known, a sentence that says why."""
    process: int = 0
    """Who answers; 0 if nobody did."""


NOBODY = AgentAnswer(False, "no traced process is connected")


class Asking:
    """The questions that are not answered yet. Safe to use from any thread."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._open: dict[int, tuple[int, Future[AgentAnswer]]] = {}
        """By number: whom it was put to, and who waits for it."""

    def begin(self, process: int) -> tuple[int, Future[AgentAnswer]]:
        """A new question to a process: its number, and where the answer will be."""
        future: Future[AgentAnswer] = Future()
        with self._lock:
            number = next(self._numbers)
            self._open[number] = (process, future)
        return number, future

    def wait(self, number: int, future: Future[AgentAnswer], timeout: float) -> AgentAnswer:
        """The answer, or that there is none yet; it is not waited for any more."""
        try:
            return future.result(timeout)
        except TimeoutError:
            return AgentAnswer(False, f"no answer within {timeout:g} s")
        finally:
            with self._lock:
                self._open.pop(number, None)

    def take(self, process: int, record: list[Any]) -> None:
        """An ``answer`` record of a process. One that nobody waits for is no error: it may have come too late."""
        match record:
            case ["answer", int(number), bool(is_known), told]:
                with self._lock:
                    asked, future = self._open.get(number, (0, None))
                    if future is not None and asked == process:
                        del self._open[number]
                        future.set_result(AgentAnswer(is_known, told, process))

    def lose(self, process: int) -> None:
        """The process is gone."""
        with self._lock:
            lost = [number for number, (asked, _) in self._open.items() if asked == process]
            for number in lost:
                _, future = self._open.pop(number)
                future.set_result(AgentAnswer(False, "the process ended before it answered", process))
