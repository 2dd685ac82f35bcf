"""What is known of a request is sent again, and what is not is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from scenarios import SCENARIOS

from reqtrace.analysis.resending import Gap, GapId, draft_of
from reqtrace.hub.visit import Visit
from reqtrace.trace.model import RequestTrace


@pytest.fixture
def home(told: Callable[..., Any]) -> RequestTrace:
    trace: RequestTrace = told(SCENARIOS["home"]).trace
    return trace


def sent(trace: RequestTrace, *, method: str = "GET", path: str = "/", query: str = "", **headers: str) -> RequestTrace:
    """The trace as if this had been sent."""
    assert trace.started is not None
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    started = replace(trace.started, method=method, path=path, query=query, headers=named)
    return replace(trace, started=started, summary=replace(trace.summary, method=method, path=path, query=query))


def test_what_is_known_is_sent_as_it_was(home: RequestTrace) -> None:
    """Path and query are encoded again; headers of the connection are left to the next one."""
    trace = sent(home, path="/é/100%/a?b/", query="q=%20&x=1", Accept="text/html", Connection="keep-alive")
    draft = draft_of(trace)
    visit = Visit(method="GET", url="/%C3%A9/100%25/a%3Fb/?q=%20&x=1", headers=(("Accept", "text/html"),))
    assert (draft.visit, draft.gaps, draft.is_ready) == (visit, (), True)


def test_secret_headers_are_named_and_not_sent(home: RequestTrace) -> None:
    """Cookies by their names, other headers by theirs; a GET can be sent without them."""
    draft = draft_of(sent(home, Cookie="sessionid=********; theme=********", Authorization="********", Accept="*/*"))
    assert draft.gaps == (
        Gap(what=GapId.COOKIES, names=("sessionid", "theme")),
        Gap(what=GapId.HEADERS, names=("Authorization",)),
    )
    assert draft.visit.headers == (("Accept", "*/*"),)
    assert draft.is_ready


def test_a_body_is_never_known(home: RequestTrace) -> None:
    """Its size and type are; nothing that had one is sent without asking."""
    form = "application/x-www-form-urlencoded"
    draft = draft_of(sent(home, method="POST", Content_Length="34", Content_Type=form))
    assert draft.gaps == (Gap(what=GapId.BODY, size=34),)
    assert (draft.visit.content_type, draft.visit.body) == (form, "")
    assert not draft.is_ready
    assert draft.needs_token


def test_the_type_of_no_body_is_not_sent(home: RequestTrace) -> None:
    """runserver tells one for every request: ``text/plain``."""
    assert draft_of(sent(home, Content_Type="text/plain", Content_Length="")).visit.content_type == ""


def test_a_body_in_chunks_has_no_size(home: RequestTrace) -> None:
    """``Transfer-Encoding`` says only that there was one."""
    assert draft_of(sent(home, method="POST", Transfer_Encoding="chunked")).gaps == (Gap(what=GapId.BODY),)


@pytest.mark.parametrize("address", [{"path": "/reset/********/"}, {"query": "token=********"}, {"path": "/a… +900"}])
def test_an_address_with_a_secret_is_not_sent_without_asking(home: RequestTrace, address: dict[str, str]) -> None:
    """It would be another address."""
    draft = draft_of(sent(home, **address))
    assert Gap(what=GapId.ADDRESS) in draft.gaps
    assert not draft.is_ready


def test_a_request_that_never_reached_django(home: RequestTrace) -> None:
    """Its first line is known, with the path as it was sent."""
    trace = sent(home, path="/a%20b/")
    assert draft_of(replace(trace, started=None)).visit == Visit(method="GET", url="/a%20b/")
