"""The real program, the real sample site, a real HTTP client: a held request waits, others go on, and it completes."""

from __future__ import annotations

import http.client
import shutil
import socket
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from tmux_terminal import Terminal

pytestmark = [
    pytest.mark.slow,
    pytest.mark.terminal,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux"),
]

SITE = Path(__file__).parents[2] / "sample_site"
PATIENCE = 60.0
"""Seconds for a site to start on a busy machine."""


@pytest.fixture(scope="module")
def bookshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample site, whose database is made by the first start and used by the others."""
    copy = tmp_path_factory.mktemp("shop") / "sample_site"
    shutil.copytree(SITE, copy, ignore=shutil.ignore_patterns("*.sqlite3*", "__pycache__"))
    return copy


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def get(port: int, path: str) -> int:
    """The status of a page; waits as long as the site lets it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


def is_still_waiting(answer: Future[int], seconds: float = 0.3) -> bool:
    """It has not been answered for a while."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not answer.done():
        time.sleep(0.02)
    return not answer.done()


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 40), (200, 50)])
def test_a_browser_waits_until_it_is_let_go(
    open_terminal: Callable[[tuple[int, int]], Terminal], bookshop: Path, size: tuple[int, int]
) -> None:
    """B writes the condition; only what fits it is held, visibly; o and c let it go, and it is answered."""
    port = free_port()
    terminal = open_terminal(size)
    terminal.press(
        f"{sys.executable} -m reqtrace serve {bookshop} --noreload --port {port}; echo left with $?", "Enter"
    )
    terminal.wait_for("● LIVE", PATIENCE)
    assert get(port, "/") == 200
    terminal.wait_for("Flow of request 1")
    terminal.press("B")
    terminal.wait_for("No holds yet")
    terminal.press("-l", "at:view path~/books method:GET")
    terminal.wait_for("hold at the view")
    terminal.press("Enter")
    terminal.wait_for("hold 1")
    with ThreadPoolExecutor(max_workers=1) as browser:
        answer = browser.submit(get, port, "/books/")
        terminal.wait_for("HELD VIEW")
        terminal.wait_for("o one step, c on")
        shown = terminal.wait_for("HOLDING 1")
        assert max(len(line) for line in shown.splitlines()) <= size[0]
        assert is_still_waiting(answer)
        assert get(port, "/") == 200, "others go on"
        assert is_still_waiting(answer)
        terminal.press("o")
        terminal.wait_for(r"HELD(?! VIEW)")
        assert is_still_waiting(answer)
        terminal.press("c")
        assert answer.result(PATIENCE) == 200
    terminal.wait_for(r"LIVE +hold 1")
    terminal.press("B")
    terminal.wait_for("so far")
    terminal.press("Down")
    terminal.wait_for("Del Lift this hold")
    terminal.press("DC")
    terminal.wait_for("No holds yet")
    terminal.press("Escape")
    terminal.wait_for(r"(?s)\A(?!.*so far)")
    assert get(port, "/books/") == 200, "and nobody is held any more"
    terminal.press("q")
    terminal.wait_for(r"^left with 0")
