"""The screen in a real terminal: however it ends, nothing is left."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")]

# The new session takes the terminal as its own, so that closing it hangs up; a window size is set, as a terminal does.
SHOWING = """
import fcntl, struct, sys, termios, time
from pathlib import Path
from reqtrace.cli import signals
from reqtrace.cli.main import main
from reqtrace.tui.app import ReqtraceApp

fcntl.ioctl(0, termios.TIOCSCTTY, 0)
fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
{change}
sys.exit(main())
"""
CRASHING = """
def crash(app):
    if Path({trigger!r}).exists():
        raise ZeroDivisionError("a bug of ours")
ReqtraceApp._tick = crash
"""
FROZEN = """
signals.PATIENCE = 0.5
ReqtraceApp.run_to_end = lambda app: time.sleep(60)
"""


@pytest.fixture
def show(start: Any, project: Any, site: Any, terminal: Any, until: Any) -> Callable[..., Any]:
    """Serve the project on a screen in the terminal, and wait until the site is up."""

    def shown(change: str = "") -> Any:
        terminals = dict.fromkeys(("stdin", "stdout", "stderr"), terminal.screen)
        program = start(
            *("serve", str(project), "--port", str(site.port)),
            code=SHOWING.format(change=change),
            environment={"TERM": "xterm-256color"},
            **terminals,
        )
        until(lambda: site.is_up, "the start of the site")
        return program

    return shown


@pytest.mark.parametrize("keys", [b"q", b"\x03"], ids=["q", "Ctrl+C"])
def test_leaving_the_screen_ends_the_site(show: Any, site: Any, terminal: Any, until: Any, keys: bytes) -> None:
    """Exit code 0, no process, no port."""
    program = show()
    until(site.get)
    until(lambda: b"/hello/" in terminal.text, "the request on the screen")
    terminal.type(keys)
    assert program.wait() == 0
    until(lambda: not program.remains())
    assert not site.is_up


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_ends_screen_and_site(show: Any, site: Any, terminal: Any, until: Any, number: signal.Signals) -> None:
    """In good order: the terminal is given back."""
    program = show()
    until(lambda: b"\x1b[?1049h" in terminal.text, "the screen")
    program.process.send_signal(number)
    assert program.wait() == 128 + number
    until(lambda: not program.remains())
    until(lambda: b"\x1b[?1049l" in terminal.text, "the end of the screen")
    assert not site.is_up


def test_a_closed_terminal_ends_everything(show: Any, site: Any, terminal: Any, until: Any) -> None:
    """Nobody can see the screen any more."""
    program = show()
    until(lambda: b"\x1b[?1049h" in terminal.text, "the screen")
    terminal.close()
    program.wait()
    until(lambda: not program.remains())
    assert not site.is_up


def test_a_crash_of_the_screen_ends_the_site(show: Any, site: Any, terminal: Any, until: Any, tmp_path: Any) -> None:
    """It is reported as a bug of ours once the terminal is given back."""
    trigger = tmp_path / "now"
    program = show(CRASHING.format(trigger=str(trigger)))
    trigger.touch()
    assert program.wait() == 70
    until(lambda: not program.remains())
    assert not site.is_up
    until(lambda: b"a bug of ours" in terminal.text.rpartition(b"\x1b[?1049l")[2], "the report")


def test_a_screen_that_does_not_answer_is_left_behind(show: Any, site: Any, until: Any) -> None:
    """The site is ended at once, and the process after a while."""
    program = show(FROZEN)
    program.process.terminate()
    until(lambda: not site.is_up)
    assert program.wait() == 143
    until(lambda: not program.remains())
