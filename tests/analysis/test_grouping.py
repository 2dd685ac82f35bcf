"""Requests in groups."""

from __future__ import annotations

import pytest
from requests_seen import request

from reqtrace.analysis.grouping import Grouping, grouped
from reqtrace.trace.model import RequestKey

REQUESTS = [
    request(1, key=RequestKey(2, 1), pid=50, client="10.0.0.1 Firefox", entry="wsgi"),
    request(2, key=RequestKey(1, 1), pid=40, client="10.0.0.1 curl", entry="wsgi"),
    request(3, key=RequestKey(2, 2), pid=50, client="10.0.0.1 curl", entry="wsgi"),
    request(4, key=RequestKey(2, 3), pid=50, client="", entry="client"),
    request(5, key=RequestKey(2, 4), pid=50, client="10.0.0.1 Firefox", entry="wsgi"),
]


@pytest.mark.parametrize(
    ("grouping", "ordinals"),
    [
        (Grouping.NONE, [[1, 2, 3, 4, 5]]),
        (Grouping.PROCESS, [[1, 3, 4, 5], [2]]),
        (Grouping.CLIENT, [[1, 5], [2, 3], [4]]),
    ],
)
def test_groups_come_in_the_order_of_their_first_request(grouping: Grouping, ordinals: list[list[int]]) -> None:
    """Within a group as they came."""
    groups = grouped(REQUESTS, grouping)
    assert [[one.ordinal for one in group.summaries] for group in groups] == ordinals
    assert all(group.grouping is grouping for group in groups)


def test_a_group_is_named_after_what_its_requests_share() -> None:
    """Process and pid, or client."""
    assert [(group.process, group.pid) for group in grouped(REQUESTS, Grouping.PROCESS)] == [(2, 50), (1, 40)]
    assert [group.client for group in grouped(REQUESTS, Grouping.CLIENT)] == ["10.0.0.1 Firefox", "10.0.0.1 curl", ""]


def test_no_requests_no_groups() -> None:
    """However they are to be grouped."""
    assert all(grouped([], grouping) == () for grouping in Grouping)


def test_one_key_goes_through_all_groupings() -> None:
    """And comes back."""
    assert Grouping.NONE.following.following.following is Grouping.NONE
