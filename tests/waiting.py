"""Waiting for a condition, with a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

__all__ = ["until"]

PATIENCE = 60.0


def until(condition: Callable[[], Any], what: str = "the condition", patience: float = PATIENCE) -> Any:
    """Wait until a condition holds and return what it gave; fail after some seconds."""
    deadline = time.monotonic() + patience
    while not (outcome := condition()):
        assert time.monotonic() < deadline, f"{what} did not come true in {patience:.0f} s"
        time.sleep(0.005)
    return outcome
