"""The shopping basket, kept in the session."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from shop.models import Book

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

KEY = "basket"


class BasketLine(NamedTuple):
    """A title in the basket and how often."""

    book: Book
    quantity: int

    @property
    def cost(self) -> Decimal:
        """The price of all copies."""
        return self.book.price * self.quantity


class Basket:
    """Slugs and quantities in ``request.session["basket"]``.

    Making one reads nothing. The session is loaded from the database when the basket is first counted, and saved by
    SessionMiddleware on the way out only if something was put in or taken out.
    """

    def __init__(self, request: HttpRequest) -> None:
        # No session: an outer middleware answered before SessionMiddleware was reached.
        self.session = getattr(request, "session", {})

    def __len__(self) -> int:
        return sum(self.quantities().values())

    def __iter__(self) -> Iterator[BasketLine]:
        quantities = self.quantities()
        for book in Book.objects.select_related("author").filter(slug__in=quantities):
            yield BasketLine(book, quantities[book.slug])

    def quantities(self) -> dict[str, int]:
        """How many copies of which slug."""
        return dict(self.session.get(KEY, {}))

    def add(self, book: Book) -> None:
        """Put one copy in."""
        quantities = self.quantities()
        self.session[KEY] = quantities | {book.slug: quantities.get(book.slug, 0) + 1}

    def remove(self, book: Book) -> None:
        """Take all copies out; a basket without the book is not touched, so its session is not saved."""
        quantities = self.quantities()
        if quantities.pop(book.slug, 0):
            self.session[KEY] = quantities

    def clear(self) -> None:
        """Take everything out."""
        self.session.pop(KEY, None)
