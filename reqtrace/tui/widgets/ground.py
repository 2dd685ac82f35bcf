"""What others stand on: nothing is written there, so one blank row does for all of its rows."""

from __future__ import annotations

from textual.containers import Container
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

__all__ = ["Body", "blank_lines"]


def blank_lines(widget: Widget, crop: Region) -> list[Strip]:
    """The rows of a widget without border and text.

    Textual 8.2 draws each of them by itself, borders, padding and all, though other widgets cover them.
    """
    strip = Strip.blank(crop.width, widget.visual_style.rich_style)
    _, background = widget.background_colors
    for line_filter in widget.get_line_filters():
        strip = strip.apply_filter(line_filter, background)
    return [strip] * crop.height


class Body(Container):
    """Holds what a mode shows."""

    def render_lines(self, crop: Region) -> list[Strip]:
        return blank_lines(self, crop)
