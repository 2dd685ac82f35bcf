"""The start page: the whole tour, and what to do when there is no database yet."""

from __future__ import annotations

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shop.models import Book
from shop.tour import TOUR


def start(request: HttpRequest) -> HttpResponse:
    """Every URL of the site and what it shows."""
    try:
        context = {"tour": TOUR, "book_count": Book.objects.count()}
        return render(request, "shop/start.html", context)
    except OperationalError as error:
        # No table, or no file to write to. The page must not need the database to say so.
        return render(request, "shop/no_database.html", {"error": error})
