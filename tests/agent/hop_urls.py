"""Views that cross between sync and async code; run only in child processes."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from functools import partial

from asgiref.local import Local
from asgiref.sync import SyncToAsync, async_to_sync, sync_to_async
from django.db import connection
from django.http import HttpResponse
from django.urls import path

mood = contextvars.ContextVar("mood", default="none")
local = Local()


def answer(*parts):
    return HttpResponse(" ".join(map(str, parts)))


def where(home):
    """Whether this is the thread that was home."""
    return "home" if threading.get_ident() == home else "away"


def plain(request):
    return answer("plain")


async def there(request):
    """A sync function in a thread; context variables and locals go there and come back."""
    home = threading.get_ident()

    def work():
        seen = (mood.get(), local.here, where(home))
        mood.set("changed")
        local.here = "changed"
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return seen

    mood.set("set")
    local.here = "set"
    seen = await sync_to_async(work)()
    return answer(*seen, mood.get(), local.here)


async def there_and_back(request):
    """A thread from which a coroutine is run in the loop it came from, from which a thread is entered again."""
    home = threading.get_ident()

    async def innermost():
        mood.set("inside")
        return where(home), await sync_to_async(where)(home)

    def inside():
        return (where(home), *async_to_sync(innermost)())

    return answer(*await sync_to_async(inside)(), mood.get())


async def together(request):
    """Several at once, sensitive to threads or not."""

    def work(number):
        return number * 2

    sensitive = [sync_to_async(work)(number) for number in range(3)]
    free = [sync_to_async(work, thread_sensitive=False)(number) for number in range(3)]
    return answer(*await asyncio.gather(*sensitive, *free))


async def elsewhere(request):
    """A context of its own."""
    context = contextvars.copy_context()
    context.run(mood.set, "own")
    hop = sync_to_async(mood.get, context=context)
    return answer(await hop(), mood.get())


async def bound(request):
    """A method, a partial, an object: what is converted is never asked for anything."""

    class Reserved:
        def __getattr__(self, name):
            if name in ("__self__", "__name__", "__qualname__", "__module__", "__doc__", "__wrapped__"):
                raise AttributeError(name)
            raise AssertionError(f"asked for {name}")

        def __call__(self):
            return "reserved"

    found = await SyncToAsync(partial("a {}".format, "partial"))()
    reserved = object.__new__(SyncToAsync)
    SyncToAsync.__init__(reserved, Reserved.__call__.__get__(Reserved()))
    return answer(found, await reserved())


def fail():
    raise RuntimeError("in the other thread")


async def fails(request):
    await sync_to_async(fail)()


async def afail():
    raise RuntimeError("in the loop")


def fails_in_loop(request):
    async_to_sync(afail)()


async def handled(request):
    """``sys.exc_info()`` goes along."""
    import sys

    try:
        raise LookupError
    except LookupError:
        kind = await sync_to_async(lambda: sys.exc_info()[0])()
    return answer(kind.__name__)


async def cancelled(request):
    """A task that waits for a thread is cancelled; what runs in the thread runs to its end."""
    began, go_on, done = threading.Event(), threading.Event(), []

    def work():
        began.set()
        go_on.wait(10)
        done.append(1)

    task = asyncio.create_task(sync_to_async(work, thread_sensitive=False)())
    while not began.is_set():
        await asyncio.sleep(0.001)
    task.cancel()
    asyncio.get_running_loop().call_later(0.02, go_on.set)
    outcome = "not cancelled"
    try:
        await task
    except asyncio.CancelledError:
        outcome = "cancelled"
    return answer(outcome, len(done))


async def closed(request):
    """A hop that is given up before it began, and one never awaited to its end."""
    hop = sync_to_async(where)(0)
    hop.close()
    return answer("closed", type(hop).__name__, hop.__qualname__)


urlpatterns = [
    path("plain/", plain),
    path("there/", there),
    path("there-and-back/", there_and_back),
    path("together/", together),
    path("elsewhere/", elsewhere),
    path("bound/", bound),
    path("fails/", fails),
    path("fails-in-loop/", fails_in_loop),
    path("handled/", handled),
    path("cancelled/", cancelled),
    path("closed/", closed),
]
