"""Sums over all requests are read in slices of time, each request once, and follow what the store keeps."""

from __future__ import annotations

from itertools import count

from scenarios import SCENARIOS

from reqtrace.trace.store import TraceStore
from reqtrace.tui.timing_desk import TimingDesk


def filled(number: int, *, keep: int = 2_000) -> TraceStore:
    store = TraceStore(keep=keep)
    for process in range(1, number + 1):
        add(store, process)
    return store


def add(store: TraceStore, process: int, name: str = "home", upto: int | None = None) -> None:
    scenario = SCENARIOS[name]
    store.add_process(process, scenario.header)
    store.add(process, [*scenario.loading, *scenario.request[:upto]])


def test_no_slice_is_longer_than_its_budget() -> None:
    """With a clock that moves on by a second at every look, four seconds are enough for a few requests only."""
    clock = count()
    desk = TimingDesk(clock=lambda: float(next(clock)))
    store = filled(20)
    assert desk.catch_up(store, 4)
    assert 0 < desk.requests < 20
    slices = 1
    while desk.catch_up(store, 4):
        slices += 1
    assert slices > 3
    assert desk.requests == 20


def test_what_is_no_longer_kept_is_taken_out() -> None:
    """The sums are over the kept requests, not over all there ever were."""
    store = filled(5, keep=5)
    desk = TimingDesk()
    desk.catch_up(store, 1)
    before = desk.views[0].time
    for process in range(6, 9):
        add(store, process, "n_plus_one")
    assert not desk.catch_up(store, 1)
    assert desk.requests == 5
    assert {row.view: row.requests for row in desk.views} == {"shop.views.home": 2, "shop.views.book_list": 3}
    assert desk.views[1].time == before * 2 // 5


def test_a_request_counts_when_it_is_over() -> None:
    """One that is under way is not counted yet, and one without a duration never, but neither is waited for."""
    store = filled(1)
    add(store, 2, "home", upto=20)
    add(store, 3, "refused_line")
    desk = TimingDesk()
    assert not desk.catch_up(store, 1)
    assert desk.requests <= 2
    store.add(2, SCENARIOS["home"].request[20:])
    desk.catch_up(store, 1)
    assert desk.views[0].requests == 2


def test_the_number_of_a_counted_request_is_known() -> None:
    """By it a person finds the request in the list."""
    store = filled(3)
    desk = TimingDesk()
    desk.catch_up(store, 1)
    assert desk.ordinal(store.summaries()[1].key) == 2
