"""What a person means by a path: as it stands in the address bar, with or without host and query."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

__all__ = ["typed_path"]


def typed_path(text: str) -> str:
    """The path as Django matches it: decoded, with a slash at its beginning."""
    text = text.strip()
    try:
        parts = urlsplit(text if "://" in text else f"//host/{text.removeprefix('/')}")
    except ValueError:  # what looks like an address and is none
        return f"/{unquote(text.lstrip('/'))}"
    return f"/{unquote(parts.path).removeprefix('/')}"
