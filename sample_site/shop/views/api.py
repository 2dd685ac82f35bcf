"""The JSON API."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Sum
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from shop.models import Book


def as_json(book: Book) -> dict[str, Any]:
    """A book as the API shows it; prices are text, since a float cannot hold a penny."""
    return {
        "slug": book.slug,
        "title": book.title,
        "author": book.author.name,
        "price": str(book.price),
        "in_stock": book.stock > 0,
    }


@require_GET
def book_list(request: HttpRequest) -> JsonResponse:
    """Every book."""
    return JsonResponse({"books": [as_json(book) for book in Book.objects.select_related("author")]})


@require_GET
def book_detail(request: HttpRequest, slug: str) -> JsonResponse:
    """One book, or a 404 that is JSON, too."""
    book = Book.objects.select_related("author").filter(slug=slug).first()
    if book is None:
        return JsonResponse({"error": f"no book {slug!r}"}, status=404)
    return JsonResponse(as_json(book) | {"blurb": book.blurb, "pages": book.pages})


# A program has no cookie that a foreign page could abuse, and no form to take a token from.
@csrf_exempt
@require_POST
def quote(request: HttpRequest) -> JsonResponse:
    """The price of several books at once: POST ``{"slugs": ["emma", …]}``."""
    try:
        wanted = [str(slug) for slug in json.loads(request.body)["slugs"]]
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"error": 'send {"slugs": ["emma"]}'}, status=400)
    total = Book.objects.filter(slug__in=wanted).aggregate(total=Sum("price"))["total"]
    return JsonResponse({"total": str(total or 0)})
