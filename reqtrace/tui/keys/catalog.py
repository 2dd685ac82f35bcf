"""All keys by the place where they work, for those who want others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.binding import Binding

from reqtrace.tui.keys.app import APP_KEYS
from reqtrace.tui.keys.comparison import COMPARISON_KEYS
from reqtrace.tui.keys.exporting import EXPORT_KEYS
from reqtrace.tui.keys.flow import FLOW_KEYS
from reqtrace.tui.keys.holds import HOLD_LIST_KEYS
from reqtrace.tui.keys.log import LOG_KEYS
from reqtrace.tui.keys.overlays import GLOSSARY_KEYS, HELP_KEYS, PALETTE_KEYS, SMALL_KEYS, WHY_KEYS
from reqtrace.tui.keys.sending import SENDING_KEYS
from reqtrace.tui.keys.stack import CONSENT_KEYS, FINDINGS_KEYS, PAGE_KEYS, STACK_KEYS
from reqtrace.tui.keys.time import TIME_KEYS
from reqtrace.tui.keys.urls import URLS_KEYS
from reqtrace.tui.modes import MODE_KEYS

__all__ = ["EVERYWHERE", "MODES", "OVERLAYS", "all_bindings"]

EVERYWHERE: Sequence[Binding] = (*APP_KEYS, *MODE_KEYS)
MODES: Mapping[str, Sequence[Binding]] = {
    "flow": FLOW_KEYS,
    "stack": STACK_KEYS,
    "urls": URLS_KEYS,
    "time": TIME_KEYS,
    "log": LOG_KEYS,
}
"""The keys of a mode; those that work everywhere work there as well."""
OVERLAYS: Mapping[str, Sequence[Binding]] = {
    "help": HELP_KEYS,
    "why": WHY_KEYS,
    "page": PAGE_KEYS,
    "findings": FINDINGS_KEYS,
    "consent": CONSENT_KEYS,
    "glossary": GLOSSARY_KEYS,
    "comparison": COMPARISON_KEYS,
    "holds": HOLD_LIST_KEYS,
    "export": EXPORT_KEYS,
    "sending": SENDING_KEYS,
    "palette": PALETTE_KEYS,
    "small": SMALL_KEYS,
}
"""The keys of what lies over a mode, and takes all keys."""


def all_bindings() -> dict[str, Binding]:
    """Every binding by its id."""
    places = (EVERYWHERE, *MODES.values(), *OVERLAYS.values())
    return {binding.id: binding for place in places for binding in place if binding.id}
