"""What the site asks other servers is seen once for each request sent, whatever library sends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reqtrace.events.kinds import HttpCalled

pytestmark = pytest.mark.slow


def told(observation: Any) -> list[tuple[Any, ...]]:
    """Without the ports, which are chosen anew."""
    rows = []
    for event in observation.of(HttpCalled):
        scheme, _mark, rest = event.url.partition("://127.0.0.1:")
        rows.append((event.library, event.method, f"{scheme}:{rest.lstrip('0123456789')}", event.status, event.error))
    return rows


def test_http_client(compare: Callable[..., Any]) -> None:
    """Each request and its status; without answer its error; hidden what is secret in the address."""
    seen = compare("others_site.py", "outgoing_plain")
    plain = "http.client"
    assert told(seen) == [
        (plain, "GET", "http:/a?page=2&token=********", 200, ""),
        (plain, "HEAD", "http:/b", 200, ""),
        (plain, "GET", "http:/parts", 200, ""),
        (plain, "GET", "http:/missing", 404, ""),
        (plain, "POST", "http:/pay", 200, ""),
        (plain, "GET", "http:/by-hand", 200, ""),
        (plain, "GET", "http:/moved", 302, ""),
        (plain, "GET", "http:/there", 200, ""),
        (plain, "GET", "http:/missing", 404, ""),
        (plain, "GET", "http:/refused", 0, "builtins.ConnectionRefusedError"),
        (plain, "GET", "http:/refused", 0, "builtins.ConnectionRefusedError"),
        (plain, "GET", "http:/hangs-up", 0, "http.client.RemoteDisconnected"),
        (plain, "GET", "http:/with space", 0, "http.client.InvalidURL"),
    ]
    events = seen.of(HttpCalled)
    assert all(event.duration > 0 and event.file.endswith("s_site.py") and event.line for event in events)


def test_urllib3(compare: Callable[..., Any]) -> None:
    """Told as ``urllib3`` and not again as ``http.client``, also when no connection comes about."""
    pytest.importorskip("urllib3")
    rows = told(compare("others_site.py", "outgoing_pooled"))
    assert [row[:4] for row in rows] == [
        ("urllib3", "GET", "http:/a?key=********", 200),
        ("urllib3", "GET", "http:/moved", 302),
        ("urllib3", "GET", "http:/there", 200),
        ("urllib3", "GET", "http:/parts", 200),
        ("urllib3", "GET", "http:/refused", 0),
        ("urllib3", "GET", "https:/no-tls", 0),
        ("http.client", "GET", "http:/plain-again", 200),
    ]
    assert [bool(row[4]) for row in rows] == [False, False, False, False, True, True, False]


def test_httpx(compare: Callable[..., Any]) -> None:
    """Each exchange, redirects too; a stream when its headers are there."""
    pytest.importorskip("httpx")
    assert told(compare("others_site.py", "outgoing_httpx")) == [
        ("httpx", "GET", "http:/moved?secret=********", 302, ""),
        ("httpx", "GET", "http:/there", 200, ""),
        ("httpx", "POST", "http:/pay", 200, ""),
        ("httpx", "GET", "http:/parts", 200, ""),
        ("httpx", "GET", "http:/refused", 0, "httpx.ConnectError"),
    ]


def test_httpx_side_by_side(compare: Callable[..., Any]) -> None:
    """Async calls that run at once are told apart."""
    pytest.importorskip("httpx")
    assert sorted(told(compare("others_site.py", "outgoing_httpx_async"))) == [
        ("httpx", "GET", "http:/a", 200, ""),
        ("httpx", "GET", "http:/b", 200, ""),
        ("httpx", "GET", "http:/missing", 404, ""),
    ]


def test_aiohttp(compare: Callable[..., Any]) -> None:
    """Each exchange, redirects too; without answer its error; what is no address is no request."""
    pytest.importorskip("aiohttp")
    rows = told(compare("others_site.py", "outgoing_aiohttp"))
    assert rows[:8] == [
        ("aiohttp", "GET", "http:/moved?secret=********", 302, ""),
        ("aiohttp", "GET", "http:/there", 200, ""),
        ("aiohttp", "GET", "http:/parts", 200, ""),
        ("aiohttp", "GET", "http:/missing", 404, ""),
        ("aiohttp", "POST", "http:/pay", 200, ""),
        ("aiohttp", "GET", "http:/refused", 0, "aiohttp.client_exceptions.ClientConnectorError"),
        ("aiohttp", "GET", "http:/hangs-up", 0, "aiohttp.client_exceptions.ServerDisconnectedError"),
        ("aiohttp", "GET", "http:/missing", 404, ""),
    ]
    assert sorted(rows[8:]) == [("aiohttp", "GET", "http:/a", 200, ""), ("aiohttp", "GET", "http:/b", 200, "")]


def test_what_belongs_to_no_request(compare: Callable[..., Any]) -> None:
    """Outside of requests nothing is told."""
    assert told(compare("others_site.py", "outgoing_outside")) == []


def test_nothing_is_left_when_it_is_taken_out(compare: Callable[..., Any]) -> None:
    """The classes of the libraries are as they were."""
    pytest.importorskip("urllib3")
    pytest.importorskip("httpx")
    assert compare("others_site.py", "outgoing_uninstalled").outcome == []
