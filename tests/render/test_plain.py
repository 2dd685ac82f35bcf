"""A request as a block of text tells what is notable, with its file and line."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django_model import SECURITY, SESSION
from rich.console import Console
from scenarios import MAINTENANCE, Scenario, make

from reqtrace.render.plain import request_block, request_line
from reqtrace.render.styles import MONOCHROME, canvas_text
from reqtrace.trace.model import RequestTrace

TraceOf = Callable[..., RequestTrace]


@pytest.mark.parametrize(
    "name", ["view_raises_500", "short_circuit_301", "csrf_403", "n_plus_one", "process_exception_answers", "static"]
)
def test_blocks(name: str, trace_of: TraceOf, golden: Callable[[str, str], None]) -> None:
    """A block is the funnel and, below it, where it turned back, what was raised and which query repeats."""
    golden(f"block_{name}.txt", request_block(trace_of(name), width=80).plain())


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("home", "  1 GET  /  ✓200  1.4ms"),
        ("detail", "  1 GET  /books/3/?from=home  ✓200  1.7ms  2 queries"),
        ("short_circuit_301", "  1 GET  /books  →301  124µs  turned back"),
        ("static", "  1 GET  /static/shop.css  ✓200  704µs  static file"),
    ],
)
def test_one_line_a_request(name: str, line: str, trace_of: TraceOf) -> None:
    """Number, method, path, status with its mark, time, and what is special."""
    assert request_line(trace_of(name)) == line


def test_a_pipe_gets_no_colour(trace_of: TraceOf) -> None:
    """In monochrome nothing but text is written, and no row ends in blanks."""
    stream = io.StringIO()
    console = Console(file=stream, width=100, highlight=False, color_system=None)
    console.print(canvas_text(request_block(trace_of("detail"), width=100), MONOCHROME))
    text = stream.getvalue()
    assert "\x1b" not in text
    assert not any(line.endswith(" ") for line in text.splitlines())


def test_monochrome_marks_the_alarm_without_colour(trace_of: TraceOf) -> None:
    """Where colours are unwanted, reverse and bold still say where it turned back."""
    stream = io.StringIO()
    console = Console(file=stream, width=80, force_terminal=True, color_system="truecolor", highlight=False)
    console.print(canvas_text(request_block(trace_of("short_circuit_301"), width=80), MONOCHROME))
    text = stream.getvalue()
    assert "\x1b[1;7m" in text
    assert "38;2" not in text


def test_markup_in_a_path_is_text(fold_of: Callable[[Scenario], RequestTrace]) -> None:
    """Rich prints ``[bold red]`` of a path as it stands."""
    stream = io.StringIO()
    trace = fold_of(make("markup", path="/[bold red]x[/]/:smile:"))
    Console(file=stream, width=80, color_system=None).print(canvas_text(request_block(trace, width=80)))
    assert "GET /[bold red]x[/]/:smile:" in stream.getvalue()


def test_what_is_no_response_has_no_status(fold_of: Callable[[Scenario], RequestTrace]) -> None:
    """A layer that turned the request back with a str, or nothing, is not said to have returned 0."""
    chain = (SECURITY, MAINTENANCE, SESSION)
    text = request_block(
        fold_of(make("none", chain, {"MaintenanceMiddleware.call": lambda _: None})), width=100
    ).plain()
    assert "turned back: __call__ of 2 MaintenanceMiddleware returned something that is no response" in text
    assert "returned 0" not in text


def test_ascii_blocks_are_ascii(trace_of: TraceOf) -> None:
    """``ascii_only`` leaves no other character, notes included."""
    assert request_block(trace_of("view_raises_500"), width=80, ascii_only=True).plain().isascii()
