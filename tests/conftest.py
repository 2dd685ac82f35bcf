"""What tests share, and what holds for every one: it leaves no thread, child process or listening socket behind."""

from __future__ import annotations

import os
import signal
import socket
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import settings
from waiting import until

from reqtrace.hub.hub import Hub

# A machine that decides over a change must not do so by luck; people at work go on exploring.
settings.register_profile("decides", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("decides")

# A shell's background job has SIGINT ignored, and so would have every child that a test interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

PATIENCE = 5.0
"""Seconds a thread or child that was told to end may take to do so."""

FILE_DESCRIPTORS = Path("/dev/fd")
TASKS = Path("/proc/self/task")


class Residue(NamedTuple):
    """What a process owns that outlives a careless test."""

    threads: frozenset[threading.Thread]
    children: frozenset[str]
    listeners: frozenset[str]

    def since(self, earlier: Residue) -> Residue:
        """What is here now and was not before."""
        return Residue(
            self.threads - earlier.threads, self.children - earlier.children, self.listeners - earlier.listeners
        )


def observe_residue() -> Residue:
    return Residue(running_threads(), child_processes(), listening_sockets())


def running_threads() -> frozenset[threading.Thread]:
    """Live threads, without the one that asgiref keeps for the life of the process."""
    threads = frozenset(threading.enumerate())
    if asgiref := sys.modules.get("asgiref.sync"):
        threads -= frozenset(asgiref.SyncToAsync.single_thread_executor._threads)
    return threads


def child_processes() -> frozenset[str]:
    """Process ids of our children, the ended but unreaped ones too (Linux tells; elsewhere none are seen)."""
    pids: set[str] = set()
    for children in TASKS.glob("*/children"):
        try:
            pids.update(children.read_text().split())
        except (FileNotFoundError, ProcessLookupError):  # the thread has ended meanwhile
            continue
    return frozenset(pids)


def listening_sockets() -> frozenset[str]:
    """Addresses this process listens on."""
    addresses: set[str] = set()
    for name in os.listdir(FILE_DESCRIPTORS) if FILE_DESCRIPTORS.is_dir() else ():
        try:
            if not stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                continue
            borrowed = socket.socket(fileno=int(name))
        except OSError:  # the descriptor of the listing itself
            continue
        try:
            if borrowed.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                addresses.add(str(borrowed.getsockname()))
        except OSError:  # macOS: not that sort of socket
            continue
        finally:
            borrowed.detach()
    return frozenset(addresses)


@pytest.fixture
def hub() -> Iterator[Hub]:
    """A real hub on a free port."""
    hub = Hub()
    hub.start()
    yield hub
    hub.close()


@pytest.fixture(name="until")
def until_fixture() -> Callable[..., Any]:
    """Wait until a condition holds and return what it gave."""
    return until


@pytest.fixture(autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    before = observe_residue()
    yield
    deadline = time.monotonic() + PATIENCE
    while any(left := observe_residue().since(before)) and time.monotonic() < deadline:
        time.sleep(0.01)
    if any(left):
        threads = sorted(thread.name for thread in left.threads)
        pytest.fail(
            f"left behind: threads {threads}, children {sorted(left.children)}, listening on {sorted(left.listeners)}"
        )
