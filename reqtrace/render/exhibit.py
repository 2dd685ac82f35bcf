"""What is exported: one picture, whole, and whatever else can be written of its subject."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from reqtrace.render.canvas import Canvas
from reqtrace.render.roles import DEFAULT_THEME
from reqtrace.trace.model import RequestSummary

__all__ = ["DRAWN", "Exhibit", "Look", "Step", "Steps", "request_name"]

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
    """Words its files are named after."""
    part: tuple[object, ...] = ()
    """Words for what is drawn of it, where it has several pictures."""
    step: int | None = None
    """Number of the step that is lit, from 1."""
    label: str = ""
    """What it is called beside others."""
    title: str
    """What a screen reader says, and what stands above the picture on a page."""
    draw: Callable[[Look], Canvas]
    walk: Callable[[Look], Steps] | None = None
    """The steps of a page; without them it shows one picture."""
    documents: Mapping[str, Callable[[], str]] = field(default_factory=dict)
    """Formats that are no picture, by name."""
    width: int = 0
    """Columns that it has on the screen; 0 if it is on none."""
    others: tuple[Exhibit, ...] = ()
    """What is on the screen beside it."""

    @property
    def forms(self) -> tuple[str, ...]:
        """Names of the formats it can be written in."""
        return (*DRAWN, *self.documents)


def request_name(summary: RequestSummary) -> tuple[object, ...]:
    """Number, method and path: words that files about a request are named after."""
    return summary.ordinal, summary.method, summary.path
