"""What a cell means, and the one table that says which colour that is in each theme.

Every picture is painted with roles; Rich output and the Textual screens both look their colours up here, so no
colour is decided twice. The values were found by search: any two roles stay apart under simulated protanopia,
deuteranopia and tritanopia, and every role is readable on every surface.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

__all__ = ["DEFAULT_THEME", "INK", "LIT", "THEMES", "Paint", "Role", "Surface", "Theme"]


class Role(StrEnum):
    """The meaning of a piece of text."""

    INK = "ink"
    """Ordinary text."""
    DOWN = "down"
    """The request on its way in."""
    UP = "up"
    """The response on its way out."""
    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    SKIP = "skip"
    """Not there, not yet, or not important now."""
    TOKEN = "token"
    """The place where the request is; drawn reversed."""
    RULE = "rule"
    """Lines that only separate."""
    HOT = "hot"
    """Where the time went."""


class Surface(StrEnum):
    """What the text lies on."""

    PAGE = "page"
    BLOCK = "block"
    """A layer of the funnel, a status row."""
    BAR = "bar"
    """The view, a selected row."""


class Paint(NamedTuple):
    """How one cell is drawn."""

    role: Role = Role.INK
    surface: Surface = Surface.PAGE
    bold: bool = False
    italic: bool = False
    strike: bool = False
    reverse: bool = False
    """The role's colour becomes the ground and the page's colour the text."""

    def on(self, surface: Surface) -> Paint:
        """The same meaning on another surface."""
        return self if self.surface is surface else self._replace(surface=surface)


INK = Paint()
LIT = Paint(Role.TOKEN, bold=True, reverse=True)
"""The current stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Colours as ``#rrggbb``."""

    name: str
    is_dark: bool
    roles: Mapping[Role, str]
    surfaces: Mapping[Surface, str]

    def colours(self, paint: Paint) -> tuple[str, str]:
        """Foreground and background of a cell."""
        if paint.reverse:
            return self.surfaces[Surface.PAGE], self.roles[paint.role]
        return self.roles[paint.role], self.surfaces[paint.surface]


def _theme(name: str, is_dark: bool, roles: str, surfaces: str) -> Theme:
    return Theme(
        name=name,
        is_dark=is_dark,
        roles=dict(zip(Role, roles.split(), strict=True)),
        surfaces=dict(zip(Surface, surfaces.split(), strict=True)),
    )


THEMES: Mapping[str, Theme] = {
    theme.name: theme
    for theme in (
        _theme(
            "rt-dark",
            True,
            "#e9ecf2 #3a9cff #ff9d3c #61deab #f7dd90 #f56f62 #9aa3b5 #ffffff #667089 #feabfc",
            "#11151c #1b212d #26304a",
        ),
        _theme(
            "rt-projector",
            False,
            "#000000 #0715c6 #a65000 #127952 #472c00 #b60837 #525c6d #000000 #7c8496 #8e00a7",
            "#ffffff #e8ebf3 #fff1b3",
        ),
        _theme(
            "rt-cvd",
            True,
            "#ffffff #60a1ff #fa8e2d #6dff88 #ede513 #ff5b6f #9ba9b5 #ffffff #6f7782 #ffb5ff",
            "#000000 #1b1f28 #1f2c4a",
        ),
    )
}
DEFAULT_THEME = "rt-dark"
