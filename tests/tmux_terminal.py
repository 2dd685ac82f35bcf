"""A shell in tmux, to drive the real program as a person does."""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path

import pytest

__all__ = ["PROMPT", "Terminal"]

ROOT = Path(__file__).parents[1]
PATIENCE = 20.0
PROMPT = r"^ready>\s*$"


class Terminal:
    """A shell in tmux."""

    def __init__(self, socket: Path, size: tuple[int, int]) -> None:
        self._tmux = ["tmux", "-S", str(socket), "-f", "/dev/null"]
        width, height = map(str, size)
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TZ": "UTC"}
        environment |= {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "COLORTERM": "truecolor"}
        # pytest-xdist exports COLUMNS and LINES, which every program takes for a size that never changes.
        for name in ("NO_COLOR", "COLUMNS", "LINES"):
            environment.pop(name, None)
        command = ["new-session", "-d", "-x", width, "-y", height, "bash --norc --noprofile"]
        subprocess.run([*self._tmux, *command], env=environment, check=True)
        self.press("PS1='ready> '; clear", "Enter")
        self.wait_for(PROMPT)

    def press(self, *keys: str) -> None:
        """Send keys by tmux's names."""
        subprocess.run([*self._tmux, "send-keys", *keys], check=True)

    def screen(self, *options: str) -> str:
        """What is on it."""
        captured = subprocess.run([*self._tmux, "capture-pane", "-p", *options], capture_output=True, check=True)
        return captured.stdout.decode()

    def wait_for(self, pattern: str, patience: float = PATIENCE) -> str:
        """The screen once it has the pattern."""
        deadline = time.monotonic() + patience
        while not re.search(pattern, shown := self.screen(), re.MULTILINE):
            if time.monotonic() > deadline:
                pytest.fail(f"{pattern!r} did not appear on\n{shown}")
            time.sleep(0.05)
        return shown

    def resize(self, width: int, height: int) -> None:
        """As a person drags the corner."""
        subprocess.run([*self._tmux, "resize-window", "-x", str(width), "-y", str(height)], check=True)

    def end(self) -> None:
        """Close it, and all that runs in it."""
        subprocess.run([*self._tmux, "kill-server"], check=False, capture_output=True)
