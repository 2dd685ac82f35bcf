"""The options that every command with a viewer has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from reqtrace.cli.language import language_option
from reqtrace.cli.preferences import preferences
from reqtrace.events.wire import LEVELS

__all__ = ["level_option", "record_option", "viewer_options"]

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def viewer_options(function: Decorated) -> Decorated:
    """``--plain``, ``--ascii`` and ``--lang``."""
    plain = click.option(
        "--plain", is_flag=True, help="No screen: print one readable block per request, the rest on stderr."
    )
    ascii_only = click.option("--ascii", "ascii_only", is_flag=True, help="Draw with ASCII characters only.")
    return plain(ascii_only(language_option()(function)))


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
