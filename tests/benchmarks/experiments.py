"""How many experiments a second the lab makes on the sample site.

``python tests/benchmarks/experiments.py`` copies the bookshop to a temporary directory and asks its lab for
experiments: one after the other with the same request (a handler is built, the request sent, its trace awaited), a
layer at every position, and a bisection. The time that other processes take of the machine is in the figures.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from reqtrace.analysis.experiment_bisect import bisect
from reqtrace.analysis.experiment_series import try_every_position
from reqtrace.analysis.experiment_symptoms import read_symptom
from reqtrace.analysis.lab import Lab
from reqtrace.hub.discover import discover
from reqtrace.hub.visit import Visit

ROOT = Path(__file__).resolve().parent.parent.parent
WANTED = 20


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def prepared_site(directory: Path) -> Path:
    """A copy of the bookshop with its database."""
    site = directory / "bookshop"
    shutil.copytree(ROOT / "sample_site", site, ignore=shutil.ignore_patterns("__pycache__", "db.sqlite3*"))
    environment = {**os.environ, "PYTHONPATH": ""}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity=0"], cwd=site, env=environment, check=True)
    return site


def timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def measure(lab: Lab, visit: Visit, rounds: int) -> None:
    layers = lab.facts.middleware
    changed = layers[1:]
    single = [timed(lambda: lab.run(visit, changed)) for _ in range(rounds)][1:]
    attempts = len(layers)
    slide = statistics.median(timed(lambda: try_every_position(lab, visit, layers, "Session")) for _ in range(5))
    symptom = read_symptom("header X-Frame-Options")
    search = statistics.median(timed(lambda: bisect(lab, visit, layers, symptom)) for _ in range(5))
    median = statistics.median(single)
    mode = "ASGI" if visit.is_asgi else "WSGI"
    say(f"| {mode} one experiment | {median * 1000:.1f} ms | {1 / median:.0f}/s | ≥ {WANTED}/s |")
    say(f"| {mode} every position of {attempts} layers | {slide * 1000:.0f} ms | {attempts / slide:.0f}/s | |")
    say(f"| {mode} bisection of a header | {search * 1000:.0f} ms | | |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as directory:
        project = discover(prepared_site(Path(directory)), python=sys.executable)
        lab = Lab(project)
        starting = timed(lab.start)
        try:
            say("| | median | experiments | wanted |\n|---|---:|---:|---:|")
            say(f"| start of the lab | {starting * 1000:.0f} ms | | |")
            for is_asgi in (False, True):
                measure(lab, Visit(method="GET", url="/", is_asgi=is_asgi), rounds)
        finally:
            lab.close()


if __name__ == "__main__":
    main()
