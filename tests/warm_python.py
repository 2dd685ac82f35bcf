"""A Python that has imported the standard library, and forks to become the programs that tests run.

Starting Python and importing its library takes longer than most of these programs run. Nothing of Django and nothing
of ours is imported before a program begins: that the agent is there first is what many tests are about. What they
want to know of the start of Python itself they ask of a Python that they start.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import signal
import site
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

__all__ = ["WarmPython"]

LIBRARY = (
    *("asyncio", "concurrent.futures.thread", "difflib", "email.headerregistry", "email.mime.multipart", "gzip"),
    *("html.parser", "http.cookies", "http.server", "inspect", "ipaddress", "logging.config", "mimetypes"),
    *("multiprocessing.reduction", "pprint", "runpy", "sqlite3", "ssl", "statistics", "tempfile", "unittest.mock"),
    *("urllib.request", "uuid", "wsgiref.simple_server", "xml.dom.minidom", "zoneinfo"),
)
"""What a site imports by importing Django."""


class WarmPython:
    """Runs programs one after the other, each in a process of its own."""

    def __init__(self, files: Path) -> None:
        self._files = files
        self._parent = self._start()

    @staticmethod
    def is_suited(arguments: Sequence[str], environment: Mapping[str, str]) -> bool:
        """Whether a program would not notice: it is a file, and no variable tells Python how to start."""
        told = {name for name in environment if name.startswith("PYTHON")}
        ours = {name for name in os.environ if name.startswith("PYTHON")}
        return hasattr(os, "fork") and arguments[0].endswith(".py") and told <= ours | {"PYTHONPATH"}

    def run(
        self, arguments: Sequence[str], environment: Mapping[str, str], directory: Path, patience: float
    ) -> subprocess.CompletedProcess[str]:
        """What ``python ARGUMENTS`` prints in that environment, and its exit code."""
        out, err = self._files / "stdout", self._files / "stderr"
        order = {"arguments": arguments, "environment": dict(environment), "directory": str(directory)}
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write(json.dumps({**order, "stdout": str(out), "stderr": str(err)}) + "\n")
        self._parent.stdin.flush()
        if not select.select([self._parent.stdout], [], [], patience)[0]:
            os.killpg(self._parent.pid, signal.SIGKILL)
            self.close()
            self._parent = self._start()
            raise subprocess.TimeoutExpired([*arguments], patience, out.read_bytes(), err.read_bytes())
        code = int(self._parent.stdout.readline())
        return subprocess.CompletedProcess(
            [*arguments], code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8")
        )

    def close(self) -> None:
        """End it; no program runs any more."""
        self._parent.communicate()

    @staticmethod
    def _start() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            start_new_session=True,
        )


def main() -> None:
    """Fork for each order, and tell how the program ended."""
    for name in LIBRARY:
        importlib.import_module(name)
    while line := sys.stdin.readline():
        child = os.fork()
        if not child:
            become(json.loads(line))
            return
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


def become(order: Mapping[str, Any]) -> None:
    """Do what Python does at its start, in the same order, and run the program."""
    writing = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for number, (path, flags) in enumerate(
        ((os.devnull, os.O_RDONLY), (order["stdout"], writing), (order["stderr"], writing))
    ):
        opened = os.open(path, flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    os.chdir(order["directory"])
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = list(order["arguments"])
    sys.path[:1] = [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    sys.modules.pop("sitecustomize", None)
    site.execsitecustomize()
    program = sys.argv[0]
    sys.path.insert(0, os.path.dirname(program))
    loader = SourceFileLoader("__main__", program)
    sys.modules["__main__"] = main_module = ModuleType("__main__")
    vars(main_module).update(__file__=program, __loader__=loader, __builtins__=__builtins__, __cached__=None)
    code = loader.get_code("__main__")
    assert code is not None
    exec(code, vars(main_module))


if __name__ == "__main__":
    main()
