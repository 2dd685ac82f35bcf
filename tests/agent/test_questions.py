"""Every question is answered once, in a thread of its own, whatever answering it does."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from reqtrace.agent import questions as module
from reqtrace.agent.control import Control
from reqtrace.agent.questions import MAX_AT_ONCE, CannotAnswer, Questions, error_text
from reqtrace.events.wire import MAX_ANSWER, dump_record, load_record

DEADLINE = 10.0


def taken(questions: Questions, count: int = 1) -> list[list[Any]]:
    """The next answers."""
    lines: list[bytes] = []
    deadline = time.monotonic() + DEADLINE
    while len(lines) < count:
        lines += questions.take_lines()
        assert time.monotonic() < deadline, "no answer"
        time.sleep(0.002)
    return [load_record(line) for line in lines]


def fail(*_arguments: Any) -> Any:
    raise LookupError("nothing under password=hunter2")


class Unwilling(Exception):
    def __str__(self) -> str:
        raise ValueError


def raising(error: BaseException) -> Callable[[], Any]:
    def answer() -> Any:
        raise error

    return answer


@pytest.fixture
def opened() -> Iterator[threading.Event]:
    """Whoever waits for it is let go at the end of the test."""
    event = threading.Event()
    yield event
    event.set()


def test_the_answer_bears_the_number_of_the_question() -> None:
    """With what the answerer returned, and it comes once."""
    questions = Questions({"sum": lambda *numbers: sum(numbers)})
    questions.ask(7, "sum", [1, 2, 3])
    assert taken(questions) == [["answer", 7, True, 6]]
    assert questions.take_lines() == []


def test_nobody_but_its_own_thread_answers() -> None:
    """A daemon, which the end of the process does not wait for."""
    questions = Questions({"who": lambda: [threading.current_thread().name, threading.current_thread().daemon]})
    questions.ask(1, "who", [])
    assert taken(questions)[0][3] == ["reqtrace-answer", True]


@pytest.mark.parametrize(
    ("answerer", "why"),
    [
        (fail, "LookupError: nothing under password=********"),
        (raising(CannotAnswer("it is too late")), "it is too late"),
        (raising(SystemExit(3)), "SystemExit: 3"),
        (raising(Unwilling()), "Unwilling: <ValueError in __str__>"),
        (object, "TypeError: Object of type object is not JSON serializable"),
        (lambda: "x" * MAX_ANSWER, f"the answer is longer than {MAX_ANSWER} bytes"),
    ],
    ids=["error", "refusal", "exit", "no words", "no JSON", "too long"],
)
def test_what_goes_wrong_is_an_answer(answerer: Callable[[], Any], why: str) -> None:
    """In words and without secrets; the next question is answered."""
    questions = Questions({"ask": answerer, "next": lambda: 1})
    questions.ask(1, "ask", [])
    assert taken(questions) == [["answer", 1, False, why]]
    questions.ask(2, "next", [])
    assert taken(questions) == [["answer", 2, True, 1]]


def test_an_unknown_question_is_answered() -> None:
    """So that a newer hub need not wait."""
    questions = Questions({})
    questions.ask(1, "shoe.size", [])
    assert taken(questions) == [["answer", 1, False, "this process knows no question 'shoe.size'"]]


def test_arguments_that_do_not_fit_are_answered() -> None:
    """With what Python says about them."""
    questions = Questions({"none": lambda: 1})
    questions.ask(1, "none", ["too", "many"])
    assert "takes 0 positional arguments" in taken(questions)[0][3]


def test_what_takes_too_long_is_answered_for(opened: threading.Event) -> None:
    """What it finds out later is thrown away."""
    questions = Questions({"wait": opened.wait}, limit=0.02)
    questions.ask(1, "wait", [])
    assert taken(questions) == [["answer", 1, False, "it took more than 0 s"]]
    opened.set()
    deadline = time.monotonic() + DEADLINE
    while any(thread.name == "reqtrace-answer" for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.002)
    assert questions.take_lines() == []


def test_few_are_answered_at_one_time(opened: threading.Event) -> None:
    """The others at once with that; when one has ended there is room again."""
    questions = Questions({"wait": opened.wait})
    for number in range(MAX_AT_ONCE + 1):
        questions.ask(number, "wait", [])
    assert taken(questions) == [["answer", MAX_AT_ONCE, False, f"{MAX_AT_ONCE} questions are being answered already"]]
    opened.set()
    assert len(taken(questions, MAX_AT_ONCE)) == MAX_AT_ONCE
    deadline = time.monotonic() + DEADLINE
    while any(thread.name == "reqtrace-answer" for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.002)
    questions.ask(99, "wait", [])
    assert taken(questions) == [["answer", 99, True, True]]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_child_has_room_again(opened: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those who answer are in the parent, and so are the places they take."""
    monkeypatch.setattr(module, "threads", module.threads)
    questions = Questions({"wait": opened.wait})
    for number in range(MAX_AT_ONCE):
        questions.ask(number, "wait", [])
    module.after_fork()
    questions.ask(99, "wait", [0])
    assert taken(questions)[0] == ["answer", 99, True, False]
    opened.set()
    taken(questions, MAX_AT_ONCE)


def test_control_hands_questions_on() -> None:
    """What is no question is passed over."""
    control = Control()
    control.take(dump_record(["ask", 5, "shoe.size", "left"]) + dump_record(["ask", "five", "shoe.size"]))
    assert [answer[:2] for answer in taken(control.questions)] == [["answer", 5]]


def test_a_plain_exception_is_told_as_it_is() -> None:
    """Without anything that looks like a secret."""
    assert error_text(ValueError("token=abc and 7")) == "token=******** and 7"
