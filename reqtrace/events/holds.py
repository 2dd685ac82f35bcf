"""Where a request shall be held: said by whoever watches, obeyed by the agent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

__all__ = ["ANY", "EVERYWHERE", "MAX_HOLDS", "MAX_SECONDS", "PLACES", "Hold", "read_holds"]

PLACES = ("layer", "hook", "view")
"""What is about to run where a request is held: a layer, one of its hooks, the view."""
EVERYWHERE = "any"
ANY = -2
"""In place of a layer or hook: whichever. (-1 is the core, as everywhere.)"""

MAX_HOLDS = 100
MAX_SECONDS = 3_600
MAX_TEXT = 500


class Hold(NamedTuple):
    """Hold each request that comes to this place and fits the condition, before what is there runs."""

    number: int
    """Which hold it is, from 1; ``RequestHeld`` names it."""
    place: str = EVERYWHERE
    """One of ``PLACES``, or ``any``."""
    layer: int = ANY
    hook: int = ANY
    """A ``Hook``."""
    method: str = ""
    """Only requests with this method; empty for all."""
    path: str = ""
    """Only requests whose path contains this; empty for all."""
    seconds: int = 120
    """Then the request goes on by itself."""


def read_holds(value: Any) -> tuple[Hold, ...]:
    """Holds as they came over the wire. Raises ``ValueError`` for what is none."""
    if not isinstance(value, list) or len(value) > MAX_HOLDS:
        raise ValueError(f"a list of at most {MAX_HOLDS} holds was expected")
    return tuple(read_hold(item) for item in value)


def read_hold(fields: Any) -> Hold:
    match fields:
        case [
            int(number),
            str(place),
            int(layer),
            int(hook),
            str(method),
            str(path),
            int(seconds),
            *_,
        ] if is_sound(place, (method, path), seconds):
            return Hold(number, place, layer, hook, method, path, seconds)
    raise ValueError("a hold of seven fields was expected")


def is_sound(place: str, texts: Sequence[str], seconds: int) -> bool:
    is_known = place in PLACES or place == EVERYWHERE
    return is_known and all(len(text) <= MAX_TEXT for text in texts) and 0 < seconds <= MAX_SECONDS
