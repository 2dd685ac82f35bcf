"""Who sent a request, as the list of requests and the filter name it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scenarios import SCENARIOS

from reqtrace.events.kinds import RequestStarted
from reqtrace.trace.callers import client_name

STARTED = next(event for event in SCENARIOS["home"].request if isinstance(event, RequestStarted))
WEBKIT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0", "10.0.0.7 Firefox"),
        (f"{WEBKIT} Chrome/129.0.0.0 Safari/537.36", "10.0.0.7 Chrome"),
        (f"{WEBKIT} Chrome/129.0.0.0 Safari/537.36 Edg/129.0.0.0", "10.0.0.7 Edge"),
        ("Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17 Safari/605", "10.0.0.7 Safari"),
        ("curl/8.5.0", "10.0.0.7 curl"),
        ("python-httpx/0.27", "10.0.0.7 python-httpx"),
        ("Mozilla/5.0 (compatible)", "10.0.0.7"),
        ("\x1b[31m", "10.0.0.7"),
        ("", "10.0.0.7"),
    ],
)
def test_a_client_is_its_address_and_its_program(agent: str, name: str) -> None:
    """As far as it says so; on one machine all addresses are the same."""
    event = replace(STARTED, client="10.0.0.7", headers=(("User-Agent", agent),))
    assert client_name(event) == name


@pytest.mark.parametrize(
    ("address", "name"), [("127.0.0.1:53122", "127.0.0.1"), ("::1", "::1"), ("fe80::1:2", "fe80::1:2"), ("", "")]
)
def test_a_port_is_no_part_of_a_client(address: str, name: str) -> None:
    """Each connection of the same browser has another."""
    assert client_name(replace(STARTED, client=address, headers=())) == name


def test_a_client_that_says_nothing_has_no_name() -> None:
    """A test client has neither address nor program."""
    assert client_name(replace(STARTED, client="", headers=())) == ""
