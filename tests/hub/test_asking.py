"""Whoever asks gets an answer: the agent's, or why there is none."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from reqtrace.hub.asking import NOBODY, AgentAnswer
from reqtrace.hub.hub import Hub

Ask = Callable[..., "Future[AgentAnswer]"]


@pytest.fixture
def ask(hub: Hub) -> Iterator[Ask]:
    """Ask in another thread."""
    with ThreadPoolExecutor() as pool:
        yield lambda *question, **options: pool.submit(hub.ask, *question, **options)


def test_the_newest_process_is_asked(hub: Hub, join: Any, ask: Ask) -> None:
    """It gets number, question and arguments, and its answer says whose it is."""
    join(pid=1)
    second = join(pid=2)
    answer = ask("urls.match", "", "/books/")
    assert second.answer() == ["ask", 1, "urls.match", "", "/books/"]
    second.send(["answer", 1, True, {"match": None}])
    assert answer.result(5) == AgentAnswer(True, {"match": None}, 2)


def test_one_process_can_be_meant(hub: Hub, join: Any, ask: Ask) -> None:
    """One that is not there any more answers nothing."""
    first = join(pid=1)
    join(pid=2)
    answer = ask("urls.tree", process=1)
    assert first.answer() == ["ask", 1, "urls.tree"]
    first.send(["answer", 1, False, "not loaded yet"])
    assert answer.result(5) == AgentAnswer(False, "not loaded yet", 1)
    assert hub.ask("urls.tree", process=7) == NOBODY


def test_without_a_process_nobody_answers(hub: Hub) -> None:
    """Nor does a hub that does not run."""
    assert hub.ask("urls.tree") == NOBODY
    assert Hub().ask("urls.tree") == NOBODY


def test_the_answer_is_not_waited_for_for_ever(hub: Hub, join: Any) -> None:
    """One that comes later does no harm."""
    agent = join(pid=1)
    assert hub.ask("urls.tree", timeout=0.01) == AgentAnswer(False, "no answer within 0.01 s")
    agent.answer()
    agent.send(["answer", 1, True, "late"])
    answers: list[AgentAnswer] = []
    asking = threading.Thread(target=lambda: answers.append(hub.ask("urls.tree")))
    asking.start()
    assert agent.answer() == ["ask", 2, "urls.tree"]
    agent.send(["answer", 2, True, "in time"])
    asking.join(5)
    assert answers == [AgentAnswer(True, "in time", 1)]


def test_a_process_that_ends_answers_no_more(join: Any, ask: Ask) -> None:
    """Whoever waits for it is told at once."""
    agent = join(pid=1)
    answer = ask("urls.tree", timeout=30)
    agent.answer()
    agent.close()
    assert answer.result(5) == AgentAnswer(False, "the process ended before it answered", 1)


def test_only_who_was_asked_can_answer(join: Any, ask: Ask) -> None:
    """Another process that says so, and records that are no answers, are passed over."""
    first, second = join(pid=1), join(pid=2)
    answer = ask("urls.tree", process=1)
    first.answer()
    second.send(["answer", 1, True, "forged"])
    first.send(["answer"], ["answer", "1", True, 1], ["answer", 1, 1, 1], ["answer", 1, True, "true"])
    assert answer.result(5) == AgentAnswer(True, "true", 1)


def test_answers_are_recorded_like_everything(join: Any, records_of: Any) -> None:
    """They come out of the hub with the lines of their process."""
    agent = join(pid=1)
    agent.send(["answer", 1, True, [1, 2]])
    assert records_of(2)[1] == (1, ["answer", 1, True, [1, 2]])
