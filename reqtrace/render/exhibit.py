"""What is exported: one picture, whole, and whatever else can be written of its subject."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from reqtrace.render.canvas import Canvas
from reqtrace.render.roles import DEFAULT_THEME

__all__ = ["DRAWN", "Exhibit", "Look", "Step", "Steps"]

WIDTH = 100
DRAWN = ("svg", "png", "text", "html")
"""Formats that every picture has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How pictures are drawn."""

    width: int = WIDTH
    theme: str = DEFAULT_THEME
    ascii_only: bool = False


class Step(NamedTuple):
    """One picture of a page, and the two lines that are said about it."""

    canvas: Canvas
    title: str
    why: str = ""
    place: str = ""
    """Which of how many it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """The pictures that a page steps through."""

    steps: Iterable[Step]
    """Made while they are read; two in a row may have the same canvas."""
    opening: int | None = None
    """The one the page opens with; ``None`` for the last."""
    made: str = ""
    """Who recorded it with what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """Everything in it is frozen, so it can be drawn in a thread."""

    name: tuple[object, ...]
    """Words its file is named after."""
    title: str
    """What a screen reader says, and what stands above the picture on a page."""
    draw: Callable[[Look], Canvas]
    walk: Callable[[Look], Steps] | None = None
    """The steps of a page; without them it shows one picture."""
    documents: Mapping[str, Callable[[], str]] = field(default_factory=dict)
    """Formats that are no picture, by name."""
    width: int = 0
    """Columns that it has on the screen; 0 if it is on none."""

    @property
    def forms(self) -> tuple[str, ...]:
        """Names of the formats it can be written in."""
        return (*DRAWN, *self.documents)
