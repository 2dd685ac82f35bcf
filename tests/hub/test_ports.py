"""Ports: the wanted one, else the next that is free."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from reqtrace.errors import HubError, UsageError
from reqtrace.hub import ports
from reqtrace.hub.ports import address_of, free_port, is_answering


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_free_port_is_taken_as_wanted(taken: int) -> None:
    """And it is free afterwards."""
    free = free_port("127.0.0.1", 0)
    assert free_port("127.0.0.1", free) == free
    assert not is_answering("127.0.0.1", free)


def test_a_taken_port_leads_to_the_next(taken: int) -> None:
    """Not far away, so that it is easy to remember."""
    assert taken < free_port("127.0.0.1", taken) <= taken + 200


def test_a_port_that_is_bound_but_not_listening_is_taken_too() -> None:
    """Somebody is about to use it."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        assert free_port("127.0.0.1", port) != port


def test_a_port_taken_on_every_address_is_taken_on_one() -> None:
    """Whoever listens on 0.0.0.0 would share the port."""
    with socket.create_server(("0.0.0.0", 0)) as listener:
        port = listener.getsockname()[1]
        assert free_port("127.0.0.1", port) != port


def test_no_port_at_all_is_said(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the range that was tried."""
    monkeypatch.setattr(ports, "TRIES", 0)
    with pytest.raises(HubError, match=f"No port from {taken} to {taken} is free"):
        free_port("127.0.0.1", taken)


@pytest.mark.parametrize(
    ("host", "message"),
    [
        ("no such host", "There is no host"),
        ("name.invalid", "There is no host"),
        ("192.0.2.1", "not an address of this machine"),
        ("x" * 300, "There is no host"),
        ("\udcff", "There is no host"),
    ],
)
def test_a_host_that_is_not_ours_is_said(host: str, message: str) -> None:
    """Before the site fails with something less clear."""
    with pytest.raises(UsageError, match=message):
        free_port(host, 0)


def test_a_privileged_port_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Port 80 needs more rights than a developer has."""

    def refuse(self: socket.socket, address: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket, "socket", type("Refusing", (socket.socket,), {"bind": refuse}))
    with pytest.raises(UsageError, match="Port 80 is for the administrator only"):
        ports.claim("127.0.0.1", 80)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000/"),
        ("0.0.0.0", "http://127.0.0.1:8000/"),
        ("::", "http://[::1]:8000/"),
        ("[::1]", "http://[::1]:8000/"),
        ("localhost", "http://localhost:8000/"),
    ],
)
def test_an_address_can_be_opened_in_a_browser(host: str, address: str) -> None:
    """Every address is no address to open."""
    assert address_of(host, 8000) == address


@pytest.mark.skipif(not os.path.exists("/proc/net/if_inet6"), reason="no IPv6 here")
def test_ipv6_works_with_and_without_brackets() -> None:
    """Both spellings are common."""
    assert free_port("::1", 0)
    assert free_port("[::1]", 0)
