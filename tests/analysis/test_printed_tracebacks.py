"""Tracebacks are recognised as Python prints them: each test prints a real one."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from reqtrace.analysis.printed_tracebacks import (
    begins_traceback,
    continues_traceback,
    frame_of,
    own_frame,
    raised_words,
)

PLAIN = "def pay():\n    return 1 / 0\npay()"
CAUSED = """
def pay():
    try:
        1 / 0
    except ZeroDivisionError as error:
        raise ValueError("no money") from error
pay()
"""
MEANWHILE = CAUSED.replace(" from error", "")
LIBRARY = "import json\njson.loads('{')"
GROUP = "raise ExceptionGroup('two', [ValueError('one'), KeyError('other')])"
BROKEN = "compile('def f(:', 'x.py', 'exec')"


def printed(tmp_path: Path, code: str) -> list[str]:
    path = tmp_path / "shop.py"
    path.write_text(textwrap.dedent(code), encoding="utf-8")
    ended = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=False)
    return ended.stderr.splitlines()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "raised", "function"),
    [
        (PLAIN, "ZeroDivisionError: division by zero", "pay"),
        (CAUSED, "ValueError: no money", "pay"),
        (MEANWHILE, "ValueError: no money", "pay"),
        (LIBRARY, "json.decoder.JSONDecodeError: Expecting property name", "<module>"),
        (BROKEN, "SyntaxError: ", ""),
    ],
    ids=["plain", "caused", "meanwhile", "library", "syntax"],
)
def test_a_traceback_is_one_piece(tmp_path: Path, code: str, raised: str, function: str) -> None:
    """From its first line to the exception, causes included; what is printed next is not part of it."""
    lines = printed(tmp_path, code)
    assert begins_traceback(lines[0])
    for number in range(1, len(lines)):
        assert continues_traceback(lines[:number], lines[number]), lines[number]
    assert not continues_traceback(lines, '[21/Nov/2026 21:21:39] "GET / HTTP/1.1" 500 145')
    assert not continues_traceback([*lines, ""], lines[0])
    assert raised_words(lines).startswith(raised)
    frame = own_frame(lines)
    assert frame is not None
    assert frame.function == function
    assert Path(frame.file).name in ("shop.py", "x.py")


def test_an_exception_group_is_one_piece(tmp_path: Path) -> None:
    """All of its lines are indented, so the first that is not ends it."""
    lines = printed(tmp_path, GROUP)
    for number in range(1, len(lines)):
        assert continues_traceback(lines[:number], lines[number]), lines[number]
    assert not continues_traceback(lines, "ready")
    assert raised_words(lines)


def test_frames_of_libraries() -> None:
    """The standard library and installed packages are none of the project's own code."""
    for file, is_library in (
        ("/srv/shop/views.py", False),
        ("/srv/shop/.venv/lib/python3.12/site-packages/django/core/handlers/base.py", True),
        ("/usr/lib/python3.12/json/decoder.py", True),
        ("<frozen importlib._bootstrap>", True),
        (r"C:\shop\venv\Lib\site-packages\django\urls\base.py", True),
    ):
        frame = frame_of(f'  File "{file}", line 12, in pay')
        assert frame is not None
        assert frame.is_library is is_library
        assert (frame.line, frame.function) == (12, "pay")
    assert frame_of("    return 1 / 0") is None
