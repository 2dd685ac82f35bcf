"""The real program in a real terminal: a recording is opened, walked through and left, and the shell is whole again."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tmux_terminal import PROMPT, Terminal
from tui_driver import MemorySource

from reqtrace.hub.recording import RecordingWriter

pytestmark = [
    pytest.mark.slow,
    pytest.mark.terminal,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux"),
]


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Three requests."""
    source = MemorySource()
    for name in ("home", "csrf_403", "detail"):
        source.request(name)
    path = tmp_path / "monday.reqtrace"
    writer = RecordingWriter(path)
    writer.write(source.drain(1_000))
    writer.close()
    return path


def replay(path: Path) -> str:
    return f"{sys.executable} -m reqtrace replay {path}; echo left with $?"


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_a_recording_is_walked_through(
    open_terminal: Callable[[tuple[int, int]], Terminal], recording: Path, size: tuple[int, int]
) -> None:
    """Requests, steps, modes and help answer to their keys; q leaves with 0, the shell's own screen is back."""
    terminal = open_terminal(size)
    terminal.press(replay(recording), "Enter")
    terminal.wait_for(r"REPLAY monday.reqtrace 1/3(.*\n)*.*▼ REQUEST GET /")
    shown = terminal.wait_for("Flow of request 1")
    assert max(len(line) for line in shown.splitlines()) <= size[0]
    terminal.press("Right", "Right", "Right")
    terminal.wait_for(r"step 3/\d+ +IN ▼ +2 SessionMiddleware")
    terminal.press("Down")
    terminal.wait_for(r"returned 403.*\n(.*\n)*.*done +!403")
    terminal.wait_for("Flow of request 2")
    terminal.press("5")
    terminal.wait_for("What the site prints")
    terminal.press("1", "?")
    terminal.wait_for("Help: Flow")
    terminal.press("Escape")
    terminal.wait_for("Flow of request 2")
    terminal.press("q")
    shown = terminal.wait_for(r"^left with 0")
    assert "REPLAY" not in shown.replace("replay", "")
    terminal.wait_for(PROMPT)
    terminal.press("echo still $((40+2))", "Enter")
    terminal.wait_for(r"^still 42")


def test_ctrl_c_leaves(open_terminal: Callable[[tuple[int, int]], Terminal], recording: Path) -> None:
    """As everywhere in a terminal."""
    terminal = open_terminal((80, 24))
    terminal.press(replay(recording), "Enter")
    terminal.wait_for(r"Flow of request 1")
    terminal.press("C-c")
    terminal.wait_for(r"^left with 0")


def test_ctrl_z_and_back(open_terminal: Callable[[tuple[int, int]], Terminal], recording: Path) -> None:
    """The shell in between, then the very same screen."""
    terminal = open_terminal((80, 24))
    terminal.press(replay(recording), "Enter")
    terminal.wait_for(r"Flow of request 1")
    terminal.press("Right", "Right")
    before = terminal.wait_for(r"step 2/")
    terminal.press("C-z")
    terminal.wait_for(r"Stopped")
    terminal.press("fg", "Enter")
    assert terminal.wait_for(r"step 2/") == before
    terminal.press("q")
    terminal.wait_for(PROMPT)
    terminal.press("echo still $((40+2))", "Enter")
    terminal.wait_for(r"^still 42")


def test_a_window_is_made_smaller_and_larger(
    open_terminal: Callable[[tuple[int, int]], Terminal], recording: Path
) -> None:
    """Too small, narrow, medium: the step stays."""
    terminal = open_terminal((80, 24))
    terminal.press(replay(recording), "Enter")
    terminal.wait_for(r"Flow of request 1")
    terminal.press("Right", "Right")
    terminal.wait_for(r"step 2/")
    terminal.resize(54, 16)
    terminal.wait_for(r"Too small: 54×16, needs 60×18")
    terminal.resize(120, 40)
    assert "step 2/" in terminal.wait_for(r"─ Requests ─")
    terminal.press("q")
    # tmux gives a shell whose window was resized meanwhile its cursor back somewhere else.
    terminal.wait_for(r"left with 0")


def test_a_terminal_that_is_not_utf_8_gets_ascii(
    open_terminal: Callable[[tuple[int, int]], Terminal], recording: Path
) -> None:
    """With one line that says so."""
    terminal = open_terminal((80, 24))
    terminal.press(f"export PYTHONIOENCODING=latin-1 PYTHONUTF8=0; {replay(recording)}", "Enter")
    terminal.wait_for(r"This terminal is not UTF-8")
    shown = terminal.wait_for(r"v REQUEST GET /")
    assert shown.isascii()
    terminal.press("q")
    terminal.wait_for(r"^left with 0")
