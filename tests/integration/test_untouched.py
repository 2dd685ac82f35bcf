"""Traced and untraced, every URL of the sample site gives the same status, headers and body."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "sample_site"
Environment = Callable[..., dict[str, str]]

pytestmark = pytest.mark.slow

RANDOM = re.compile(
    r'(?<=name="csrfmiddlewaretoken" value=")\w+|(?<=csrftoken=)\w+|(?<=sessionid=)\w+|(?<=csrftoken&#x27;: &#x27;)\w+'
    r"|(?<=expires=)[^;]+|(?<=messages=)[^;]+|0x[0-9a-f]+|\b(?:c|s|v|pre|post|local)?\d{14,}\b"
    r"|\w{3}, \d\d \w{3} \d{4} [\d:]+ (?:[+-]\d{4}|GMT)|(?<=127\.0\.0\.1:)\d+|(?<=localhost:)\d+|&#x27;\d{5}&#x27;"
    r"|CSRF_COOKIE[^\n]*\n[^\n]*\n|datetime\.datetime\([^)]*\)"
)
CHANGING = {"content-length", "expires", "date"}
"""Technical pages have object addresses of different length in them."""


def steady(answer: dict[str, Any]) -> dict[str, Any]:
    headers = [[name, RANDOM.sub("…", value)] for name, value in answer["headers"] if name not in CHANGING]
    return {**answer, "headers": headers, "body": RANDOM.sub("…", answer["body"])}


@pytest.mark.parametrize("interface", ["wsgi", "asgi"])
def test_every_visit_of_the_tour_is_the_same(environment: Environment, interface: str) -> None:
    """All visits, made by new visitors, through the handlers; Django's own error pages included."""
    walker = str(ROOT / "tests" / "sample_site" / "walk_the_tour.py")
    answers = []
    for traced in (False, True):
        done = subprocess.run(
            [sys.executable, walker, interface],
            cwd=SITE,
            env=environment(traced=traced, path=str(SITE)),
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        answers.append([steady(answer) for answer in json.loads(done.stdout)])
    bare, traced_answers = answers
    assert len(bare) > 60
    for before, after in zip(bare, traced_answers, strict=True):
        assert after == before


@contextmanager
def runserver(environment: dict[str, str]) -> Iterator[int]:
    """The project's own server on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
    child = subprocess.Popen(command, cwd=SITE, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < deadline, "the server did not start"
                time.sleep(0.05)
        yield port
    finally:
        child.send_signal(signal.SIGINT)
        child.wait(10)


def exchange(port: int) -> list[Any]:
    """Several requests on one kept-alive connection, and the bytes of a bad one."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    answers = []
    for method, path in [
        ("GET", "/books/"),
        ("HEAD", "/books/"),
        ("GET", "/static/shop/style.css"),
        ("GET", "/static/there/is/none.css"),
        ("GET", "/books"),
        ("GET", "/download/sample-chapter/"),
        ("GET", "/export/books.csv"),
        ("GET", "/error/"),
        ("GET", "/nowhere/"),
        ("GET", quote("/books/红楼梦/")),
        ("POST", "/guestbook/"),
        ("BREW", "/books/"),
    ]:
        connection.request(method, path, body=b"a=1" if method == "POST" else None)
        answer = connection.getresponse()
        body = answer.read().decode("utf-8", "replace")
        headers = [[name.lower(), value] for name, value in answer.getheaders()]
        answers.append(
            steady({"request": f"{method} {path}", "status": answer.status, "headers": headers, "body": body})
        )
    connection.close()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
        raw.sendall(b"GET / HTTP/9.9\r\n\r\n")
        answers.append(RANDOM.sub("…", raw.makefile("rb").read().decode("latin-1")))
    return answers


def test_runserver_answers_the_same(environment: Environment) -> None:
    """The same bytes over sockets: kept-alive, static, HEAD and bad requests; META shows no variable of ours."""
    answers = []
    for traced in (False, True):
        with runserver(environment(traced=traced)) as port:
            answers.append(exchange(port))
    bare, traced_answers = answers
    for before, after in zip(bare, traced_answers, strict=True):
        assert after == before
    [error] = [answer for answer in bare if isinstance(answer, dict) and answer["request"] == "GET /error/"]
    assert "BOOKSHOP_DATABASE" in error["body"], "the page that shows the environment was not compared"
