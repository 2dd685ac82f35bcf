"""What the agent costs on a request's time: bare and traced processes in turn, in blocks of 50 ms.

``python tests/benchmarks/agent_cost.py [--processes N] [--rounds N]``. Every figure is a ratio to the bare process of
the same run; a second bare process is the control (its ratio is the noise). Figures go into README.md beside this file
by hand.

Each process has luck of its own: where its strings lie in memory decides which attribute look-ups share a place in
CPython's method cache (``Objects/typeobject.c``, ``MCACHE_HASH``) and push each other out again and again, which is
worth some per cent. So several processes of each variant are measured, one set after the other, and what is reported is
the median of them, and from where to where the ratio of the best request went.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
from pathlib import Path

HERE = Path(__file__).resolve().parent
VARIANTS = ("bare", "control", "idle", "unattributed", "traced", "deep")
BLOCK = 50


def start_sink() -> int:
    """A hub that welcomes every agent and throws away what it says; returns its port."""
    server = socket.create_server(("127.0.0.1", 0))

    def swallow(connection: socket.socket) -> None:
        connection.sendall(b'["welcome",{}]\n')
        while connection.recv(1 << 20):
            pass

    def accept() -> None:
        while True:
            threading.Thread(target=swallow, args=(server.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return int(server.getsockname()[1])


def start_worker(variant: str, port: int) -> subprocess.Popen[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("REQTRACE_")}
    environment["PYTHONPATH"] = os.pathsep.join([str(HERE), str(HERE.parent.parent)])
    if variant in ("traced", "unattributed", "deep"):
        environment["REQTRACE_HUB"] = f"127.0.0.1:{port}"
        environment["REQTRACE_LEVEL"] = "deep" if variant == "deep" else "path"
    if variant == "idle":
        # Nobody listens on this port: installed, and no hub.
        environment["REQTRACE_HUB"] = "127.0.0.1:9"
    argument = "bare" if variant == "control" else variant
    return subprocess.Popen(
        [sys.executable, str(HERE / "agent_site.py"), argument],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )


def run_block(worker: subprocess.Popen[str], path: str) -> dict[str, float]:
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(f"{path} {BLOCK}\n")
    worker.stdin.flush()
    return json.loads(worker.stdout.readline())


def measure(path: str, rounds: int, port: int) -> dict[str, list[dict[str, float]]]:
    """The blocks of one process of each variant, all of them at work in turn."""
    workers = {variant: start_worker(variant, port) for variant in VARIANTS}
    try:
        for worker in workers.values():
            for _ in range(3):
                run_block(worker, path)
        blocks: dict[str, list[dict[str, float]]] = {variant: [] for variant in VARIANTS}
        for number in range(rounds):
            order = VARIANTS if number % 2 else tuple(reversed(VARIANTS))
            for variant in order:
                blocks[variant].append(run_block(workers[variant], path))
    finally:
        for worker in workers.values():
            worker.kill()
            worker.wait()
    return blocks


def figures(blocks: list[dict[str, float]]) -> tuple[float, float, float]:
    """Best request, median request and CPU of one process, in nanoseconds."""
    middle, cpu = (statistics.median(block[key] for block in blocks) for key in ("median", "cpu"))
    return min(block["best"] for block in blocks), middle, cpu


def report(path: str, sets: list[dict[str, list[dict[str, float]]]]) -> None:
    """Of each figure and each ratio the median over the sets of processes."""
    rounds = len(sets[0]["bare"])
    sys.stdout.write(f"\n{path}: {len(sets)} sets of processes, {rounds} blocks of {BLOCK} ms each\n")
    head = ("best µs", "ratio", "from", "to", "+µs", "median", "ratio", "cpu µs", "ratio")
    sys.stdout.write(f"{'variant':14}" + "".join(f"{word:>9}" for word in head) + "\n")
    for variant in VARIANTS:
        rows = [(figures(blocks[variant]), figures(blocks["bare"])) for blocks in sets]
        best, middle, cpu = (statistics.median(own[place] for own, _bare in rows) / 1e3 for place in range(3))
        ratios = [[own[place] / bare[place] for own, bare in rows] for place in range(3)]
        added = statistics.median(own[0] - bare[0] for own, bare in rows) / 1e3
        of_best, of_middle, of_cpu = map(statistics.median, ratios)
        sys.stdout.write(
            f"{variant:14}{best:9.1f}{of_best:9.3f}{min(ratios[0]):9.3f}{max(ratios[0]):9.3f}{added:9.1f}"
            f"{middle:9.1f}{of_middle:9.3f}{cpu:9.1f}{of_cpu:9.3f}\n"
        )
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=7, help="processes of each variant")
    parser.add_argument("--rounds", type=int, default=12, help="blocks of each process")
    arguments = parser.parse_args()
    port = start_sink()
    for path in ("/tiny/", "/page/"):
        report(path, [measure(path, arguments.rounds, port) for _ in range(arguments.processes)])


if __name__ == "__main__":
    main()
