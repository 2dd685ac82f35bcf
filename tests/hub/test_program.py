"""A program in a project's Python leaves nothing behind, however reqtrace comes to its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from project_trees import SETTINGS, startproject, write_tree

import reqtrace
from reqtrace.hub.watchdog import is_group_alive

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="looks at process groups")]

ROOT = Path(reqtrace.__file__).parent.parent


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_nothing_is_left(tmp_path: Path, until: Callable[..., Any], number: signal.Signals, code: int) -> None:
    """Ctrl+C, SIGTERM and even SIGKILL end the project's process, too."""
    note = "import os, pathlib, time\npathlib.Path('pid').write_text(str(os.getpid()))\ntime.sleep(60)\n"
    startproject(tmp_path)
    write_tree(tmp_path, {"config/settings.py": SETTINGS.format(package="config") + note})
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    environ.pop("DJANGO_SETTINGS_MODULE", None)
    with subprocess.Popen(
        [sys.executable, "-m", "reqtrace", "request", str(tmp_path), "/"], env=environ, stderr=subprocess.PIPE
    ) as command:
        pid = tmp_path / "pid"
        until(lambda: pid.is_file() and pid.read_text(), "the start of the project")
        command.send_signal(number)
        _, story = command.communicate(timeout=20)
    assert command.returncode == code
    assert b"Traceback" not in story
    until(lambda: not is_group_alive(int(pid.read_text())), "the end of the project")
