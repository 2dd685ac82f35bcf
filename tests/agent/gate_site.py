"""A site whose requests are held; run only in child processes.

``python gate_site.py runserver …`` serves it. ``python gate_site.py tasks PATH`` answers that path and, meanwhile,
``/other/`` again and again, in one event loop, and prints which were answered, in order.
"""

from __future__ import annotations

import asyncio
import sys

import django
from django.conf import settings

settings.configure(
    DEBUG=False,
    SECRET_KEY="for tests only",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    WSGI_APPLICATION=None,
    MIDDLEWARE=[f"awkward.{name}" for name in ("AllHooks", "NewStyle", "hybrid", "AsyncHooks")],
)
django.setup()

from django.core.handlers.asgi import ASGIHandler  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402


def plain(request):
    return HttpResponse(request.path)


async def coroutine(request):
    return HttpResponse(request.path)


urlpatterns = [path("held/", plain), path("aheld/", coroutine), path("other/", coroutine)]


async def ask(handler, url):
    parts = []
    messages = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive():
        return messages.pop() if messages else await asyncio.Future()

    async def send(message):
        parts.append(message.get("body", b""))

    scope = {"type": "http", "method": "GET", "path": url, "headers": [], "http_version": "1.1", "query_string": b""}
    await handler(scope, receive, send)
    sys.stdout.write(b"".join(parts).decode() + "\n")
    sys.stdout.flush()


async def tasks(url):
    handler = ASGIHandler()
    await ask(handler, "/other/")
    # Until the holds are known to have come.
    await asyncio.to_thread(sys.stdin.readline)
    held = asyncio.ensure_future(ask(handler, url))
    while not held.done():
        await asyncio.sleep(0.02)
        await ask(handler, "/other/")
    await held


if __name__ == "__main__":
    if sys.argv[1] == "runserver":
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    else:
        asyncio.run(tasks(sys.argv[2]))
