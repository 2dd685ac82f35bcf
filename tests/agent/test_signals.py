"""At the level ``deep`` signals that have receivers are seen, and no receiver is connected for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reqtrace.events.kinds import SignalSent

pytestmark = pytest.mark.slow


def test_signals_of_the_project(compare: Callable[..., Any]) -> None:
    """Name, sender, receivers in the order of their calls, and what was raised; nothing if nobody listens."""
    seen = compare("details_site.py", "signals", level="deep")
    own = [event for event in seen.of(SignalSent) if event.signal.endswith("order_placed")]
    name, sender = "__main__.order_placed", "__main__.Gateway"
    plain, later, method = (
        f"__main__.listening.<locals>.{place}" for place in ("note_order", "note_later", "Shelf.note")
    )
    assert [(event.signal, event.sender, event.receivers, event.error) for event in own] == [
        (name, sender, (plain, method, later), "builtins.LookupError"),
        (name, "__main__.listening.<locals>.Shelf", (plain, method, later), ""),
        (name, sender, (plain, later), ""),
        (name, sender, (plain, later), ""),
    ]
    assert all(event.duration > 0 for event in own)


def test_signals_of_django(compare: Callable[..., Any]) -> None:
    """Django's own go by the names under which they are documented."""
    seen = compare("details_site.py", "signals", level="deep")
    names = {event.signal for event in seen.of(SignalSent)}
    assert "django.core.signals.request_started" in names
    assert not any("post_init" in name for name in names)


def test_nothing_at_the_level_path(compare: Callable[..., Any]) -> None:
    """The class is not even patched."""
    assert compare("details_site.py", "signals", level="path").of(SignalSent) == []
