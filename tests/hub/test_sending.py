"""A visit is sent over real HTTP to the site and to nobody else."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from reqtrace.errors import HubError, UsageError
from reqtrace.hub.discover import discover
from reqtrace.hub.ports import free_port, is_answering
from reqtrace.hub.project import Project
from reqtrace.hub.sending import merged, send_visit
from reqtrace.hub.visit import Visit

Received = list[tuple[str, str, list[tuple[str, str]], bytes]]


class Site(ThreadingHTTPServer):
    """Keeps what it gets, redirects every POST, and sends a body in parts."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.received: Received = []
        self.url = f"http://127.0.0.1:{self.server_port}/"


class Handler(BaseHTTPRequestHandler):
    server: Site

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.received.append((self.command, self.path, self.headers.items(), body))
        self.send_response(302 if self.command == "POST" else 200)
        self.send_header("Location", "http://192.0.2.1/elsewhere/")
        self.end_headers()
        for _ in range(3):
            self.wfile.write(b"x" * 100_000)

    do_GET = do_POST = do_PURGE = answer

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nobody reads it."""


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_request_arrives_as_it_was_asked_for(site: Site) -> None:
    """Method, path, headers and body are the visit's; what every client says is added, once."""
    visit = Visit(
        method="POST",
        url="/basket/é/?next=/books/",
        headers=(("X-Case", "1"), ("Content-Type", "text/x"), ("Content-Length", "999"), ("Connection", "keep-alive")),
        body="größe=1",
        content_type="application/x-www-form-urlencoded",
    )
    reply = send_visit(site.url, visit)
    assert (reply.status, reply.reason) == (302, "Found")
    [(method, path, headers, body)] = site.received
    assert (method, path, body.decode()) == ("POST", "/basket/%C3%A9/?next=/books/", "größe=1")
    assert dict(headers) == {
        "Host": site.url.removeprefix("http://").rstrip("/"),
        "User-Agent": "reqtrace",
        "Accept": "*/*",
        "X-Case": "1",
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(body)),
        "Connection": "close",
    }
    assert len(headers) == len(dict(headers))


def test_headers_of_the_original_are_not_sent_twice(site: Site) -> None:
    """A browser's own ``Host`` and ``User-Agent`` stay; a GET has no length."""
    send_visit(site.url, Visit(method="GET", url="/", headers=(("Host", "shop.test"), ("User-Agent", "Firefox/1"))))
    [(_, _, headers, _)] = site.received
    assert dict(headers) == {"Host": "shop.test", "User-Agent": "Firefox/1", "Accept": "*/*", "Connection": "close"}


def test_a_redirect_is_not_followed(site: Site) -> None:
    """It may lead to another site, and a person wants to see this answer."""
    assert send_visit(site.url, Visit(method="POST", url="/")).status == 302
    assert len(site.received) == 1


@pytest.mark.parametrize("url", ["http://192.0.2.1/", "//192.0.2.1/", "@192.0.2.1/", ""])
def test_no_other_address_is_reached(site: Site, url: str) -> None:
    """What is asked for is a path of the site; an address in its place is refused, or is a path."""
    if url.startswith("/"):
        send_visit(site.url, Visit(method="GET", url=url))
        # http.server itself makes one slash of two.
        assert site.received[0][1] == "/192.0.2.1/"
    else:
        with pytest.raises(UsageError, match="no path of the site"):
            send_visit(site.url, Visit(method="GET", url=url))


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "GET /"},
        {"method": ""},
        {"headers": (("X Y", "1"),)},
        {"headers": (("X", "1\r\nX-Smuggled: 1"),)},
    ],
)
def test_what_is_no_http_is_not_sent(site: Site, wrong: dict[str, Any]) -> None:
    """No line break gets into a request."""
    with pytest.raises(UsageError):
        send_visit(site.url, Visit(**{"method": "GET", "url": "/", **wrong}))
    assert not site.received


def test_a_line_break_in_a_path_is_encoded(site: Site) -> None:
    """It stays a part of the path."""
    send_visit(site.url, Visit(method="GET", url="/a\r\nX-Smuggled: 1"))
    assert site.received[0][1] == "/a%0D%0AX-Smuggled:%201"


def test_a_site_that_is_gone() -> None:
    """The message says what was not answered."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        port = server.server_port
    with pytest.raises(HubError, match=r"GET / was not answered"):
        send_visit(f"http://127.0.0.1:{port}/", Visit(method="GET", url="/"))


def test_nobody_can_be_logged_in_without_a_project(site: Site) -> None:
    """A command of which only the address is known has no sessions to make."""
    with pytest.raises(UsageError, match="reqtrace serve"):
        send_visit(site.url, Visit(method="GET", url="/", username="ada"))
    assert not site.received


def test_cookies_stand_in_one_header() -> None:
    """Those of the visitor come last, so they count."""
    headers = [("Cookie", "theme=dark"), ("Referer", "http://x/"), ("A", "1")]
    more = (("Cookie", "sessionid=1"), ("Cookie", "csrftoken=2"), ("Referer", "https://y/"))
    assert merged(headers, more) == [
        ("A", "1"),
        ("Referer", "https://y/"),
        ("Cookie", "theme=dark; sessionid=1; csrftoken=2"),
    ]


PROJECT = """
import os, sys
from django.conf import settings
from django.http import HttpResponse
from django.urls import path

def members(request):
    return HttpResponse(status=200 if request.user.get_username() == "ada" else 401)

def sessions(request):
    from django.contrib.sessions.models import Session
    return HttpResponse(status=500 if Session.objects.exists() else 204)

settings.configure(
    SECRET_KEY="x", DEBUG=True, ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"}},
    SESSION_COOKIE_NAME="visit", CSRF_COOKIE_NAME="proof", CSRF_HEADER_NAME="HTTP_X_PROOF",
    SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"), CSRF_USE_SESSIONS="SECRET_IN_SESSION" in os.environ,
)
urlpatterns = [path("members/", members), path("sessions/", sessions)]

if __name__ == "__main__":
    from django.core.management import execute_from_command_line
    if sys.argv[1:] == ["prepare"]:
        execute_from_command_line(["manage.py", "migrate", "-v0"])
        from django.contrib.auth.models import User
        User.objects.create_user("ada")
    else:
        execute_from_command_line(sys.argv)
"""


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[], tuple[str, Project]]]:
    """Starts a strict Django site: its address, and its project."""
    (tmp_path / "manage.py").write_text(PROJECT)
    children: list[subprocess.Popen[bytes]] = []

    def start() -> tuple[str, Project]:
        subprocess.run([sys.executable, "manage.py", "prepare"], cwd=tmp_path, check=True)
        port = free_port("127.0.0.1", 0)
        command = [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
        children.append(subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        deadline = time.monotonic() + 30
        while not is_answering("127.0.0.1", port):
            assert time.monotonic() < deadline
        return f"http://127.0.0.1:{port}/", discover(tmp_path)

    yield start
    for child in children:
        child.terminate()
        child.wait()


@pytest.mark.slow
@pytest.mark.parametrize("place", ["cookie", "session"])
def test_django_accepts_the_visitor(
    serve: Callable[[], tuple[str, Project]], place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """User and token pass CsrfViewMiddleware, over HTTPS behind a proxy, too; afterwards the session is gone."""
    if place == "session":
        monkeypatch.setenv("SECRET_IN_SESSION", "1")
    url, project = serve()
    assert send_visit(url, Visit(method="POST", url="/members/")).status == 403
    headers = (("X-Forwarded-Proto", "https"),) if place == "cookie" else ()
    ada = Visit(method="POST", url="/members/", headers=headers, username="ada", wants_csrf=True)
    assert send_visit(url, ada, project).status == 200
    assert send_visit(url, Visit(method="GET", url="/sessions/")).status == 204
    with pytest.raises(UsageError, match=r"no user with the username adda\."):
        send_visit(url, replace(ada, username="adda"), project)
