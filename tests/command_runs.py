"""What came of a command of reqtrace that a test has run."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

__all__ = ["Ran", "Run"]


class Ran(NamedTuple):
    """Its exit code, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The answer, if it is JSON."""
        return json.loads(self.out)


Run = Callable[..., Ran]
"""Given the words of a command line."""
