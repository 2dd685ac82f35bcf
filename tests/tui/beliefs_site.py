"""A small site under Django's own development server that does what contradicts each misconception, once.

``python beliefs_site.py`` starts the server on a free port, sends itself the requests below, and ends.
"""

import asyncio
import http.client
import logging
import socket
import sys
import threading
from typing import Any

import django
from django.conf import settings

HERE = __name__
REQUESTS = (
    ("GET", "/page/"),
    ("GET", "/page/?once=more"),
    ("GET", "/page"),
    ("GET", "/early/"),
    ("GET", "/early-raises/"),
    ("GET", "/nowhere/"),
    ("GET", "/book/7/"),
    ("GET", "/failing/"),
    ("GET", "/failing/twice/"),
    ("GET", "/forgetful/"),
    ("POST", "/page/"),
    ("GET", "/late/"),
    ("GET", "/work/"),
    ("GET", "/async/"),
    ("GET", "/stream/"),
    ("GET", "/static/style.css"),
)
TEMPLATES = {"page.html": "{{ count }} users", "late.html": "rendered late"}


def configure() -> None:
    backend = "django.core.mail.backends.dummy.EmailBackend"
    mail = {"MAILERS": {"default": {"BACKEND": backend}}} if django.VERSION >= (6, 1) else {"EMAIL_BACKEND": backend}
    settings.configure(
        ROOT_URLCONF=HERE,
        ALLOWED_HOSTS=["127.0.0.1"],
        SECRET_KEY="x" * 60,
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            f"{HERE}.Fussy",
            f"{HERE}.Bare",
            f"{HERE}.Early",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            f"{HERE}.Fragile",
            "django.middleware.cache.CacheMiddleware",
        ],
        CACHE_MIDDLEWARE_SECONDS=0,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "file::memory:?cache=shared"}},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"],
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        STATIC_URL="/static/",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", TEMPLATES)]},
            }
        ],
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        LOGGING_CONFIG=None,
        **mail,
    )
    django.setup()


def build() -> None:
    """The middleware and the URLconf of this module, which can only be made when Django is set up."""
    from django.http import HttpResponse
    from django.urls import path
    from django.utils.deprecation import MiddlewareMixin

    module: Any = sys.modules[HERE]

    class Early(MiddlewareMixin):
        def process_request(self, request: Any) -> Any:
            if request.path == "/early-raises/":
                raise ZeroDivisionError("too early")
            return HttpResponse("early") if request.path == "/early/" else None

        def process_view(self, request: Any, view: Any, arguments: Any, keywords: Any) -> None:
            return None

    class Bare(MiddlewareMixin):
        pass

    class Fussy(MiddlewareMixin):
        def process_exception(self, request: Any, exception: Exception) -> None:
            return None

    class Fragile(MiddlewareMixin):
        def process_exception(self, request: Any, exception: Exception) -> None:
            if request.path == "/failing/twice/":
                raise KeyError("while asked")

    for one in (Early, Bare, Fussy, Fragile):
        one.__module__, one.__qualname__ = HERE, one.__name__
        setattr(module, one.__name__, one)
    views = {
        "page/": page,
        "book/<int:number>/": book,
        "failing/": failing,
        "failing/twice/": failing,
        "forgetful/": forgetful,
        "late/": late,
        "work/": work,
        "async/": waiting,
        "stream/": stream,
    }
    module.urlpatterns = [path(route, view) for route, view in views.items()]


def page(request: Any) -> Any:
    from django.contrib.auth.models import User
    from django.shortcuts import render

    users = User.objects.filter(is_active=True)
    return render(request, "page.html", {"count": len(users)})


def book(request: Any, number: int) -> Any:
    from django.http import HttpResponse

    return HttpResponse(type(number).__name__)


def failing(request: Any) -> Any:
    raise ZeroDivisionError("in the view")


def forgetful(request: Any) -> Any:
    return page(request) if request.method == "POST" else None


def late(request: Any) -> Any:
    from django.template.response import TemplateResponse

    return TemplateResponse(request, "late.html")


def work(request: Any) -> Any:
    """A transaction, a signal, an e-mail, the cache, the log."""
    from django.contrib.auth.models import User
    from django.core.cache import cache
    from django.core.mail import send_mail
    from django.db import transaction
    from django.http import HttpResponse

    cache.get("nobody-asked")
    with transaction.atomic():
        User.objects.create(username="somebody")
    send_mail("s", "b", "a@x.test", ["b@x.test"])
    logging.getLogger("shop").warning("worked")
    return HttpResponse("done")


async def waiting(request: Any) -> Any:
    from asgiref.sync import sync_to_async
    from django.http import HttpResponse

    async def one(number: int) -> int:
        await asyncio.sleep(0)
        return number

    await asyncio.gather(one(1), one(2))
    return HttpResponse(await sync_to_async(str)(3))


def stream(request: Any) -> Any:
    from django.http import StreamingHttpResponse

    return StreamingHttpResponse(part.encode() for part in ("one ", "two"))


def main() -> None:
    configure()
    build()
    from django.contrib.auth.models import User
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.handlers.wsgi import WSGIHandler
    from django.core.management import call_command
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.db import connection
    from django.db.models.signals import post_save

    connection.ensure_connection()
    call_command("migrate", verbosity=0)
    post_save.connect(lambda **_: None, sender=User, weak=False)
    server = ThreadedWSGIServer(("127.0.0.1", 0), WSGIRequestHandler)
    server.daemon_threads = True
    server.set_app(StaticFilesHandler(WSGIHandler()))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    port = server.server_address[1]
    for method, path in REQUESTS:
        visit(port, method, path)
    refused(port)
    server.shutdown()
    server.server_close()


def visit(port: int, method: str, path: str) -> None:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    client.request(method, path, headers={"Connection": "close"})
    client.getresponse().read()
    client.close()


def refused(port: int) -> None:
    """A version of HTTP that the server does not speak."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(b"GET /page/ HTTP/9.9\r\n\r\n")
        while client.recv(4096):
            pass


if __name__ == "__main__":
    sys.modules["beliefs_site"] = sys.modules["__main__"]
    HERE = "beliefs_site"
    main()
