"""The modes: a line each, with the key that leads there."""

from __future__ import annotations

from typing import NamedTuple

from reqtrace.tui.keys.binding import bind
from reqtrace.tui.screens.flow import FlowScreen
from reqtrace.tui.screens.log import LogScreen
from reqtrace.tui.screens.mode import ModeScreen
from reqtrace.tui.screens.stack import StackScreen
from reqtrace.tui.screens.time import TimeScreen
from reqtrace.tui.screens.urls import UrlsScreen

__all__ = ["MODES", "MODE_KEYS", "Mode"]


class Mode(NamedTuple):
    """Its words are ``key.mode.NAME`` in the table."""

    name: str
    key: str
    screen: type[ModeScreen]


MODES = (
    Mode("flow", "1", FlowScreen),
    Mode("stack", "2", StackScreen),
    Mode("urls", "3", UrlsScreen),
    Mode("time", "4", TimeScreen),
    Mode("log", "5", LogScreen),
)
"""The first is the one a viewer begins with."""

MODE_KEYS = [bind(mode.key, f"mode('{mode.name}')", f"mode.{mode.name}") for mode in MODES]
