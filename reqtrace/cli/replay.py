"""``reqtrace replay FILE``: opens a recording."""

from __future__ import annotations

from pathlib import Path

import click

from reqtrace.cli.options import viewer_options
from reqtrace.cli.session import review
from reqtrace.cli.viewers import choose_viewer

__all__ = ["command"]


@click.command(short_help="Open a recording and step through it.")
@click.argument("file", type=click.Path(path_type=Path))
@viewer_options
def command(file: Path, plain: bool, is_ascii: bool) -> int:
    """Open the recording FILE, made with --record, and step through it."""
    return review(file, choose_viewer(plain=plain, ascii_only=is_ascii))
