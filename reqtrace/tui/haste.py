"""Has Textual 8.2 answer keys sooner than it would by itself."""

from __future__ import annotations

from textual import screen

__all__ = ["PERIOD", "paint_at_once"]

PERIOD = 1 / 250
"""Seconds between two frames.

An answer takes up to four frames: a layout, what the widgets draw for their new sizes, what follows from that.
Textual waits the 60th of a second between them, and a person for all of it.
"""


def paint_at_once() -> None:
    """Of every screen that is opened from now on."""
    # Textual takes the figure from the environment (``TEXTUAL_FPS``), which the site would inherit.
    setattr(screen, "UPDATE_PERIOD", PERIOD)  # noqa: B010 - a constant for mypy
