"""Responses that are more than a rendered page: a file, a stream, a long wait, a refusal of bad input."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from pathlib import Path

from django.core.exceptions import BadRequest
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from shop.models import Book

CHAPTER = Path(__file__).resolve().parent.parent / "files" / "sample-chapter.txt"
LONGEST_WAIT = 10.0


def sample_chapter(request: HttpRequest) -> FileResponse:
    """A file to keep; the server sends it straight from the disk, a block at a time."""
    return FileResponse(CHAPTER.open("rb"), as_attachment=True, filename="emma-chapter-1.txt")


class Line:
    """What ``csv.writer`` writes to: hands every row back instead of keeping it."""

    def write(self, row: str) -> str:
        return row


def book_rows() -> Iterator[str]:
    """The catalogue as CSV, row by row; the query runs when the first row is asked for, not before."""
    writer = csv.writer(Line())
    yield writer.writerow(["title", "author", "price", "stock"])
    books = Book.objects.select_related("author").iterator(chunk_size=5)
    for book in books:
        yield writer.writerow([book.title, book.author, book.price, book.stock])


def export_books(request: HttpRequest) -> StreamingHttpResponse:
    """A stream: this view is over, and every middleware is left, before the first row exists."""
    headers = {"Content-Disposition": 'attachment; filename="books.csv"'}
    return StreamingHttpResponse(book_rows(), content_type="text/csv; charset=utf-8", headers=headers)


def slow(request: HttpRequest) -> HttpResponse:
    """Wait, as for a tired neighbour system: ``?seconds=3``."""
    seconds = min(number(request, "seconds", default=1.0), LONGEST_WAIT)
    time.sleep(seconds)
    return render(request, "shop/slow.html", {"seconds": seconds})


def postage(request: HttpRequest) -> HttpResponse:
    """What sending a parcel costs; a weight that is no number is the visitor's mistake, so 400 and not 500."""
    grams = number(request, "grams", default=500.0)
    return render(request, "shop/postage.html", {"grams": grams, "cost": 2 + grams / 250})


def number(request: HttpRequest, name: str, *, default: float) -> float:
    """A number of at least 0 from the query string."""
    text = request.GET.get(name, str(default))
    try:
        value = float(text)
    except ValueError:
        raise BadRequest(f"{name}={text} is not a number") from None
    if not 0 <= value < 1e6:
        raise BadRequest(f"{name}={text} is out of range")
    return value
