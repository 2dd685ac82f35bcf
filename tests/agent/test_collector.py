"""The sender takes what waits, each item once, and forgets requests that have ended."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from reqtrace.agent import collector as module
from reqtrace.agent.collector import LINGER, MAX_OPEN, Collector
from reqtrace.agent.recorder import Recorder, RequestState, number_of
from reqtrace.events.kinds import (
    EVENT_KINDS,
    AgentWarned,
    BodySent,
    ConnectionClosed,
    Event,
    LayerEntered,
    RequestFinished,
    RequestLogged,
    TemplateEntered,
)
from reqtrace.events.steps import StepCode
from reqtrace.events.wire import Decoder, Encoder, load_record

ENTERED, FINISHED = StepCode.pack(LayerEntered), StepCode.pack(RequestFinished)
BODY, TEMPLATE, LOGGED = map(number_of, (BodySent, TemplateEntered, RequestLogged))


@pytest.fixture
def recorder() -> Recorder:
    recorder = Recorder()
    recorder.is_on = True
    return recorder


class Hub:
    """Decodes what a collector gives."""

    def __init__(self, recorder: Recorder) -> None:
        self.collector = Collector(recorder)
        self.encoder, self.decoder = Encoder(), Decoder([kind.KIND for kind in EVENT_KINDS])

    def read(self, rows: Any) -> list[Event]:
        lines = self.encoder.encode(rows)
        return [event for line in lines for event in self.decoder.decode(load_record(line))]

    def collect(self) -> list[Event]:
        return [event for rows in self.collector.collect() for event in self.read(rows)]


@pytest.fixture
def hub(recorder: Recorder) -> Hub:
    return Hub(recorder)


def begin(recorder: Recorder) -> RequestState:
    state = recorder.begin(0)
    assert state is not None
    return state


def end(state: RequestState) -> None:
    state.step(FINISHED)
    state.is_closed = True


def test_each_item_is_taken_once(recorder: Recorder, hub: Hub) -> None:
    """In portions, while the request goes on, without a gap or a repetition."""
    state = begin(recorder)
    state.step(ENTERED)
    state.tell(TEMPLATE, "page.html", "")
    assert [type(event) for event in hub.collect()] == [LayerEntered, TemplateEntered]
    assert hub.collect() == []
    state.tell(BODY, 1, 10)
    end(state)
    [body, finished] = hub.collect()
    assert isinstance(body, BodySent)
    assert isinstance(finished, RequestFinished)
    assert body.request == finished.request == state.number
    assert hub.collect() == []


def test_interleaved_requests_stay_apart(recorder: Recorder, hub: Hub) -> None:
    """Each log is a run of its own."""
    states = [begin(recorder) for _ in range(3)]
    for layer in range(4):
        for state in states:
            state.step(StepCode.pack(LayerEntered, layer=layer))
    events = hub.collect()
    for state in states:
        assert [event.layer for event in events if event.request == state.number] == [0, 1, 2, 3]  # type: ignore[attr-defined]


def test_threads_have_small_numbers(recorder: Recorder, hub: Hub) -> None:
    """The same thread the same number in every portion, also when a portion begins in another than the request."""
    state = begin(recorder)
    state.step(ENTERED)
    thread = threading.Thread(target=state.step, args=(ENTERED,))
    thread.start()
    thread.join()
    main, other = [event.thread for event in hub.collect()]
    assert {main, other} == {1, 2}
    # The log goes on in the other thread's name until the next one says otherwise.
    state.log.extend((ENTERED, 5))
    assert [event.thread for event in hub.collect()] == [other]
    state.step(ENTERED)
    assert [event.thread for event in hub.collect()] == [main]
    recorder.row(number_of(ConnectionClosed), 1, 1)
    assert [event.thread for event in hub.collect()] == [main]


def test_a_finished_request_is_looked_at_once_more(
    recorder: Recorder, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server writes its log line after an escaped exception; then the request is forgotten."""
    now = 0.0
    monkeypatch.setattr(module, "monotonic", lambda: now)
    state = begin(recorder)
    end(state)
    assert len(hub.collect()) == 1
    now = LINGER / 2
    state.tell(LOGGED, '"GET / HTTP/1.1" 500 59')
    [logged] = hub.collect()
    assert isinstance(logged, RequestLogged)
    now = LINGER * 2
    assert hub.collect() == []
    state.tell(LOGGED, "too late")
    assert hub.collect() == []


def test_requests_that_never_end_do_not_pile_up(recorder: Recorder, hub: Hub) -> None:
    """Code that calls ``get_response`` and never closes the response: the oldest are given up, others are taken."""
    for _ in range(2):
        for _ in range(3_000):
            begin(recorder).step(ENTERED)
        assert len(hub.collect()) == 3_000
    assert len(hub.collector._open) == MAX_OPEN
    state = begin(recorder)
    state.step(ENTERED)
    assert len(hub.collect()) == 1


def test_facts_come_first(recorder: Recorder, hub: Hub) -> None:
    """And only once, although they wait among the rows too; another connection is told them again."""
    recorder.fact(AgentWarned, "probe", "why")
    recorder.row(number_of(ConnectionClosed), 1, 1)
    assert [type(event) for event in hub.read(hub.collector.facts())] == [AgentWarned, ConnectionClosed]
    assert hub.collect() == []
    other = Hub(recorder)
    assert [type(event) for event in other.read(other.collector.facts())] == [AgentWarned]


def test_a_log_may_grow_while_it_is_taken(recorder: Recorder, hub: Hub) -> None:
    """A request in another thread appends all the time; nothing is lost, doubled or torn."""
    state = begin(recorder)
    rounds = 20_000

    def request() -> None:
        for number in range(rounds):
            state.log.extend((StepCode.pack(LayerEntered, layer=number % 100), number))
        state.is_closed = True

    thread = threading.Thread(target=request)
    thread.start()
    times: list[int] = []
    while thread.is_alive() or state.log:
        times += [event.time for event in hub.collect()]
    thread.join()
    times += [event.time for event in hub.collect()]
    assert times == list(range(rounds))
