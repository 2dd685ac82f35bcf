"""How a person wants the screens: colours, picture, keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from reqtrace.render.pictures import PICTURES
from reqtrace.render.roles import DEFAULT_THEME

__all__ = ["Taste"]


def forget(theme: str) -> None:
    """A theme is chosen for this time only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """Handed to the app once, when it is made."""

    theme: str = DEFAULT_THEME
    picture: str = next(iter(PICTURES))
    """The one to begin with."""
    keymap: Mapping[str, str] = field(default_factory=dict)
    """Keys by the id of their binding, several with commas between them."""
    remarks: tuple[str, ...] = ()
    """What has to be said about where this comes from."""
    on_theme: Callable[[str], None] = forget
    """Called with every theme that is chosen."""
