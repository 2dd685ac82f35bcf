"""Which keys are shown at the bottom when not all of them fit."""

from __future__ import annotations

from textual.binding import Binding

__all__ = ["rank"]

IMPORTANCE = (
    "help",
    "help.close",
    "consent.yes",
    "consent.no",
    "page.close",
    "why.close",
    "compare.close",
    "step.back",
    "step.on",
    "stack.back",
    "stack.on",
    "step.first",
    "step.last",
    "stack.up",
    "stack.down",
    "request.up",
    "request.down",
    "lab.up",
    "lab.down",
    "lab.switch",
    "lab.try",
    "stack.view",
    "stack.lint",
    "stack.findings",
    "log.up",
    "log.down",
    "help.up",
    "help.down",
    "why.up",
    "why.down",
    "compare.up",
    "compare.down",
    "compare.next",
    "compare.whole",
    "restart",
    "hold.step",
    "hold.go",
    "pause",
    "filter",
    "source",
    "why",
    "picture",
    "hold",
    "lab.positions",
    "lab.add",
    "lab.undo",
    "lab.duplicate",
    "stack.source",
    "stack.chain.next",
    "log.settings",
    "log.follow",
    "follow",
    "mode.flow",
    "mode.stack",
    "mode.log",
    "interesting.next",
    "interesting.previous",
    "mark",
    "compare",
    "theme",
    "quit",
)
"""Ids, the most needed first: what does not fit at the bottom is only in the help."""


def rank(binding: Binding) -> int:
    """Its place among the keys."""
    return IMPORTANCE.index(binding.id) if binding.id in IMPORTANCE else len(IMPORTANCE)
