"""Marks on views that a middleware looks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def coming_soon(view: View) -> View:
    """Mark a view that is not open yet; ``ShopWindowMiddleware.process_view`` answers in its place.

    The mark is an attribute and nothing is wrapped: Django's own ``csrf_exempt`` works the same way.
    """
    view.coming_soon = True  # type: ignore[attr-defined]
    return view
