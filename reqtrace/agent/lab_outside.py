"""Watches the way out of the process while an experiment runs: networks are refused, files and programs are told.

By an audit hook of Python (PEP 578), which sees every library of Python alike; libraries in C with sockets of their own
(libpq, pycurl, gRPC) raise no audit events. A hook cannot be taken out again: this is for the lab's process only.
"""

from __future__ import annotations

import logging
import os
import sys
import sysconfig
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from reqtrace.agent.lab_remarks import Remarks

__all__ = ["Outside"]

logger = logging.getLogger("reqtrace")

OWN_THREAD = "reqtrace-sender"
WRITING = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC
PASSED_OVER = ("/dev/", "/proc/", "/sys/")
MOVES = frozenset(("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate"))
PROGRAMS = frozenset(("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn"))


class Outside:
    """The one hook of the process; it does nothing while no experiment runs."""

    def __init__(self) -> None:
        self._remarks: Remarks | None = None
        self._looking = threading.local()
        self._homes = tuple(dict.fromkeys(map(os.path.realpath, (sysconfig.get_path("stdlib"), tempfile.gettempdir()))))
        self._judges: dict[str, Callable[[Remarks, Any], None]] = {
            "socket.connect": refuse_connection,
            "socket.sendto": refuse_connection,
            "socket.sendmsg": refuse_message,
            "socket.getaddrinfo": refuse_name,
            "sqlite3.connect": self._tell_database,
            "open": self._tell_opened,
            **dict.fromkeys(MOVES, self._tell_path),
            **dict.fromkeys(PROGRAMS, tell_program),
        }
        sys.addaudithook(self._hear)

    @contextmanager
    def watched(self, remarks: Remarks) -> Iterator[None]:
        """Refuse and tell, in every thread."""
        self._remarks = remarks
        try:
            yield
        finally:
            self._remarks = None

    def _hear(self, event: str, arguments: Any) -> None:
        remarks = self._remarks
        if remarks is None:
            return
        judge = self._judges.get(event)
        if judge is None or getattr(self._looking, "is_on", False) or threading.current_thread().name == OWN_THREAD:
            return
        # What we do to look at it raises audit events of its own.
        self._looking.is_on = True
        try:
            judge(remarks, arguments)
        except ConnectionRefusedError:
            raise
        except Exception as error:  # of ours: what the project does goes on
            logger.warning("the lab could not judge %s: %s", event, type(error).__name__)
        finally:
            self._looking.is_on = False

    def _tell_opened(self, remarks: Remarks, arguments: Any) -> None:
        path, mode, flags = arguments
        is_writing = any(letter in mode for letter in "wax+") if isinstance(mode, str) else bool(flags & WRITING)
        if is_writing:
            self._tell_path(remarks, (path,))

    def _tell_path(self, remarks: Remarks, arguments: Any) -> None:
        path = arguments[0]
        if isinstance(path, int):  # a file that is open already
            return
        text = os.path.abspath(os.fsdecode(path))
        if not text.startswith(PASSED_OVER) and "__pycache__" not in text and not self._is_passing(text):
            remarks.add("file", path=text)

    def _is_passing(self, path: str) -> bool:
        """In a directory where nothing is meant to stay."""
        real = os.path.realpath(path)
        return any(real.startswith(home + os.sep) for home in self._homes) and os.path.realpath(os.getcwd()) not in real

    def _tell_database(self, remarks: Remarks, arguments: Any) -> None:
        path = os.fsdecode(arguments[0])
        if path != ":memory:":
            remarks.add("database_file", path=path)


def refuse_connection(remarks: Remarks, arguments: Any) -> None:
    """``socket.connect`` and ``socket.sendto`` to any address."""
    refuse(remarks, address_text(arguments[1]))


def refuse_message(remarks: Remarks, arguments: Any) -> None:
    """``socket.sendmsg``; without an address the socket is connected already, which was refused."""
    if arguments[1] is not None:
        refuse(remarks, address_text(arguments[1]))


def refuse_name(remarks: Remarks, arguments: Any) -> None:
    """``socket.getaddrinfo``: what is looked up is about to be connected to, and looking it up asks a server, too."""
    host, port = arguments[0], arguments[1]
    if host is not None:
        refuse(remarks, address_text((host, port)))


def refuse(remarks: Remarks, address: str) -> None:
    remarks.add("connection", address=address)
    raise ConnectionRefusedError(f"reqtrace's lab sends nothing out: the connection to {address} was refused")


def address_text(address: Any) -> str:
    if isinstance(address, tuple) and len(address) >= 2:
        host, port = address[:2]
        host = os.fsdecode(host) if isinstance(host, bytes) else host
        return f"{host}:{port}" if port else str(host)
    return os.fsdecode(address) if isinstance(address, bytes | str) else type(address).__name__


def tell_program(remarks: Remarks, arguments: Any) -> None:
    program = arguments[0]
    if isinstance(program, list | tuple) and program:
        program = program[0]
    remarks.add("program", path=os.fsdecode(program) if isinstance(program, bytes | str | os.PathLike) else "?")
