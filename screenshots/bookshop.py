"""Records a visit to the sample site, and reads it back on another machine."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from reqtrace.hub.arrival import HUB, Arrival
from reqtrace.hub.recording import read_recording

ROOT = Path(__file__).resolve().parent.parent
RECORDING = ROOT / "tests" / "recordings" / "bookshop.reqtrace"
PATIENCE = 60.0
PORT = 8000
"""The port that the pictures show, whichever was free."""

UNIX_TIME = re.compile(rb"\b\d{19}\b")
WHOLE_DAYS = 36_525 * 24 * 60 * 60 * 1_000_000_000

VISIT: tuple[tuple[str, Mapping[str, str] | None], ...] = (
    ("/", None),
    ("/books/", None),
    ("/static/shop/style.css", None),
    ("/books", None),
    ("/shelves/n-plus-one/", None),
    ("/search/?q=sea", None),
    ("/guestbook/", {"message": "hello"}),
    ("/no/such/page/", None),
    ("/error/", None),
    ("/bestsellers/", None),
    ("/books/emma/", None),
)
"""URL, and the form that is posted to it without the CSRF token."""


def places() -> dict[str, str]:
    """Marks that stand in the recording for places that differ between machines."""
    django = find_spec("django")
    assert django is not None
    assert django.origin is not None
    return {
        "{checkout}": str(ROOT),
        "{site-packages}": str(Path(django.origin).parent.parent),
        "{standard-library}": sysconfig.get_path("stdlib"),
        "{python}": sys.executable,
    }


SHOWN_PLACES = {
    "{checkout}": "/home/ada/reqtrace",
    "{site-packages}": "/home/ada/reqtrace/.venv/lib/python3/site-packages",
    "{standard-library}": "/usr/lib/python3",
    "{python}": ".venv/bin/python",
}
"""What the site's own output says in their stead: the pictures must not differ between machines."""


def in_json(text: str) -> bytes:
    return json.dumps(text, ensure_ascii=False)[1:-1].encode()


def arrivals() -> Iterator[Arrival]:
    """The visit, with the places of this machine, as long as the site was running."""
    real = places()
    for process, line in read_recording(RECORDING):
        if process == HUB and b'"phase":"stopped"' in line:
            return
        marks = SHOWN_PLACES if process == HUB else real  # the source pane reads the files that agents name
        for mark, place in marks.items():
            line = line.replace(mark.encode(), in_json(place))
        yield Arrival(process, UNIX_TIME.sub(in_the_future, line))


def in_the_future(match: re.Match[bytes]) -> bytes:
    """The same time of day, later than any checkout: source that is newer than its request would be marked so."""
    return b"%d" % (int(match.group()) + WHOLE_DAYS)


def record_bookshop() -> None:
    """Serve the sample site, visit it, and keep what was recorded without the places of this machine."""
    with tempfile.TemporaryDirectory() as scratch:
        raw = Path(scratch) / "raw.reqtrace"
        port = serve_and_visit(raw, scratch)
        text = raw.read_bytes()
    for mark, place in places().items():
        text = text.replace(in_json(place), mark.encode())
    text = text.replace(f":{port}".encode(), f":{PORT}".encode()).replace(in_json(scratch), b"{scratch}")
    for private in (Path.home(), sys.prefix):
        if (at := text.find(in_json(str(private)))) >= 0:
            raise SystemExit(f"the recording still names {private}: {text[at - 80 : at + 80]!r}")
    RECORDING.parent.mkdir(exist_ok=True)
    RECORDING.write_bytes(text)


def serve_and_visit(recording: Path, scratch: str) -> int:
    """Run ``reqtrace serve`` while the site is visited; returns the port the site had."""
    command = [sys.executable, "-m", "reqtrace", "serve", "sample_site", "--plain", "--port", "0", "--noreload"]
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "BOOKSHOP_DATABASE": str(Path(scratch, "db.sqlite3"))}
    with Path(scratch, "story").open("w") as story:
        process = subprocess.Popen(
            [*command, "--record", str(recording)], cwd=ROOT, env=variables, stdout=story, stderr=story
        )
        try:
            port = wait_for_port(Path(story.name), process)
            for number, (path, form) in enumerate(VISIT, start=1):
                visit(f"http://127.0.0.1:{port}{urllib.parse.quote(path, safe='/?=&')}", form)
                wait_until(partial(are_shown, Path(story.name), number), process, path)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE)
    return port


def wait_for_port(story: Path, process: subprocess.Popen[bytes]) -> int:
    """The port that reqtrace chose, as soon as the site answers there."""

    def is_serving() -> bool:
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", story.read_text())
        if found is None:
            return False
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", int(found[1]))) == 0

    wait_until(is_serving, process, "the site")
    found = re.search(r"http://127\.0\.0\.1:(\d+)/", story.read_text())
    assert found is not None
    return int(found[1])


def are_shown(story: Path, count: int) -> bool:
    """Whether that many blocks have been printed: one a request."""
    return len(re.findall("^ ▼ ", story.read_text(encoding="utf-8"), re.MULTILINE)) >= count


def wait_until(holds: Callable[[], bool], process: subprocess.Popen[bytes], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"waited in vain for {what}")
        time.sleep(0.05)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer like any other."""

    def redirect_request(self, *args: object) -> None:
        return None


def visit(url: str, form: Mapping[str, str] | None) -> None:
    """Make one request; whatever comes back is right."""
    data = None if form is None else urllib.parse.urlencode(form).encode()
    opener = urllib.request.build_opener(NoRedirect)
    try:
        with opener.open(url, data) as response:
            response.read()
    except urllib.error.HTTPError as error:
        error.close()
