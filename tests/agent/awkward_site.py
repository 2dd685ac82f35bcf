"""A site in one process: ``python awkward_site.py SPEC`` makes requests and prints what came of them as JSON.

SPEC is JSON: ``middleware`` (names in ``awkward`` or dotted paths), ``requests`` (``[method, path, body, headers]``),
``mode`` (``wsgi``, ``asgi``, ``client``), ``settings``, and perhaps ``await_record_of``: the logger that another thread
writes to before the site ends. What is printed is what a user of the site can notice: status, headers, body, the order
in which things were called, log records with their tracebacks, warnings, and thread hops.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
import sys
import threading
import time
import traceback
import warnings

SPEC = json.loads(sys.argv[1])
PAGES = {
    "base.html": "<html>{% block content %}{% endblock %}</html>",
    "page.html": '{% extends "base.html" %}{% block content %}{% include "part.html" %}{{ who }}{% endblock %}',
    "part.html": "<p>part</p>",
    "broken.html": "{% include missing %}{{ who|add:1 }}{% for x in y z %}{% endfor %}",
}


def configure():
    import django
    from django.conf import settings

    backend = "django.core.mail.backends.dummy.EmailBackend"
    has_mailers = django.VERSION >= (6, 1)
    settings.configure(
        **{
            "DEBUG": False,
            "SECRET_KEY": "for tests only",
            "ALLOWED_HOSTS": ["localhost"],
            "ROOT_URLCONF": "awkward_urls",
            "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
            "INSTALLED_APPS": ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"],
            "SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies",
            "MIDDLEWARE": [name if "." in name else f"awkward.{name}" for name in SPEC["middleware"]],
            "USE_I18N": True,
            **({"MAILERS": {"default": {"BACKEND": backend}}} if has_mailers else {"EMAIL_BACKEND": backend}),
            "TEMPLATES": [
                {
                    "BACKEND": "django.template.backends.django.DjangoTemplates",
                    "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", PAGES)]},
                }
            ],
            "LOGGING_CONFIG": None,
            **SPEC.get("settings", {}),
        }
    )
    django.setup()


class Records(logging.Handler):
    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        if record.name == "asyncio":
            # "Task exception was never retrieved" comes whenever the garbage collector does.
            return
        trace = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
        self.lines.append([record.name, record.levelname, steady(record.getMessage()), steady(trace)])

    def wait_for(self, logger):
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and all(line[0] != logger for line in self.lines):
            time.sleep(0.005)


def steady(text):
    """Without what differs between any two processes: addresses, the clock."""
    text = re.sub(r"0x[0-9a-f]+", "0x…", text)
    text = re.sub(r"^\(\d+\.\d{3}\) ", "(…) ", text)
    text = re.sub(r"\b(c|s|v|pre|post)?\d{14,}\b", r"\1…", text)
    return re.sub(r"<td>\w{3}, \d\d \w{3} \d{4} [\d:]+ [+-]\d{4}</td>", "<td>…</td>", text)


def environ_for(method, path, body, headers):
    target, _mark, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": target,
        "QUERY_STRING": query,
        "SCRIPT_NAME": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.file_wrapper": FileWrapper,
    }
    environ.update({"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers.items()})
    return environ


class FileWrapper:
    """Notices that the server's own way of sending files is used."""

    def __init__(self, file, size=8192):
        self.file, self.size = file, size
        if hasattr(file, "close"):
            self.close = file.close

    def __iter__(self):
        return iter(lambda: self.file.read(self.size), b"")


def call_wsgi(application, *request):
    started = []
    result = application(
        environ_for(*request), lambda status, headers, exc_info=None: started.append((status, headers))
    )
    body = b"".join(result)
    kind = type(result).__name__
    if hasattr(result, "close"):
        result.close()
    status, headers = started[-1]
    return {"status": status, "headers": headers, "body": steady(body.decode("latin-1")), "result": kind}


async def call_asgi(application, method, path, body, headers):
    target, _mark, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": target,
        "raw_path": target.encode(),
        "query_string": query.encode(),
        "scheme": "http",
        "headers": [(b"host", b"localhost"), *[(k.lower().encode(), v.encode()) for k, v in headers.items()]],
        "client": ("127.0.0.1", 5000),
        "server": ("localhost", 80),
    }
    sent = []
    asked = []

    async def receive():
        if asked:
            await asyncio.sleep(30)
        asked.append(True)
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        sent.append(message)

    await application(scope, receive, send)
    return {
        "status": sent[0]["status"],
        "headers": [[name.decode(), value.decode()] for name, value in sent[0]["headers"]],
        "body": steady(b"".join(message.get("body", b"") for message in sent[1:]).decode("latin-1")),
        "result": [message["type"] for message in sent],
    }


def call_client(client, method, path, body, headers):
    client.raise_request_exception = False
    answer = client.generic(method, path, body, headers=headers)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return {"status": answer.status_code, "headers": list(answer.items()), "body": steady(content.decode("latin-1"))}


def count_hops():
    """Count how often sync code is run from async code, and the other way round."""
    from asgiref.sync import AsyncToSync, SyncToAsync

    hops = {"sync_to_async": 0, "async_to_sync": 0}
    for owner, name in ((SyncToAsync, "sync_to_async"), (AsyncToSync, "async_to_sync")):
        original = owner.__call__

        def counted(self, *args, original=original, name=name, **kwargs):
            hops[name] += 1
            return original(self, *args, **kwargs)

        owner.__call__ = counted
    return hops


def make_caller():
    if SPEC["mode"] == "wsgi":
        from django.core.handlers.wsgi import WSGIHandler

        application = WSGIHandler()
        return lambda request: call_wsgi(application, *request)
    if SPEC["mode"] == "asgi":
        from django.core.handlers.asgi import ASGIHandler

        application = ASGIHandler()
        return lambda request: asyncio.run(call_asgi(application, *request))
    from django.test import Client

    client = Client(raise_request_exception=False)
    return lambda request: call_client(client, *request)


def make_idle():
    """The agent is there, and records nothing, as when there is no hub; its link starts with the first chain."""
    from reqtrace.agent.recorder import recorder

    recorder.silence()


def main():
    records = Records()
    logging.getLogger().addHandler(records)
    logging.getLogger().setLevel(logging.DEBUG)
    # Debug pages log every variable they do not find, clock included.
    logging.getLogger("django.template").setLevel(logging.INFO)
    configure()
    if SPEC.get("idle"):
        make_idle()
    hops = count_hops()
    outcome = {"answers": []}
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        # These come whenever the garbage collector does.
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            caller = make_caller()
            for method, path, body, headers in SPEC["requests"]:
                try:
                    outcome["answers"].append(caller((method, path, body.encode(), headers)))
                except BaseException as error:
                    outcome["answers"].append(steady("".join(traceback.format_exception(error))))
        except Exception as error:
            outcome["loading"] = steady("".join(traceback.format_exception(error)))
    from awkward import JOURNAL

    if name := SPEC.get("await_record_of"):
        records.wait_for(name)
    outcome["journal"] = JOURNAL
    outcome["records"] = records.lines
    outcome["warnings"] = [[str(warning.message), warning.filename, warning.lineno] for warning in warned]
    outcome["hops"] = hops
    # Threads of asgiref's executors end when they like.
    named = {thread.name for thread in threading.enumerate() if not re.match("Thread-|ThreadPool|asyncio", thread.name)}
    outcome["threads"] = sorted(named - {"reqtrace-sender"})
    outcome["path"] = sys.path[1:]
    sys.stdout.write(json.dumps(outcome))


main()
