"""The basket, ordering it, and the stock behind it."""

from __future__ import annotations

from django.contrib import messages
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from shop.basket import Basket
from shop.errors import OutOfStock
from shop.forms import OrderForm
from shop.models import Book, Order, OrderLine


def show(request: HttpRequest) -> HttpResponse:
    """What is in the basket, and the form to order it."""
    return basket_page(request, OrderForm())


def basket_page(request: HttpRequest, form: OrderForm) -> HttpResponse:
    """Draw the basket, with an empty form or with one that came back."""
    lines = list(Basket(request))
    total = sum(line.cost for line in lines)
    return render(request, "shop/basket.html", {"form": form, "lines": lines, "total": total})


@require_POST
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Put a book into the basket, then redirect, so that reloading the page does not add another."""
    book = get_object_or_404(Book, slug=slug)
    Basket(request).add(book)
    messages.success(request, f"“{book}” is in your basket.")
    return redirect("shop:basket")


@require_POST
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a book out of the basket."""
    book = get_object_or_404(Book, slug=slug)
    Basket(request).remove(book)
    messages.info(request, f"“{book}” is not in your basket any more.")
    return redirect("shop:basket")


@require_POST
def place_order(request: HttpRequest) -> HttpResponse:
    """Buy the basket: all of it or nothing."""
    basket = Basket(request)
    form = OrderForm(request.POST)
    if not basket:
        messages.warning(request, "Your basket is empty.")
        return redirect("shop:basket")
    if not form.is_valid():
        return basket_page(request, form)
    order = sell(basket, form)
    basket.clear()
    messages.success(request, f"Thank you! Order {order.pk} is on its way.")
    return redirect("shop:start")


@transaction.atomic
def sell(basket: Basket, form: OrderForm) -> Order:
    """Write the order and take its books out of stock; an exception undoes both."""
    order: Order = form.save()
    for book, quantity in basket:
        take_from_stock(book, quantity)
        OrderLine.objects.create(order=order, book=book, quantity=quantity, price=book.price)
    transaction.on_commit(lambda: confirm(order))
    return order


def take_from_stock(book: Book, quantity: int) -> None:
    """Let the database compare and subtract in one step, so that two buyers cannot get the same last copy."""
    left = Book.objects.filter(pk=book.pk, stock__gte=quantity)
    if not left.update(stock=F("stock") - quantity):
        raise OutOfStock(book)


def confirm(order: Order) -> None:
    """Send the mail only once the order is really in the database."""
    send_mail(f"Your order {order.pk}", "Your books are on their way.", None, [order.email])


@require_POST
@transaction.atomic
def take_delivery(request: HttpRequest) -> HttpResponse:
    """A van arrives: five more copies of whatever is nearly sold out. BEGIN, UPDATE, COMMIT."""
    restocked = Book.objects.filter(stock__range=(1, 2)).update(stock=F("stock") + 5)
    messages.success(request, f"A delivery: five more copies of each of {restocked} titles.")
    return redirect("shop:book_list")


@require_POST
@transaction.atomic
def oversell(request: HttpRequest) -> HttpResponse:
    """Sell one copy more than there is. The last sale raises, so the first ones are rolled back, too."""
    book = Book.objects.filter(stock__gt=0).order_by("stock", "pk").first()
    if book is None:
        raise Http404("There is nothing left to sell.")
    for _copy in range(book.stock + 1):
        take_from_stock(book, 1)
    return redirect(book)
