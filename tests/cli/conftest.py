"""The program as a person runs it, a small project to run it on, and proof that nothing is left of either."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest
from command_runs import Ran, Run

import reqtrace
from reqtrace.cli.main import main
from reqtrace.hub.ports import free_port, is_answering

ROOT = Path(reqtrace.__file__).parents[1]
DEADLINE = 30.0
ENDINGS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
MARK = "REQTRACE_TEST_MARK"


@pytest.fixture
def run_command(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``reqtrace`` in this process; what it starts of a project is a real child."""
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)

    def run(*words: str | Path) -> Ran:
        code = main([*map(str, words)])
        out, err = capfd.readouterr()
        return Ran(code, out, err)

    return run


class Program:
    """A running ``reqtrace``, and everything it says."""

    def __init__(self, process: subprocess.Popen[str], mark: str) -> None:
        self.process = process
        self.mark = mark
        self.stdout = ""
        self.stderr = ""
        self._readers = [
            threading.Thread(target=self._read, args=(name, stream))
            for name, stream in (("stdout", process.stdout), ("stderr", process.stderr))
            if stream is not None
        ]
        for reader in self._readers:
            reader.start()

    def _read(self, name: str, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                setattr(self, name, getattr(self, name) + line)

    def wait(self, timeout: float = DEADLINE) -> int:
        """The exit code, everything having been read."""
        code = self.process.wait(timeout)
        for reader in self._readers:
            reader.join(timeout)
        return code

    def remains(self) -> list[int]:
        """Processes that were started for it and still run."""
        return [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/environ") if self._is_ours(path)]

    def _is_ours(self, environ: Path) -> bool:
        try:
            return f"{MARK}={self.mark}".encode() in environ.read_bytes()
        except OSError:
            return False


@contextmanager
def no_signal_ignored() -> Iterator[None]:
    """Programs started here end of every signal, though the tests may not.

    A program inherits which signals are ignored, and ``nohup`` and CI runners have SIGHUP ignored. One that is handled,
    however little is done about it, has its usual effect in the program again.
    """
    ignored = [number for number in ENDINGS if signal.getsignal(number) is signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, lambda *_: None)
    try:
        yield
    finally:
        for number in ignored:
            signal.signal(number, signal.SIG_IGN)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """Start ``reqtrace`` with arguments; ended, with all it started, when the test ends."""
    programs: list[Program] = []

    def started(
        *arguments: str,
        cwd: Path = tmp_path,
        environment: Mapping[str, str] | None = None,
        code: str = "",
        **options: Any,
    ) -> Program:
        mark = uuid.uuid4().hex
        known = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", MARK: mark, **(environment or {})}
        command = [sys.executable, *(("-c", code) if code else ("-m", "reqtrace")), *arguments]
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        with no_signal_ignored():
            process = subprocess.Popen(command, cwd=cwd, env=known, start_new_session=True, **{**pipes, **options})
        programs.append(Program(process, mark))
        return programs[-1]

    yield started
    for program in programs:
        if program.process.poll() is None:
            program.process.kill()
        program.wait()
        for pid in program.remains():
            os.kill(pid, signal.SIGKILL)


class Terminal:
    """A terminal with a program in it; closing it hangs up."""

    def __init__(self) -> None:
        self.keyboard, self.screen = pty.openpty()
        self.text = b""
        self._stop, self._stopping = os.pipe()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        while True:
            ready, _, _ = select.select((self.keyboard, self._stop), (), ())
            if self._stop in ready:
                return
            try:
                part = os.read(self.keyboard, 65_536)
            except OSError:
                return
            if not part:
                return
            self.text += part

    def type(self, keys: bytes) -> None:
        os.write(self.keyboard, keys)

    def close(self) -> None:
        """Hang up, once nobody reads: a read that is under way would keep the terminal open behind our back."""
        if self.keyboard < 0:
            return
        os.write(self._stopping, b"x")
        self._reader.join(DEADLINE)
        for number in (self.screen, self.keyboard, self._stop, self._stopping):
            os.close(number)
        self.keyboard = self.screen = -1


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A Django project of three files, in a directory whose name is none for a beginner."""
    root = tmp_path / "my shop 書店"
    root.mkdir()
    (root / "manage.py").write_text(
        "import os, sys\n"
        "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n"
        "from django.core.management import execute_from_command_line\n"
        "execute_from_command_line(sys.argv)\n"
    )
    (root / "settings.py").write_text(
        "DEBUG = True\nSECRET_KEY = 'x'\nROOT_URLCONF = 'urls'\nALLOWED_HOSTS = ['*']\nUSE_TZ = True\n"
        "MIDDLEWARE = ['django.middleware.common.CommonMiddleware']\nWSGI_APPLICATION = 'application.application'\n"
    )
    (root / "application.py").write_text(
        "import os\n"
        "from django.core.wsgi import get_wsgi_application\n"
        "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n"
        "application = get_wsgi_application()\n"
    )
    (root / "urls.py").write_text(
        "import os\n"
        "from django.http import HttpResponse\n"
        "from django.urls import path\n"
        "def hello(request):\n"
        "    return HttpResponse(f'hello from {os.getpid()}')\n"
        "urlpatterns = [path('hello/', hello)]\n"
    )
    return root


@pytest.fixture
def port() -> int:
    """A port that was free a moment ago."""
    return free_port("127.0.0.1", 0)


class Site:
    """What a browser sees."""

    def __init__(self, port: int) -> None:
        self.port = port

    def get(self, path: str = "hello/") -> str:
        """The body; empty if there is no site yet."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{path}", timeout=10) as response:
                return str(response.read().decode())
        except (OSError, urllib.error.URLError):
            return ""

    @property
    def is_up(self) -> bool:
        return is_answering("127.0.0.1", self.port)


@pytest.fixture
def site(port: int) -> Site:
    return Site(port)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    terminal = Terminal()
    yield terminal
    terminal.close()
