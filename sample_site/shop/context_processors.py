"""What every template of the shop can use without its view saying so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shop.basket import Basket

if TYPE_CHECKING:
    from django.http import HttpRequest


def basket(request: HttpRequest) -> dict[str, Basket]:
    """The visitor's basket, for the number in the page header."""
    return {"basket": Basket(request)}
