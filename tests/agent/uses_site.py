"""A site that uses caches, other servers, mail, signals and logs; run only in child processes.

``python uses_site.py SITUATION``: each function sets up one situation and returns what a user of the site can notice,
printed as JSON.
"""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import sys
import threading
import traceback
import warnings
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import ClassVar

from trap_site import call, configure, converse, wsgi


def site(*views):
    """Each view at its own name."""
    from django.urls import path

    urls = ModuleType("uses_urls")
    urls.urlpatterns = [path(f"{view.__name__}/", view) for view in views]
    sys.modules["uses_urls"] = urls


def prepare(**settings):
    configure(**{"MIDDLEWARE": [], "ROOT_URLCONF": "uses_urls", **settings})


def answer(*parts):
    from django.http import HttpResponse

    return HttpResponse(repr(parts))


def trace_of(error):
    """Where it passed, without what differs between processes."""
    return [(frame.filename, frame.name, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]


class Untouchable:
    """A value or key that must not be looked at."""

    def fail(self, *args):
        raise AssertionError("somebody looked at a value")

    __bool__ = __len__ = __eq__ = __iter__ = __getattr__ = fail
    __hash__ = object.__hash__

    def __repr__(self):
        return self.fail()

    def __str__(self):
        return "a-key"

    def __reduce__(self):
        return (Untouchable, ())


# --- caches ------------------------------------------------------------------------------------------------------

SETTINGS = {
    "CACHES": {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "one"},
        "other": {"BACKEND": "uses_site.OwnCache", "LOCATION": "two"},
    }
}


def every_operation(request):
    """The sync methods, each outcome."""
    from django.core.cache import cache, caches

    sentinel = object()
    seen = [cache.get("missing"), cache.get("missing", sentinel) is sentinel, cache.get("missing", 0)]
    seen += [cache.set("a", 1), cache.get("a"), cache.get("a", default=sentinel), cache.add("a", 2), cache.add("b", 2)]
    seen += [
        cache.get_many(["a", "b", "c"]),
        cache.get_many(key for key in ("a", "z")),
        cache.set_many({"d": 1, "e": 2}),
    ]
    seen += [cache.get_or_set("a", lambda: 5), cache.get_or_set("new", lambda: cache.get("b")), cache.incr("a")]
    seen += [cache.decr("a", delta=2), "a" in cache, cache.has_key("q"), cache.touch("a"), cache.touch("q")]
    seen += [cache.delete("a"), cache.delete("a"), cache.delete_many(["b", "c", "d", "e", "f"])]
    try:
        cache.incr("missing")
    except ValueError as error:
        seen += [str(error), trace_of(error)]
    seen += [cache.incr_version("new"), cache.clear(), caches["other"].get("k", version=2), caches["other"].set("k", 1)]
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        cache.get("with space")
    seen += [[str(warning.message), warning.filename, warning.lineno] for warning in warned]
    cache.set("user:5:auth_token", "s3cr3t-value")
    cache.get(f"prefix.{'0z' * 16}")
    return answer(*seen)


def untouched_values(request):
    """Keys and values that object to being looked at."""
    from django.core.cache import cache

    key, value = Untouchable(), Untouchable()
    cache.set(key, value)
    found = cache.get(key, value)
    return answer(type(found).__name__, found is value, cache.get_or_set("x", value) is value)


async def async_operations(request):
    from django.core.cache import cache, caches

    async def compute(key):
        return await cache.aget(key)

    seen = [await cache.aset("a", 1), await cache.aget("a"), await cache.aget("q"), await cache.aget_many(["a", "b"])]
    seen += [await cache.aget_or_set("a", 5), await cache.aget_or_set("n", lambda: cache.get("a"))]
    seen += await asyncio.gather(*(compute(key) for key in ("a", "b")))
    seen += [await cache.ahas_key("a"), await cache.aincr("a"), await cache.adelete("a")]
    await caches["other"].aset("k", 1)
    return answer(*seen)


def own_cache():
    from django.core.cache.backends.locmem import LocMemCache

    class OwnCache(LocMemCache):
        """Overrides, calls its parent, and keeps a parent's method."""

        get_many = LocMemCache.get_many

        def get(self, key, default=None, version=None):
            return super().get(key, default, version)

        def set(self, *args, **kwargs):
            return super().set(*args, **kwargs)

    return OwnCache


def __getattr__(name):
    if name == "OwnCache":
        globals()[name] = own_cache()
        return globals()[name]
    raise AttributeError(name)


def caches():
    """Each operation, and what keys and values may be."""
    site(every_operation, untouched_values)
    sys.modules["uses_site"] = sys.modules["__main__"]
    prepare(**SETTINGS)
    handler = wsgi()
    return [call(handler, path)["body"] for path in ("/every_operation/", "/untouched_values/")]


def async_caches():
    site(async_operations)
    sys.modules["uses_site"] = sys.modules["__main__"]
    prepare(**SETTINGS)
    from django.core.handlers.asgi import ASGIHandler

    hops = count_hops()
    return [asyncio.run(converse(ASGIHandler(), "/async_operations/"))[1]["body"].decode(), hops]


def count_hops():
    from asgiref.sync import SyncToAsync

    hops = {"sync_to_async": 0}
    original = SyncToAsync.__call__

    def counted(self, *args, **kwargs):
        hops["sync_to_async"] += 1
        return original(self, *args, **kwargs)

    SyncToAsync.__call__ = counted
    return hops


def cached_site():
    """Session, template tag and decorator that use the cache, each twice."""
    prepare(
        SESSION_ENGINE="django.contrib.sessions.backends.cache",
        MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
    )
    from django.http import HttpResponse
    from django.template import engines
    from django.views.decorators.cache import cache_page

    def visits(request):
        request.session["visits"] = request.session.get("visits", 0) + 1
        return HttpResponse(str(request.session["visits"]))

    def fragment(request):
        page = "{% load cache %}{% cache 60 shelf who %}{{ who }}{% endcache %}"
        return HttpResponse(engines["django"].from_string(page).render({"who": "Ada"}, request))

    @cache_page(60)
    def page(request):
        return HttpResponse("a page")

    site(visits, fragment, page)
    handler = wsgi()
    cookie = call(handler, "/visits/")["headers"]["Set-Cookie"].partition(";")[0]
    paths = ("visits", "fragment", "fragment", "page", "page")
    return [call(handler, f"/{path}/", cookie=cookie)["body"] for path in paths]


def mocked_cache():
    """Tests replace the methods of a class, and find them as they were."""
    site(mocked)
    prepare()
    from unittest import mock

    from django.core.cache import cache
    from django.core.cache.backends.base import BaseCache
    from django.core.cache.backends.locmem import LocMemCache

    cache.get("first")
    before = LocMemCache.add
    with mock.patch("django.core.cache.backends.locmem.LocMemCache.add", return_value=True) as add:
        body = call(wsgi(), "/mocked/")["body"]
    same = cache.get_many.__func__ is BaseCache.get_many
    return [
        body,
        add.call_count,
        LocMemCache.add is before,
        same,
        vars(type(cache._connections["default"])).keys() >= {"add"},
    ]


def mocked(request):
    from django.core.cache import cache

    return answer(cache.get_or_set("m", 3))


# --- other servers -----------------------------------------------------------------------------------------------


class Gateway(BaseHTTPRequestHandler):
    """Another server: redirects, refuses, streams, hangs up."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = self.path.partition("?")[0]
        if path == "/hangs-up":
            self.close_connection = True
            return
        self.send_response({"/moved": 302, "/missing": 404}.get(path, 200))
        if path == "/moved":
            self.send_header("Location", "/there")
        if path == "/parts":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n")
            return
        body = path.encode() if self.command != "HEAD" else b""
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_HEAD = do_GET

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *args):
        pass


@contextmanager
def gateway():
    """Its port, and one where nobody listens."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,)).start()
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        try:
            PORTS[:] = [server.server_port, nobody.getsockname()[1]]
            yield
        finally:
            server.shutdown()
            server.server_close()


PORTS = []


def failure(action):
    """What an action raises, and where that passed."""
    try:
        return repr(action())
    except Exception as error:
        return [type(error).__name__, trace_of(error), type(error.__context__).__name__]


def plain_http(request):
    """``http.client`` by itself and through ``urllib``."""
    from http.client import HTTPConnection
    from urllib.request import urlopen

    port, nobody = PORTS
    connection = HTTPConnection("127.0.0.1", port)
    seen = []
    for method, path in (("GET", "/a?page=2&token=s3cr3t"), ("HEAD", "/b"), ("GET", "/parts"), ("GET", "/missing")):
        connection.request(method, path)
        seen.append([(response := connection.getresponse()).status, response.read()])
    connection.request("POST", "/pay", body=b"amount=5", headers={"X-Idempotency": "7"})
    seen.append(connection.getresponse().read())
    connection.putrequest("GET", "/by-hand")
    connection.endheaders()
    seen.append(connection.getresponse().read())
    connection.close()
    with urlopen(f"http://127.0.0.1:{port}/moved") as response:
        seen.append([response.status, response.read()])
    seen.append(failure(lambda: urlopen(f"http://127.0.0.1:{port}/missing")))
    seen.append(failure(lambda: urlopen(f"http://127.0.0.1:{nobody}/refused")))
    seen.append(failure(lambda: HTTPConnection("127.0.0.1", nobody).request("GET", "/refused")))
    connection.request("GET", "/hangs-up")
    seen.append(failure(connection.getresponse))
    seen.append(failure(lambda: connection.putrequest("GET", "/with space")))
    return answer(*seen)


def pooled_http(request):
    """``urllib3``, which uses ``http.client``."""
    import urllib3

    port, nobody = PORTS
    pool = urllib3.PoolManager()
    seen = [pool.request("GET", f"http://ada:pw@127.0.0.1:{port}/a?key=abc").data]
    seen.append(pool.request("GET", f"http://127.0.0.1:{port}/moved").status)
    streamed = pool.request("GET", f"http://127.0.0.1:{port}/parts", preload_content=False)
    seen += [streamed.status, streamed.read()]
    seen.append(failure(lambda: pool.request("GET", f"http://127.0.0.1:{nobody}/refused", retries=False)))
    seen.append(failure(lambda: pool.request("GET", f"https://127.0.0.1:{port}/no-tls", retries=False)))
    pool.clear()
    from http.client import HTTPConnection

    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/plain-again")
    seen.append(connection.getresponse().read())
    connection.close()
    return answer(*seen)


def httpx_client(request):
    import httpx

    port, nobody = PORTS
    with httpx.Client(trust_env=False, follow_redirects=True) as client:
        seen = [client.get(f"http://ada:pw@127.0.0.1:{port}/moved?secret=1").text]
        seen.append(client.post(f"http://127.0.0.1:{port}/pay", data={"amount": 5}).status_code)
        with client.stream("GET", f"http://127.0.0.1:{port}/parts") as streamed:
            seen += [streamed.status_code, streamed.is_closed, b"".join(streamed.iter_bytes())]
        seen.append(failure(lambda: client.get(f"http://127.0.0.1:{nobody}/refused")))
    return answer(*seen)


async def httpx_async(request):
    import httpx

    port, _nobody = PORTS
    async with httpx.AsyncClient(trust_env=False) as client:
        paths = ("a", "b", "missing")
        answers = await asyncio.gather(*(client.get(f"http://127.0.0.1:{port}/{path}") for path in paths))
    return answer(*[(each.status_code, each.text) for each in answers])


def outgoing(*views):
    site(*views)
    prepare()
    handler = wsgi()
    with gateway():
        if asyncio.iscoroutinefunction(views[0]):
            from django.core.handlers.asgi import ASGIHandler

            body = asyncio.run(converse(ASGIHandler(), f"/{views[0].__name__}/"))[1]["body"].decode()
        else:
            body = call(handler, f"/{views[0].__name__}/")["body"]
        return [body.replace(str(port), name) for port, name in zip(PORTS, ("PORT", "NOBODY"), strict=True)]


def outgoing_plain():
    return outgoing(plain_http)


def outgoing_pooled():
    return outgoing(pooled_http)


def outgoing_httpx():
    return outgoing(httpx_client)


def outgoing_httpx_async():
    return outgoing(httpx_async)


def outgoing_outside():
    """Nobody's request."""
    prepare()
    from urllib.request import urlopen

    with gateway(), urlopen(f"http://127.0.0.1:{PORTS[0]}/a") as response:
        return response.status


# --- mail --------------------------------------------------------------------------------------------------------


class Relay:
    """A backend of the project's own that hands its messages to another, and refuses some."""

    def __init__(self, *args, **kwargs):
        from django.core.mail.backends.locmem import EmailBackend

        self.inner = EmailBackend()

    def send_messages(self, email_messages):
        messages = list(email_messages)
        if any(message.body == "refuse" for message in messages):
            raise ConnectionError("not today")
        return self.inner.send_messages(messages)


def mails(request):
    from django.core import mail
    from django.utils.translation import gettext_lazy

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        seen = [mail.send_mail("Your order", "text", "shop@example.com", ["ada@example.com"], html_message="<p>")]
        seen.append(
            mail.EmailMessage(gettext_lazy("Yes"), "text", None, ["a@example.com"], bcc=["b@example.com"]).send()
        )
        seen.append(mail.EmailMessage("to nobody", "text").send())
        each = ("text", None, ["a@example.com"])
        seen.append(mail.send_mass_mail([("One", *each), ("Two", *each)]))
        seen.append(mail.mail_admins("token: abc", "text", fail_silently=True))
        seen.append(failure(lambda: mail.EmailMessage("Refused", "refuse", None, ("a@example.com",)).send()))
        seen.append(mail.EmailMessage("quiet", "text", None, ["a@example.com"]).send(fail_silently=True))
        seen.append(
            mail.get_connection().send_messages(iter([mail.EmailMessage("it", "text", None, ["a@example.com"])]))
        )
    seen.append([[message.subject == "Your order", message.to] for message in mail.outbox])
    seen += [[str(warning.message), warning.filename, warning.lineno] for warning in warned]
    return answer(*seen)


def mail(**settings):
    site(mails)
    sys.modules["uses_site"] = sys.modules["__main__"]
    prepare(ADMINS=[("Ada", "admin@example.com")], **settings)
    from django.core import mail

    mail.outbox = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return call(wsgi(), "/mails/")["body"]


def mail_backend():
    return mail(EMAIL_BACKEND="uses_site.Relay")


def mailers():
    """Django 6.1 has several; older ones ignore the setting."""
    return mail(MAILERS={"default": {"BACKEND": "uses_site.Relay"}})


# --- signals and logs, at the level ``deep`` ---------------------------------------------------------------------


def listening():
    from django.dispatch import Signal

    globals()["order_placed"] = order_placed = Signal()
    nobody_listens = Signal()

    def note_order(sender, **named):
        warnings.warn("a receiver's sender", stacklevel=2)
        return "noted"

    async def note_later(sender, **named):
        return "noted later"

    class Shelf:
        def note(self, sender, **named):
            raise LookupError("no such shelf")

    return order_placed, nobody_listens, note_order, note_later, Shelf()


def signals_sent(request):
    from django.db.models.signals import post_init

    placed, nobody, _note_order, _note_later, shelf = LISTENING
    seen = [nobody.send(sender=Gateway), placed.has_listeners(Gateway), trace_of_send(placed.send, Gateway)]
    seen += [trace_of_send(placed.send_robust, sender=shelf), post_init.has_listeners(Gateway)]
    placed.disconnect(shelf.note)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        seen.append([result for _receiver, result in placed.send(Gateway, order=Untouchable())])
    seen += [[str(warning.message), warning.filename == __file__, warning.lineno] for warning in warned]
    placed.connect(shelf.note)
    return answer(*seen)


def trace_of_send(send, *args, **named):
    try:
        return [
            [type(result).__name__, trace_of(result) if isinstance(result, Exception) else ""]
            for _receiver, result in send(*args, **named)
        ]
    except LookupError as error:
        return trace_of(error)


async def signals_sent_async(request):
    placed, _nobody, _note_order, _note_later, shelf = LISTENING
    placed.disconnect(shelf.note)
    return answer(*[result for _receiver, result in await placed.asend(Gateway)])


def signals():
    LISTENING[:] = listening()
    placed, _nobody, note_order, note_later, shelf = LISTENING
    site(signals_sent, signals_sent_async)
    prepare()
    from django.core.handlers.asgi import ASGIHandler

    for receiver in (note_order, note_later, shelf.note):
        placed.connect(receiver)
    body = call(wsgi(), "/signals_sent/")["body"]
    return [body, asyncio.run(converse(ASGIHandler(), "/signals_sent_async/"))[1]["body"].decode()]


LISTENING = []


def logging_view(request):
    logger = logging.getLogger("shop.orders")
    logger.info("order %d of %s placed", 5, "Ada")
    logger.warning("password=%s for %s", "hunter2", "ada")
    logger.error("login %(user)s with %(password)s", {"user": "ada", "password": "hunter2"})
    logger.info("a lazy %s", Untouchable())
    logger.info(Untouchable())
    logger.info("too few %s %s", "one")
    logger.debug("below the level")
    logging.getLogger("reqtrace").warning("of the tracer")
    try:
        raise LookupError("no such order")
    except LookupError:
        logger.exception("failed")
    return answer("logged")


class Lines(logging.Handler):
    """Keeps records as they are, or formats those that can be."""

    lines: ClassVar[list] = []

    def emit(self, record):
        text = record.getMessage() if type(record.msg) is str and record.msg != "too few %s %s" else ""
        self.lines.append([record.name, record.levelname, text, record.funcName, record.lineno, len(record.args or ())])


def logs():
    site(logging_view)
    prepare()
    logging.getLogger().addHandler(Lines())
    logging.getLogger("shop").setLevel(logging.INFO)
    body = call(wsgi(), "/logging_view/")["body"]
    return [body, [line for line in Lines.lines if line[0] != "reqtrace"], call(wsgi(), "/nowhere/")["status"]]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(globals()[sys.argv[1]](), default=str))
