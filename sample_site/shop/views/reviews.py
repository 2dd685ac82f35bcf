"""Reviews: the classic form page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from shop.forms import ReviewForm
from shop.models import Book


def write_review(request: HttpRequest, slug: str) -> HttpResponse:
    """GET shows the form, a good POST saves and redirects, a bad POST shows the form with its errors."""
    book = get_object_or_404(Book, slug=slug)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.instance.book = book
        form.save()
        messages.success(request, f"Thank you for reviewing “{book}”.")
        return redirect(book)
    return render(request, "shop/write_review.html", {"book": book, "form": form})
