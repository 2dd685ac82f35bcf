"""No secret that a site handles is in anything that reqtrace sends, records, shows or logs."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import http.client
import json
import re
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from tui_driver import MemorySource, open_app
from waiting import until

from reqtrace.analysis.explain import narrate
from reqtrace.hub.arrival import Arrival
from reqtrace.hub.hub import Hub
from reqtrace.hub.recording import RecordingWriter
from reqtrace.render.document import trace_document
from reqtrace.render.plain import request_block, request_line
from reqtrace.trace.feed import Feed
from reqtrace.trace.store import TraceStore

pytestmark = pytest.mark.slow

HERE = Path(__file__).resolve().parent
DEADLINE = 30.0
SITE = (HERE / "secrets_site.py").read_text(encoding="utf-8")
FROM_CLIENT = (
    *("form_password", "form_token", "cookie_value", "cookie_session", "bearer", "basic", "api_key_header"),
    *("csrf_header", "query_token", "query_next", "query_encoded", "referer_query", "path_token", "path_key"),
    *("argument", "proxy_authorization", "login_wrong"),
)
NAMES = (*re.findall(r'SECRET\["(\w+)"\]', SITE), *re.findall(r"SECRET\['(\w+)'\]", SITE), *FROM_CLIENT)


@dataclass
class Secrets:
    """Markers by the place they are put in, and what the site itself made up."""

    markers: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.markers[name]

    def found_in(self, text: str) -> list[str]:
        """The names of the secrets that a text holds."""
        return sorted(name for name, marker in self.markers.items() if marker.lower() in text.lower())


def make_secrets() -> Secrets:
    """Markers that look like ordinary words, so that nothing is hidden only for looking random."""
    markers = {name: f"mark{secrets.token_hex(5)}" for name in dict.fromkeys(NAMES)}
    for name in ("path_token", "location_path"):
        # As Django makes them.
        markers[name] = f"cx{secrets.token_hex(2)}-{secrets.token_hex(16)}"
    markers["basic_encoded"] = base64.b64encode(f"reader:{markers['basic']}".encode()).decode()
    return Secrets(markers)


class Client:
    """Sends what a browser and other programs send, and learns the secrets that the site makes up."""

    def __init__(self, port: int, known: Secrets) -> None:
        self.port, self.known = port, known
        self.cookies: dict[str, str] = {}

    def send(self, method: str, path: str, body: dict[str, str] | None = None, **headers: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, urlencode(body or {}), sent)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for value in answer.headers.get_all("Set-Cookie") or ():
            name, _equals, rest = value.partition("=")
            self.cookies[name] = rest.partition(";")[0]
            if len(self.cookies[name]) > 10:
                self.known.markers[f"made {name} {self.cookies[name][:6]}"] = self.cookies[name]
        if token := re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text):
            self.known.markers[f"made token {token[1][:6]}"] = token[1]
            self.cookies["token"] = token[1]
        connection.close()
        return answer.status


def visit_everything(client: Client, known: Secrets) -> list[int]:
    """One request for each way in which a secret travels; the statuses."""
    send = client.send
    basic = f"Basic {known['basic_encoded']}"
    client.cookies = {"theme": known["cookie_value"], "sessionid": known["cookie_session"]}
    query = f"token={known['query_token']}&next=/reset/%3Ftoken%3D{known['query_next']}"
    encoded = f"pass%77ord={known['query_encoded']}&page=2"
    statuses = [
        send("POST", "/form/", {"password": known["form_password"], "token": known["form_token"]}),
        send("GET", f"/form/?{query}", Authorization=f"Bearer {known['bearer']}"),
        send(
            "GET", f"/form/?{encoded}", Authorization=basic, Proxy_Authorization=f"Basic {known['proxy_authorization']}"
        ),
        send("GET", "/form/", X_API_Key=known["api_key_header"], X_CSRFToken=known["csrf_header"]),
        send("GET", "/form/", Referer=f"http://localhost/?token={known['referer_query']}"),
        send("GET", f"/nowhere/?token={known['query_token']}"),
        send("GET", f"/form?token={known['query_token']}"),
    ]
    for page in ("sql", "sql-error", "fails", "fails-elsewhere", "caches", "mail", "outgoing", "logs", "redirect"):
        statuses.append(send("GET", f"/{page}/"))
    send("GET", "/invite/first/accept/")
    for path in (f"/invite/{known['path_key']}/accept/", f"/reset/Mg/{known['path_token']}/", "/redirect-to-path/"):
        statuses.append(send("GET", path, Referer=f"http://localhost{path}"))
    client.cookies = {}
    statuses.append(send("GET", "/login/"))
    wrong = {"username": "reader", "password": known["login_wrong"]}
    right = {"username": "reader", "password": known["form_password"]}
    for answer in (wrong, right, right):
        statuses.append(send("POST", "/login/", answer | {"csrfmiddlewaretoken": client.cookies.get("token", "")}))
    statuses.append(send("GET", "/form/"))
    statuses.append(send("POST", "/reset/", {"email": "reader@example.org"}, X_CSRFToken=client.cookies["csrftoken"]))
    return statuses


# --- a site that is watched ------------------------------------------------------------------------------------------


@dataclass
class Seen:
    """All that came of it."""

    known: Secrets
    arrivals: list[Arrival]
    statuses: list[int]
    store: TraceStore
    recording: Path
    printed: str


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def is_up(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@contextlib.contextmanager
def serving(environment: dict[str, str], known: Secrets, output: Path) -> Iterator[int]:
    """The site under runserver; its port."""
    port = free_port()
    argument = f"--database-password={known['argument']}"
    command = [sys.executable, str(HERE / "secrets_site.py"), argument]
    command += ["runserver", "--noreload", "--skip-checks", f"127.0.0.1:{port}"]
    with output.open("wb") as stream:
        child = subprocess.Popen(command, env=environment, stdout=stream, stderr=stream)
        try:
            until(lambda: child.poll() is not None or is_up(port), "the site")
            assert child.poll() is None, output.read_text()
            yield port
        finally:
            child.send_signal(signal.SIGINT)
            child.wait(DEADLINE)


@pytest.fixture(scope="module", params=[("path", ""), ("deep", "1")], ids=["path", "deep and DEBUG"])
def seen(request: Any, agent_environment: Any, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """A visit to every page of the site."""
    level, debug = request.param
    folder = tmp_path_factory.mktemp("secrets")
    known, store = make_secrets(), TraceStore()
    writer = RecordingWriter(folder / "visit.reqtrace")
    hub = Hub(recorder=writer)
    hub.start()
    arrivals: list[Arrival] = []
    feed = Feed(store)

    def look() -> None:
        for arrival in hub.drain(10_000):
            arrivals.append(arrival)
            feed.take(arrival)

    def is_over() -> bool:
        look()
        processes = store.processes()
        return bool(processes) and not processes[0].is_alive

    try:
        environment = {**agent_environment(hub), "REQTRACE_LEVEL": level, "SITE_SECRETS": json.dumps(known.markers)}
        if debug:
            environment["SITE_DEBUG"] = debug
        with serving(environment, known, folder / "output") as port:
            statuses = visit_everything(Client(port, known), known)
        until(is_over, "the end of the site")
    finally:
        hub.close()
        writer.close()
    look()
    printed = (folder / "output").read_text()
    return Seen(known, arrivals, statuses, store, folder / "visit.reqtrace", printed)


def traces(seen: Seen) -> list[Any]:
    return [seen.store.trace(summary.key) for summary in seen.store.summaries()]


def test_the_site_did_handle_them(seen: Seen) -> None:
    """Every page answered as it should, every request is told, and nothing of the agent failed meanwhile."""
    assert seen.statuses[:7] == [200, 200, 200, 200, 200, 404, 301]
    assert seen.statuses[7:16] == [200, 500, 500, 500, 200, 200, 200, 200, 302]
    assert seen.statuses[16:19] == [200, 200, 302]
    assert seen.statuses[19:23] == [200, 200, 302, 403]
    assert len(seen.store.summaries()) >= len(seen.statuses)
    [process] = seen.store.processes()
    assert process.warnings == ()
    assert len(seen.known.markers) > len(NAMES) - 5


def test_no_frame_holds_a_secret(seen: Seen) -> None:
    """What leaves the process is all that anybody watching can have."""
    leaks = {name: arrival.line for arrival in seen.arrivals for name in seen.known.found_in(arrival.line.decode())}
    shown = {name: excerpt(line.decode(), seen.known[name]) for name, line in leaks.items()}
    assert shown == {}


def excerpt(text: str, marker: str) -> str:
    place = text.lower().index(marker.lower())
    return text[max(0, place - 100) : place + 60]


def test_no_recording_holds_a_secret(seen: Seen) -> None:
    """The file that is passed on to others."""
    assert seen.known.found_in(seen.recording.read_text(encoding="utf-8")) == []


def test_nothing_that_is_printed_holds_a_secret(seen: Seen) -> None:
    """Blocks and lines of ``--plain``, and the documents of ``--json``."""
    for trace in traces(seen):
        printed = [request_block(trace, width=160).plain(), request_line(trace), json.dumps(trace_document(trace))]
        printed += [repr(narrate(trace, stop)) for stop in trace.stops]
        assert seen.known.found_in("\n".join(printed)) == []


def test_no_screen_shows_a_secret(seen: Seen) -> None:
    """Every request in the funnel."""
    source = MemorySource(is_live=False)
    source._arrivals.extend(seen.arrivals)

    async def look() -> list[str]:
        async with open_app(source, (200, 50)) as driver:
            screens = [driver.text]
            for _ in seen.statuses:
                await driver.press("up")
                screens.append(driver.text)
            return screens

    assert seen.known.found_in("\n".join(asyncio.run(look()))) == []


def test_no_line_of_reqtrace_in_the_log_holds_a_secret(seen: Seen) -> None:
    """What the site prints is its own affair; what the agent adds to it is ours."""
    lines = [line for line in seen.printed.splitlines() if "reqtrace" in line]
    assert seen.known.found_in("\n".join(lines)) == []
