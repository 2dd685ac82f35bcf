"""Pages that are not for everybody."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shop.models import Book, Order


@login_required
def members(request: HttpRequest) -> HttpResponse:
    """For anyone who is logged in; everybody else is sent to the login page and comes back."""
    return render(request, "shop/members.html", {"orders": Order.objects.all()[:5]})


def report(request: HttpRequest) -> HttpResponse:
    """For staff: logging in is not enough, and the answer to others is a plain no."""
    if not request.user.is_staff:
        raise PermissionDenied("The stock report is for staff.")
    copies = Book.objects.aggregate(copies=Sum("stock"))["copies"]
    return render(request, "shop/report.html", {"copies": copies, "books": Book.objects.order_by("stock", "title")})
