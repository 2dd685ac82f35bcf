"""Situations in which tracers of Django broke sites; run only in child processes: ``python trap_site.py SITUATION``.

Each function sets up one situation and returns what a user of the site can notice, printed as JSON.
"""

from __future__ import annotations

import asyncio
import gc
import inspect
import io
import json
import sys
import tempfile
from pathlib import Path
from types import ModuleType

DEFAULT = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
PAGES = {
    "base.html": "<p>{% block who %}{% endblock %}</p>",
    "page.html": "{% extends 'base.html' %}{% block who %}{% include 'part.html' %}{% endblock %}",
    "part.html": "{{ number }}",
}


def configure(**changes):
    import django
    from django.conf import settings

    settings.configure(
        **{
            "SECRET_KEY": "for tests only",
            "ALLOWED_HOSTS": ["localhost", "testserver"],
            "ROOT_URLCONF": "trap_urls",
            "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
            "INSTALLED_APPS": [
                *("django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"),
                *("django.contrib.messages", "django.contrib.staticfiles"),
            ],
            "STATIC_URL": "/static/",
            "STATICFILES_DIRS": [tempfile.mkdtemp()],
            "MIDDLEWARE": DEFAULT,
            "LOGGING_CONFIG": None,
            "TEMPLATES": [
                {
                    "BACKEND": "django.template.backends.django.DjangoTemplates",
                    "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", PAGES)]},
                }
            ],
            **changes,
        }
    )
    django.setup()
    urls = ModuleType("trap_urls")
    urls.urlpatterns = patterns()
    sys.modules["trap_urls"] = urls


def patterns():
    from django.urls import path
    from django.views.decorators.csrf import csrf_protect

    views = [untouched, touched, page, ask, post_then_body, body_then_post, upload, waits]
    return [path(f"{view.__name__}/", view) for view in views] + [path("protected/", csrf_protect(untouched))]


def answer(body):
    from django.http import HttpResponse

    return HttpResponse(body)


def untouched(request):
    return answer("nobody asked")


def touched(request):
    return answer(request.user.get_username())


def page(request):
    from django.shortcuts import render

    return render(request, "page.html", {"number": 7})


def ask(request):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", [7])
    return answer("asked")


def post_then_body(request):
    name = request.POST["name"]
    try:
        return answer(request.body)
    except Exception as error:
        return answer(f"{name} {type(error).__name__}")


def body_then_post(request):
    return answer(f"{len(request.body) > 0} {request.POST['name']} {sorted(request.FILES)}")


def upload(request):
    from django.core.files.uploadhandler import MemoryFileUploadHandler

    request.upload_handlers = [MemoryFileUploadHandler(request)]
    return answer(request.FILES["file"].read())


async def waits(request):
    WAITING.append("in")
    try:
        await asyncio.sleep(20)
    except asyncio.CancelledError:
        WAITING.append("cancelled")
        raise


WAITING: list[str] = []


def call(handler, path, *, method="GET", host="localhost", cookie="", body=b"", kind="text/plain"):
    got = {}
    environ = {
        **{"REQUEST_METHOD": method, "PATH_INFO": path, "SERVER_NAME": host, "SERVER_PORT": "80", "HTTP_HOST": host},
        **{"CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(body)), "HTTP_COOKIE": cookie},
        **{"wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr},
    }
    response = handler(environ, lambda status, headers: got.update(status=status, headers=dict(headers)))
    got["body"] = b"".join(response).decode()
    response.close()
    return got


def wsgi():
    from django.core.handlers.wsgi import WSGIHandler

    return WSGIHandler()


# --- the situations ----------------------------------------------------------------------------------------------


def lazy_user():
    """A logged-in visitor, real sessions and users, and a view that asks for nothing."""
    configure()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    call_command("migrate", verbosity=0)
    client = Client()
    client.force_login(User.objects.create_user("ada"))
    handler = wsgi()
    outcome = {}
    for path in ("/untouched/", "/touched/"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            got = call(handler, path, cookie=f"sessionid={client.cookies['sessionid'].value}")
        outcome[path] = {"queries": len(queries), "vary": got["headers"].get("Vary", ""), "body": got["body"]}
    return outcome


def bodies():
    """Views that read the body in every order that Django allows, and in one that it forbids."""
    configure(MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"])
    handler = wsgi()
    form = (
        b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nAda\r\n--x\r\nContent-Disposition: form-data; '
        b'name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\ncontent\r\n--x--\r\n'
    )
    kind = "multipart/form-data; boundary=x"
    paths = ("/post_then_body/", "/body_then_post/", "/upload/")
    return [call(handler, path, method="POST", body=form, kind=kind)["body"] for path in paths]


def test_runner():
    """Django's own test runner swaps ``Template._render``."""
    configure(MIDDLEWARE=[])
    from django.template.base import Template
    from django.test import Client
    from django.test.utils import setup_test_environment, teardown_test_environment

    before = Template._render
    setup_test_environment()
    got = Client().get("/page/")
    names = [template.name for template in got.templates]
    teardown_test_environment()
    return [names, got.content.decode(), Template._render is before, got.context["number"]]


def before_settings():
    """Every watched module is imported before there are settings."""
    import importlib

    from django.conf import settings

    for name in (
        *("core.handlers.base", "core.handlers.exception", "core.handlers.wsgi", "core.handlers.asgi"),
        *("core.servers.basehttp", "db.backends.utils", "template.base", "contrib.staticfiles.handlers"),
    ):
        importlib.import_module(f"django.{name}")
    was_configured = settings.configured
    configure(SESSION_COOKIE_NAME="mine")
    return [was_configured, settings.SESSION_COOKIE_NAME, call(wsgi(), "/untouched/")["status"]]


def urlconf_unread():
    """Loading a chain imports no URLconf."""
    configure(ROOT_URLCONF="a_module_that_nobody_has_written")
    handler = wsgi()
    return [handler._middleware_chain is not None, "a_module_that_nobody_has_written" in sys.modules]


def several_handlers():
    """Each with a chain of its own: two for WSGI, one for ASGI, a test client, a bare one."""
    configure(MIDDLEWARE=["awkward.closure"])
    from django.core.handlers.asgi import ASGIHandler
    from django.core.handlers.base import BaseHandler
    from django.test import Client, RequestFactory

    statuses = [call(handler, "/untouched/")["status"] for handler in (wsgi(), wsgi())]
    statuses.append(asyncio.run(converse(ASGIHandler(), "/untouched/"))[0]["status"])
    statuses.append(Client().get("/untouched/").status_code)
    bare = BaseHandler()
    bare.load_middleware()
    response = bare.get_response(RequestFactory().get("/untouched/"))
    response.close()
    return [*statuses, response.status_code]


async def converse(handler, path, *, leaves=False):
    """An ASGI request; a client that leaves does so once the view waits."""
    sent, asked = [], []

    async def receive():
        if not asked:
            asked.append(1)
            return {"type": "http.request", "body": b"", "more_body": False}
        while leaves and not WAITING:
            await asyncio.sleep(0.001)
        if not leaves:
            await asyncio.sleep(20)
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "http_version": "1.1", "query_string": b""}
    await handler({**scope, "headers": [(b"host", b"localhost")]}, receive, send)
    return sent


def client_leaves():
    """The client hangs up while an async view waits."""
    configure(MIDDLEWARE=["awkward.hybrid"])
    from django.core.handlers.asgi import ASGIHandler

    return [asyncio.run(converse(ASGIHandler(), "/waits/", leaves=True)), WAITING]


def static_files():
    """Served before any middleware."""
    configure(DEBUG=True)
    from django.conf import settings
    from django.contrib.staticfiles.handlers import StaticFilesHandler

    Path(settings.STATICFILES_DIRS[0], "style.css").write_text("p {}")
    handler = StaticFilesHandler(wsgi())
    paths = ("/static/style.css", "/static/none.css", "/untouched/")
    return [[got["status"], got["body"][:4]] for got in (call(handler, path) for path in paths)]


def debug_sql():
    """With DEBUG, Django asks SQLite to quote the parameters of each statement."""
    configure(DEBUG=True, MIDDLEWARE=[])
    from django.db import connection

    body = call(wsgi(), "/ask/")["body"]
    return [body, [query["sql"] for query in connection.queries], connection.execute_wrappers]


def signals():
    """The receivers of every signal there is."""
    configure()
    call(wsgi(), "/page/")
    from django.dispatch import Signal

    found = [signal for signal in gc.get_objects() if type(signal) is Signal]
    return [len(found), sorted(len(signal.receivers) for signal in found)]


def marks():
    """Who is a coroutine function, who has a ``__self__``, and of what class the middleware is."""
    configure(
        MIDDLEWARE=[f"awkward.{name}" for name in ("AllHooks", "NewStyle", "hybrid", "AsyncHooks", "StaticHooks")]
    )
    import awkward
    from asgiref.sync import iscoroutinefunction
    from django.core.handlers.base import BaseHandler

    outcome = []
    for is_async in (False, True):
        handler = BaseHandler()
        handler.load_middleware(is_async=is_async)
        lists = (handler._view_middleware, handler._template_response_middleware, handler._exception_middleware)
        for hook in [handler._middleware_chain, *(hook for hooks in lists for hook in hooks)]:
            owner = getattr(hook, "__self__", None)
            outcome.append([iscoroutinefunction(hook), inspect.iscoroutinefunction(hook), type(owner).__name__])
    instances = [thing for thing in gc.get_objects() if type(thing).__module__ == awkward.__name__]
    outcome.append(sorted([cls.__name__ for cls in type(thing).__mro__] for thing in instances))
    outcome.append(sorted(name for name, thing in vars(awkward.AllHooks).items() if inspect.isfunction(thing)))
    return outcome


def neighbour(when):
    """Another tool that patches what we patch, before us or after us."""
    calls = []

    def wrap(owner, name):
        original = getattr(owner, name)

        def wrapped(*args, **kwargs):
            calls.append(name)
            return original(*args, **kwargs)

        setattr(owner, name, wrapped)

    def patch():
        import django.core.handlers.base as base
        import django.core.handlers.wsgi as handlers
        import django.template.base as template
        from django.db.backends.utils import CursorWrapper

        for owner, name in (
            (base.BaseHandler, "load_middleware"),
            (base.BaseHandler, "get_response"),
            (base.BaseHandler, "resolve_request"),
            (base.BaseHandler, "make_view_atomic"),
            (handlers.WSGIHandler, "__call__"),
            (template.Template, "_render"),
            (CursorWrapper, "_execute_with_wrappers"),
        ):
            wrap(owner, name)

    install = sys.modules.get("reqtrace.agent.install")
    if when == "before" and install is not None:
        install.uninstall()
    patch()
    if when == "before" and install is not None:
        install.install()
        sys.modules["reqtrace.agent.recorder"].recorder.is_on = True
    configure()
    handler = wsgi()
    return [[call(handler, path) for path in ("/page/", "/ask/", "/nowhere/")], calls]


def neighbour_before():
    return neighbour("before")


def neighbour_after():
    return neighbour("after")


def ghosts():
    """Middleware that runs outside the chain, and look-ups that are not the resolution."""
    configure(MIDDLEWARE=["django.middleware.common.CommonMiddleware"])
    handler = wsgi()
    paths = ("/protected/", "/nowhere", "/untouched", "/untouched/")
    return [[got["status"], got["headers"].get("Location")] for got in (call(handler, path) for path in paths)]


def wrong_host():
    """``CommonMiddleware.process_request`` raises ``DisallowedHost``."""
    configure()
    return call(wsgi(), "/untouched/", host="elsewhere")["status"]


def uninstalled():
    """The agent is taken out again: nothing of it is left on Django."""
    configure()
    install = sys.modules.get("reqtrace.agent.install")
    if install is not None:
        wsgi()
        install.uninstall()

    owned = []
    for name, module in sorted(sys.modules.items()):
        if name.split(".")[0] == "django":
            owners = [module, *(thing for thing in vars(module).values() if isinstance(thing, type))]
            owned += [
                f"{name}.{attribute}"
                for owner in owners
                for attribute, thing in list(vars(owner).items())
                if "reqtrace" in str(getattr(getattr(thing, "__code__", None), "co_filename", ""))
            ]
    return [owned, call(wsgi(), "/page/")]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(globals()[sys.argv[1]]()))
