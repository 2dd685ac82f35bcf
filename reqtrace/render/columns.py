"""Where the columns of the funnel stand at a given width.

``lane | stub | hook on the way in  time | number and name | time  hook on the way out | stub | lane``; the
blocks of inner layers are inset on both sides, the names stand below each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from reqtrace.render.sanitize import sanitize
from reqtrace.trace.model import Layer

__all__ = ["Columns", "columns_for", "short_name"]

_NARROWEST_HOOK = 21
_HOOK_FOR_FULL_NAMES = 32
_SUFFIXES = ("Middleware", "_middleware")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Cells counted from the left; ends are exclusive."""

    width: int
    lane_in: int
    lane_out: int
    name: int
    """First cell of the middle part, which is number and name with a blank on each side."""
    name_end: int
    number_width: int
    has_full_names: bool
    total_inset: int
    depth: int
    """How many layers share the inset."""

    @property
    def core(self) -> int:
        """First cell of the text of URLconf, hooks and view."""
        return self.lane_in + 4

    @property
    def core_end(self) -> int:
        """End of the text of URLconf, hooks and view."""
        return self.lane_out - 4

    def inset(self, position: int) -> int:
        """How far a layer's block is inset."""
        return 0 if self.depth < 2 else position * self.total_inset // (self.depth - 1)

    def block(self, position: int) -> tuple[int, int]:
        """The block of a layer."""
        inset = self.inset(position)
        return self.lane_in + 2 + inset, self.lane_out - 1 - inset

    def name_of(self, layer: Layer) -> str:
        """The layer's name, short where there is little room."""
        return sanitize(layer.name) if self.has_full_names else short_name(layer)


def short_name(layer: Layer) -> str:
    """The name without what every name ends in."""
    name = sanitize(layer.name)
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix):
            return name[: -len(suffix)]
    return name


def columns_for(width: int, layers: Sequence[Layer], *, badge_width: int = 0) -> Columns:
    """Columns for a picture of these layers, with so much room for a badge after the name."""
    number_width = len(str(max((layer.index + 1 for layer in layers), default=1)))
    full = max((cell_len(sanitize(layer.name)) for layer in layers), default=4)
    short = max((cell_len(short_name(layer)) for layer in layers), default=4)
    room = width - 6
    around = number_width + 3 + badge_width
    widest = max(width // 4, 12)
    has_full_names = full + around <= widest and (room - full - around) // 2 >= _HOOK_FOR_FULL_NAMES
    middle = min((full if has_full_names else short) + around, widest)
    side = (room - middle) // 2
    step = 1 if width < 100 else 2 if width < 160 else 3
    return Columns(
        width=width,
        lane_in=1,
        lane_out=width - 2,
        name=3 + side,
        name_end=3 + side + middle,
        number_width=number_width,
        has_full_names=has_full_names,
        total_inset=max(min(step * (len(layers) - 1), side - _NARROWEST_HOOK), min(3, len(layers) - 1), 0),
        depth=len(layers),
    )
