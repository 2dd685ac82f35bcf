"""The fixture that looks for what tests leave behind does find it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CARELESS_TESTS = """
import socket, subprocess, sys, threading
kept = []

def test_thread():
    threading.Thread(target=threading.Event().wait, name="forgotten", daemon=True).start()

def test_child():
    kept.append(subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))

def test_listener():
    kept.append(socket.create_server(("127.0.0.1", 0)))

def test_tidy():
    thread = threading.Thread(target=print)
    thread.start()
    thread.join()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    socket.create_server(("127.0.0.1", 0)).close()
    assert kept
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who our children are")
def test_leftovers_of_a_test_are_found(tmp_path: Path) -> None:
    """A forgotten thread, child or listening socket is an error of the test that left it, and of no other."""
    tests = Path(__file__).parent
    conftest = (tests / "conftest.py").read_text(encoding="utf-8")
    impatient = conftest.replace("PATIENCE = 5.0", "PATIENCE = 0.1")
    assert impatient != conftest
    (tmp_path / "conftest.py").write_text(impatient, encoding="utf-8")
    (tmp_path / "test_careless.py").write_text(CARELESS_TESTS, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(tests), str(tests.parent)))}
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert "4 passed, 3 errors" in run.stdout, run.stdout
    assert "left behind: threads ['forgotten'], children [], listening on []" in run.stdout
    assert "left behind: threads [], children ['" in run.stdout
    assert "listening on [\"('127.0.0.1'," in run.stdout
