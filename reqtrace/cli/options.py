"""The options that more than one command has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from reqtrace.cli.language import language_option
from reqtrace.cli.preferences import preferences
from reqtrace.events.wire import LEVELS

__all__ = [
    "all_of",
    "ascii_option",
    "level_option",
    "output_option",
    "project_options",
    "record_option",
    "viewer_options",
    "width_option",
]

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def all_of(*options: Callable[[Any], Any]) -> Callable[[Decorated], Decorated]:
    """Several options, listed by ``--help`` in this order."""

    def decorate(function: Decorated) -> Decorated:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


ascii_option = click.option("--ascii", "is_ascii", is_flag=True, help="Draw with ASCII characters only.")
project_options = all_of(
    click.option("--settings", metavar="MODULE", help="Settings module to use instead of the project's own choice."),
    click.option("--python", metavar="PATH", help="Python, or virtual environment, of the project."),
)
viewer_options = all_of(
    click.option("--plain", is_flag=True, help="No screen: print one readable block per request, the rest on stderr."),
    ascii_option,
    language_option(),
)


def width_option(narrowest: int) -> Callable[[Decorated], Decorated]:
    """``--width``."""
    return click.option("--width", type=click.IntRange(narrowest), help="Columns to draw in (default: the terminal's).")


def output_option(words: str, *forms: str) -> Callable[[Decorated], Decorated]:
    """``--output``: ``text``, ``json``, and other ``forms``; ``words`` say what each of them is."""
    choice = click.Choice(["text", "json", *forms])
    return click.option("--output", "form", type=choice, default="text", show_default=True, help=words)


def level_option(function: Decorated) -> Decorated:
    """``--level``."""
    return click.option(
        "--level",
        type=click.Choice(LEVELS),
        default=lambda: preferences().level or LEVELS[0],
        show_default=LEVELS[0],
        help="How much to watch: the path, or deep: signals, log records, template tags, filters and calls as well.",
    )(function)


def record_option(function: Decorated) -> Decorated:
    """``--record FILE``."""
    return click.option(
        "--record",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Keep everything in FILE (.reqtrace, or .reqtrace.gz to compress) for `reqtrace replay`.",
    )(function)
