"""The site of the agent benchmark: one worker process of it, driven block by block over stdin and stdout.

Django's seven middlewares plus three of each usual shape; ``/tiny/`` is a view that returns three bytes, ``/page/``
makes five queries and renders templates for about 5 ms. A line ``PATH MILLISECONDS`` runs a block; the answer is a
JSON line with the best and the median request and the CPU of all threads, in nanoseconds.
"""

from __future__ import annotations

import io
import json
import sys
import time

import django
from django.conf import settings

VARIANT = sys.argv[1]


class CallOnly:
    """A new-style middleware without hooks."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.started_by = "CallOnly"
        return self.get_response(request)


def closure(get_response):
    """A function middleware."""

    def middleware(request):
        response = get_response(request)
        response["X-Closure"] = "yes"
        return response

    return middleware


def hooked(get_response):
    """A ``MiddlewareMixin`` with four hooks."""
    from django.utils.deprecation import MiddlewareMixin

    class Hooked(MiddlewareMixin):
        def process_request(self, request):
            return None

        def process_view(self, request, view_func, view_args, view_kwargs):
            return None

        def process_response(self, request, response):
            return response

    return Hooked(get_response)


BASE = """<html><head><title>{% block title %}{% endblock %}</title></head><body>
{% for link in links %}<a href="/{{ link }}/">{{ link|upper }}</a>{% endfor %}
{% block content %}{% endblock %}</body></html>"""
PAGE = """{% extends "base.html" %}{% block title %}{{ title|title }}{% endblock %}{% block content %}
{% for row in rows %}<p class="{% cycle 'odd' 'even' %}">{{ forloop.counter }} {{ row.0 }}:
{{ row.1|truncatechars:20 }}</p>
{% endfor %}{% endblock %}"""


def tiny(request):
    from django.http import HttpResponse

    return HttpResponse("ok\n")


def page(request):
    from django.db import connection
    from django.shortcuts import render

    rows = []
    with connection.cursor() as cursor:
        for number in range(5):
            cursor.execute("SELECT name, value FROM things WHERE id > %s ORDER BY id LIMIT 16", [number])
            rows.extend(cursor.fetchall())
    return render(request, "page.html", {"rows": rows, "links": list(range(30)), "title": "a page"})


def urls():
    from django.urls import path

    return [path("tiny/", tiny), path("page/", page)]


def configure():
    settings.configure(
        DEBUG=False,
        SECRET_KEY="benchmark",
        ALLOWED_HOSTS=["localhost"],
        ROOT_URLCONF=__name__,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
        ],
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
            f"{__name__}.CallOnly",
            f"{__name__}.closure",
            f"{__name__}.hooked",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "loaders": [
                        (
                            "django.template.loaders.cached.Loader",
                            [("django.template.loaders.locmem.Loader", {"base.html": BASE, "page.html": PAGE})],
                        )
                    ],
                    "context_processors": ["django.template.context_processors.request"],
                },
            }
        ],
        LOGGING_CONFIG=None,
    )
    django.setup()


def fill():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT, value TEXT)")
        for number in range(40):
            cursor.execute("INSERT INTO things (name, value) VALUES (%s, %s)", [f"thing {number}", "value " * 6])


def make_request(application, path):
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "HTTP_ACCEPT": "text/html",
        "HTTP_USER_AGENT": "benchmark",
        "HTTP_ACCEPT_LANGUAGE": "en",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    statuses = []

    def start_response(status, headers, exc_info=None):
        statuses.append(status)

    started = time.perf_counter_ns()
    response = application(environ, start_response)
    for _part in response:
        pass
    response.close()
    taken = time.perf_counter_ns() - started
    if statuses != ["200 OK"]:
        raise SystemExit(f"{path} answered {statuses}")
    return taken


def run_block(application, path, milliseconds):
    times = []
    cpu = time.process_time_ns()
    end = time.perf_counter_ns() + milliseconds * 1_000_000
    while time.perf_counter_ns() < end:
        times.append(make_request(application, path))
    # The sender's share of this block may still be waiting: let it finish before the CPU is read.
    wait_for_sender()
    cpu = time.process_time_ns() - cpu
    times.sort()
    return {"best": times[0], "median": times[len(times) // 2], "cpu": cpu / len(times), "count": len(times)}


def wait_for_sender():
    if VARIANT in ("traced", "unattributed", "deep"):
        from reqtrace.agent.recorder import recorder

        deadline = time.monotonic() + 2
        while (recorder.begun or recorder.rows) and time.monotonic() < deadline:
            time.sleep(0.002)
        if recorder.dropped_requests:
            raise SystemExit("requests were dropped: the figures would be too good")
    else:
        time.sleep(0.01)


def main():
    if VARIANT != "bare":
        from reqtrace.agent.install import install

        install()
    configure()
    fill()
    from django.core.handlers.wsgi import WSGIHandler

    application = WSGIHandler()
    if VARIANT == "unattributed":
        from reqtrace.agent.recorder import recorder

        recorder.notes_changes = False
    for line in sys.stdin:
        path, milliseconds = line.split()
        sys.stdout.write(json.dumps(run_block(application, path, int(milliseconds))) + "\n")
        sys.stdout.flush()


if __name__ == "agent_site":
    urlpatterns = urls()
elif __name__ == "__main__":
    sys.modules["agent_site"] = sys.modules["__main__"]
    __name__ = "agent_site"
    urlpatterns = urls()
    main()
