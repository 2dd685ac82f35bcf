"""Views that call functions of every sort; run only in child processes."""

from __future__ import annotations

import asyncio
import contextlib

from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path
from django.views import View


def price(number):
    return number * 2


def nothing():
    pass


def prices(numbers):
    """A generator."""
    with contextlib.suppress(ValueError):
        for number in numbers:
            yield price(number)
        return "end"


def fails(message):
    raise LookupError(message)


class Basket:
    total = 0

    @property
    def sum(self):
        return self.total

    @classmethod
    def new(cls):
        return cls()


async def wait(number):
    await asyncio.sleep(0)
    return number


def factorial(number):
    return number * factorial(number - 1) if number else 1


def calls(request):
    nothing()
    assert sorted([3, 1], key=lambda number: number) == [1, 3]
    assert Basket.new().sum == 0
    return HttpResponse(str(sum(price(number) for number in [1, 2])))


def generator(request):
    parts = prices([1, 2, 3])
    next(parts)
    parts.close()
    return HttpResponse(str(list(prices([4]))))


def thrown(request):
    parts = prices([1, 2, 3])
    next(parts)
    with contextlib.suppress(StopIteration):
        parts.throw(ValueError("quiet"))
    return HttpResponse("thrown")


def raising(request):
    with contextlib.suppress(LookupError):
        fails("caught")
    fails("not caught")


def recursion(request):
    return HttpResponse(str(factorial(3)))


def stream(request):
    return StreamingHttpResponse(str(number) for number in prices([1, 2]))


async def coroutine(request):
    return HttpResponse(str(sum(await asyncio.gather(wait(1), wait(2)))))


class Page(View):
    def get(self, request):
        return self.answer("page")

    def answer(self, text):
        return HttpResponse(text)


urlpatterns = [
    path("calls/", calls),
    path("generator/", generator),
    path("thrown/", thrown),
    path("raising/", raising),
    path("recursion/", recursion),
    path("stream/", stream),
    path("coroutine/", coroutine),
    path("page/", Page.as_view()),
]
