"""The bounded queue between the hub and whoever shows its lines."""

from __future__ import annotations

import json
import threading
from typing import Any

from reqtrace.hub.arrival import Arrival
from reqtrace.hub.backlog import Backlog

EVENTS = b'["events",[]]\n'
STRINGS = b'["strings",0,["a"]]\n'
BYE = b'["bye","clean"]\n'


def drained(backlog: Backlog, limit: int = 1000) -> list[tuple[int, Any]]:
    return [(process, json.loads(line)) for process, line in backlog.drain(limit)]


def test_lines_come_out_in_order_and_at_most_as_many_as_asked_for() -> None:
    """A viewer takes slices."""
    backlog = Backlog()
    lines = [Arrival(number, EVENTS) for number in range(5)]
    backlog.put(lines)
    assert (backlog.drain(2), backlog.drain(10), backlog.drain(10)) == (lines[:2], lines[2:], [])


def test_a_full_backlog_drops_the_newest_events_and_says_so_in_their_place() -> None:
    """What is kept is a sound beginning; the next line that is kept comes after the count."""
    backlog = Backlog(max_lines=2)
    backlog.put([Arrival(1, EVENTS), Arrival(1, EVENTS), Arrival(1, EVENTS), Arrival(2, EVENTS), Arrival(1, EVENTS)])
    backlog.put([Arrival(1, BYE)])
    expected = [(1, ["events", []])] * 2 + [(1, ["dropped", 2]), (2, ["dropped", 1]), (1, ["bye", "clean"])]
    assert drained(backlog) == expected
    assert backlog.dropped == 3


def test_what_was_drained_tells_of_every_drop() -> None:
    """Until then the count says it, so that the two together are always right."""
    backlog = Backlog(max_lines=1)
    backlog.put([Arrival(1, EVENTS)] * 3)
    assert (backlog.dropped, backlog.untold) == (2, 2)
    backlog.drain(1)
    assert (backlog.dropped, backlog.untold) == (2, 2)
    assert drained(backlog) == [(1, ["dropped", 2])]
    assert (backlog.dropped, backlog.untold) == (2, 0)


def test_strings_processes_and_good_byes_are_never_dropped() -> None:
    """A full backlog takes them all the same."""
    backlog = Backlog(max_lines=1)
    backlog.put([Arrival(1, STRINGS)] * 5 + [Arrival(1, BYE)])
    assert len(backlog) == 6
    assert backlog.dropped == 0


def test_bytes_are_bounded_too() -> None:
    """A few huge lines fill it as well as many small ones, and room comes back with draining."""
    backlog = Backlog(max_bytes=2 * len(EVENTS))
    backlog.put([Arrival(1, EVENTS)] * 3)
    assert len(backlog) == 2
    assert drained(backlog)[-1] == (1, ["dropped", 1])
    backlog.put([Arrival(1, EVENTS)])
    assert drained(backlog) == [(1, ["events", []])]


def test_a_drop_is_told_even_if_nothing_follows() -> None:
    """The count comes at the end of what there is."""
    backlog = Backlog(max_lines=1)
    backlog.put([Arrival(1, EVENTS), Arrival(1, EVENTS)])
    assert drained(backlog) == [(1, ["events", []]), (1, ["dropped", 1])]
    assert drained(backlog) == []


def test_lines_that_cannot_be_dropped_make_it_overfull() -> None:
    """A writer then waits for the viewer, so that memory stays bounded."""
    backlog = Backlog(max_lines=2)
    backlog.put([Arrival(1, STRINGS)] * 3)
    assert not backlog.is_overfull
    backlog.put([Arrival(1, STRINGS)])
    assert backlog.is_overfull
    backlog.drain(1)
    assert not backlog.is_overfull


def test_waiting_ends_with_the_first_line() -> None:
    """A viewer without a clock of its own sleeps until there is something."""
    backlog = Backlog()
    assert not backlog.wait(0)
    writer = threading.Timer(0.01, backlog.put, [[Arrival(1, EVENTS)]])
    writer.start()
    assert backlog.wait(5)
    writer.join()
