"""What runserver answers by itself is told with its status, and so is a client that goes away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reqtrace.analysis.explain import narrate
from reqtrace.events.kinds import (
    BodySent,
    ConnectionClosed,
    Event,
    RequestEscaped,
    RequestFinished,
    RequestLineReceived,
    RequestLogged,
    RequestRefused,
    RequestStarted,
    ResponseStarted,
)
from reqtrace.render.funnel import draw_funnel
from reqtrace.render.narration import message_text
from reqtrace.render.plain import request_block, request_line
from reqtrace.render.why_sections import why_notes
from reqtrace.trace.fold import fold
from reqtrace.trace.model import RequestTrace, StopSort
from reqtrace.trace.site_model import ProcessFacts

pytestmark = pytest.mark.slow

Site = Callable[[str], Any]
HIDDEN = "********"

REFUSED = [
    (f"GET /?token={HIDDEN}&q=aaa", 414, "Long", ""),
    (f"GET /?q=1 token={HIDDEN} page HTTP/1.1", 400, f"token={HIDDEN} page HTTP/1.1')", ""),
    (f"GET /?token={HIDDEN} HTP/1.1", 400, "Bad request version ('HTP/1.1')", ""),
    ("GET /page/ HTTP/2.0", 505, "Invalid HTTP version (2.0)", ""),
    ("GET / HTTP/1.1", 431, "Too many headers", "got more than 100 headers"),
    ("GET / HTTP/1.1", 431, "Line too long", "got more than 65536 bytes when reading header line"),
    (f"POST /?token={HIDDEN}", 400, "Bad HTTP/0.9 request type ('POST')", ""),
    ("\x16\x03", 400, "", ""),
    ("GET /again HTTP/3.1", 505, "Invalid HTTP version (3.1)", ""),
]


SEEN: dict[str, Any] = {}


@pytest.fixture
def site(compare: Callable[..., Any]) -> Site:
    """``site(situation)``: it traced, after it was compared with the same untraced; each runs once."""

    def run(situation: str) -> Any:
        if situation not in SEEN:
            SEEN[situation] = compare("server_site.py", situation)
        return SEEN[situation]

    return run


def by_request(events: list[Event]) -> dict[int, list[Event]]:
    sorted_out: dict[int, list[Event]] = {}
    for event in events:
        if event.request:
            sorted_out.setdefault(event.request, []).append(event)
    return sorted_out


def traces(events: list[Event]) -> list[RequestTrace]:
    return [fold(mine, ProcessFacts(number=1)) for mine in by_request(events).values()]


def plain(trace: RequestTrace) -> str:
    return f"{request_line(trace)}\n{request_block(trace, width=80).plain()}"


def test_what_the_server_refuses_is_told(site: Site) -> None:
    """Line, status and reason, each once, without secrets; the client and the log get the same as untraced."""
    seen = site("refusals")
    told = [events for events in by_request(seen.events).values() if any(isinstance(e, RequestRefused) for e in events)]
    assert len(told) == len(REFUSED)
    for events, (line, status, reason, detail) in zip(told, REFUSED, strict=True):
        [received] = [event for event in events if isinstance(event, RequestLineReceived)]
        [refused] = [event for event in events if isinstance(event, RequestRefused)]
        assert received.line.startswith(line)
        assert refused.status == status
        assert reason in refused.reason
        assert refused.detail == detail
        assert isinstance(events[-1], RequestFinished)
        assert not any(isinstance(event, RequestStarted) for event in events)
    assert "s3cr3t" not in repr(seen.events)
    assert "s3cr3t" in repr(seen.outcome)


def test_the_lines_of_the_log_are_as_the_server_writes_them(site: Site) -> None:
    """The last of each request: what is binary is not quoted, but said to be HTTPS."""
    seen = site("refusals")
    logged = {trace.summary.method: trace.logged.text for trace in traces(seen.events) if trace.logged is not None}
    assert logged["TLS"].startswith("You're accessing the development server over HTTPS")
    assert logged["POST"] == f'"POST /?token={HIDDEN}" 400 -'
    hidden = [[level, text.replace("s3cr3t", HIDDEN)] for level, text in seen.outcome[1]]
    assert ["WARNING", logged["POST"]] in hidden


def test_the_plain_output_says_who_answered(site: Site) -> None:
    """Status, reason and request line within 80 columns, and that Django never heard of it."""
    shown = [plain(trace) for trace in traces(site("refusals").events)]
    refused = [text for text in shown if "answered by itself: " in text]
    assert len(refused) == len(REFUSED)
    assert all("Django never heard of it" in text for text in refused)
    assert "!414" in refused[0]
    assert "answered by itself: 431 Too many headers" in refused[4]
    assert "got more than 100 headers" in refused[4]
    assert "the request line: GET / HTTP/1.1" in refused[4]
    assert "TLS  (hello)  !400" in refused[7]
    assert "a TLS hello: somebody asked https:// here" in refused[7]
    [empty] = [text for text in shown if "(empty line)" in text]
    assert "ended it without Django" in empty


def test_an_application_before_djangos_is_no_refusal(site: Site) -> None:
    """Its status, headers and body are told; Django's handler was not called."""
    seen = site("refusals")
    [trace] = [trace for trace in traces(seen.events) if trace.summary.path == "/in-front/"]
    assert (trace.summary.lane, trace.summary.status, trace.refused, trace.body_bytes) == ("server", 202, None, 5)
    assert "202 Accepted from another WSGI application, before Django" in plain(trace)


def test_a_connection_without_a_request_is_none(site: Site) -> None:
    """It is told as opened and closed; a kept-alive one counts its requests, the refused one included."""
    seen = site("refusals")
    closed = sorted(seen.of(ConnectionClosed), key=lambda event: event.connection)
    assert [event.requests for event in closed][-5:] == [1, 0, 1, 1, 2]


def test_a_client_that_goes_away_while_the_body_is_sent(site: Site) -> None:
    """No body is told that nobody has got, no line is logged, and nothing is an error."""
    seen = site("departures")
    large, endless, _breaks = by_request(seen.events).values()
    for events in (large, endless):
        assert [event.error for event in events if isinstance(event, RequestEscaped)] == [""]
        assert not any(isinstance(event, RequestLogged) for event in events)
        assert len([event for event in events if isinstance(event, ResponseStarted)]) == 1
        assert isinstance(events[-1], RequestFinished)
    assert not any(isinstance(event, BodySent) for event in large)
    shown = plain(traces(seen.events)[0])
    assert "client went away" in shown.splitlines()[0]
    assert "exception" not in shown
    assert "✖ the client went away" in shown


def test_a_body_that_broke_off_says_at_which_line(site: Site) -> None:
    """File and line stand in the funnel and among the notes; the status had been sent."""
    trace = traces(site("departures").events)[2]
    assert trace.raised_outside is not None
    name, line = "server_site.py", trace.raised_outside.line
    shown = plain(trace)
    assert f"✖ ValueError  {name}:{line}" in shown
    assert "3 B" in shown
    assert "raised: ValueError: the shelf is empty" in shown
    assert f"{name}:{line} in parts" in shown
    assert "the server answers in its place" not in shown


def test_each_step_says_what_became_of_it(site: Site) -> None:
    """A refused line, TLS, the answer of another application, and a client that went away have words of their own."""
    said = [message_text(narrate(trace, trace.stops[0]).why) for trace in traces(site("refusals").events)]
    assert "the server refused it: 505 Invalid HTTP version (2.0); Django never heard of it" in said
    assert "another WSGI application answered 202: Django's handler was not called" in said
    assert "https:// was asked of a server of plain HTTP: it answered 400" in said
    [tls] = [trace for trace in traces(site("refusals").events) if trace.summary.method == "TLS"]
    # Nowhere the bytes that came.
    assert "x16" not in repr(message_text(narrate(tls, tls.stops[0]).title))
    assert "x16" not in repr([note.words for note in why_notes(tls)])
    lit = draw_funnel(tls, stop=0, width=80).canvas.plain()
    assert "400" in lit.splitlines()[0]
    large = traces(site("departures").events)[0]
    [gone] = [narrate(large, stop) for stop in large.stops if stop.sort is StopSort.ESCAPED]
    assert message_text(gone.title) == "the client went away"
    assert message_text(gone.why) == "200 had been sent, but not all of the body; no view hears of it"
