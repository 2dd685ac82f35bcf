"""``reqtrace.cli.output``: answers on stdout, the story on stderr, and nothing that commands the terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from rich.panel import Panel
from rich.text import Text

import reqtrace
from reqtrace.cli import output
from reqtrace.errors import ReqtraceError

ROOT = Path(reqtrace.__file__).parent.parent

HOSTILE = {
    "escape sequence": ("\x1b[2J\x1b]0;owned\x07", "\\x1b[2J\\x1b]0;owned\\x07"),
    "C1 control": ("\x9b31m", "\\x9b31m"),
    "carriage return": ("GET /\rPOST /", "GET /\\rPOST /"),
    "right-to-left override": ("/\u202egpj.exe", "/<U+202E>gpj.exe"),
    "isolate": ("\u2066x\u2069", "<U+2066>x<U+2069>"),
    "line separator": ("a\u2028b", "a<U+2028>b"),
    "undecodable byte": ("caf\udce9", "caf<U+DCE9>"),
    "lone surrogate": ("\ud800", "<U+D800>"),
    "markup": ("[bold red]x[/]", "[bold red]x[/]"),
    "emoji code": (":bomb:", ":bomb:"),
    "CJK and accents": ("書店 é", "書店 é"),
}
hostile = pytest.mark.parametrize(("text", "shown"), HOSTILE.values(), ids=HOSTILE)


@hostile
def test_hostile_text_is_shown_and_not_obeyed(text: str, shown: str) -> None:
    """Controls, escape sequences, bidirectional marks and undecodable bytes become visible."""
    assert output.harmless(text) == shown


def test_lines_and_tabs_stay() -> None:
    """Text of several lines keeps its lines and its indentation."""
    assert output.harmless("a\n\tb") == "a\n\tb"


@hostile
@pytest.mark.parametrize("printer", [output.answer, output.tell, output.warn], ids=lambda each: each.__name__)
def test_every_line_printed_is_harmless(
    text: str, shown: str, printer: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """No way of printing a line lets hostile text through, and each line goes to its own stream."""
    printer(text)
    label = "warning: " if printer is output.warn else ""
    streams = (f"{shown}\n", "") if printer is output.answer else ("", f"{label}{shown}\n")
    assert capsys.readouterr() == streams


@hostile
def test_a_renderable_is_harmless(text: str, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Text inside a Rich renderable cannot command the terminal either, whoever forgot to clean it."""
    output.show(Panel(Text(text)))
    out = capsys.readouterr().out
    assert output.harmless(out) == out
    assert out.startswith("╭──")


def test_json_is_ascii_and_reads_back(capsys: pytest.CaptureFixture[str]) -> None:
    """The JSON answer survives any stream and any terminal, and reads back as what it was."""
    document = {"path": "/書店\u202e\x1b[2J/\udce9", "status": 404, "tried": ["a", None]}
    output.answer_json(document)
    out = capsys.readouterr().out
    assert out.isascii()
    assert json.loads(out) == document


def test_an_error_of_several_lines_stays_a_block(capsys: pytest.CaptureFixture[str]) -> None:
    """Further lines of a message and of a hint are indented under their first; long lines are not broken."""
    path = "/" + "deep/" * 40 + "manage.py"
    output.report(ReqtraceError(f"Two projects:\n{path}\n/b", hint="Name one,\nor move one."))
    assert capsys.readouterr().err.splitlines() == [
        "error: Two projects:",
        f"       {path}",
        "       /b",
        "what to do: Name one,",
        "            or move one.",
    ]


def run_program(program: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """What a program that uses the output module sends to its two streams."""
    script = f"from reqtrace.cli import output\nfrom reqtrace.errors import *\noutput.prepare_streams()\n{program}"
    command = [sys.executable, "-c", script]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False, env={**os.environ, **environment})


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "gb18030", "utf-8"])
def test_no_encoding_stops_the_output(encoding: str) -> None:
    """A stream that cannot carry a character shows its escape; nothing raises ``UnicodeEncodeError``."""
    program = """
from rich.panel import Panel
output.answer("▼ 書店 \\x1b")
output.show(Panel("◉ 書店"))
output.report(ProjectBroken("no ▼", hint="書店", output="Traceback 書店"))
"""
    run = run_program(program, PYTHONIOENCODING=f"{encoding}:strict")
    assert run.returncode == 0, run.stderr
    first = run.stdout.decode(encoding).splitlines()[0]
    assert first == ("▼ 書店 \\x1b" if encoding in ("utf-8", "gb18030") else "\\u25bc \\u66f8\\u5e97 \\x1b")
    assert b"error: no" in run.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("environment", "is_coloured"),
    [({"FORCE_COLOR": "1", "TERM": "xterm-256color"}, True), ({"NO_COLOR": "1"}, False), ({}, False)],
    ids=["forced", "NO_COLOR", "not a terminal"],
)
def test_colour_is_for_terminals_that_want_it(environment: dict[str, str], is_coloured: bool) -> None:
    """Neither a pipe nor ``NO_COLOR`` gets escape sequences; the words stay the same."""
    plain = {"FORCE_COLOR": "", "NO_COLOR": "", "TTY_COMPATIBLE": ""}
    run = run_program("output.report(ReqtraceError('no', hint='yes'))", **{**plain, **environment})
    assert (b"\x1b[1;31m" in run.stderr) == is_coloured
    assert output.COLOUR_SEQUENCE.sub("", run.stderr.decode()) == "error: no\nwhat to do: yes\n"


@pytest.mark.slow
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_closed_stream_swallows_what_is_printed(stream: str) -> None:
    """Started with a stream closed, the program goes on, and says the rest on the other one."""
    program = f"""
import sys
sys.{stream} = None
output.prepare_streams()
output.answer("answer")
output.tell("story")
"""
    run = run_program(program)
    assert run.returncode == 0, run.stderr
    assert (run.stdout, run.stderr) == ((b"", b"story\n") if stream == "stdout" else (b"answer\n", b""))


def test_the_encoding_decides_about_symbols(monkeypatch: pytest.MonkeyPatch) -> None:
    """Symbols are for streams in a Unicode encoding."""
    for encoding, answer in [("utf-8", True), ("UTF8", True), ("ascii", False), ("cp1252", False)]:
        monkeypatch.setattr(sys, "stdout", TextIOWrapper(BytesIO(), encoding=encoding))
        assert output.is_unicode() is answer
    assert output.is_unicode(TextIOWrapper(BytesIO(), encoding="utf-16")) is True
