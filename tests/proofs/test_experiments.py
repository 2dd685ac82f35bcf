"""Whatever is tried in the lab, the running site goes on as if nothing had happened."""

from __future__ import annotations

import hashlib
import random
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from reqtrace.analysis.lab import Lab
from reqtrace.hub.discover import discover
from reqtrace.hub.visit import Visit

pytestmark = pytest.mark.slow

LAB_PROJECT = Path(__file__).parents[1] / "lab_project"
EXPERIMENTS = 60
DEADLINE = 30.0
URLS = ("/hello/", "/who/", "/write/", "/write_in_thread/", "/remember/", "/mail/", "/fetch/", "/slow/", "/fail/")
ASKED = ("/hello/", "/who/", "/slow/", "/fail/", "/nowhere/")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "site"
    shutil.copytree(LAB_PROJECT, root, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity=0"], cwd=root, check=True)
    shutil.copy(root / "default.sqlite3", root / "other.sqlite3")
    return root


@pytest.fixture
def address(root: Path) -> Iterator[str]:
    """The project's own development server, untraced."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "manage.py", "runserver", "--noreload", "--nothreading", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as site:
        try:
            deadline = time.monotonic() + DEADLINE
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    assert time.monotonic() < deadline
            yield f"http://127.0.0.1:{port}"
        finally:
            site.kill()


def answers(address: str) -> list[tuple[int, list[tuple[str, str]], bytes]]:
    """What a browser gets of each page, byte for byte but for the date."""
    seen = []
    for url in ASKED:
        try:
            response = urllib.request.urlopen(address + url, timeout=DEADLINE)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            headers = [(name, value) for name, value in response.headers.items() if name != "Date"]
            seen.append((response.status, headers, response.read()))
    return seen


def files(root: Path) -> dict[str, str]:
    found = (path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def test_the_site_answers_as_before(root: Path, address: str) -> None:
    """Random lists, requests that write, mail and connect: the site's answers and every file stay byte-identical."""
    chosen = random.Random(5)
    before, stored = answers(address), files(root)
    statuses = set()
    with Lab(discover(root, python=sys.executable)) as lab:
        for _ in range(EXPERIMENTS):
            layers = chosen.sample(lab.facts.middleware, chosen.randint(0, len(lab.facts.middleware)))
            visit = Visit(method="GET", url=chosen.choice(URLS), is_asgi=chosen.random() < 0.3)
            statuses.add(lab.attempt(visit, layers).status)
            assert answers(address)[:1] == before[:1]
    assert {200, 500, 502} <= statuses, "the experiments were all alike"
    assert answers(address) == before
    assert files(root) == stored
