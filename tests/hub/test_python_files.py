"""Functions are found in files by reading them, whatever the files contain."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reqtrace.hub.python_files import FunctionLines, find_function, find_line

MODULE = """\
import functools


class Onion:
    @functools.cache
    def peel(self):
        return self.next(
            1,
        )

    async def peel_async(self):
        return await self.next(1)


def around(handler):
    if handler.is_async:

        async def inner(request):
            return await handler(request)

    else:

        def inner(request):
            return handler(request)

    return inner
"""


@pytest.fixture
def module(tmp_path: Path) -> str:
    path = tmp_path / "onion.py"
    path.write_text(MODULE, encoding="utf-8")
    return str(path)


def test_methods_and_inner_functions_are_found_by_their_names(module: str) -> None:
    """Where two have the same name, one of them is a coroutine function."""
    assert find_function(module, "Onion.peel") == FunctionLines(6, 9)
    assert find_function(module, "Onion.peel_async", is_async=True) == FunctionLines(11, 12)
    assert find_function(module, "around.inner") == FunctionLines(23, 24)
    assert find_function(module, "around.inner", is_async=True) == FunctionLines(18, 19)


def test_what_is_not_there_is_not_found(module: str) -> None:
    """Neither another mode nor another name is taken for it."""
    assert find_function(module, "Onion.peel", is_async=True) is None
    assert find_function(module, "peel") is None
    assert find_function(module + "x", "Onion.peel") is None


def test_a_line_is_found_by_its_beginning_and_only_in_the_function(module: str) -> None:
    """The same words elsewhere do not count."""
    peel = find_function(module, "Onion.peel")
    assert peel is not None
    assert find_line(module, peel, "return self.next(") == 7
    assert find_line(module, peel, "return await") == 0


def test_a_file_that_was_changed_is_read_again(module: str) -> None:
    """An editor may have been at work."""
    assert find_function(module, "Onion.peel") == FunctionLines(6, 9)
    Path(module).write_text("\n" + MODULE, encoding="utf-8")
    os.utime(module, ns=(1, 1))
    assert find_function(module, "Onion.peel") == FunctionLines(7, 10)


@pytest.mark.parametrize("content", [b"def broken(:\n", b"\xff\xfe", b"x = " + b"(" * 5_000, b"\0"])
def test_a_file_that_is_no_python_has_no_functions(tmp_path: Path, content: bytes) -> None:
    """A recording may name any file."""
    path = tmp_path / "strange.py"
    path.write_bytes(content)
    assert find_function(str(path), "broken") is None


def test_only_ordinary_files_are_read(tmp_path: Path) -> None:
    """A pipe would never end."""
    pipe = tmp_path / "pipe.py"
    os.mkfifo(pipe)
    assert find_function(str(pipe), "f") is None
    assert find_function("/dev/zero", "f") is None
    assert find_function("\0", "f") is None
