"""The shop's own template filters and tags: ``{% load shop_extras %}``."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from shop.models import Book

register = template.Library()


@register.filter
def pounds(amount: Decimal) -> str:
    """A filter: ``{{ book.price|pounds }}`` → £12.50."""
    return f"£{amount:.2f}"


@register.simple_tag
def stars(count: int) -> SafeString:
    """A simple tag: ``{% stars review.stars %}`` → ★★★☆☆, with words for those who listen to the page."""
    drawn = "★" * count + "☆" * (5 - count)
    return format_html('<span class="stars" role="img" aria-label="{} of 5 stars">{}</span>', count, drawn)


@register.inclusion_tag("shop/_book_card.html")
def book_card(book: Book) -> dict[str, Any]:
    """An inclusion tag: ``{% book_card book %}`` renders a template of its own."""
    return {"book": book}
