"""The English words of the nested boxes."""

from __future__ import annotations

__all__ = ["ONION"]

ONION: dict[str, str] = {
    "onion.enters": "the request enters at the top …",
    "onion.leaves": "… and the response leaves at the bottom",
    "onion.layers": "{first} to {last}, {n} layers",
    "onion.repeated": "  the same SQL ×{n}",
}
