"""The recorder keeps what is told, within bounds, and says what it could not keep."""

from __future__ import annotations

import gc
import json
import os
import threading
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from reqtrace.agent import recorder as module
from reqtrace.agent.recorder import MAX_FACTS, MAX_LOG, MAX_ROWS, MAX_WAITING, Recorder, RequestState, number_of
from reqtrace.events.kinds import (
    AgentWarned,
    BodySent,
    ConnectionClosed,
    EventsDropped,
    RequestFinished,
    RequestStarted,
    SqlExecuted,
)
from reqtrace.events.steps import StepCode
from reqtrace.events.wire import THREAD

CLOSED, DROPPED, WARNED = map(number_of, (ConnectionClosed, EventsDropped, AgentWarned))
BODY = number_of(BodySent)


@pytest.fixture
def recorder() -> Recorder:
    """A recorder that is on, with no sender behind it."""
    recorder = Recorder()
    recorder.is_on = True
    return recorder


def test_requests_are_numbered_from_one(recorder: Recorder) -> None:
    """In the order they begin; each knows its parent."""
    first, second = recorder.begin(0), recorder.begin(1)
    assert first is not None
    assert second is not None
    assert [(state.number, state.parent) for state in (first, second)] == [(1, 0), (2, 1)]
    assert list(recorder.begun) == [first, second]
    assert [recorder.next_chain(), recorder.next_chain(), recorder.next_connection()] == [1, 2, 1]


def test_nothing_begins_while_it_is_off() -> None:
    """Without a hub a request costs one look at a flag."""
    recorder = Recorder()
    recorder.wake = lambda: pytest.fail("the sender was woken")
    assert recorder.begin(0) is None
    assert not recorder.begun


def test_every_beginning_wakes_the_sender(recorder: Recorder) -> None:
    """It may have to be started in a forked process."""
    woken: list[int] = []
    recorder.wake = lambda: woken.append(1)
    recorder.begin(0)
    recorder.fact(AgentWarned, "probe", "why")
    assert len(woken) == 2


def test_too_many_waiting_requests_are_counted(recorder: Recorder) -> None:
    """Further ones are not traced; the count is told as soon as anything is taken."""
    states = [recorder.begin(0) for _ in range(MAX_WAITING + 7)]
    assert states[MAX_WAITING - 1] is not None
    assert states[MAX_WAITING:] == [None] * 7
    [row] = recorder.take_rows()
    assert (row[0], row[4:]) == (DROPPED, (0, 7))
    assert recorder.take_rows() == []
    recorder.begun.popleft()
    assert recorder.begin(0) is not None


def test_too_many_rows_are_counted(recorder: Recorder) -> None:
    """Rows about the process, facts among them, wait only up to a limit."""
    for number in range(MAX_ROWS + 3):
        recorder.row(CLOSED, number, 0)
    recorder.fact(AgentWarned, "probe", "why")
    rows = recorder.take_rows()
    assert len(rows) == MAX_ROWS + 1
    assert (rows[-1][0], rows[-1][4:]) == (DROPPED, (4, 0))
    assert len(recorder.facts) == 1, "a fact is told to the next hub at the latest"


def test_a_log_has_an_end(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes without number (SQL, templates, chunks) is counted when a log is full; hooks and layers still fit."""
    monkeypatch.setattr(module, "recorder", recorder)
    state = recorder.begin(0)
    assert state is not None
    kept = 0
    for number in range(MAX_LOG + 5):
        if state.has_room():
            kept += 1
            state.tell(BODY, number, number)
    assert kept == MAX_LOG
    state.step(StepCode.pack(RequestFinished))
    assert len(state.log) == MAX_LOG + 2
    [row] = recorder.take_rows()
    assert (row[0], row[4:]) == (DROPPED, (5, 0))


def test_facts_are_kept_and_bounded(recorder: Recorder) -> None:
    """Whatever is taken, every later hub is told them; of too many the newest."""
    for number in range(MAX_FACTS + 5):
        recorder.fact(AgentWarned, "probe", str(number))
    assert len(recorder.take_rows()) == MAX_FACTS + 5
    assert len(recorder.facts) == MAX_FACTS
    assert recorder.facts[0][5] == "5"
    assert recorder.facts[-1][5] == str(MAX_FACTS + 4)


def test_facts_are_kept_while_it_is_off() -> None:
    """A chain that is loaded before there is a hub is told when one comes."""
    recorder = Recorder()
    recorder.fact(AgentWarned, "probe", "why")
    assert recorder.take_rows() == []
    assert [row[4:] for row in recorder.take_facts()] == [("probe", "why")]


def test_a_new_hub_is_told_each_fact_once(recorder: Recorder) -> None:
    """Those that also wait among the rows are not repeated, and the other rows come behind."""
    recorder.fact(AgentWarned, "one", "")
    recorder.row(CLOSED, 1, 0)
    recorder.fact(AgentWarned, "two", "")
    assert [row[4] for row in recorder.take_facts()] == ["one", "two", 1]
    assert [row[4] for row in recorder.take_facts()] == ["one", "two"]


def test_a_fact_told_meanwhile_is_told_once(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also if the sender asks in the middle of its being told."""
    taken: list[Any] = []
    sender = threading.Thread(target=lambda: taken.extend(recorder.take_facts()))
    append = recorder._append

    def interrupted(row: Any) -> None:
        sender.start()
        sender.join(0.05)
        append(row)

    monkeypatch.setattr(recorder, "_append", interrupted)
    recorder.fact(AgentWarned, "probe", "why")
    sender.join()
    assert [row[4] for row in [*taken, *recorder.take_rows()]] == ["probe"]


def test_silence_forgets_what_waits_but_not_the_facts(recorder: Recorder) -> None:
    """There is nobody to tell."""
    recorder.begin(0)
    recorder.row(CLOSED, 1, 0)
    recorder.fact(AgentWarned, "probe", "why")
    recorder.silence()
    assert not recorder.is_on
    assert not recorder.begun
    assert recorder.take_rows() == []
    assert len(recorder.take_facts()) == 1


def test_resuming_forgets_what_came_too_late(recorder: Recorder) -> None:
    """A request that was just beginning when silence fell is not told to the next hub; a first hub misses nothing."""
    recorder.begin(0)
    recorder.resume()
    assert len(recorder.begun) == 1
    recorder.wake = recorder.silence
    assert recorder.begin(0) is not None
    assert len(recorder.begun) == 1
    recorder.resume()
    assert recorder.is_on
    assert not recorder.begun


# --- one request -------------------------------------------------------------------------------------------------


def test_a_log_is_in_the_order_of_events() -> None:
    """Steps as two numbers, others as tuples; times never go back."""
    state = RequestState(1, 0, True)
    state.step(64)
    state.tell(BODY, 1, 10)
    state.step(65)
    assert [state.log[0], state.log[2][0], state.log[3]] == [64, BODY, 65]
    times = [state.log[1], state.log[2][1], state.log[4]]
    assert times == sorted(times)
    assert state.log[2][2:] == (1, 10)


def test_a_change_of_thread_is_told_once() -> None:
    """What follows belongs to the other thread, until it changes back."""
    state = RequestState(1, 0, True)
    state.step(1)

    def elsewhere() -> None:
        state.step(2)
        state.tell(BODY, 1, 1)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    ident = thread.ident
    thread.join()
    state.step(3)
    marks = [item for item in state.log if type(item) is tuple and item[0] == THREAD]
    assert marks == [(THREAD, ident), (THREAD, threading.get_ident())]
    assert state.log[2] == marks[0]
    assert state.log[-3] == marks[1]


def test_released_objects_can_go() -> None:
    """No request, response or exception of the application outlives its request in here."""

    class Thing:
        pass

    state = RequestState(1, 0, True)
    state.request, state.response = Thing(), Thing()
    state.attributes, state.live_attributes, state.meta = {"a": Thing()}, {"b": Thing()}, {"c": Thing()}
    state.snapshot = Thing()
    kept = [*map(weakref.ref, (state.request, state.response, state.snapshot, state.attributes["a"]))]
    state.release()
    gc.collect()
    assert [reference() for reference in kept] == [None] * 4


PROGRAM = """
import json, os, sys
from reqtrace.agent.recorder import recorder, number_of
from reqtrace.events.kinds import AgentWarned, ConnectionClosed

recorder.is_on = True
recorder.fact(AgentWarned, "before", "the fork")
recorder.row(number_of(ConnectionClosed), 1, 0)
recorder.begin(0)
recorder.dropped_events = 5
if recorder._lock.acquire() and (pid := os.fork()) == 0:
    recorder.fact(AgentWarned, "in the child", "with a lock of its own")
    rows = [row[4:] for row in recorder.take_rows()]
    print(json.dumps([rows, len(recorder.begun), [row[4] for row in recorder.facts], recorder.begin(0).number]))
    sys.exit()
assert os.waitpid(pid, 0)[1] == 0
recorder._lock.release()
assert len(recorder.begun) == 1
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_begins_with_the_facts(run_child: Callable[..., Any]) -> None:
    """What waited in the parent is the parent's to tell; its counts, its locks and its requests stay there."""
    rows, waiting, facts, number = run_child("-W", "ignore", "-c", PROGRAM).outcome
    assert rows == [["in the child", "with a lock of its own"]]
    assert waiting == 0
    assert facts == ["before", "in the child"]
    assert number == 2, "numbers go on, so that none is used twice"


def test_kinds_have_the_numbers_of_the_wire() -> None:
    """The probes append what the wire expects."""
    assert [number_of(kind) for kind in (RequestStarted, SqlExecuted)] == [10, 31]
    assert json.dumps(number_of(EventsDropped)) == "34"
