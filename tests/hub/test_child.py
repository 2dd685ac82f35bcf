"""Real children: their output comes line by line, and nothing of them is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import reqtrace
from reqtrace.errors import ProjectError
from reqtrace.hub.child import Child
from reqtrace.hub.watchdog import is_group_alive

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")]

Script = Callable[[str], list[str]]

STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(60)
"""
# As the autoreloader does: a second Python in the same group, the first one waiting for it.
RELOADER = """
import subprocess, sys
server = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
sys.exit(subprocess.run([sys.executable, "-c", server]).returncode)
"""
# The first process ends and leaves a second one.
LEAVER = """
import subprocess, sys
left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(left.pid, flush=True)
"""
PROMPT = 3.0
"""Less than the time that a child has if nothing is said about it."""
PATIENCE = 20.0
"""Seconds for what comes at once, on a busy machine."""


class Printed(list[tuple[str, str]]):
    def take(self, stream: str, text: str) -> None:
        self.append((stream, text))


@pytest.fixture
def printed() -> Printed:
    return Printed()


@pytest.fixture
def make(tmp_path: Path, printed: Printed) -> Iterator[Callable[..., Child]]:
    children = []

    def child(command: list[str], **options: Any) -> Child:
        options = {"cwd": tmp_path, "environment": os.environ, "on_output": printed.take, **options}
        children.append(Child(command, **options))
        return children[-1]

    yield child
    for made in children:
        made.stop(grace=0)


def test_output_comes_by_stream_and_line(make: Any, script: Script, printed: Printed) -> None:
    """Both streams, line ends removed, bytes that are no UTF-8 shown as escapes, and a last line without an end."""
    source = r"""
import os
os.write(1, b"one\ncaf\xc3\xa9 \xff\xfe\r\n\n")
os.write(2, b"trouble\n")
os.write(1, b"no end")
"""
    child = make(script(source))
    child.start()
    assert child.wait(10) == 0
    assert [text for stream, text in printed if stream == "stdout"] == ["one", "café \\xff\\xfe", "", "no end"]
    assert [text for stream, text in printed if stream == "stderr"] == ["trouble"]


def test_output_is_live(make: Any, script: Script, printed: Printed, until: Any) -> None:
    """A plain print() is seen at once, as in a terminal, though the output is a pipe."""
    child = make(script("import time\nprint('now')\ntime.sleep(60)"))
    child.start()
    until(lambda: printed == [("stdout", "now")])
    assert child.is_running


def test_a_line_without_end_is_cut(make: Any, script: Script, printed: Printed) -> None:
    """Memory is bounded whatever the child prints."""
    child = make(script("print('x' * 200_000)"))
    child.start()
    child.wait(10)
    assert sum(len(text) for _stream, text in printed) == 200_000
    assert max(len(text) for _stream, text in printed) <= 65_536


def test_the_user_decides_about_buffering(make: Any, script: Script, printed: Printed) -> None:
    """A variable that is set is left alone; one that is not asks for what a terminal gives."""
    source = "import os\nprint(repr(os.environ.get('PYTHONUNBUFFERED')))"
    for environment, expected in (({}, "'1'"), ({"PYTHONUNBUFFERED": ""}, "''")):
        child = make(script(source), environment=environment)
        child.start()
        child.wait(10)
        assert printed.pop() == ("stdout", expected)


def test_standard_input_is_empty_unless_asked_for(make: Any, script: Script, printed: Printed) -> None:
    """A screen owns the keyboard; what asks for input gets its end."""
    child = make(script("import sys\nprint(repr(sys.stdin.read()))"))
    child.start()
    child.wait(10)
    assert printed == [("stdout", "''")]


@pytest.mark.parametrize(("source", "code"), [("raise SystemExit(7)", 7), ("import os\nos.kill(os.getpid(), 9)", -9)])
def test_the_exit_code_is_known(source: str, code: int, make: Any, script: Script) -> None:
    """Negative if a signal ended it."""
    child = make(script(source))
    child.start()
    assert child.wait(10) == code
    assert not child.is_running


def test_a_polite_child_is_not_killed(make: Any, script: Script, printed: Printed, until: Any) -> None:
    """It is asked with SIGTERM, once, and has time to clean up."""
    source = """
import signal, sys, time
def leave(*_):
    print("cleaning", flush=True); time.sleep(0.2); print("clean", flush=True); sys.exit(5)
signal.signal(signal.SIGTERM, leave)
print("up", flush=True)
time.sleep(60)
"""
    child = make(script(source))
    child.start()
    until(lambda: printed)
    child.stop()
    assert [text for _stream, text in printed] == ["up", "cleaning", "clean"]
    assert child.exit_code == 5


def test_a_child_that_ignores_sigterm_is_killed(make: Any, script: Script, printed: Printed, until: Any) -> None:
    """After its time is up."""
    child = make(script(STUBBORN))
    child.start()
    until(lambda: printed)
    started = time.monotonic()
    child.stop(grace=0.3)
    assert child.exit_code == -signal.SIGKILL
    assert 0.3 <= time.monotonic() - started < PROMPT


def test_an_impatient_user_need_not_wait(make: Any, script: Script, printed: Printed, until: Any) -> None:
    """kill() cuts a stop() short that is waiting."""
    child = make(script(STUBBORN))
    child.start()
    until(lambda: printed)
    stopping = threading.Thread(target=child.stop, kwargs={"grace": 60})
    stopping.start()
    child.kill()
    stopping.join(PATIENCE)
    assert not stopping.is_alive()
    assert child.exit_code == -signal.SIGKILL


def test_what_the_child_started_ends_with_it(make: Any, script: Script, printed: Printed, until: Any) -> None:
    """The autoreloader and the server it started are one group."""
    child = make(script(RELOADER))
    child.start()
    grandchild = int(until(lambda: printed and printed[0][1]))
    child.stop()
    assert not is_group_alive(child.pid)
    until(lambda: not is_running(grandchild))


def test_what_a_dead_child_left_behind_is_ended(make: Any, script: Script, printed: Printed, until: Any) -> None:
    """Else it would hold the port, and nobody would know whose it is."""
    child = make(script(LEAVER))
    child.start()
    grandchild = int(until(lambda: printed and printed[0][1]))
    child.wait(PATIENCE)
    assert not child.is_running
    until(lambda: not is_running(grandchild))


def test_a_child_can_be_started_again(make: Any, script: Script, printed: Printed, until: Any) -> None:
    """A restart is another process of the same command."""
    child = make(script("import time\nprint('up')\ntime.sleep(60)"))
    child.start()
    first = child.pid
    until(lambda: len(printed) == 1)
    child.restart()
    until(lambda: len(printed) == 2)
    assert child.pid != first
    child.stop()
    child.stop()


def test_ctrl_c_in_the_terminal_does_not_reach_the_child(make: Any, script: Script, printed: Printed) -> None:
    """It leads a session of its own; reqtrace decides when it ends."""
    child = make(script("import os\nprint(os.getsid(0) == os.getpid() == os.getpgrp())"))
    child.start()
    child.wait(10)
    assert printed == [("stdout", "True")]


@pytest.mark.parametrize(
    ("command", "cwd", "message"),
    [
        (["/no/such/python"], ".", "There is no program /no/such/python."),
        ([sys.executable], "nowhere", "The directory .*nowhere does not exist."),
        (["/"], ".", "/ cannot be started: Permission denied."),
    ],
)
def test_what_cannot_be_started_is_said_plainly(
    command: list[str], cwd: str, message: str, make: Any, tmp_path: Path
) -> None:
    """One sentence, and nothing runs."""
    child = make(command, cwd=tmp_path / cwd)
    with pytest.raises(ProjectError, match=message):
        child.start()
    assert not child.is_running


@pytest.mark.parametrize("source", [RELOADER, STUBBORN.replace('print("deaf"', "import os; print(os.getpid()")])
def test_nothing_survives_the_death_of_reqtrace(source: str, script: Script, until: Any) -> None:
    """Killed outright, it cannot end the site; the watchdog does, and then ends itself."""
    owner = script(
        "import os, sys, pathlib\n"
        "from reqtrace.hub.child import Child\n"
        f"child = Child({script(source)!r}, cwd=pathlib.Path(), environment=os.environ,\n"
        "    on_output=lambda stream, text: print(child.pid, child._watchdog.pid, text, flush=True))\n"
        "child.start()\n"
        "child.wait()\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(reqtrace.__file__).parents[1])}
    with subprocess.Popen(owner, stdout=subprocess.PIPE, env=environment, text=True) as process:
        assert process.stdout is not None
        group, watchdog, grandchild = map(int, process.stdout.readline().split())
        process.kill()
    until(lambda: not is_group_alive(group) and not is_running(grandchild) and not is_running(watchdog))


def test_the_watchdog_ends_with_the_child(make: Any, script: Script, until: Any) -> None:
    """A child that ends by itself needs no guard any more."""
    child = make(script("pass"))
    child.start()
    guard = child._watchdog.pid
    child.wait(10)
    assert not is_running(guard)


def is_running(pid: int) -> bool:
    """Whether a process runs; one that only waits to be reaped does not."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as stat:
            return stat.read().rpartition(b")")[2].split()[0] not in (b"Z", b"X")
    except FileNotFoundError:
        return False
