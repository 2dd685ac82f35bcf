"""Programs are measured as they are once installed: with their modules compiled, wherever they are started from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

__all__ = ["with_bytecode"]


def with_bytecode(environment: Mapping[str, str], directory: Path) -> dict[str, str]:
    """The environment, in which compiled modules are kept in a directory; the first start fills it.

    A checkout may be read-only, or ``PYTHONDONTWRITEBYTECODE`` may be set: each start would compile all of it again,
    which takes half as long as the rest.
    """
    kept = {key: value for key, value in environment.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(directory)}
