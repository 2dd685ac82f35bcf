"""The time a request was held is in no duration."""

from __future__ import annotations

from dataclasses import replace

from scenarios import SCENARIOS, Scenario

from reqtrace.events.kinds import Event, RequestHeld, RequestReleased
from reqtrace.trace.model import RequestTrace
from reqtrace.trace.store import TraceStore

WAITED = 5_000_000_000


def held(scenario: Scenario, place: int) -> list[Event]:
    """The scenario's events, the request held before one of them."""
    before, after = scenario.request[:place], scenario.request[place:]
    time = before[-1].time + 1
    here = {"request": 1, "thread": 1}
    return [
        *before,
        RequestHeld(time=time, hold=1, place="layer", layer=2, hook=-1, **here),
        RequestReleased(time=time + WAITED, duration=WAITED, reason="go", **here),
        *(replace(event, time=event.time + WAITED) for event in after),
    ]


def folded(scenario: Scenario, events: list[Event]) -> RequestTrace:
    return replace(scenario, request=tuple(events)).trace()


def test_a_held_request_is_traced_as_if_it_had_not_been() -> None:
    """Wherever it is held: the same spans, rows, stops and durations."""
    scenario = SCENARIOS["detail"]
    free = folded(scenario, list(scenario.request))
    for place in range(4, len(scenario.request) - 1):
        trace = folded(scenario, held(scenario, place))
        assert (trace.root, trace.passes, trace.stops) == (free.root, free.passes, free.stops)
        assert trace.summary.duration == free.summary.duration


def test_what_is_told_at_its_end_may_have_been_held_inside() -> None:
    """A statement that waits for a request of the same process: its duration is its own."""
    scenario = SCENARIOS["transaction"]
    free = folded(scenario, list(scenario.request))
    number = next(place for place, event in enumerate(scenario.request) if event.KIND == "mail.sent")
    mail = scenario.request[number]
    events = held(scenario, number)
    told = replace(mail, duration=mail.duration + WAITED)  # type: ignore[attr-defined]  # a MailSent
    release = replace(events[number + 1], time=mail.time + 10 + WAITED)
    events[number : number + 3] = [replace(events[number], time=mail.time + 10), release, told]
    assert [span.duration for span in free.root] == [span.duration for span in folded(scenario, events).root]
    assert [stop.duration for stop in free.stops] == [stop.duration for stop in folded(scenario, events).stops]


def test_the_list_says_that_a_request_is_held() -> None:
    """Until it is released."""
    events = held(SCENARIOS["home"], 8)
    store = TraceStore()
    store.add(1, events[:9])
    assert store.summaries()[0].is_held
    store.add(1, events[9:10])
    assert not store.summaries()[0].is_held
