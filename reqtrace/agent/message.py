"""Builds by hand what a server would hand to Django for one request: a WSGI environ or an ASGI scope."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urlsplit
from wsgiref.util import FileWrapper

__all__ = ["Message", "message_from", "usable_host"]

SAFE_IN_PATH = "/%:@!$&'()*+,;=~"
SAFE_IN_QUERY = SAFE_IN_PATH + "?[]"
RAW = "surrogateescape"
"""Bytes of the command line that are not UTF-8 go out as they came in."""
CLIENT = ("127.0.0.1", 0)


@dataclass(frozen=True, slots=True)
class Message:
    """A request as it would stand on the wire."""

    method: str
    scheme: str
    host: str
    port: int
    path: str
    """Percent-encoded."""
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def with_headers(self, headers: Iterable[tuple[str, str]]) -> Message:
        """The same message with headers added; cookies join those that are there."""
        merged = list(self.headers)
        for name, value in headers:
            at = next((i for i, (key, _) in enumerate(merged) if key.lower() == name.lower() == "cookie"), None)
            if at is None:
                merged.append((name, value))
            else:
                merged[at] = (merged[at][0], f"{merged[at][1]}; {value}")
        return Message(self.method, self.scheme, self.host, self.port, self.path, self.query, tuple(merged), self.body)

    def environ(self, errors: Any) -> dict[str, Any]:
        """PEP 3333, as ``wsgiref`` builds it."""
        environ = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(self.path).decode("latin-1"),
            "QUERY_STRING": self.query,
            "SERVER_NAME": self.host,
            "SERVER_PORT": str(self.port),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": CLIENT[0],
            "REMOTE_HOST": "",
            "GATEWAY_INTERFACE": "CGI/1.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": self.scheme,
            "wsgi.input": io.BytesIO(self.body),
            "wsgi.errors": errors,
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": True,
            "wsgi.file_wrapper": FileWrapper,
        }
        for name, value in self.headers:
            key = name.upper().replace("-", "_")
            key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
            text = value.encode("utf-8", RAW).decode("latin-1")
            environ[key] = f"{environ[key]},{text}" if key in environ else text
        return environ

    def scope(self) -> dict[str, Any]:
        """The HTTP connection scope of ASGI 3."""
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": self.method,
            "scheme": self.scheme,
            "path": unquote_to_bytes(self.path).decode("utf-8", "replace"),
            "raw_path": self.path.encode("ascii"),
            "query_string": self.query.encode("ascii"),
            "root_path": "",
            "headers": [(name.lower().encode("latin-1"), value.encode("utf-8", RAW)) for name, value in self.headers],
            "client": CLIENT,
            "server": (self.host, self.port),
            "extensions": {},
        }


def message_from(request: dict[str, Any], allowed_hosts: Sequence[str]) -> Message:
    """The message a request of the command line describes; what it leaves open is filled in as a browser would."""
    is_path = request["url"].startswith("/")
    # With a host in front: a path such as //admin/ is a path, not the name of a host.
    url = urlsplit(f"http://-{request['url']}" if is_path else request["url"])
    scheme = url.scheme
    named = next((value for name, value in request["headers"] if name.lower() == "host"), "")
    asked_for = "" if is_path else url.netloc.rpartition("@")[2]
    netloc = named or asked_for or usable_host(allowed_hosts)
    server = urlsplit(f"//{netloc}")
    body = request["body"].encode("utf-8", RAW)
    headers = [("Host", netloc), *defaults(request, body)]
    return Message(
        method=request["method"],
        scheme=scheme,
        host=server.hostname or "localhost",
        port=port_of(server.netloc, scheme),
        path=quote(url.path or "/", safe=SAFE_IN_PATH, errors=RAW),
        query=quote(url.query, safe=SAFE_IN_QUERY, errors=RAW),
        headers=tuple(headers),
        body=body,
    )


def defaults(request: dict[str, Any], body: bytes) -> Iterator[tuple[str, str]]:
    """The headers that were given, and those any client sends unless they were given."""
    given = {name.lower() for name, _ in request["headers"]}
    usual = [("Accept", "*/*"), ("User-Agent", "reqtrace")]
    if body:
        usual += [("Content-Type", request["content_type"])]
    yield from ((name, value) for name, value in usual if name.lower() not in given)
    if body:
        yield "Content-Length", str(len(body))
    yield from ((name, value) for name, value in request["headers"] if name.lower() not in ("host", "content-length"))


def port_of(netloc: str, scheme: str) -> int:
    port = netloc.rpartition(":")[2]
    return int(port) if port.isdigit() else (443 if scheme == "https" else 80)


def usable_host(allowed_hosts: Sequence[str]) -> str:
    """The first of ALLOWED_HOSTS that a client can name; ``localhost`` if any host will do."""
    for pattern in allowed_hosts:
        if pattern.startswith("."):
            return pattern[1:]
        if pattern and "*" not in pattern:
            return pattern
    return "localhost"
