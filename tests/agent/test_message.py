"""A request is put on the wire as a browser would, for WSGI and for ASGI alike."""

from __future__ import annotations

import io
from typing import Any
from wsgiref.validate import check_environ  # type: ignore[attr-defined]

import pytest

from reqtrace.agent.message import Message, message_from, usable_host


def message(url: str = "/", *, hosts: tuple[str, ...] = (), **options: Any) -> Message:
    request = {"url": url, "method": "GET", "headers": [], "body": "", "content_type": "", **options}
    return message_from(request, hosts)


@pytest.mark.parametrize(
    ("url", "path_info", "query"),
    [
        ("/", "/", ""),
        ("/books/?q=a+b&c=%26", "/books/", "q=a+b&c=%26"),
        ("//admin/", "//admin/", ""),
        ("/a%20b/c d/", "/a b/c d/", ""),
        ("/书/?q=ü#part", "/书/", "q=%C3%BC"),
        ("/a;b=1/%2F/", "/a;b=1///", ""),
        ("http://example.com", "/", ""),
        ("http://example.com/x:y/", "/x:y/", ""),
    ],
)
def test_path_and_query(url: str, path_info: str, query: str) -> None:
    """WSGI gets the path decoded as latin-1, ASGI as text; the query stays encoded."""
    sent = message(url)
    environ, scope = sent.environ(io.StringIO()), sent.scope()
    assert environ["PATH_INFO"].encode("latin-1").decode() == scope["path"] == path_info
    assert environ["QUERY_STRING"] == scope["query_string"].decode() == query


def test_bytes_that_are_not_utf8() -> None:
    """They go out as they came in; ASGI, whose path is text, shows them replaced."""
    sent = message("/caf\udce9/?q=\udcff", headers=[["X-Raw", "\udcfe"]])
    environ, scope = sent.environ(None), sent.scope()
    assert environ["PATH_INFO"] == "/caf\xe9/"
    assert (environ["QUERY_STRING"], environ["HTTP_X_RAW"]) == ("q=%FF", "\xfe")
    assert (scope["path"], scope["raw_path"]) == ("/caf\ufffd/", b"/caf%E9/")


def test_environ_is_valid() -> None:
    """``wsgiref.validate`` has nothing against it."""
    sent = message("/x/?y=1", method="POST", body="a=ü", content_type="text/plain", headers=[["X-One", "1"]])
    environ = sent.environ(io.StringIO())
    check_environ({**environ, "wsgi.errors": io.StringIO()})
    assert environ["CONTENT_LENGTH"] == "4"
    assert environ["CONTENT_TYPE"] == "text/plain"
    assert environ["HTTP_X_ONE"] == "1"
    assert environ["wsgi.input"].read() == "a=ü".encode()


@pytest.mark.parametrize(
    ("url", "headers", "hosts", "host", "server"),
    [
        ("/", [], (), "localhost", ("localhost", 80)),
        ("/", [], ("*",), "localhost", ("localhost", 80)),
        ("/", [], (".shop.org", "other"), "shop.org", ("shop.org", 80)),
        ("/", [], ("[::1]",), "[::1]", ("::1", 80)),
        ("https://shop.org/", [], ("other",), "shop.org", ("shop.org", 443)),
        ("http://me:secret@shop.org:8080/", [], (), "shop.org:8080", ("shop.org", 8080)),
        ("/", [["host", "tenant.org:81"]], ("other",), "tenant.org:81", ("tenant.org", 81)),
    ],
)
def test_host(url: str, headers: list[list[str]], hosts: tuple[str, ...], host: str, server: tuple[str, int]) -> None:
    """A Host header beats the URL's, which beats the first of ALLOWED_HOSTS."""
    sent = message(url, headers=headers, hosts=hosts)
    assert [value for name, value in sent.headers if name.lower() == "host"] == [host]
    assert sent.scope()["server"] == server
    assert sent.scope()["scheme"] == (url.partition("://")[0] if "://" in url else "http")


@pytest.mark.parametrize(
    ("hosts", "host"), [([], "localhost"), (["*"], "localhost"), ([".a.b"], "a.b"), (["*", "x"], "x"), (["x"], "x")]
)
def test_usable_host(hosts: list[str], host: str) -> None:
    """A pattern is made a name a client can send."""
    assert usable_host(hosts) == host


def test_given_headers_replace_the_usual_ones() -> None:
    """What a person sends is not sent twice."""
    sent = message(headers=[["user-agent", "curl"], ["Accept", "text/html"], ["Content-Length", "99"]], body="ab")
    names = [name.lower() for name, _ in sent.headers]
    assert sorted(names) == ["accept", "content-length", "content-type", "host", "user-agent"]
    assert sent.header("CONTENT-LENGTH") == "2"


def test_cookies_are_joined() -> None:
    """A client sends one Cookie header, ours included."""
    sent = message(headers=[["cookie", "a=1"]]).with_headers([("Cookie", "b=2"), ("X-New", "3")])
    assert sent.header("Cookie") == "a=1; b=2"
    assert sent.environ(None)["HTTP_COOKIE"] == "a=1; b=2"
    assert sent.header("x-new") == "3"
