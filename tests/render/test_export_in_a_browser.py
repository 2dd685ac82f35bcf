"""The exported page in a real browser, driven by its keys."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reqtrace.render.exhibit import Look
from reqtrace.render.exhibit_request import request_exhibit
from reqtrace.render.export_html import html_page
from reqtrace.trace.model import RequestTrace

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
DEADLINE = 30.0
EVIL = '/</script><script>window.owned = 1</script><img src=x onerror="window.owned = 1">'

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")]


class Browser:
    """A page in headless Chromium, spoken to through a pipe (the DevTools protocol)."""

    def __init__(self, profile: Path) -> None:
        assert CHROMIUM is not None
        commands, self._write = os.pipe()
        answers, reports = os.pipe()
        # Chromium reads 3 and writes 4, so a shell puts the pipes there.
        program = f'exec "$0" "$@" 3<&{commands} 4>&{reports}'
        options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--remote-debugging-pipe",
            f"--user-data-dir={profile}",
        ]
        self.process = subprocess.Popen(
            ["/bin/bash", "-c", program, CHROMIUM, *options, "about:blank"],
            pass_fds=(commands, reports),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(commands)
        os.close(reports)
        self._answers = os.fdopen(answers, "rb")
        self._number = 0
        self.complaints: list[Any] = []
        """What the page's policy forbade, and errors of its script."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = {"sessionId": self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]}
        for domain in ("Log", "Runtime", "Page"):
            self.call(f"{domain}.enable")

    _session: dict[str, str] = {}

    def call(self, method: str, **parameters: Any) -> Any:
        """One command, and its answer."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters, **self._session}
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            told = json.loads(b"".join(iter(lambda: self._answers.read(1), b"\0")))
            if told.get("method") in ("Log.entryAdded", "Runtime.exceptionThrown"):
                self.complaints.append(told["params"])
            if told.get("id") == self._number:
                return told["result"]

    def ask(self, expression: str) -> Any:
        """The value of an expression in the page."""
        return self.call("Runtime.evaluate", expression=expression)["result"].get("value")

    def wait(self, expression: str) -> None:
        """Until it is true."""
        deadline = time.monotonic() + DEADLINE
        while not self.ask(expression):
            assert time.monotonic() < deadline, expression

    def press(self, key: str, text: str = "") -> None:
        """A key of the keyboard."""
        more = {"text": text} if text else {}
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, **(more if kind == "keyDown" else {}))

    @property
    def title(self) -> str:
        """The first of the two lines."""
        return str(self.ask("document.getElementById('title').textContent"))

    def close(self) -> None:
        """End the browser."""
        self.call("Browser.close")
        self.process.wait(DEADLINE)
        os.close(self._write)
        self._answers.close()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    started = Browser(tmp_path / "profile")
    yield started
    started.close()


def test_the_page_is_walked_through_by_its_keys_and_runs_nothing_else(
    trace_of: Callable[..., RequestTrace], browser: Browser, tmp_path: Path
) -> None:
    """Home, arrows, End and Space step and play, Tab reaches every control; what a request says is only shown."""
    trace = trace_of("detail")
    evil = replace(trace.summary, path=EVIL, query=EVIL)
    file = tmp_path / "page.html"
    file.write_text(html_page(request_exhibit(replace(trace, summary=evil)), Look()), encoding="utf-8")
    browser.call("Page.navigate", url=file.as_uri())
    browser.wait("document.querySelector('#steps [aria-current=step]') !== null")
    assert "/</script><script>window.owned = 1</script>" in browser.title
    for key, begins in (
        ("Home", "step 1/25  IN"),
        ("ArrowRight", "step 2/25  IN ▼  1 SecurityMiddleware"),
        ("ArrowRight", "step 3/25  IN ▼  2 SessionMiddleware"),
        ("ArrowLeft", "step 2/25"),
        ("End", "✓200"),
        ("Home", "step 1/25"),
    ):
        browser.press(key)
        assert browser.title.startswith(begins)
    browser.press(" ", " ")
    browser.wait("document.getElementById('title').textContent.startsWith('step 2/25')")
    assert browser.ask("document.getElementById('play').getAttribute('aria-pressed')") == "true"
    browser.press("ArrowLeft")
    assert browser.ask("document.getElementById('play').getAttribute('aria-pressed')") == "false"
    reached = []
    for _ in range(6):
        browser.press("Tab")
        reached.append(browser.ask("document.activeElement.id"))
    assert reached == ["picture", "first", "back", "next", "last", "play"]
    assert browser.ask("document.querySelectorAll('#picture span').length") > 20
    assert browser.ask("window.owned") is None
    assert browser.ask("document.images.length + document.scripts.length") == 2
    assert browser.complaints == []
    assert browser.ask("performance.getEntriesByType('resource').length") == 0


def test_the_page_fits_a_telephone_and_the_taste_for_dark(
    trace_of: Callable[..., RequestTrace], browser: Browser, tmp_path: Path
) -> None:
    """Only the picture scrolls sideways; a click on a step, a link to it and the slider go there."""
    file = tmp_path / "page.html"
    file.write_text(html_page(request_exhibit(trace_of("detail")), Look()), encoding="utf-8")
    browser.call("Emulation.setDeviceMetricsOverride", width=360, height=740, deviceScaleFactor=1, mobile=True)
    dark = {"name": "prefers-color-scheme", "value": "dark"}
    browser.call("Emulation.setEmulatedMedia", features=[dark])
    browser.call("Page.navigate", url=f"{file.as_uri()}#step-9")
    browser.wait("document.querySelector('#steps [aria-current]') !== null")
    assert browser.title.startswith("step 9/25  IN ▼  URLconf")
    assert browser.ask("document.documentElement.scrollWidth") == 360
    assert browser.ask("getComputedStyle(document.body).backgroundColor") == "rgb(17, 21, 28)"
    assert browser.ask("document.querySelectorAll('#steps button')[2].textContent").startswith("IN ▼  2 Session")
    browser.ask("document.querySelectorAll('#steps button')[2].click()")
    assert browser.title.startswith("step 3/25")
    browser.ask("location.hash = '#step-5'")
    browser.wait("document.getElementById('title').textContent.startsWith('step 5/25')")
    browser.ask("place.value = 7; place.dispatchEvent(new Event('input'))")
    assert browser.title.startswith("step 8/25")
    browser.call("Emulation.setEmulatedMedia", media="print", features=[dark])
    assert browser.ask("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)", "paper is light"
    assert browser.ask("getComputedStyle(controls).display") == "none"
    assert browser.complaints == []
