"""The modes: a line each, with the key that leads there."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, cast

from reqtrace.tui.keys.binding import bind

if TYPE_CHECKING:
    from reqtrace.tui.bridge import Bridge
    from reqtrace.tui.screens.mode import ModeScreen
    from reqtrace.tui.subject import Subject

__all__ = ["MODES", "MODE_KEYS", "Mode", "import_all"]


class Mode(NamedTuple):
    """Its words are ``key.mode.NAME`` in the table."""

    name: str
    key: str
    place: str
    """Module and class, imported when the mode is entered: the first picture does not wait for all of them."""

    def screen(self, bridge: Bridge, subject: Subject) -> ModeScreen:
        """A new screen of the mode."""
        module, _, name = self.place.partition(":")
        return cast("ModeScreen", getattr(import_module(f"reqtrace.tui.screens.{module}"), name)(bridge, subject))


MODES = (
    Mode("flow", "1", "flow:FlowScreen"),
    Mode("stack", "2", "stack:StackScreen"),
    Mode("urls", "3", "urls:UrlsScreen"),
    Mode("time", "4", "time:TimeScreen"),
    Mode("log", "5", "log:LogScreen"),
)
"""The first is the one a viewer begins with."""

COMPARISON = "reqtrace.tui.screens.comparison"


def import_all() -> None:
    """What no picture needs at first, so that no key has to wait for it later."""
    for mode in MODES:
        import_module(f"reqtrace.tui.screens.{mode.place.partition(':')[0]}")
    import_module(COMPARISON)


MODE_KEYS = [bind(mode.key, f"mode('{mode.name}')", f"mode.{mode.name}") for mode in MODES]
