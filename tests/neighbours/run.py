"""Puts reqtrace beside other tools that patch Django, and fails if either of them notices.

    python tests/neighbours/run.py                   Django 5.2
    python tests/neighbours/run.py --django 6.1

A site is visited with each neighbour alone and with all of them, under WSGI and ASGI: without reqtrace, with reqtrace
in first (by the environment, as ``reqtrace serve`` does it) and with reqtrace installed after them. Answers, log, and
what the neighbours recorded must be the same each time, and every request must have its whole trace. The environment
is built below .venvs/. Exit codes: 0 all is well, 1 it is not, 75 it could not be run here (no network).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
ROOT = HERE.parents[2]
sys.path[:0] = [str(HERE.parents[1]), str(ROOT)]

import matrix  # noqa: E402
from django_suite.children import clean_environment  # noqa: E402
from django_suite.listener import Listener  # noqa: E402
from django_suite.source import suited_python  # noqa: E402
from neighbours.traces import faults  # noqa: E402

from reqtrace.events.kinds import Event  # noqa: E402

NOT_RUN = 75
PACKAGES = (
    *("django-debug-toolbar>=5", "sentry-sdk>=2", "whitenoise>=6.6"),
    *("opentelemetry-instrumentation-django>=0.50b0", "opentelemetry-sdk>=1.29"),
)
ALONE = ("debug_toolbar", "whitenoise", "sentry_sdk", "opentelemetry")
SETS = (*((name,) for name in ALONE), ALONE)
MODES = ("wsgi", "asgi")
TIMEOUT = 120
ROW = "{:<14} {:<5} reqtrace {:<6} {:>3} requests {:>5} events  {}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What came of one child: what anybody can see of the site, and what was recorded."""

    answers: Sequence[Any]
    observed: Mapping[str, Any]
    layers: Sequence[Any]
    log: Sequence[str]
    events: Sequence[Event] = field(default_factory=tuple)
    complaints: Sequence[str] = field(default_factory=tuple)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def prepare(django: str) -> str | None:
    """The interpreter of an environment with the neighbours; ``None`` if there is no Python for it, or no network."""
    release = suited_python(django)
    python = matrix.find_python(release)
    home = matrix.VENVS / f"neighbours-{release}-django{django}"
    own, stamp = home / "bin" / "python", home / "built"
    if python is None:
        say(f"NOT RUN: no Python {release} was found")
        return None
    if not stamp.exists():
        try:
            matrix.run_or_raise([python, "-m", "venv", "--clear", str(home)])
            install = [str(own), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
            matrix.run_or_raise([*install, f"django~={django}.0", *PACKAGES])
        except RuntimeError as error:
            say(f"NOT RUN: the neighbours could not be installed:\n{error}")
            return None
        stamp.touch()
    return str(own)


def visit(interpreter: str, mode: str, neighbours: Sequence[str], *, order: str, level: str = "path") -> Visit:
    """Run the site in a child: ``order`` is ``without``, ``first`` or ``last``."""
    spec = {"mode": mode, "neighbours": list(neighbours), "installs_late": order == "last"}
    command = [interpreter, str(HERE.with_name("neighbour_site.py")), json.dumps(spec)]
    if order == "without":
        return run_site(command, {})
    with Listener(level=level, keep=True) as listener:
        variables = listener.hub.environment()
        bootstrap = variables.pop("PYTHONPATH").split(os.pathsep)[0]
        variables["PYTHONPATH"] = bootstrap if order == "first" else str(ROOT)
        plain = run_site(command, variables)
    complaints = [*listener.complaints, *([f"{listener.dropped} events dropped"] if listener.dropped else [])]
    return Visit(
        answers=plain.answers,
        observed=plain.observed,
        layers=plain.layers,
        log=plain.log,
        events=listener.kept,
        complaints=complaints,
    )


def run_site(command: Sequence[str], variables: Mapping[str, str]) -> Visit:
    done = subprocess.run(
        command,
        env=clean_environment() | variables,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        return Visit(answers=(), observed={}, layers=(), log=done.stderr.splitlines(), complaints=["the site failed"])
    outcome = json.loads(done.stdout)
    return Visit(
        answers=outcome["answers"], observed=outcome["observed"], layers=outcome["layers"], log=steady_log(done.stderr)
    )


def steady_log(stderr: str) -> list[str]:
    return [re.sub(r"0x[0-9a-f]+", "0x…", line) for line in stderr.splitlines()]


def differences(bare: Visit, traced: Visit) -> Iterator[str]:
    """What a visitor, a reader of the log or a neighbour notices of reqtrace."""
    for number, (before, after) in enumerate(zip(bare.answers, traced.answers, strict=True), 1):
        if before != after:
            yield f"answer {number} was\n{before}\nand is\n{after}"
    if bare.log != traced.log:
        yield "the log was\n{}\nand is\n{}".format("\n".join(bare.log), "\n".join(traced.log))
    for name in bare.observed:
        if bare.observed[name] != traced.observed[name]:
            yield f"{name} recorded\n{bare.observed[name]}\nand now\n{traced.observed[name]}"


def examine(interpreter: str, mode: str, neighbours: Sequence[str], level: str) -> tuple[list[str], bool]:
    """One set of neighbours in one mode, in both orders: lines that tell what is wrong, and whether all is well."""
    bare = visit(interpreter, mode, neighbours, order="without")
    lines: list[str] = []
    is_well = True
    for order in ("first", "last"):
        traced = visit(interpreter, mode, neighbours, order=order, level=level)
        found = [*bare.complaints, *traced.complaints]
        if not found:
            found = [*differences(bare, traced), *faults(traced.events, traced.answers, traced.layers)]
        who = " ".join(neighbours) if len(neighbours) == 1 else "all of them"
        verdict = "well" if not found else f"{len(found)} faults"
        lines.append(ROW.format(who, mode, order, len(traced.answers), len(traced.events), verdict))
        lines += [f"    {fault}" for fault in found]
        if "the site failed" in found:
            lines += traced.log[-20:] if traced.complaints else bare.log[-20:]
        is_well = is_well and not found
    return lines, is_well


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--django", default="5.2", metavar="VERSION", help="a series of Django (5.2)")
    parser.add_argument("--level", choices=("path", "deep"), default="path", help="how much is observed (path)")
    choice = parser.parse_args()
    interpreter = prepare(choice.django)
    if interpreter is None:
        return NOT_RUN
    begun = time.monotonic()
    is_well = True
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        examined = [
            pool.submit(examine, interpreter, mode, neighbours, choice.level) for neighbours in SETS for mode in MODES
        ]
        for each in examined:
            lines, is_good = each.result()
            is_well = is_well and is_good
            say("\n".join(lines))
    say(f"{'all is well' if is_well else 'FAILED'} after {time.monotonic() - begun:.0f} s")
    return int(not is_well)


if __name__ == "__main__":
    sys.exit(main())
