"""Reads one variable from ``.env`` files, as far as the usual loaders agree on the format."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from reqtrace.hub.script import read_text

__all__ = ["read_dotenv"]

ASSIGNMENT = re.compile(
    r"""^\s*(?:export\s+)?(?P<name>[A-Za-z_]\w*)\s*=\s*(?:'(?P<single>[^']*)'|"(?P<double>[^"]*)"|(?P<bare>[^#\s]*))""",
    re.MULTILINE,
)


def read_dotenv(directories: Iterable[Path], name: str) -> tuple[str, Path] | None:
    """The value of ``name`` and its file, from the first directory whose ``.env`` sets it."""
    for directory in directories:
        file = directory / ".env"
        values = [
            match["single"] or match["double"] or match["bare"] or ""
            for match in ASSIGNMENT.finditer(read_text(file))
            if match["name"] == name
        ]
        if values and values[-1]:
            return values[-1], file
    return None
