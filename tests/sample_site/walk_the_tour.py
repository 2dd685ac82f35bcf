"""Make every visit of the tour through ``bookshop.wsgi`` or ``bookshop.asgi`` and print the answers as JSON.

Run by the tests in a process of its own: ``python walk_the_tour.py wsgi`` in the directory of the sample site, with
``BOOKSHOP_DATABASE`` naming a migrated database. Every visit is made by a new visitor with no cookies.
"""

from __future__ import annotations

import asyncio
import io
import json
import sys
from collections.abc import Callable
from http.cookies import SimpleCookie
from importlib import import_module
from typing import Any, NamedTuple
from urllib.parse import quote, unquote_to_bytes, urlencode
from wsgiref.util import setup_testing_defaults

from asgiref.testing import ApplicationCommunicator


class Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: bytes


Send = Callable[[str, str, dict[str, str], bytes], Answer]


def send_wsgi(method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
    path, _, query = target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": headers.get("Content-Type", ""),
        "HTTP_HOST": "localhost",
        "HTTP_COOKIE": headers.get("Cookie", ""),
        "wsgi.input": io.BytesIO(body),
    }
    setup_testing_defaults(environ)
    started: list[tuple[str, list[tuple[str, str]]]] = []
    result = import_module("bookshop.wsgi").application(environ, lambda *status: started.append(status))
    received = b"".join(result)
    if hasattr(result, "close"):
        result.close()
    status, answered = started[0]
    return Answer(int(status.split()[0]), answered, received)


def send_asgi(method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
    return asyncio.run(exchange(method, target, {**headers, "Host": "localhost"}, body))


async def exchange(method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
    path, _, query = target.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": unquote_to_bytes(path).decode(),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items() if value],
    }
    browser = ApplicationCommunicator(import_module("bookshop.asgi").application, scope)
    await browser.send_input({"type": "http.request", "body": body})
    start = await browser.receive_output(timeout=30)
    received = b""
    more = True
    while more:
        part = await browser.receive_output(timeout=30)
        received += part.get("body", b"")
        more = part.get("more_body", False)
    await browser.wait(timeout=30)
    answered = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]]
    return Answer(start["status"], answered, received)


class Visitor:
    """A browser as far as this site needs one: it keeps cookies and sends the CSRF token back."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.cookies: dict[str, str] = {}

    def request(self, method: str, path: str, form: dict[str, str], *, token: bool = True) -> Answer:
        headers = {}
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            form = {**form, "csrfmiddlewaretoken": self.token()} if token else form
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = urlencode(form).encode() if method == "POST" else b""
        answer = self.send(method, quote(path, safe="/?=&"), headers, body)
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                self.cookies.update({key: morsel.value for key, morsel in SimpleCookie(value.strip()).items()})
        return answer

    def token(self) -> str:
        if "csrftoken" not in self.cookies:
            self.request("GET", "/accounts/login/", {})
        return self.cookies["csrftoken"]

    def log_in(self, user: str) -> None:
        answer = self.request("POST", "/accounts/login/", {"username": user, "password": user})
        if answer.status != 302:
            raise SystemExit(f"{user} cannot log in: {answer.status}")


def walk(send: Send) -> list[dict[str, Any]]:
    answers = []
    for chapter in import_module("shop.tour").TOUR:
        for visit in chapter.visits:
            visitor = Visitor(send)
            if visit.user:
                visitor.log_in(visit.user)
            answer = visitor.request(visit.method, visit.path, dict(visit.form), token=visit.token)
            answers.append(
                {
                    "visit": f"{visit.method} {visit.path} {visit.user}{visit.note}".strip(),
                    "expected": visit.status,
                    "status": answer.status,
                    "headers": sorted([name.lower(), value] for name, value in answer.headers),
                    "body": answer.body.decode(errors="replace"),
                }
            )
    return answers


if __name__ == "__main__":
    json.dump(walk({"wsgi": send_wsgi, "asgi": send_asgi}[sys.argv[1]]), sys.stdout)
