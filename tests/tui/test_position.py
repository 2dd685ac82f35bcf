"""Where a person is: moves, following, and that following never steals the cursor."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scenarios import SCENARIOS

from reqtrace.trace.fold import fold
from reqtrace.trace.model import RequestKey, RequestState, RequestSummary, RequestTrace
from reqtrace.trace.store import TraceStore
from reqtrace.tui.position import Position


def summary(number: int, *, status: int = 200, flags: tuple[str, ...] = ()) -> RequestSummary:
    return RequestSummary(
        key=RequestKey(1, number),
        ordinal=number,
        method="GET",
        path="/",
        query="",
        unix_time=0,
        duration=1_000,
        status=status,
        state=RequestState.DONE,
        lane="chain",
        flags=flags,
    )


FIVE = [summary(1), summary(2, status=500), summary(3), summary(4, flags=("short-circuit",)), summary(5)]


def trace_of(name: str, upto: int | None = None) -> RequestTrace:
    scenario = SCENARIOS[name] if upto is None else SCENARIOS[name].upto(upto)
    store = TraceStore()
    store.add_process(1, scenario.header)
    store.add(1, scenario.events)
    trace = store.trace(RequestKey(1, 1))
    assert trace is not None
    return trace


DONE = trace_of("home")
OPEN = trace_of("home", 12)
LAST = len(DONE.stops) - 1


def test_following_selects_the_newest() -> None:
    """Each newer request is selected at once."""
    position = Position().settled(FIVE[:3])
    assert position.selected == FIVE[2].key
    assert position.settled(FIVE).selected == FIVE[4].key


def test_a_move_ends_following() -> None:
    """After ↑ newer requests are only counted."""
    position = Position().settled(FIVE[:3]).by_requests(FIVE[:3], -1)
    assert position.selected == FIVE[1].key
    assert position.settled(FIVE).selected == FIVE[1].key
    assert position.newer(FIVE) == 3


def test_the_list_has_ends() -> None:
    """↑ on the first and ↓ on the last request go nowhere, and do not end following."""
    position = Position().settled(FIVE)
    assert position.by_requests(FIVE, 1) is position
    first = position.at_request(FIVE[0].key)
    assert first.by_requests(FIVE, -1) is first


def test_a_request_that_is_no_longer_kept_gives_way_to_the_oldest() -> None:
    """The cursor never points at nothing."""
    position = Position().at_request(FIVE[0].key).settled(FIVE[2:])
    assert position.selected == FIVE[2].key


def test_an_empty_list_selects_nothing() -> None:
    """Moves in an empty list do nothing."""
    position = Position().settled([])
    assert position.selected is None
    assert position.by_requests([], 1) is position
    assert position.to_interesting([], 1) is None


@pytest.mark.parametrize(
    ("start", "direction", "expected"), [(1, 1, 2), (2, 1, 4), (4, 1, None), (5, -1, 4), (2, -1, None)]
)
def test_interesting_requests(start: int, direction: int, expected: int | None) -> None:
    """n and N go to errors and flagged requests only."""
    found = Position().at_request(RequestKey(1, start)).to_interesting(FIVE, direction)
    assert (None if found is None or found.selected is None else found.selected.request) == expected


def test_stepping_a_finished_request() -> None:
    """← begins at the last stop, → at the first; both ends hold."""
    assert Position().back(DONE).stop == LAST
    assert Position().forward(DONE).stop == 0
    assert Position(stop=0).back(DONE).stop == 0
    assert Position(stop=LAST).forward(DONE).stop == LAST
    assert Position(stop=3).forward(DONE).stop == 4


def test_stepping_an_open_request() -> None:
    """← goes one back from where the request is, → stays there."""
    last = len(OPEN.stops) - 1
    assert OPEN.summary.state is RequestState.OPEN
    assert Position().back(OPEN).stop == last - 1
    assert Position().forward(OPEN).stop == last


def test_stepping_ends_following() -> None:
    """A new request does not pull somebody away who is stepping."""
    position = Position().settled(FIVE)
    assert position.is_following
    assert not position.forward(DONE).is_following


def test_end_goes_to_the_last_stop_and_then_follows() -> None:
    """One key for both, in this order."""
    position = Position().at_request(FIVE[1].key).first(DONE)
    at_last = position.end(DONE, FIVE)
    assert (at_last.stop, at_last.is_following) == (LAST, False)
    following = at_last.end(DONE, FIVE)
    assert (following.stop, following.is_following, following.selected) == (None, True, FIVE[4].key)


def test_a_request_without_stops_cannot_be_stepped() -> None:
    """Nothing happens."""
    process = DONE.process
    empty = fold([], process, summary=FIVE[0], chain=None, connection=None)
    position = Position().at_request(FIVE[0].key)
    assert position.forward(empty) is position


# --- static files ------------------------------------------------------------------------------------------------

PAGE, STYLES, ICON = FIVE[0], replace(FIVE[1], lane="static"), replace(FIVE[2], lane="static")


def test_the_static_files_of_a_page_do_not_take_its_place() -> None:
    """Who follows looks at the page that was opened, not at its style sheet and icon; ↓ and End are as ever."""
    position = Position().settled([PAGE]).settled([PAGE, STYLES, ICON])
    assert (position.selected, position.is_following) == (PAGE.key, True)
    assert position.settled([PAGE, STYLES, ICON, FIVE[3]]).selected == FIVE[3].key
    assert position.by_requests([PAGE, STYLES], 1).selected == STYLES.key
    assert Position().follow([PAGE, STYLES, ICON]).selected == PAGE.key


def test_static_files_alone_are_followed() -> None:
    """Where the list holds nothing else, as a filter may say, the newest static file is followed."""
    assert Position().settled([STYLES, ICON]).selected == ICON.key
