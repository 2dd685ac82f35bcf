"""Source files are read with care and cut to what is shown."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from reqtrace.render.canvas import Phrase
from reqtrace.render.roles import Role
from reqtrace.tui import source_text
from reqtrace.tui.source_text import SourceUnreadable, read_excerpt, short_path

MODULE = '''\
"""A module."""

import time


class Timing:
    """Doc."""

    def process_request(self, request):
        request.started = time.time()

        return None

    @decorated
    async def process_view(
        self, request
    ):
        return None
'''


@pytest.fixture
def module(tmp_path: Path) -> Path:
    path = tmp_path / "middleware.py"
    path.write_text(MODULE, encoding="utf-8")
    return path


def plain(phrase: Phrase) -> str:
    return "".join(text for text, _ in phrase)


def test_the_lines_are_the_file_s_own(module: Path) -> None:
    """Nothing is added or lost, and numbers fit."""
    excerpt = read_excerpt(str(module), 9)
    lines = MODULE.splitlines()
    assert [plain(line) for line in excerpt.lines] == lines[excerpt.first - 1 :]


def test_the_block_is_the_whole_function(module: Path) -> None:
    """From its ``def`` to its last line, blank lines inside included."""
    assert read_excerpt(str(module), 9).block == range(9, 13)


def test_a_decorated_function_with_a_split_head_is_one_block(module: Path) -> None:
    """A block begins at the decorator and is not ended by the closing bracket of the head."""
    assert read_excerpt(str(module), 14).block == range(14, 19)


def test_a_plain_line_is_its_own_block(module: Path) -> None:
    """The line that caused a query is marked alone."""
    assert read_excerpt(str(module), 10).block == range(10, 11)


def test_keywords_and_strings_have_roles(module: Path) -> None:
    """Colours come from the table of roles."""
    excerpt = read_excerpt(str(module), 9)
    roles = {text.strip(): paint.role for line in excerpt.lines for text, paint in line}
    assert roles["def"] is Role.UP
    assert roles['"""Doc."""'] is Role.SKIP


def test_a_line_beyond_the_end_shows_the_end(module: Path) -> None:
    """The file may have become shorter since."""
    assert read_excerpt(str(module), 9_999).block.start == len(MODULE.splitlines())


def test_the_excerpt_follows_the_file(module: Path) -> None:
    """A saved change is seen."""
    read_excerpt(str(module), 1)
    module.write_text("x = 1\n", encoding="utf-8")
    os.utime(module, (1, 1))
    assert plain(read_excerpt(str(module), 1).lines[0]) == "x = 1"


def test_control_characters_are_shown(tmp_path: Path) -> None:
    """A source file is somebody else's text, too."""
    path = tmp_path / "evil.py"
    path.write_bytes(b"x = '\x1b[2J'\n")
    assert "\x1b" not in plain(read_excerpt(str(path), 1).lines[0])


def test_the_declared_encoding_counts(tmp_path: Path) -> None:
    """PEP 263."""
    path = tmp_path / "latin.py"
    path.write_bytes("# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"))
    assert plain(read_excerpt(str(path), 2).lines[1]) == "x = 'é'"


def test_a_template_is_no_python(tmp_path: Path) -> None:
    """It is read as a template and marked at its line."""
    path = tmp_path / "base.html"
    path.write_text("<p>\n{% block x %}{% endblock %}\n", encoding="utf-8")
    assert read_excerpt(str(path), 1).block == range(1, 2)


@pytest.mark.parametrize("name", ["missing.py", "directory", "pipe", "socket", "nul\0byte"])
def test_what_is_no_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A recording may name a pipe; opening it would wait for ever."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "directory").mkdir()
    os.mkfifo("pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        with pytest.raises(SourceUnreadable):
            read_excerpt(name, 1)


def test_a_huge_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The screen must not wait for it."""
    monkeypatch.setattr(source_text, "MAX_BYTES", 10)
    path = tmp_path / "big.py"
    path.write_text("x = 'more than ten'\n", encoding="utf-8")
    with pytest.raises(SourceUnreadable):
        read_excerpt(str(path), 1)


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("/venv/lib/python3.11/site-packages/django/contrib/auth/middleware.py", "django/contrib/auth/middleware.py"),
        ("/home/me/projects/bookshop/shop/views.py", "bookshop/shop/views.py"),
        ("/views.py", "views.py"),
    ],
)
def test_short_paths(file: str, expected: str) -> None:
    """Long enough to know the file."""
    assert short_path(file) == expected
