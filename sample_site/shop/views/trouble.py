"""Things that go wrong, on purpose."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse

from shop.models import Book


def error(request: HttpRequest) -> HttpResponse:
    """The average price of the books that cost nothing: nobody thought of an empty shelf."""
    prices = [book.price for book in Book.objects.filter(price=0)]
    average = sum(prices) / len(prices)
    return render(request, "shop/published.html", {"average": average})


def late_error(request: HttpRequest) -> TemplateResponse:
    """This view succeeds. The template it names does not exist, which is found out when the response is rendered."""
    return TemplateResponse(request, "shop/lost_on_the_way.html")


def guestbook(request: HttpRequest) -> HttpResponse:
    """The form in our template forgot {% csrf_token %}, so the POST never gets here."""
    if request.method == "POST":
        messages.success(request, "Thank you for your lines.")
        return redirect("shop:guestbook")
    return render(request, "shop/guestbook.html")
