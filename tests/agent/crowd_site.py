"""A site whose views wait for each other, so that requests surely overlap; run only in child processes.

``python crowd_site.py threads|tasks COUNT`` makes requests in this process: one alone, then COUNT at once.
``python crowd_site.py runserver …`` serves it, and ``crowd_site:application`` is for WSGI servers.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading

import django
from django.conf import settings

PAGES = {"base.html": "<p>{% block who %}{% endblock %}</p>", "page.html": "{% extends 'base.html' %}"}

if not settings.configured:
    settings.configure(
        DEBUG=False,
        SECRET_KEY="for tests only",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        WSGI_APPLICATION=None,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        MIDDLEWARE=[f"awkward.{name}" for name in ("AllHooks", "NewStyle", "hybrid", "closure", "AllHooks")],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", PAGES)]},
            }
        ],
    )
    django.setup()

from django.core.handlers.asgi import ASGIHandler  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpResponse, StreamingHttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402


class Meeting:
    """Nobody goes on before all are there; threads and tasks alike."""

    def __init__(self):
        self.expect(1)

    def expect(self, count):
        self.barrier = threading.Barrier(count)
        self.missing = count

    def wait(self):
        self.barrier.wait(20)

    async def await_all(self):
        self.missing -= 1
        while self.missing > 0:
            await asyncio.sleep(0.001)


MEETING = Meeting()


def ask(number):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", [number])
        return cursor.fetchone()


def together(request, number):
    ask(number)
    MEETING.wait()
    ask(number)
    return render(request, "page.html")


def raises(request, number):
    MEETING.wait()
    raise LookupError(number)


def stream(request, number):
    def parts():
        ask(number)
        MEETING.wait()
        ask(number)
        yield f"part {number}"

    return StreamingHttpResponse(parts())


async def atogether(request, number):
    await MEETING.await_all()
    return HttpResponse(str(number))


def pid(request):
    body = str(os.getpid())
    # Without a length runserver closes the connection.
    return HttpResponse(body, headers={"Content-Length": len(body)})


urlpatterns = [
    path("together/<int:number>/", together),
    path("raises/<int:number>/", raises),
    path("stream/<int:number>/", stream),
    path("atogether/<int:number>/", atogether),
    path("", pid),
]
if __name__ != "__main__":
    application = WSGIHandler()


def visit(handler, url):
    import io

    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": url,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    response = handler(environ, lambda status, headers: None)
    b"".join(response)
    response.close()
    connection.close()


async def avisit(handler, url):
    messages = [{"type": "http.request", "body": b"", "more_body": False}]
    scope = {"type": "http", "method": "GET", "path": url, "headers": [], "http_version": "1.1", "query_string": b""}
    is_over = asyncio.Event()

    async def receive():
        if messages:
            return messages.pop()
        await is_over.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        if message["type"] == "http.response.body" and not message.get("more_body"):
            is_over.set()

    await handler(scope, receive, send)


def in_threads(view, count):
    handler = WSGIHandler()
    for crowd in ([0], range(1, count + 1)):
        MEETING.expect(len(crowd))
        threads = [threading.Thread(target=visit, args=(handler, f"/{view}/{number}/")) for number in crowd]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def in_tasks(view, count):
    handler = ASGIHandler()

    async def main():
        for crowd in ([0], range(1, count + 1)):
            MEETING.expect(len(crowd))
            await asyncio.gather(*[avisit(handler, f"/{view}/{number}/") for number in crowd])

    asyncio.run(main())


if __name__ == "__main__":
    if sys.argv[1] == "runserver":
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    else:
        {"threads": in_threads, "tasks": in_tasks}[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
