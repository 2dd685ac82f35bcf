"""A site that is given another stack of middleware for every request, and writes down itself what is called.

Each line read is a JSON stack (``stacks.py`` makes them), each line written what came of one request to it. The journal
is kept by the middleware and the view; the site knows nothing of reqtrace.
"""

from __future__ import annotations

import asyncio
import copy
import io
import json
import logging
import re
import sys
import traceback
import warnings
from functools import partial

import django
from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings

PAGE = "stack.html"
settings.configure(
    DEBUG=False,
    SECRET_KEY="for tests only",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", {PAGE: "{{ late }}"})]},
        }
    ],
    LOGGING_CONFIG=None,
)
django.setup()

from django.core import exceptions  # noqa: E402
from django.core.handlers.asgi import ASGIHandler  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.http import Http404, HttpResponse, StreamingHttpResponse  # noqa: E402
from django.template.response import TemplateResponse  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils.deprecation import MiddlewareMixin  # noqa: E402

if __name__ == "__main__":
    # MIDDLEWARE and ROOT_URLCONF name the module that runs.
    sys.modules["stack_site"] = sys.modules["__main__"]

JOURNAL = []
RECORDS = []


class Boom(Exception):
    """The project's own."""


ERRORS = {
    "Boom": Boom,
    "Http404": Http404,
    "PermissionDenied": exceptions.PermissionDenied,
    "SuspiciousOperation": exceptions.SuspiciousOperation,
}


def note(*entry):
    JOURNAL.append(list(entry))


def outcome(result):
    return "none" if result is None else f"response {result.status_code}"


def fail(act):
    raise ERRORS[act.removeprefix("raise ")]("on purpose")


def page(request, act):
    def late():
        note("rendering")
        if act.startswith("broken"):
            raise Boom("while rendering")
        return "rendered"

    return TemplateResponse(request, PAGE, {"late": late})


def answer(who, status):
    return HttpResponse(f"by {who}", status=status, headers={"X-By": who})


def do(act, index, who, request, response=None):
    """What a hook or a piece of ``__call__`` does, and what it gives back."""
    if act.startswith("raise "):
        fail(act)
    match act:
        case "mark":
            note("mark", index)
            setattr(request, f"mark_{index}", object())
        case "respond":
            return answer(who, 230)
        case "template":
            return page(request, act)
        case "replace":
            return answer(who, 210)
        case "none":
            return None
        case "header" if response is not None:
            response[f"X-Mark-{index}"] = str(len(JOURNAL))
        case "status" if response is not None:
            response.status_code = 240 + index
    return response


# --- middleware ------------------------------------------------------------------------------------------------------


def make_hook(index, name, act, *, is_async=False):
    def run(request, *rest):
        note("hook", index, name)
        response = rest[0] if name in ("process_response", "process_template_response") else None
        try:
            result = do(act, index, f"{index}.{name}", request, response)
        except Exception:
            note("hook left", index, name, "raise")
            raise
        note("hook left", index, name, outcome(result))
        return result

    async def run_async(request, *rest):
        await asyncio.sleep(0)
        return run(request, *rest)

    return run_async if is_async else run


def bind(hook, binding):
    """The function as a class keeps it: a method, a static or a class method."""
    if binding == "static":
        return staticmethod(hook)
    if iscoroutinefunction(hook):

        async def method(self, *args):
            return await hook(*args)
    else:

        def method(self, *args):
            return hook(*args)

    return classmethod(method) if binding == "class" else method


class Code:
    """What a layer's own ``__call__`` does around ``get_response``."""

    def __init__(self, index, layer):
        self.index, self.layer = index, layer
        self.who = f"{index}.call"

    def before(self, request):
        note("layer", self.index)
        act = self.layer["before"]
        if act == "swap":
            return copy.copy(request)
        do(act, self.index, self.who, request)
        return request

    def after(self, request, response):
        return do(self.layer["after"], self.index, self.who, request, response)

    def left(self, response):
        note("code left", self.index, outcome(response))
        return response

    def raised(self):
        note("code left", self.index, "raise")

    def call(self, get_response, request):
        try:
            request = self.before(request)
            response = answer(self.who, 230) if not self.layer["calls"] else None
            for _ in range(self.layer["calls"]):
                response = get_response(request)
            return self.left(self.after(request, response))
        except Exception:
            self.raised()
            raise

    async def acall(self, get_response, request):
        try:
            request = self.before(request)
            response = answer(self.who, 230) if not self.layer["calls"] else None
            for _ in range(self.layer["calls"]):
                response = await get_response(request)
            return self.left(self.after(request, response))
        except Exception:
            self.raised()
            raise


def make_class(code, hooks, bases=(), **extra):
    """A class with its own ``__call__``, for the mode of the layer."""

    def __init__(self, get_response):
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request):
        handle = code.acall if iscoroutinefunction(self.get_response) else code.call
        return handle(self.get_response, request)

    members = {"__init__": __init__, "__call__": __call__, **hooks, **capabilities(code.layer["mode"]), **extra}
    return type(f"Layer{code.index}", bases, members)


def make_slots(code, hooks):
    class Slots:
        __slots__ = ("get_response",)

        def __init__(self, get_response):
            self.get_response = get_response

        def __call__(self, request):
            return code.call(self.get_response, request)

    return type(f"Slots{code.index}", (Slots,), {"__slots__": (), **hooks})


def capabilities(mode):
    return {"sync_capable": mode != "async", "async_capable": mode != "sync"}


def make_function(code, hooks, prefix="", get_response=None):
    if iscoroutinefunction(get_response):

        async def middleware(request):
            return await code.acall(get_response, request)
    else:

        def middleware(request):
            return code.call(get_response, request)

    for name, hook in hooks.items():
        setattr(middleware, name, hook)
    return middleware


class ObjectFactory:
    """An object, not a class, in MIDDLEWARE."""

    def __init__(self, make, mode):
        self.make = make
        self.__dict__.update(capabilities(mode))

    def __call__(self, get_response):
        return self.make(get_response)


def unused(get_response):
    raise exceptions.MiddlewareNotUsed("not today")


def make_layer(index, layer):
    """What MIDDLEWARE names."""
    is_async = layer["async_hooks"]
    hooks = {name: make_hook(index, name, act, is_async=is_async) for name, act in layer["hooks"].items()}
    bound = {name: bind(hook, layer["binding"]) for name, hook in hooks.items()}
    code = Code(index, layer)
    match layer["shape"]:
        case "unused":
            return unused
        case "mixin":
            return type(f"Mixin{index}", (MiddlewareMixin,), bound)
        case "class":
            return make_class(code, bound)
        case "object":
            return ObjectFactory(make_class(code, bound), layer["mode"])
        case "slots":
            return make_slots(code, bound)
    # A partial takes attributes, and so does a function: that is where Django reads what they can do.
    factory = partial(make_function, code, hooks, "partial")
    if layer["shape"] == "function":

        def factory(get_response):
            return make_function(code, hooks, get_response=get_response)
    else:
        factory = partial(lambda make, get_response: make(get_response=get_response), factory)

    factory.__dict__.update(capabilities(layer["mode"]))
    return factory


# --- views -----------------------------------------------------------------------------------------------------------

VIEW = {}


def see(request):
    note("view")
    try:
        response = look(request, VIEW["act"])
    except Exception:
        note("view left", "raise")
        raise
    note("view left", outcome(response))
    return response


def look(request, act):
    if act.startswith("raise "):
        fail(act)
    match act:
        case "none":
            return None
        case "stream":
            return StreamingHttpResponse(parts())
        case "template" | "broken template":
            return page(request, act)
    return answer("view", 200)


def parts():
    for number in range(3):
        note("part", number)
        yield f"part {number}\n"


def view(request):
    return see(request)


async def async_view(request):
    await asyncio.sleep(0)
    return see(request)


urlpatterns = [path("sync/", view), path("async/", async_view)]


# --- requests --------------------------------------------------------------------------------------------------------


class Records(logging.Handler):
    def emit(self, record):
        if record.name != "asyncio":
            trace = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
            RECORDS.append([record.name, record.levelname, steady(record.getMessage()), steady(trace)])


def steady(text):
    """Without what differs between any two processes."""
    return re.sub(r"0x[0-9a-f]+", "0x…", text)


def send_wsgi(url):
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": url,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.input": io.BytesIO(),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
    }
    started = []
    response = WSGIHandler()(environ, lambda status, headers, exc_info=None: started.append((status, headers)))
    body = b"".join(response).decode()
    response.close()
    status, headers = started[-1]
    return {"status": int(status[:3]), "headers": headers, "body": body}


async def send_asgi(url):
    sent = []
    messages = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive():
        return messages.pop() if messages else await asyncio.sleep(30)

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "http_version": "1.1", "method": "GET", "path": url, "query_string": b"", "headers": []}
    await ASGIHandler()(scope, receive, send)
    headers = [[name.decode(), value.decode()] for name, value in sent[0]["headers"]]
    body = b"".join(message.get("body", b"") for message in sent[1:]).decode()
    return {"status": sent[0]["status"], "headers": headers, "body": body}


def visit(stack, send):
    JOURNAL.clear()
    RECORDS.clear()
    VIEW.update(stack["view"])
    settings.MIDDLEWARE = [f"stack_site.layer{index}" for index in range(len(stack["layers"]))]
    for index, layer in enumerate(stack["layers"]):
        globals()[f"layer{index}"] = make_layer(index, layer)
    url = "/nowhere/" if VIEW["act"] == "nowhere" else "/async/" if VIEW["is_async"] else "/sync/"
    try:
        result = send(url)
    except Exception as error:
        result = {"escaped": type(error).__name__, "trace": steady("".join(traceback.format_exception(error)))}
    return result | {"journal": list(JOURNAL), "records": list(RECORDS)}


def main():
    warnings.simplefilter("ignore")
    logging.getLogger().addHandler(Records())
    with asyncio.Runner() as runner:
        for line in sys.stdin:
            stack = json.loads(line)
            answers = [visit(stack, send_wsgi), visit(stack, lambda url: runner.run(send_asgi(url)))]
            sys.stdout.write(json.dumps(answers) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
