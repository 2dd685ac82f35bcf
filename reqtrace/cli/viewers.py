"""Which viewer a person gets: the screen, or plain lines where there can be no screen."""

from __future__ import annotations

import os
import sys
from typing import Protocol

from reqtrace.cli import output
from reqtrace.cli.sources import AwaitedSource

__all__ = ["Viewer", "choose_viewer"]


class Viewer(Protocol):
    """Shows a source until it is over, the person has had enough, or somebody asks it to come back."""

    @property
    def keeps_output(self) -> bool:
        """What the site printed can still be read when ``show`` has returned."""

    def show(self, source: AwaitedSource) -> None: ...

    def quit(self) -> None:
        """Ask ``show`` to return; called from any thread."""


def choose_viewer(*, plain: bool, ascii_only: bool) -> Viewer:
    """The viewer that was asked for, or the one that is possible, with one line that says why."""
    obstacle = "" if plain else screen_obstacle()
    if obstacle:
        output.tell(f"reqtrace: {obstacle}, so requests are printed as plain lines (--plain says so beforehand).")
    ascii_only = ascii_only or not output.is_unicode(sys.stdout if plain or obstacle else sys.stderr)
    if plain or obstacle:
        from reqtrace.cli.plain import PlainViewer

        return PlainViewer(ascii_only=ascii_only)
    from reqtrace.cli.screen import ScreenViewer

    return ScreenViewer(ascii_only=ascii_only)


def screen_obstacle() -> str:
    """Why no screen can be opened here; empty if it can. Textual reads stdin and paints on stderr."""
    for stream, name in ((sys.stdin, "stdin"), (sys.stdout, "stdout"), (sys.stderr, "stderr")):
        if stream is None or not stream.isatty():
            return f"{name} is not a terminal"
    if os.environ.get("TERM", "") in ("dumb", ""):
        return "this terminal cannot move its cursor (TERM is dumb or not set)"
    return ""
