"""What can go wrong in a bookshop."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shop.models import Book


class OutOfStock(Exception):
    """There are fewer copies than somebody wants; ``shop.middleware.OutOfStockMiddleware`` turns it into a page."""

    def __init__(self, book: Book) -> None:
        super().__init__(f"no copy of “{book.title}” is left")
        self.book = book
