"""What the agent costs on a request's time: bare and traced processes in turn, in blocks of 50 ms.

``python tests/benchmarks/agent_cost.py [--rounds N]``. Every figure is a ratio to the bare process of the same run;
a second bare process is the control (its ratio is the noise). Figures go into README.md beside this file by hand.
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


def report(path: str, blocks: dict[str, list[dict[str, float]]]) -> None:
    sys.stdout.write(f"\n{path}: {len(blocks['bare'])} blocks of {BLOCK} ms each\n")
    head = ("best µs", "ratio", "+µs", "median", "ratio", "cpu µs", "ratio")
    sys.stdout.write(f"{'variant':14}" + "".join(f"{word:>9}" for word in head) + "\n")
    base_best = min(block["best"] for block in blocks["bare"])
    base_median = statistics.median(block["median"] for block in blocks["bare"])
    base_cpu = statistics.median(block["cpu"] for block in blocks["bare"])
    for variant, rows in blocks.items():
        best = min(row["best"] for row in rows)
        median = statistics.median(row["median"] for row in rows)
        cpu = statistics.median(row["cpu"] for row in rows)
        sys.stdout.write(
            f"{variant:14}{best / 1e3:9.1f}{best / base_best:9.3f}{(best - base_best) / 1e3:9.1f}"
            f"{median / 1e3:9.1f}{median / base_median:9.3f}{cpu / 1e3:9.1f}{cpu / base_cpu:9.3f}\n"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    arguments = parser.parse_args()
    port = start_sink()
    for path in ("/tiny/", "/page/"):
        report(path, measure(path, arguments.rounds, port))


if __name__ == "__main__":
    main()
