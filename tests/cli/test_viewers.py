"""Which viewer a person gets."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable

import pytest

from reqtrace.cli.plain import PlainViewer
from reqtrace.cli.screen import ScreenViewer
from reqtrace.cli.viewers import choose_viewer, screen_obstacle

Streams = dict[str, io.StringIO]


class TerminalStream(io.StringIO):
    """A stream that says it is a terminal."""

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture
def sit_down(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Streams]:
    """Sit down at a terminal; called within the test, since pytest changes the streams before it."""

    def seated(*, term: str = "xterm", redirected: str = "") -> Streams:
        names = ("stdin", "stdout", "stderr")
        streams = {name: io.StringIO() if name == redirected else TerminalStream() for name in names}
        for name, stream in streams.items():
            monkeypatch.setattr(sys, name, stream)
        monkeypatch.setenv("TERM", term)
        return streams

    return seated


def test_a_terminal_gets_the_screen(sit_down: Callable[..., Streams]) -> None:
    """Without a word."""
    streams = sit_down()
    assert isinstance(choose_viewer(plain=False, ascii_only=False), ScreenViewer)
    assert streams["stderr"].getvalue() == ""


def test_plain_lines_on_demand(sit_down: Callable[..., Streams]) -> None:
    """Whoever asks for them needs no explanation."""
    streams = sit_down()
    assert isinstance(choose_viewer(plain=True, ascii_only=False), PlainViewer)
    assert streams["stderr"].getvalue() == ""


@pytest.mark.parametrize("name", ["stdin", "stdout", "stderr"])
def test_a_redirected_stream_means_plain_lines(name: str, sit_down: Callable[..., Streams]) -> None:
    """Textual reads stdin and paints on stderr; whoever redirects stdout wants lines. The reason is named."""
    streams = sit_down(redirected=name)
    assert isinstance(choose_viewer(plain=False, ascii_only=False), PlainViewer)
    assert f"{name} is not a terminal" in streams["stderr"].getvalue()


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_dumb_terminal_means_plain_lines(term: str, sit_down: Callable[..., Streams]) -> None:
    """It cannot move its cursor."""
    sit_down(term=term)
    assert "TERM" in screen_obstacle()
