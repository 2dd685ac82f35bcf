"""Colours that other programs print, taken out before their lines are read or made harmless."""

from __future__ import annotations

import re

__all__ = ["without_colours"]

_COLOUR = re.compile(r"\x1b\[[0-9;:]*m")


def without_colours(line: str) -> str:
    """The line without colour sequences, tabs spread; every other control character stays, to be shown as text."""
    return _COLOUR.sub("", line.rstrip("\r\n")).expandtabs(8)
