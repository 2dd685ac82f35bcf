"""From one set of colours to another in few bytes: the SGR sequence between two of them."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

__all__ = ["of_blanks", "rendition"]

RESET = "\x1b[0m"
OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "8": "28", "9": "29"}
"""How an attribute is ended; bold and dim end together."""
FOREGROUND, BACKGROUND = "38", "48"


INVISIBLE_ON_BLANKS = frozenset(("1", "2", "3"))
"""Bold, dim and italic."""


class Rendition(NamedTuple):
    """What the parameters of an SGR sequence say, each as a terminal is told."""

    attributes: tuple[str, ...]
    foreground: str
    background: str


@lru_cache(maxsize=4096)
def rendition(before: str, after: str) -> str:
    """The shortest sequence that leads from parameters to others, empty ones being the terminal's own colours."""
    if before == after:
        return ""
    if not after:
        return RESET
    anew = f"\x1b[0;{after}m" if before else f"\x1b[{after}m"
    step = _step(_parsed(before), _parsed(after))
    return anew if step is None else min(f"\x1b[{';'.join(step)}m" if step else "", anew, key=len)


@lru_cache(maxsize=1024)
def of_blanks(parameters: str) -> str:
    """The same without what cannot be seen where nothing is written."""
    whole = _parsed(parameters)
    if not INVISIBLE_ON_BLANKS.issuperset(whole.attributes):
        return parameters
    return whole.background


def _step(before: Rendition, after: Rendition) -> list[str] | None:
    """The parameters that have to be said; ``None`` if only a new beginning leads there."""
    ended = [one for one in before.attributes if one not in after.attributes]
    if not all(one in OFF for one in ended):
        return None
    offs = {OFF[one] for one in ended}
    begun = [one for one in after.attributes if one not in before.attributes or OFF.get(one) in offs]
    colours = []
    for old, new, default in (
        (before.foreground, after.foreground, "39"),
        (before.background, after.background, "49"),
    ):
        if old != new:
            colours.append(new or default)
    return [*sorted(offs), *begun, *colours]


@lru_cache(maxsize=1024)
def _parsed(parameters: str) -> Rendition:
    attributes, foreground, background = [], "", ""
    rest = parameters.split(";") if parameters else []
    while rest:
        one = rest.pop(0)
        if one in (FOREGROUND, BACKGROUND):
            length = 4 if rest[:1] == ["2"] else 2
            colour = ";".join([one, *rest[:length]])
            del rest[:length]
            if one == FOREGROUND:
                foreground = colour
            else:
                background = colour
        elif len(one) > 1 and one[:-1] in ("3", "9"):
            foreground = one
        elif len(one) > 1 and one[:-1] in ("4", "10"):
            background = one
        else:
            attributes.append(one)
    return Rendition(tuple(attributes), foreground, background)
