"""A recorded request is sent again as far as it is known; what is not is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reqtrace.analysis.experiment_requests import visit_of_trace
from reqtrace.errors import UsageError
from reqtrace.hub.recording import read_recording
from reqtrace.hub.visit import Visit
from reqtrace.trace.feed import Feed
from reqtrace.trace.model import RequestTrace
from reqtrace.trace.store import TraceStore

RECORDING = Path(__file__).parents[1] / "recordings" / "bookshop.reqtrace"


@pytest.fixture(scope="module")
def traces() -> dict[str, RequestTrace]:
    """Of the recorded visit to the bookshop, by path."""
    store = TraceStore()
    feed = Feed(store)
    for arrival in read_recording(RECORDING):
        feed.take(arrival)
    found = [store.trace(summary.key) for summary in store.summaries()]
    return {trace.summary.path: trace for trace in found if trace is not None}


def with_request(trace: RequestTrace, **fields: object) -> RequestTrace:
    assert trace.started is not None
    return replace(trace, started=replace(trace.started, **fields))  # type: ignore[arg-type]


def test_a_plain_request(traces: dict[str, RequestTrace]) -> None:
    """Method, path, query and harmless headers are as they were."""
    visit, hidden = visit_of_trace(traces["/search/"])
    assert (visit.method, visit.url, visit.is_asgi) == ("GET", "/search/?q=sea", False)
    assert ("Host", "127.0.0.1:8000") in visit.headers
    assert not hidden


def test_a_body_is_no_longer_known(traces: dict[str, RequestTrace]) -> None:
    """A request that had a body is refused, unless somebody gives one."""
    with pytest.raises(UsageError, match=r"The body of request 7 .* is no longer known") as caught:
        visit_of_trace(traces["/guestbook/"])
    assert "--data" in caught.value.hint
    given = Visit(method="GET", url="/", body="name=Ada", content_type="application/x-www-form-urlencoded")
    visit, _ = visit_of_trace(traces["/guestbook/"], given)
    assert (visit.method, visit.url, visit.body) == ("POST", "/guestbook/", "name=Ada")


def test_hidden_headers_are_left_out_and_named(traces: dict[str, RequestTrace]) -> None:
    """Cookies are secrets, so they are not there; a header that is given takes the place of the recorded one."""
    secret = with_request(traces["/"], headers=(("Cookie", "sessionid=********"), ("Accept", "text/html"), ("X", "a")))
    given = Visit(method="GET", url="/", headers=(("Accept", "text/plain"),))
    visit, hidden = visit_of_trace(secret, given)
    assert visit.headers == (("X", "a"), ("Accept", "text/plain"))
    assert hidden == ("Cookie",)


def test_signs_in_a_path_stay_signs(traces: dict[str, RequestTrace]) -> None:
    """A path is recorded decoded: what would be read otherwise is quoted."""
    visit, _ = visit_of_trace(with_request(traces["/"], path="/a%20b?c/", query="x=1"))
    assert visit.url == "/a%2520b%3Fc/?x=1"


def test_hidden_addresses(traces: dict[str, RequestTrace]) -> None:
    """A path with a secret in it cannot be sent again."""
    with pytest.raises(UsageError, match="was hidden or cut off"):
        visit_of_trace(with_request(traces["/"], path="/reset/********/"))


def test_what_never_reached_django(traces: dict[str, RequestTrace]) -> None:
    """A request that the server refused has nothing to send."""
    with pytest.raises(UsageError, match="never reached Django"):
        visit_of_trace(replace(traces["/"], started=None))
