"""The options that every command with a viewer has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

__all__ = ["record_option", "viewer_options"]

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def viewer_options(function: Decorated) -> Decorated:
    """``--plain`` and ``--ascii``."""
    plain = click.option(
        "--plain", is_flag=True, help="No screen: print one readable block per request, the rest on stderr."
    )
    ascii_only = click.option("--ascii", "ascii_only", is_flag=True, help="Draw with ASCII characters only.")
    return plain(ascii_only(function))


def record_option(function: Decorated) -> Decorated:
    """``--record FILE``."""
    return click.option(
        "--record",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Keep everything in FILE (.reqtrace, or .reqtrace.gz to compress) for `reqtrace replay`.",
    )(function)
