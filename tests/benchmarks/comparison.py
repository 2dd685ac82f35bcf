"""What other tools cost on a request's time, beside reqtrace: the same site, in turn, in blocks of 50 ms.

``python tests/benchmarks/comparison.py [--rounds N] [--write]`` builds an environment of its own in the user's cache
directory (Django and the tools from PyPI) and measures; with ``--write`` it replaces the tables in README.md beside it.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import venv
from pathlib import Path

from agent_cost import run_block, start_sink

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "reqtrace" / "comparison"
PACKAGES = {
    "django": "bare Django",
    "viztracer": "viztracer",
    "opentelemetry-sdk": "",
    "opentelemetry-instrumentation-django": "OpenTelemetry",
    "sentry-sdk": "sentry-sdk",
    "django-debug-toolbar": "debug-toolbar",
}
TOOLS = {
    "bare": "bare",
    "control": "bare again (the noise)",
    "traced": "reqtrace, level path",
    "deep": "reqtrace, level deep",
    "viztracer": "viztracer, every call",
    "opentelemetry": "OpenTelemetry, 1 span",
    "sentry": "sentry-sdk, middleware spans",
    "toolbar": "debug-toolbar, default panels",
}
README = HERE / "README.md"
BEGIN, END = "<!-- comparison.py -->", "<!-- /comparison.py -->"

Block = dict[str, float]


def build_environment() -> Path:
    """The Python that has the tools."""
    python = CACHE / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not python.exists():
        venv.create(CACHE, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--upgrade", *PACKAGES], check=True)
    return python


def start_worker(python: Path, tool: str, port: int) -> subprocess.Popen[str]:
    inherited = {
        key: value for key, value in os.environ.items() if not key.startswith(("REQTRACE_", "OTEL_", "SENTRY_"))
    }
    environment = {**inherited, "PYTHONPATH": os.pathsep.join([str(HERE), str(ROOT)])}
    if tool in ("traced", "deep"):
        environment["REQTRACE_HUB"] = f"127.0.0.1:{port}"
        environment["REQTRACE_LEVEL"] = "deep" if tool == "deep" else "path"
    command = [str(python), str(HERE / "comparison_site.py"), "bare" if tool == "control" else tool]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


def measure(python: Path, path: str, rounds: int, port: int) -> dict[str, list[Block]]:
    workers = {tool: start_worker(python, tool, port) for tool in TOOLS}
    try:
        for worker in workers.values():
            for _ in range(2):
                run_block(worker, path)
        blocks: dict[str, list[Block]] = {tool: [] for tool in TOOLS}
        for number in range(rounds):
            for tool in list(TOOLS) if number % 2 else reversed(TOOLS):
                blocks[tool].append(run_block(workers[tool], path))
    finally:
        for worker in workers.values():
            worker.kill()
            worker.communicate()
    return blocks


def table(path: str, blocks: dict[str, list[Block]]) -> str:
    def best(tool: str) -> float:
        return min(block["best"] for block in blocks[tool])

    def median(tool: str, figure: str) -> float:
        return statistics.median(block[figure] for block in blocks[tool])

    lines = [f"| `{path}` | best | ratio | median, ratio | CPU, ratio |", "|---|---:|---:|---:|---:|"]
    for tool, name in TOOLS.items():
        figures = (
            f"{best(tool) / 1e3:,.0f} µs",
            f"{best(tool) / best('bare'):.2f}",
            f"{median(tool, 'median') / median('bare', 'median'):.2f}",
            f"{median(tool, 'cpu') / median('bare', 'cpu'):.2f}",
        )
        lines.append(f"| {name} | {' | '.join(figures)} |")
    return "\n".join(lines)


def versions(python: Path) -> str:
    """What was compared, and on what."""
    program = "import sys, importlib.metadata as m; print(*[m.version(name) for name in sys.argv[1:]])"
    shown = subprocess.run(
        [python, "-c", program, *PACKAGES], capture_output=True, text=True, check=True
    ).stdout.split()
    named = [f"{name} {version}" for name, version in zip(PACKAGES.values(), shown, strict=True) if name]
    return f"{', '.join(named)}; Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}."


def write(text: str) -> None:
    readme = README.read_text(encoding="utf-8")
    before, _begin, rest = readme.partition(BEGIN)
    README.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--write", action="store_true", help="replace the tables in README.md")
    arguments = parser.parse_args()
    python = build_environment()
    port = start_sink()
    tables = [table(path, measure(python, path, arguments.rounds, port)) for path in ("/tiny/", "/page/")]
    text = "\n\n".join([*tables, f"{arguments.rounds} rounds; {versions(python)}"])
    sys.stdout.write(text + "\n")
    if arguments.write:
        write(text)


if __name__ == "__main__":
    main()
