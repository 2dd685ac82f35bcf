"""A site with other tools that patch Django; ``python neighbour_site.py SPEC`` visits it and prints as JSON what came.

SPEC is JSON: ``mode`` (``wsgi`` or ``asgi``), ``neighbours`` (names in ``NEIGHBOURS``), and ``installs_late``: reqtrace
is installed after them, instead of by the environment before anything else.
"""

from __future__ import annotations

import asyncio
import inspect
import io
import json
import os
import re
import sys
import tempfile
from pathlib import Path
from types import ModuleType

SPEC = json.loads(sys.argv[1])
HOOKS = ("process_request", "process_view", "process_template_response", "process_response", "process_exception")
PAGES = {
    "base.html": "<html><body>{% block content %}{% endblock %}</body></html>",
    "page.html": "{% extends 'base.html' %}{% block content %}{% include 'part.html' %}{{ who }}{% endblock %}",
    "part.html": "<p>part</p>",
}
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "neighbour_middleware.AllHooks",
    "neighbour_middleware.closure",
]
VISITS = [
    ["GET", "/page/"],
    ["GET", "/rendered-late/"],
    ["GET", "/waits/"],
    ["GET", "/stream/"],
    ["GET", "/asks/"],
    ["GET", "/missing/"],
    ["GET", "/page"],
    ["GET", "/broken/"],
    ["GET", "/answered/"],
    ["POST", "/page/"],
    ["GET", "/static/site.css"],
    ["GET", "/page/"],
]


# --- the neighbours ----------------------------------------------------------------------------------------------


def move_in_sentry(settings):
    """Every span it can make; what it would send is kept."""
    import sentry_sdk
    from sentry_sdk.integrations.django import DjangoIntegration
    from sentry_sdk.transport import Transport

    kept = []

    class Kept(Transport):
        def capture_envelope(self, envelope):
            kept.extend(item.payload.json for item in envelope.items if item.payload.json)

    spans = {"middleware_spans": True, "signals_spans": True, "cache_spans": True}
    sentry_sdk.init(
        dsn="http://key@localhost/1", transport=Kept, traces_sample_rate=1.0, integrations=[DjangoIntegration(**spans)]
    )
    return lambda: [sentry_item(item) for item in kept if item.get("type") == "transaction" or "exception" in item]


def sentry_item(item):
    if "exception" in item:
        frames = [value["stacktrace"]["frames"] for value in item["exception"]["values"]]
        return ["exception", [[frame["function"] for frame in each] for each in frames]]
    return ["transaction", item["transaction"], [[span["op"], span["description"]] for span in item["spans"]]]


def move_in_opentelemetry(settings):
    """Its middleware in front of all others, and its spans kept."""
    from opentelemetry.instrumentation.django import DjangoInstrumentor
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    DjangoInstrumentor().instrument(tracer_provider=provider)
    return lambda: [[span.name, span.status.status_code.name] for span in exporter.get_finished_spans()]


def move_in_toolbar(settings):
    settings.INSTALLED_APPS += ["debug_toolbar"]
    settings.MIDDLEWARE.insert(0, "debug_toolbar.middleware.DebugToolbarMiddleware")
    settings.DEBUG_TOOLBAR_CONFIG = {"SHOW_TOOLBAR_CALLBACK": lambda request: True}
    return lambda: None


def move_in_whitenoise(settings):
    settings.MIDDLEWARE.insert(1, "whitenoise.middleware.WhiteNoiseMiddleware")
    return lambda: None


NEIGHBOURS = {
    "debug_toolbar": move_in_toolbar,
    "whitenoise": move_in_whitenoise,
    "sentry_sdk": move_in_sentry,
    "opentelemetry": move_in_opentelemetry,
}


# --- the site ----------------------------------------------------------------------------------------------------


def configure():
    """Settings, neighbours, Django: in the order of a settings module that brings its neighbours in at its end."""
    from django.conf import settings

    static = Path(tempfile.mkdtemp())
    static.joinpath("site.css").write_text("p { margin: 0 }\n")
    # WhiteNoise makes the ETag from it.
    os.utime(static / "site.css", (0, 0))
    settings.configure(
        SECRET_KEY="for tests only",
        ALLOWED_HOSTS=["localhost"],
        ROOT_URLCONF="neighbour_urls",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=[
            *("django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"),
            *("django.contrib.messages", "django.contrib.staticfiles"),
        ],
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        STATIC_URL="/static/",
        STATIC_ROOT=str(static),
        MIDDLEWARE=list(MIDDLEWARE),
        LOGGING_CONFIG=None,
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", PAGES)]},
                "APP_DIRS": False,
            }
        ],
    )
    settings.TEMPLATES[0]["OPTIONS"]["loaders"].append("django.template.loaders.app_directories.Loader")
    observations = {name: NEIGHBOURS[name](settings) for name in SPEC["neighbours"]}
    if SPEC["installs_late"]:
        from reqtrace.agent.install import install

        install()
    import django

    django.setup()
    urls = ModuleType("neighbour_urls")
    urls.urlpatterns = patterns()
    sys.modules["neighbour_urls"] = urls
    return settings, observations


def patterns():
    from django.urls import include, path

    views = {
        "page": page,
        "rendered-late": rendered_late,
        "waits": waits,
        "stream": stream,
        "asks": asks,
        "broken": broken,
        "answered": answered,
    }
    toolbar = [path("__debug__/", include("debug_toolbar.urls"))] if "debug_toolbar" in SPEC["neighbours"] else []
    return [*(path(f"{name}/", view, name=name) for name, view in views.items()), *toolbar]


def page(request):
    from django.shortcuts import render

    return render(request, "page.html", {"who": "anybody"})


def rendered_late(request):
    from django.template.response import TemplateResponse

    return TemplateResponse(request, "page.html", {"who": "somebody"})


async def waits(request):
    from django.http import HttpResponse

    await asyncio.sleep(0)
    return HttpResponse("<body>waited</body>")


def stream(request):
    from django.http import StreamingHttpResponse

    return StreamingHttpResponse(iter(["one, ", "two"]), content_type="text/plain")


def asks(request):
    from django.db import connection
    from django.http import HttpResponse

    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", [7])
        return HttpResponse(f"<body>{cursor.fetchone()[0]}</body>")


def broken(request):
    raise RuntimeError("broken on purpose")


def answered(request):
    raise LookupError("answered by process_exception")


# --- the visits --------------------------------------------------------------------------------------------------


def visit_wsgi():
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
    return [call_wsgi(application, *visit) for visit in VISITS]


def call_wsgi(application, method, path):
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    started = []
    result = application(environ, lambda status, headers, exc_info=None: started.append((status, headers)))
    body = b"".join(result)
    if hasattr(result, "close"):
        result.close()
    status, headers = started[-1]
    return answer(int(status.split()[0]), headers, body)


def visit_asgi():
    from django.core.asgi import get_asgi_application

    application = get_asgi_application()

    async def visit_all():
        return [await call_asgi(application, *visit) for visit in VISITS]

    return asyncio.run(visit_all())


async def call_asgi(application, method, path):
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "scheme": "http",
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 5000),
        "server": ("localhost", 80),
    }
    sent, is_asked = [], []

    async def receive():
        if not is_asked:
            is_asked.append(True)
            return {"type": "http.request", "body": b"", "more_body": False}
        await asyncio.sleep(3600)

    async def send(message):
        sent.append(message)

    await application(scope, receive, send)
    headers = [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]
    return answer(sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:]))


def answer(status, headers, body):
    # The length follows from the body, which holds times.
    kept = sorted([name, steady(value)] for name, value in headers if name.lower() != "content-length")
    return [status, kept, steady(body.decode())]


def steady(text):
    """Without what differs between any two visits: times, ids, tokens."""
    text = re.sub(r"\b[0-9a-f]{32}\b", "…", text)
    text = re.sub(r"(csrftoken|messages|sessionid)=[^;]+", r"\1=…", text)
    text = re.sub(r"\d+(\.\d+)?(?=\s*m?s\b)|(?<=dur=)[\d.]+", "…", text)
    return re.sub(r"\w{3}, \d\d \w{3} \d{4} [\d:]+ GMT", "…", text)


def real_layers(paths):
    """Name, file and hooks of each middleware, read from where it is written."""
    from importlib import import_module

    layers = []
    for path in paths:
        module, _dot, name = path.rpartition(".")
        factory = getattr(import_module(module), name)
        hooks = [hook for hook in HOOKS if inspect.isclass(factory) and hasattr(factory, hook)]
        layers.append([path, factory.__name__, inspect.getfile(factory), hooks])
    return layers


def main():
    settings, observations = configure()
    answers = visit_wsgi() if SPEC["mode"] == "wsgi" else visit_asgi()
    observed = {name: observe() for name, observe in observations.items()}
    layers = real_layers(settings.MIDDLEWARE)
    sys.stdout.write(json.dumps({"answers": answers, "observed": observed, "layers": layers}))


if __name__ == "__main__":
    main()
