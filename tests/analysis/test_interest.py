"""Which requests are worth a look."""

from __future__ import annotations

import pytest
from requests_seen import request

from reqtrace.analysis.interest import is_interesting
from reqtrace.trace.model import RequestState, RequestSummary


@pytest.mark.parametrize(
    ("one", "is_it"),
    [
        (request(status=200), False),
        (request(status=302), False),
        (request(status=404), True),
        (request(status=200, flags=("queries",)), True),
        (request(status=0, state=RequestState.ESCAPED), True),
        (request(status=0, state=RequestState.OPEN), False),
    ],
)
def test_what_is_interesting(one: RequestSummary, is_it: bool) -> None:
    """Errors and warnings; a plain answer is not."""
    assert is_interesting(one) is is_it
