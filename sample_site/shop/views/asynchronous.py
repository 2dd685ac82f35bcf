"""Async views. They work under WSGI as well, where Django runs an event loop for each; under ASGI they shine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.views import View

from shop.models import Book

SUPPLIERS = {"Hay & Sons": 0.2, "Penguin House": 0.3, "North Wind": 0.1}
SENTENCE = "It is a truth universally acknowledged, that a reader with a free evening must be in want of a book."


async def ask(supplier: str, seconds: float) -> str:
    """Wait for a supplier's answer (simulated: nothing leaves this machine)."""
    await asyncio.sleep(seconds)
    return f"{supplier} answered after {seconds} s"


async def suppliers(request: HttpRequest) -> HttpResponse:
    """Ask three suppliers at once: 0.3 s, the longest of the three, and not 0.6 s, their sum.

    Returning a TemplateResponse leaves the rendering to Django, which does it in a thread: the page header reads the
    session and the user, and that is database work that may not block the event loop.
    """
    answers = await asyncio.gather(*(ask(name, seconds) for name, seconds in SUPPLIERS.items()))
    sold_out = [book.title async for book in Book.objects.filter(stock=0)]
    return TemplateResponse(request, "shop/suppliers.html", {"answers": answers, "sold_out": sold_out})


class OpeningHours(View):
    """An async class-based view: ``as_view`` returns a plain function marked as a coroutine function."""

    async def get(self, request: HttpRequest) -> HttpResponse:
        hours = [("Monday to Friday", "9:00 – 18:00"), ("Saturday", "10:00 – 16:00"), ("Sunday", "closed, reading")]
        return TemplateResponse(request, "shop/opening_hours.html", {"hours": hours})


async def words() -> AsyncIterator[str]:
    """One word at a time, at reading speed."""
    for word in SENTENCE.split():
        yield f"{word} "
        await asyncio.sleep(0.05)
    yield f"\n\n({await Book.objects.acount()} more books to read from.)\n"


async def reading(request: HttpRequest) -> StreamingHttpResponse:
    """Read a sentence aloud. Under WSGI Django warns and collects all of it before it sends the first word."""
    return StreamingHttpResponse(words(), content_type="text/plain; charset=utf-8")
