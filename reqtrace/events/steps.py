"""Frequent events as one number each, so that the hot path appends two whole numbers and nothing else.

A code holds, from its lowest bits: the kind (4 bits), the hook (3), the layer plus 2 (12), the outcome (2), one flag,
and the status. What does not fit (a layer number over 4,000) is not sent this way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import lru_cache

from reqtrace.events.kinds import (
    Event,
    HookEntered,
    HookLeft,
    LayerEntered,
    LayerLeft,
    RequestFinished,
    ResponseClosed,
    TemplateLeft,
    UnknownEvent,
    ViewLeft,
)

__all__ = ["OUTCOME_STEP", "STATUS_STEP", "StepCode"]

STEP_KINDS: tuple[type[Event], ...] = (
    LayerEntered,
    LayerLeft,
    HookEntered,
    HookLeft,
    ViewLeft,
    TemplateLeft,
    ResponseClosed,
    RequestFinished,
)
"""The kinds by the number they have in a code; never reused, new ones at the end."""

HOOK_STEP = 1 << 4
LAYER_STEP = 1 << 7
OUTCOME_STEP = 1 << 19
FLAG_STEP = 1 << 21
STATUS_STEP = 1 << 22
LAYER_OFFSET = 2
"""The core is layer -1."""


STEP_FIELDS = tuple(tuple(field.name for field in fields(kind))[3:] for kind in STEP_KINDS)


class StepCode:
    """Packs and unpacks the events of ``STEP_KINDS``."""

    @staticmethod
    def pack(kind: type[Event], *, layer: int = 0, hook: int = 0, outcome: int = 0, status: int = 0) -> int:
        """The code of an event. ``outcome`` and ``status`` may also be added later, in units of their steps."""
        place = (layer + LAYER_OFFSET) * LAYER_STEP + hook * HOOK_STEP
        return STEP_KINDS.index(kind) + place + outcome * OUTCOME_STEP + status * STATUS_STEP

    @staticmethod
    def event(code: int, *, time: int, request: int, thread: int) -> Event:
        """The event a code stands for; an ``UnknownEvent`` if the kind is a newer one."""
        kind = code & 15
        if kind >= len(STEP_KINDS):
            return UnknownEvent(time=time, request=request, thread=thread, kind=f"step {kind}", fields=(code,))
        return STEP_KINDS[kind](time=time, request=request, thread=thread, **unpacked(code))


@lru_cache(maxsize=4096)
def unpacked(code: int) -> Mapping[str, int | bool]:
    """The fields of the kind that a code holds; the same few codes come with every request."""
    values: dict[str, int | bool] = {
        "layer": (code >> 7 & 4095) - LAYER_OFFSET,
        "hook": code >> 4 & 7,
        "outcome": code >> 19 & 3,
        "is_unrendered": bool(code >> 21 & 1),
        "status": code >> 22,
    }
    return {name: values[name] for name in STEP_FIELDS[code & 15]}
