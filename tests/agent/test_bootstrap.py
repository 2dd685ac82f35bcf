"""A process that the agent got into by environment is, but for that, the process it would have been."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reqtrace.events.kinds import ChainLoaded
from reqtrace.hub.hub import Hub

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
BOOTSTRAP = str(ROOT / "reqtrace" / "agent" / "bootstrap")

PLAIN = getattr(sys, "_base_executable", sys.executable)
"""The Python behind the virtual environment: in that one, the checkout itself may be installed."""

Start = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def start(hub: Hub, tmp_path: Path) -> Start:
    """``start(*arguments, traced=…, path=…)``: run Python to its end in an empty directory."""

    def run(
        *arguments: str,
        traced: bool = True,
        path: tuple[str, ...] = (),
        environment: dict[str, str] | None = None,
        python: str = sys.executable,
    ) -> subprocess.CompletedProcess[str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("REQTRACE_", "PYTHON"))}
        entries = [BOOTSTRAP, *path] if traced else [*path]
        if entries:
            inherited["PYTHONPATH"] = os.pathsep.join(entries)
        if traced:
            inherited.update(REQTRACE_HUB=hub.address, REQTRACE_TOKEN=hub.token)
        inherited.update(environment or {})
        (tmp_path / "cwd").mkdir(exist_ok=True)
        return subprocess.run(
            [python, *arguments],
            env=inherited,
            cwd=tmp_path / "cwd",
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    return run


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    """``write("directory/module.py", source)``: returns the directory."""

    def put(name: str, source: str) -> str:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(source))
        return str(file.parent)

    return put


LOOK = """
import json, sys, threading
print(json.dumps({
    "path": sys.path,
    "sitecustomize": getattr(sys.modules.get("sitecustomize"), "__file__", None),
    "usercustomize": "usercustomize" in sys.modules,
    "modules": sorted(sys.modules),
    "threads": [thread.name for thread in threading.enumerate()],
    "meta_path": [getattr(finder, "__name__", type(finder).__name__) for finder in sys.meta_path],
    "profile": [sys.getprofile() is None, sys.gettrace() is None],
}))
"""


def look(start: Start, *arguments: str, **options: Any) -> dict[str, Any]:
    done = start(*arguments, "-c", LOOK, **options)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    facts: dict[str, Any] = json.loads(done.stdout)
    return facts


def test_a_process_without_django_is_left_alone(start: Start) -> None:
    """The same ``sys.path`` and ``sitecustomize``; no Django, no asgiref, no thread; few modules, and only Python's."""
    bare, traced = look(start, traced=False), look(start)
    for question in ("path", "sitecustomize", "usercustomize", "threads", "profile"):
        assert traced[question] == bare[question], question
    brought = set(traced["modules"]) - set(bare["modules"])
    assert not {name for name in brought if name.split(".")[0] in ("django", "asgiref", "rich", "textual", "click")}
    ours = {name for name in brought if name.split(".")[0] == "reqtrace"}
    assert ours == {
        "reqtrace",
        *(f"reqtrace.{name}" for name in ("agent", "agent.guard", "agent.imports", "agent.install", "agent.patches")),
    }
    assert {name.split(".")[0] for name in brought - ours} <= sys.stdlib_module_names
    assert len(brought) < 40


def test_without_a_hub_nothing_is_loaded(start: Start) -> None:
    """The directory alone, inherited by accident, does nothing."""
    traced = look(start, environment={"REQTRACE_HUB": ""})
    bare = look(start, traced=False)
    for question in ("path", "sitecustomize", "meta_path"):
        assert traced[question] == bare[question], question
    assert not [name for name in traced["modules"] if name.startswith("reqtrace")]


@pytest.mark.parametrize("option", ["-S", "-I", "-E", "-s", "-B", "-O", "-Xfrozen_modules=off"])
def test_options_of_python_are_harmless(start: Start, option: str) -> None:
    """Those that keep the agent out do, and none breaks the program."""
    bare, traced = look(start, option, traced=False), look(start, option)
    assert traced["threads"] == bare["threads"]
    assert [entry for entry in traced["path"] if entry != BOOTSTRAP] == bare["path"]
    assert ("reqtrace" in traced["modules"]) == (option not in ("-S", "-I", "-E"))


def test_warnings_as_errors_are_harmless(start: Start) -> None:
    """Start-up warns of nothing."""
    assert start("-W", "error", "-X", "dev", "-c", "pass").stderr == ""


# --- what it shadows ---------------------------------------------------------------------------------------------

CUSTOM = """
import os, sys
with open(os.environ["COUNTED"], "a") as file:
    file.write(f"{__name__} {__file__}\\n")
"""
SHOW = (
    "import sys, sitecustomize; print(sitecustomize.__name__, sitecustomize.__file__, sitecustomize.__spec__.origin)"
    "; print(sitecustomize is sys.modules['sitecustomize'])"
)


def test_a_shadowed_sitecustomize_on_the_path_runs_once(
    start: Start, write: Callable[..., str], tmp_path: Path
) -> None:
    """Under its own name, from its own place, as without us."""
    directory = write("custom/sitecustomize.py", CUSTOM)
    answers = []
    for traced in (False, True):
        counted = tmp_path / f"counted-{traced}"
        done = start("-c", SHOW, traced=traced, path=(directory,), environment={"COUNTED": str(counted)})
        assert done.stderr == ""
        assert counted.read_text() == f"sitecustomize {directory}/sitecustomize.py\n"
        answers.append(done.stdout)
    assert answers[0] == answers[1]


def test_a_shadowed_sitecustomize_in_site_packages_runs_once(
    start: Start, write: Callable[..., str], tmp_path: Path
) -> None:
    """Also where a system or a virtual environment keeps it."""
    venv.create(tmp_path / "venv", with_pip=False, symlinks=True)
    [site_packages] = (tmp_path / "venv").glob("lib/python*/site-packages")
    write(f"{site_packages.relative_to(tmp_path)}/sitecustomize.py", CUSTOM)
    counted = tmp_path / "counted"
    python = str(tmp_path / "venv" / "bin" / "python")
    done = start("-c", SHOW, python=python, environment={"COUNTED": str(counted)})
    assert done.stderr == ""
    assert done.stdout.splitlines()[1] == "True"
    assert counted.read_text() == f"sitecustomize {site_packages}/sitecustomize.py\n"


@pytest.mark.parametrize("fault", ["1 / 0", "import there_is_no_such_module", "raise SystemExit(3)", "("])
def test_a_broken_sitecustomize_breaks_as_without_us(start: Start, write: Callable[..., str], fault: str) -> None:
    """Python says what it always says, and goes on or ends as it always does."""
    directory = write("custom/sitecustomize.py", fault)
    bare, traced = (start("-c", "print('on')", traced=traced, path=(directory,)) for traced in (False, True))
    assert (traced.returncode, traced.stdout) == (bare.returncode, bare.stdout)
    assert traced.stderr.splitlines()[-1:] == bare.stderr.splitlines()[-1:]


def test_no_sitecustomize_is_none(start: Start) -> None:
    """A program that asks for it is told that there is none."""
    program = "import sys; assert 'sitecustomize' not in sys.modules; import sitecustomize"
    bare, traced = start("-c", program, traced=False), start("-c", program)
    assert traced.stderr == bare.stderr
    assert "ModuleNotFoundError" in traced.stderr


def test_a_usercustomize_runs_as_ever(start: Start, write: Callable[..., str], tmp_path: Path) -> None:
    """It comes after ``sitecustomize`` and does not see us on the path. (Virtual environments have it off.)"""
    directory = write("custom/usercustomize.py", CUSTOM + f"assert {BOOTSTRAP!r} not in sys.path\n")
    counted = tmp_path / "counted"
    python = getattr(sys, "_base_executable", sys.executable)
    done = start("-c", "pass", python=python, path=(directory,), environment={"COUNTED": str(counted)})
    assert done.stderr == ""
    assert counted.read_text() == f"usercustomize {directory}/usercustomize.py\n"


# --- who else is reached -----------------------------------------------------------------------------------------

SITE = """
from django.conf import settings
settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, MIDDLEWARE=[])
import django
django.setup()
from django.core.wsgi import get_wsgi_application
get_wsgi_application()
"""


def test_grandchildren_are_traced(run_child: Callable[..., Any]) -> None:
    """Whatever is started from a traced process with its environment is traced, too."""
    program = (
        f"SITE = {SITE!r}\nimport subprocess, sys\nexec(SITE)\n"
        "subprocess.run([sys.executable, '-c', 'import subprocess, sys; subprocess.run([sys.executable, \"-c\", "
        "sys.argv[1]], check=True)', SITE], check=True)"
    )
    seen = run_child("-c", program)
    assert len(seen.of(ChainLoaded)) == 2


def test_multiprocessing_is_traced(run_child: Callable[..., Any], tmp_path: Path) -> None:
    """Processes that are spawned and not forked find the agent by themselves."""
    script = tmp_path / "spawns.py"
    script.write_text(
        "import multiprocessing\n"
        f"def work():\n    exec({SITE!r}, {{'__name__': 'site_of_a_worker'}})\n"
        "if __name__ == '__main__':\n"
        "    worker = multiprocessing.get_context('spawn').Process(target=work)\n"
        "    worker.start()\n    worker.join()\n    assert worker.exitcode == 0\n"
    )
    assert len(run_child(str(script)).of(ChainLoaded)) == 1


# --- another package of that name --------------------------------------------------------------------------------

OTHERS = {
    "a package": ("site/reqtrace/__init__.py", "name = 'somebody else'"),
    "a module": ("site/reqtrace.py", "name = 'somebody else'"),
    "a directory": ("site/reqtrace/agent/__init__.py", ""),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS.keys())
def test_another_package_of_that_name(start: Start, write: Callable[..., str], other: tuple[str, str]) -> None:
    """It keeps its name; one line says why nothing is traced, and the program goes on."""
    write(*other)
    site = str(Path(write("site/anything.py", "")))
    program = "import reqtrace; print(reqtrace.__path__ if hasattr(reqtrace, '__path__') else reqtrace.name)"
    bare, traced = (start("-c", program, traced=traced, path=(site,), python=PLAIN) for traced in (False, True))
    assert traced.stdout == bare.stdout
    assert traced.returncode == 0
    [line] = traced.stderr.splitlines()
    assert line.startswith("reqtrace: not tracing this process: another package named reqtrace is installed here (")
    assert site in line


def test_a_broken_package_of_that_name(start: Start, write: Callable[..., str]) -> None:
    """One that cannot even be imported is somebody else's problem, told in one line."""
    site = write("site/reqtrace.py", "raise RuntimeError('by somebody else')")
    done = start("-c", "print('on')", path=(site,))
    assert (done.returncode, done.stdout) == (0, "on\n")
    [line] = done.stderr.splitlines()
    assert line == "reqtrace: not tracing this process: RuntimeError: by somebody else"


def test_only_reqtrace_becomes_importable(start: Start) -> None:
    """Not its neighbours in the checkout, or in the environment it is installed in."""
    program = "import importlib.util as u; print([n for n in ('reqtrace', 'sample_site', 'tests') if u.find_spec(n)])"
    assert start("-c", program, python=PLAIN).stdout == "['reqtrace']\n"
