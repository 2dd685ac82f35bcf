"""A site with a view that waits until a file is there; run only in child processes.

``python faults_site.py`` makes a request for each line it reads, and answers with its status, body and duration.
"""

from __future__ import annotations

import io
import json
import sys
import time
from pathlib import Path

import django
from django.conf import settings

settings.configure(
    DEBUG=False,
    SECRET_KEY="for tests only",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    MIDDLEWARE=["django.middleware.common.CommonMiddleware", f"{__name__}.outer"],
    LOGGING_CONFIG=None,
)
django.setup()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402


def outer(get_response):
    def middleware(request):
        response = get_response(request)
        response["X-Outer"] = "yes"
        return response

    return middleware


def ask():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def waits(request):
    """Says that it is in the middle of things, and goes on when it may."""
    ask()
    place = Path(request.GET["at"])
    place.with_suffix(".reached").touch()
    while not place.exists():
        time.sleep(0.005)
    ask()
    return HttpResponse("waited")


def plain(request):
    ask()
    return HttpResponse("plain")


urlpatterns = [path("", plain), path("waits/", waits)]


def visit(handler, url):
    target, _mark, query = url.partition("?")
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": target,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    started = []
    began = time.monotonic()
    response = handler(environ, lambda status, headers: started.append((status, headers)))
    body = b"".join(response).decode()
    response.close()
    return {"start": started, "body": body, "seconds": time.monotonic() - began}


if __name__ == "__main__":
    sys.modules["faults_site"] = sys.modules["__main__"]
    handler = WSGIHandler()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(visit(handler, line.strip())) + "\n")
        sys.stdout.flush()
