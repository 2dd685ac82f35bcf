"""Runs the tests that meet Django in every supported environment this machine can offer.

``python tests/matrix.py`` builds one environment per Python and Django under .venvs/, two at a time, runs the tests in
each and prints a table. A Python that is missing is a line of that table, never silence. Standard library only.

    python tests/matrix.py --list                      what would run, and what cannot
    python tests/matrix.py 3.12-django6.0 django-only  these environments only
    python tests/matrix.py --tests tests/agent -- -x   these tests only, with options for pytest
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENVS = ROOT / ".venvs"

DJANGO_NEEDS = {"5.2": (3, 10), "6.0": (3, 12), "6.1": (3, 12)}
"""The oldest Python of each Django that is supported."""

MEETS_DJANGO = (
    *("agent", "integration", "sample_site", "trace", "hub"),
    *("analysis/rules", "analysis/test_proving.py", "test_checks.py", "test_layers.py"),
)
"""What runs in a full environment, below tests/, as far as it exists."""

AGENT_ALONE = ("agent", "events")
"""What runs where nothing but Django is installed."""

BRIEF = ("agent/test_events.py", "trace/test_witness.py", "test_layers.py")
"""What a brief run keeps between the oldest and the newest environment: what Django does, and what the agent says."""
BRIEF_AT_THE_END = (
    "agent/test_caches.py",
    "agent/test_calls.py",
    "agent/test_changes.py",
    "agent/test_decorators.py",
    "agent/test_events.py",
    "agent/test_fidelity.py",
    "agent/test_hops.py",
    "agent/test_mail.py",
    "agent/test_transactions.py",
    "agent/test_traps.py",
    "trace/test_witness.py",
    "test_layers.py",
)
"""What it keeps in the newest: the probes that depend on what Django does there, and that the site notices none."""
BRIEF_ALONE = ("agent/test_bootstrap.py", "agent/test_events.py", "agent/test_imports.py", "events")
"""What it keeps where nothing but Django is installed: that the agent needs nothing else."""

ASSERT_DJANGO_ONLY = """
from importlib.util import find_spec
from sys import exit
found = [name for name in ("rich", "textual", "click", "platformdirs") if find_spec(name)]
exit(f"installed, but should not be: {found}" if found else 0)
"""

TAIL = 60
"""Lines of pytest's output shown for an environment that failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One Python with one Django."""

    python: str
    django: str
    is_django_only: bool = False
    is_end: bool = False
    """It is the oldest or the newest pair: more runs here than between, if the matrix is to be brief."""
    is_left_out: bool = False
    """A brief matrix meets its Python and its Django elsewhere."""

    @property
    def name(self) -> str:
        return "django-only" if self.is_django_only else f"{self.python}-django{self.django}"

    @property
    def directory(self) -> Path:
        return VENVS / self.name

    @property
    def interpreter(self) -> Path:
        return self.directory / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of an environment."""

    environment: Environment
    verdict: str
    detail: str = ""
    seconds: float = 0.0
    log: str = ""

    @property
    def is_failure(self) -> bool:
        return self.verdict == "FAILED"


def environments() -> list[Environment]:
    """Every supported pair of Python and Django, and one that has only Django."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pythons = sorted(named(project["classifiers"], r"Programming Language :: Python :: (3\.\d+)"), key=as_numbers)
    djangos = sorted(named(project["classifiers"], r"Framework :: Django :: (\d+\.\d+)"), key=as_numbers)
    ends = (pythons[0], djangos[0]), (pythons[-1], djangos[-1])
    possible = [
        (python, django) for python in pythons for django in djangos if as_numbers(python) >= DJANGO_NEEDS[django]
    ]
    kept = kept_when_brief(possible, ends)
    pairs = [
        Environment(python=pair[0], django=pair[1], is_end=pair in ends, is_left_out=pair not in kept)
        for pair in possible
    ]
    return [*pairs, Environment(python=pythons[0], django=djangos[0], is_django_only=True)]


def kept_when_brief(pairs: Sequence[tuple[str, str]], ends: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The ends, and between them as few pairs as meet every Python and every Django."""
    kept = list(ends)
    for news in (2, 1):
        for pair in pairs:
            met = {release for one in kept for release in one}
            if len(set(pair) - met) >= news:
                kept.append(pair)
    return kept


def named(classifiers: Iterable[str], pattern: str) -> list[str]:
    """The versions that classifiers name."""
    return [match[1] for classifier in classifiers if (match := re.fullmatch(pattern, classifier))]


def as_numbers(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split("."))


def find_python(release: str) -> str | None:
    """The path of an interpreter of that version: our own, one on PATH, or one of pyenv's."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    on_path = shutil.which(f"python{release}")
    of_pyenv = sorted(
        pyenv.glob(f"versions/{release}.*/bin/python"), key=lambda path: len(path.parts[-3]), reverse=True
    )
    for candidate in [sys.executable, *([on_path] if on_path else []), *map(str, of_pyenv)]:
        if is_python(candidate, release):
            return candidate
    return None


def is_python(candidate: str, release: str) -> bool:
    """Whether it runs, is that version, and can build environments (a pyenv shim may exist and not run)."""
    probe = "import sys, venv; print('%d.%d' % sys.version_info[:2])"
    try:
        run = subprocess.run([candidate, "-c", probe], capture_output=True, text=True, check=False, timeout=30)
    except OSError:
        return False
    return run.returncode == 0 and run.stdout.strip() == release


def requirements(environment: Environment) -> list[str]:
    """What has to be installed: this Django, and unless it stays alone what pyproject.toml asks for."""
    django = f"django~={environment.django}.0"
    if environment.is_django_only:
        return [django, "pytest>=8", "hypothesis>=6.100"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [django, *project["project"]["dependencies"], *project["dependency-groups"]["test"]]


def build(environment: Environment, python: str) -> None:
    """Make the environment, unless it is there and was made from the same requirements."""
    wanted = requirements(environment)
    stamp = environment.directory / f"built-{hashlib.sha256(repr((python, wanted)).encode()).hexdigest()[:12]}"
    if stamp.exists() and environment.interpreter.exists():
        return
    run_or_raise([python, "-m", "venv", "--clear", "--without-pip", str(environment.directory)])
    installer = [sys.executable, "-m", "pip", "--python", str(environment.interpreter), "install", "--quiet"]
    run_or_raise([*installer, *wanted])
    if environment.is_django_only:
        run_or_raise([str(environment.interpreter), "-c", ASSERT_DJANGO_ONLY])
    stamp.touch()


def run_or_raise(command: Sequence[str]) -> None:
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, cwd=ROOT)
    if run.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{run.stdout}\nexit code {run.returncode}")


def run_tests(
    environment: Environment, tests: Sequence[str], options: Sequence[str], *, is_brief: bool = False
) -> Result:
    """Build one environment and run the tests in it."""
    python = find_python(environment.python)
    if python is None:
        return Result(environment=environment, verdict="NOT RUN", detail=f"no Python {environment.python} was found")
    start = time.monotonic()
    try:
        build(environment, python)
    except RuntimeError as error:
        return Result(environment=environment, verdict="FAILED", detail="could not be built", log=str(error))
    if is_brief and environment.is_end:
        # It takes longest, and the other environments are soon done.
        options = ["-n", "3", "--dist", "loadgroup", *options]
    paths = list(tests) or [f"tests/{name}" for name in usual_tests(environment, is_brief=is_brief)]
    command = [str(environment.interpreter), "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not terminal"]
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    for name in ("DJANGO_SETTINGS_MODULE", "PYTHONDONTWRITEBYTECODE"):
        variables.pop(name, None)
    run = subprocess.run(
        [*command, *options, *paths],
        cwd=ROOT,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    (environment.directory / "pytest.log").write_text(run.stdout, encoding="utf-8")
    return Result(
        environment=environment,
        verdict="FAILED" if run.returncode else "passed",
        detail=summary(run.stdout) + (" (brief)" if is_brief else ""),
        seconds=time.monotonic() - start,
        log=run.stdout if run.returncode else "",
    )


def usual_tests(environment: Environment, *, is_brief: bool) -> tuple[str, ...]:
    """What runs in an environment if nothing is named, below tests/."""
    if environment.is_django_only:
        return BRIEF_ALONE if is_brief else AGENT_ALONE
    if not is_brief:
        return MEETS_DJANGO
    return BRIEF_AT_THE_END if environment.is_end else BRIEF


def summary(log: str, exit_code: int = 0) -> str:
    """Pytest's last line, without its frame and its time; or that somebody ended it."""
    if exit_code < 0:
        return f"ended by signal {-exit_code}"
    last = log.strip().rpartition("\n")[2].strip("= ")
    return re.sub(r" in [\d.]+s.*", "", last)


def say(text: str = "") -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def show(results: Sequence[Result]) -> None:
    """The logs of what failed, then one line per environment."""
    for result in results:
        if result.log:
            say(f"\n--- {result.environment.name}, the last {TAIL} lines " + "-" * 40)
            say("\n".join(result.log.splitlines()[-TAIL:]))
    say(f"\n{'environment':<16} {'Python':<7} {'Django':<7} {'result':<8} {'time':>6}  tests")
    for result in results:
        each = result.environment
        took = f"{result.seconds:.0f} s" if result.seconds else ""
        say(f"{each.name:<16} {each.python:<7} {each.django:<7} {result.verdict:<8} {took:>6}  {result.detail}")


def is_mine(environment: Environment) -> bool:
    """Whether this very program runs on that Python, with that Django and everything else."""
    try:
        django = version("django")
    except PackageNotFoundError:
        return False
    pair = (f"{sys.version_info.major}.{sys.version_info.minor}", ".".join(django.split(".")[:2]))
    return not environment.is_django_only and pair == (environment.python, environment.django)


def chosen(names: Sequence[str]) -> list[Environment]:
    """The environments of those names; all if none is named."""
    known = {environment.name: environment for environment in environments()}
    if unknown := [name for name in names if name not in known]:
        raise SystemExit(f"no such environment: {', '.join(unknown)}; there are {', '.join(known)}")
    return [known[name] for name in names or known]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("environments", nargs="*", metavar="ENVIRONMENT", help="run only these (see --list)")
    parser.add_argument("--list", action="store_true", help="show the environments and their interpreters")
    parser.add_argument("--tests", action="append", default=[], metavar="PATH", help="run only these tests")
    parser.add_argument("--except-mine", action="store_true", help="leave out the pair this very Python is")
    parser.add_argument("--brief", action="store_true", help="few environments, and few tests but in the newest")
    parser.add_argument("--jobs", type=int, default=2, help="how many environments at once (2)")
    arguments, options = split_options(sys.argv[1:] if argv is None else argv)
    choice = parser.parse_args(arguments)
    selected = chosen(choice.environments)
    if choice.list:
        for environment in selected:
            say(f"{environment.name:<16} {find_python(environment.python) or 'MISSING'}")
        return 0

    def take(environment: Environment) -> Result:
        if choice.except_mine and is_mine(environment):
            return Result(environment=environment, verdict="NOT RUN", detail="all tests run here without the matrix")
        if choice.brief and environment.is_left_out:
            return Result(environment=environment, verdict="NOT RUN", detail="brief: make matrix runs it")
        return run_tests(environment, choice.tests, options, is_brief=choice.brief)

    with ThreadPoolExecutor(choice.jobs) as pool:
        # Those that take longest first, so that none of them is left running alone.
        order = sorted(selected, key=lambda environment: not environment.is_end)
        of_each = dict(zip(order, pool.map(take, order), strict=True))
    results = [of_each[environment] for environment in selected]
    show(results)
    return int(any(result.is_failure for result in results))


def split_options(argv: Sequence[str]) -> tuple[list[str], list[str]]:
    """Our arguments, and pytest's after ``--``."""
    at = argv.index("--") if "--" in argv else len(argv)
    return list(argv[:at]), list(argv[at + 1 :])


if __name__ == "__main__":
    sys.exit(main())
