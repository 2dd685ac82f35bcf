"""Makes every request of the awkward site with every stack of the awkward middleware, in one process.

``python awkward_tour.py wsgi|asgi FOLDER SPEC``: FOLDER holds the site, SPEC is JSON with the stacks and the requests.
What is printed is the status of each request, and where the functions are that Django calls as views.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sys
import types
import warnings

MODE, FOLDER = sys.argv[1:3]
SPEC = json.loads(sys.argv[3])
sys.path.insert(0, FOLDER)
PAGES = {
    "base.html": "<html>{% block content %}{% endblock %}</html>",
    "page.html": '{% extends "base.html" %}{% block content %}{% include "part.html" %}{{ who }}{% endblock %}',
    "part.html": "<p>part</p>",
    "broken.html": "{% include missing %}{{ who|add:1 }}{% for x in y z %}{% endfor %}",
}

import django  # noqa: E402
from django.conf import settings  # noqa: E402

settings.configure(
    DEBUG=False,
    SECRET_KEY="for tests only",
    ALLOWED_HOSTS=["localhost"],
    ROOT_URLCONF="awkward_urls",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"],
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    USE_I18N=True,
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", PAGES)]},
        }
    ],
    LOGGING_CONFIG=None,
)
django.setup()

from django.core.handlers.asgi import ASGIHandler  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.urls import get_resolver  # noqa: E402


def send_wsgi(handler, method, path, body=""):
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": "localhost",
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body.encode()),
        "wsgi.errors": sys.stderr,
    }
    started = []
    response = handler(environ, lambda status, headers, exc_info=None: started.append(status))
    try:
        for _part in response:
            pass
    finally:
        response.close()
    return int(started[-1][:3])


async def send_asgi(handler, method, path, body=""):
    messages = [{"type": "http.request", "body": body.encode(), "more_body": False}]
    sent = []

    async def receive():
        return messages.pop() if messages else await asyncio.sleep(30)

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "http_version": "1.1", "method": method, "path": path, "query_string": b""}
    await handler({**scope, "headers": [(b"host", b"localhost")]}, receive, send)
    return sent[0]["status"]


def visit(handler, request):
    """The status, or what came instead."""
    try:
        if MODE == "wsgi":
            return send_wsgi(handler, *request)
        return asyncio.run(send_asgi(handler, *request))
    except BaseException as error:
        return type(error).__name__


def walk(stack):
    settings.MIDDLEWARE = [name if "." in name else f"awkward.{name}" for name in stack]
    try:
        handler = {"wsgi": WSGIHandler, "asgi": ASGIHandler}[MODE]()
    except Exception as error:
        return [type(error).__name__]
    return [visit(handler, request) for request in SPEC["requests"]]


def views_below(patterns):
    """File and line of each function that is a view."""
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from views_below(pattern.url_patterns)
            continue
        view = pattern.callback
        while hasattr(view, "__wrapped__"):
            view = view.__wrapped__
        if isinstance(view, types.FunctionType) and not hasattr(view, "view_class"):
            yield [view.__code__.co_qualname, view.__code__.co_firstlineno]


def main():
    warnings.simplefilter("ignore")
    logging.disable()
    statuses = [walk(stack) for stack in SPEC["stacks"]]
    views = list(views_below(get_resolver("awkward_urls").url_patterns))
    sys.stdout.write(json.dumps({"statuses": statuses, "views": views}))


main()
