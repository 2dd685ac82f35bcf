"""How long a person waits: ``reqtrace --help``, and the first frame of ``reqtrace serve``.

``python tests/benchmarks/startup.py`` measures both against an empty Python, in turns within one run, so that a busy
machine slows all three alike; ``--write`` puts the table into README.md beside this file. Needs a POSIX terminal.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import platform
import pty
import re
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bytecode import with_bytecode

ROOT = Path(__file__).resolve().parent.parent.parent
REPORT = Path(__file__).with_name("README.md")
REQTRACE = [sys.executable, "-m", "reqtrace"]
BYTECODE = tempfile.TemporaryDirectory()
ENVIRONMENT = with_bytecode({**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color"}, Path(BYTECODE.name))

FIRST_FRAME = re.compile(rb"\x1b\[\?1049h.*sample_site", re.DOTALL)
"""The alternate screen was entered, and the status bar names the site."""
PATIENCE = 30.0
TARGETS = {"reqtrace --help": "≤ 150 ms", "first frame of reqtrace serve": "≤ 1 s"}


def measure_process(command: Sequence[str]) -> float:
    """Seconds until a command has ended."""
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def measure_first_frame() -> float:
    """Seconds until ``reqtrace serve`` has painted its status bar in a terminal of 120×40."""
    main, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    start = time.perf_counter()
    command = [*REQTRACE, "serve", "sample_site", "--port", "0"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=ENVIRONMENT, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True
    )
    os.close(terminal)
    try:
        read_until(main, FIRST_FRAME)
        taken = time.perf_counter() - start
        process.send_signal(signal.SIGTERM)
        drain_until_the_end(main)
        process.wait(PATIENCE)
    finally:
        process.kill()
        process.wait()
        os.close(main)
    return taken


def read_until(terminal: int, wanted: re.Pattern[bytes]) -> None:
    """Read what a program paints until it has painted something."""
    painted = b""
    deadline = time.perf_counter() + PATIENCE
    while not wanted.search(painted):
        ready, _, _ = select.select([terminal], [], [], max(0.0, deadline - time.perf_counter()))
        if not ready:
            raise SystemExit(f"no first frame within {PATIENCE:.0f} s; it painted {painted[-500:]!r}")
        painted += os.read(terminal, 65536)


def drain_until_the_end(terminal: int) -> None:
    """Read the rest, so that the program is never kept waiting; Linux ends it with an error."""
    while True:
        try:
            if not os.read(terminal, 65536):
                return
        except OSError:
            return


def measure(rounds: int) -> dict[str, list[float]]:
    """Every figure once per round, in turns."""
    subjects: dict[str, Callable[[], float]] = {
        "python -c pass": lambda: measure_process([sys.executable, "-c", "pass"]),
        "reqtrace --help": lambda: measure_process([*REQTRACE, "--help"]),
        "first frame of reqtrace serve": measure_first_frame,
    }
    for take in subjects.values():
        take()  # compiled files, disk cache
    figures: dict[str, list[float]] = {name: [] for name in subjects}
    for _ in range(rounds):
        for name, take in subjects.items():
            figures[name].append(take())
    return figures


def as_table(figures: dict[str, list[float]]) -> str:
    """The figures in Markdown, each also as a multiple of an empty Python."""
    empty = statistics.median(figures["python -c pass"])
    lines = ["| | best | median | × empty Python | wanted |", "|---|---:|---:|---:|---|"]
    for name, seconds in figures.items():
        median = statistics.median(seconds)
        wanted = TARGETS.get(name, "")
        lines.append(
            f"| {name} | {min(seconds) * 1e3:.0f} ms | {median * 1e3:.0f} ms | {median / empty:.1f} | {wanted} |"
        )
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    return "\n".join([*lines, "", f"{len(seconds)} rounds in turns; {machine}."])


def write(table: str) -> None:
    """Replace what stands between the two marks in the report."""
    begin, end = "<!-- startup.py -->\n", "<!-- /startup.py -->"
    before, _, rest = REPORT.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(end)
    REPORT.write_text(f"{before}{begin}{table}\n{end}{after}", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=11, help="how often each is measured (11)")
    parser.add_argument("--write", action="store_true", help="put the table into README.md")
    choice = parser.parse_args()
    table = as_table(measure(choice.rounds))
    sys.stdout.write(f"{table}\n")
    if choice.write:
        write(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
