"""A small site in one file that tries out what is said of Django against what is often believed of it."""

import asyncio
import json
import sys
from io import BytesIO
from typing import Any

import django
from django.conf import settings

TRUE: dict[str, bool] = {}
"""By the key of a misconception: Django does as its truth says."""
CALLS: list[str] = []
HERE = __name__


def main() -> None:
    settings.configure(
        ROOT_URLCONF=HERE,
        ALLOWED_HOSTS=["good.test"],
        SECRET_KEY="x" * 60,
        MIDDLEWARE=[],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"],
        STATIC_URL="/static/",
        CACHE_MIDDLEWARE_SECONDS=60,
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", {"page.html": "{{ note }}"})]},
            }
        ],
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
        LOGGING_CONFIG=None,
    )
    django.setup()
    build()
    checks = (of_layers, of_exceptions, of_requests, of_csrf, of_data, of_sending)
    for check in (*checks, of_servers, of_static_files, of_urls, of_rendering, of_caching, of_waiting, of_logging):
        check()
    sys.stdout.write(json.dumps(TRUE))


def handler_with(*middleware: str) -> Any:
    from django.core.handlers.wsgi import WSGIHandler

    settings.MIDDLEWARE = list(middleware)
    return WSGIHandler()


def get(handler: Any, path: str, host: str = "good.test", method: str = "GET") -> Any:
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "SERVER_NAME": "x", "SERVER_PORT": "80", "HTTP_HOST": host}
    told: dict[str, Any] = {}

    def start_response(status: str, headers: Any) -> None:
        told.update(status=int(status[:3]), headers=headers)
        CALLS.append("start_response")

    CALLS.clear()
    response = handler({**environ, "wsgi.input": BytesIO(), "wsgi.url_scheme": "http"}, start_response)
    told["body"] = b"".join(response)
    response.close()
    return told


def build() -> None:
    """The layers A and B with all hooks, C with none, and the views."""
    from django.urls import path
    from django.utils.deprecation import MiddlewareMixin

    module: Any = sys.modules[HERE]
    for name in ("A", "B"):
        setattr(module, name, type(name, (MiddlewareMixin,), hooks(name)))
    module.C = type("C", (MiddlewareMixin,), {})
    views = {"page/": view, "failing/": failing, "twice/": failing, "stream/": stream, "post/": only_post}
    views |= {"book/<int:number>/": book, "rendered/": rendered, "late/": late, "waiting/": waiting}
    module.urlpatterns = [path(route, one) for route, one in views.items()]


def hooks(name: str) -> dict[str, Any]:
    """Hooks that note that they were called, and answer or raise as the path says."""
    from django.http import HttpResponse

    def process_request(self: Any, request: Any) -> Any:
        CALLS.append(f"{name}.request")
        if request.path == f"/raise-{name}/":
            raise ZeroDivisionError
        return HttpResponse("early") if request.path == f"/answer-{name}/" else None

    def process_view(self: Any, request: Any, *arguments: Any) -> None:
        CALLS.append(f"{name}.view")

    def process_exception(self: Any, request: Any, error: Exception) -> None:
        CALLS.append(f"{name}.exception")
        if request.path == "/twice/" and name == "B":
            raise KeyError

    def process_response(self: Any, request: Any, response: Any) -> Any:
        CALLS.append(f"{name}.response.{response.status_code}")
        return response

    functions = (process_request, process_view, process_exception, process_response)
    return {function.__name__: function for function in functions}


def view(request: Any) -> Any:
    from django.http import HttpResponse

    CALLS.append("view")
    return HttpResponse("x")


def failing(request: Any) -> Any:
    raise ZeroDivisionError


def stream(request: Any) -> Any:
    from django.http import StreamingHttpResponse

    def parts() -> Any:
        CALLS.append("part")
        yield b"x"

    return StreamingHttpResponse(parts())


def only_post(request: Any) -> Any:
    return view(request) if request.method == "POST" else None


def book(request: Any, number: object) -> Any:
    CALLS.append(f"book {type(number).__name__}")
    return view(request)


def rendered(request: Any) -> Any:
    from django.shortcuts import render

    response = render(request, "page.html", {"note": note})
    CALLS.append("view returns")
    return response


def late(request: Any) -> Any:
    from django.template.response import TemplateResponse

    CALLS.append("view returns")
    return TemplateResponse(request, "page.html", {"note": note})


def note() -> str:
    CALLS.append("rendered")
    return "noted"


async def waiting(request: Any) -> Any:
    async def wait(name: str) -> None:
        CALLS.append(f"{name} begins")
        await asyncio.sleep(0)
        CALLS.append(f"{name} ends")

    CALLS.append("loop" if asyncio.get_running_loop() is not None else "no loop")
    await asyncio.gather(wait("one"), wait("two"))
    return view(request)


def of_layers() -> None:
    handler = handler_with(f"{HERE}.A", f"{HERE}.C", f"{HERE}.B")
    chain = handler._middleware_chain
    get(handler, "/page/")
    TRUE["first_pass"] = CALLS.index("B.request") < CALLS.index("A.view") < CALLS.index("view")
    TRUE["hookless_is_skipped"] = handler._middleware_chain is chain and "B.response.200" in CALLS
    TRUE["handler_per_request"] = handler._middleware_chain is chain
    TRUE["response_list"] = not [
        name for name in vars(handler) if "response_middleware" in name and "template" not in name
    ]
    # There is no server at all here: the handler itself calls the middleware.
    TRUE["middleware_outside"] = CALLS[0] == "A.request" and CALLS[-1] == "start_response"
    get(handler, "/answer-A/")
    TRUE["all_responses_run"] = CALLS[:2] == ["A.request", "A.response.200"]


def of_exceptions() -> None:
    handler = handler_with(f"{HERE}.A", f"{HERE}.B")
    get(handler, "/raise-B/")
    TRUE["hooks_see_all_errors"] = "A.exception" not in CALLS and "A.response.500" in CALLS
    TRUE["exception_flies"] = "A.response.500" in CALLS and "B.response.500" not in CALLS
    get(handler, "/nowhere/")
    TRUE["not_found_is_asked"] = "B.exception" not in CALLS and "B.response.404" in CALLS
    get(handler, "/twice/")
    TRUE["raise_ends_asking"] = "B.exception" in CALLS and "A.exception" not in CALLS
    TRUE["missing_method"] = get(handler, "/post/")["status"] == 500


def of_requests() -> None:
    common = "django.middleware.common.CommonMiddleware"
    TRUE["hosts_always_checked"] = (
        get(handler_with(), "/page/", "evil.test")["status"] == 200
        and get(handler_with(common), "/page/", "evil.test")["status"] == 400
    )
    answer = get(handler_with(common, f"{HERE}.A"), "/page")
    TRUE["slash_on_the_way_in"] = answer["status"] == 301 and "A.response.404" in CALLS
    from django.contrib.auth.middleware import AuthenticationMiddleware
    from django.contrib.sessions.middleware import SessionMiddleware
    from django.db import connection
    from django.test import RequestFactory
    from django.utils.functional import empty

    request: Any = RequestFactory().get("/")
    SessionMiddleware(lambda _: None).process_request(request)  # type: ignore[arg-type]
    AuthenticationMiddleware(lambda _: None).process_request(request)  # type: ignore[arg-type]
    TRUE["session_is_loaded"] = not hasattr(request.session, "_session_cache")
    TRUE["user_is_loaded"] = request.user._wrapped is empty and connection.connection is None
    spoofed = RequestFactory().get("/", HTTP_X_PROTO="https")
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_PROTO", "https")
    TRUE["proxy_checked"] = spoofed.is_secure()
    settings.SECURE_PROXY_SSL_HEADER = None


def of_csrf() -> None:
    handler = handler_with("django.middleware.csrf.CsrfViewMiddleware", f"{HERE}.A")
    page, refused = get(handler, "/page/"), get(handler, "/page/", method="POST")
    TRUE["csrf_raises"] = page["status"] == 200 and refused["status"] == 403 and "A.exception" not in CALLS
    TRUE["csrf_cookie_always"] = "Set-Cookie" not in dict(page["headers"])


def of_data() -> None:
    from django.contrib.auth.models import User
    from django.core import mail
    from django.core.cache import cache
    from django.db import connection, transaction
    from django.db.models.signals import pre_init

    TRUE["queryset_runs_at_once"] = bool(User.objects.filter(pk=1).query) and connection.connection is None
    TRUE["transaction_per_request"] = transaction.get_autocommit()
    order: list[str] = []
    pre_init.connect(lambda **_: order.append("receiver"), sender=User, weak=False)
    User()
    order.append("after")
    TRUE["signals_are_later"] = order == ["receiver", "after"]
    mail.send_mail("s", "b", "a@x.test", ["b@x.test"])
    TRUE["mail_is_later"] = len(mail.outbox) == 1
    get(handler_with(), "/page/")
    TRUE["cache_answers"] = not getattr(cache, "_cache", {})


def of_sending() -> None:
    from django.core.signals import request_finished

    request_finished.connect(lambda **_: CALLS.append("finished"), weak=False, dispatch_uid="witness")
    get(handler_with(f"{HERE}.A"), "/stream/")
    TRUE["body_is_there"] = CALLS.index("A.response.200") < CALLS.index("start_response") < CALLS.index("part")
    TRUE["log_after_close"] = CALLS[-1] == "finished"


def of_servers() -> None:
    """What runserver's classes hand to the application, and when the first byte leaves."""
    from wsgiref.handlers import SimpleHandler

    from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
    from django.core.servers.basehttp import WSGIRequestHandler

    made: list[str] = []

    class Noting(WSGIRequest):
        def __init__(self, environ: Any) -> None:
            made.append(type(environ).__name__)
            super().__init__(environ)

    class NotingHandler(WSGIHandler):
        request_class = Noting

    settings.MIDDLEWARE = []
    parser = WSGIRequestHandler.__new__(WSGIRequestHandler)
    has_request = "request_class" in vars(WSGIRequestHandler) or hasattr(parser, "request_class")
    get(NotingHandler(), "/page/")
    TRUE["server_makes_request"] = made == ["dict"] and not has_request
    sent = BytesIO()
    before: list[bytes] = []

    def application(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [("Content-Type", "text/plain")])
        before.append(sent.getvalue())
        yield b"x"

    environ = {"SERVER_PROTOCOL": "HTTP/1.1", "REQUEST_METHOD": "GET"}
    SimpleHandler(BytesIO(), sent, BytesIO(), environ).run(application)
    TRUE["start_sends"] = before == [b""] and sent.getvalue().endswith(b"x")


def of_static_files() -> None:
    from django.contrib.staticfiles.handlers import StaticFilesHandler

    settings.DEBUG = True
    plain = handler_with(f"{HERE}.A")
    is_missing = get(plain, "/static/nothing.css")["status"] == 404 and "A.request" in CALLS
    get(StaticFilesHandler(plain), "/static/nothing.css")
    TRUE["static_through_debug"] = is_missing and "A.request" not in CALLS
    settings.DEBUG = False


def of_urls() -> None:
    from django.urls.converters import get_converters

    refused = get(handler_with(), "/book/seven/")["status"]
    found = get(handler_with(), "/book/7/")["status"]
    has_converters = {"int", "str", "slug", "uuid", "path"} <= set(get_converters())
    TRUE["urls_are_expressions"] = (refused, found) == (404, 200) and has_converters and "book int" in CALLS


def of_rendering() -> None:
    handler = handler_with(f"{HERE}.A")
    get(handler, "/rendered/")
    is_inside = CALLS.index("rendered") < CALLS.index("view returns")
    get(handler, "/late/")
    TRUE["render_is_late"] = is_inside and CALLS.index("view returns") < CALLS.index("rendered")


def of_caching() -> None:
    """What stands between the halves sees a request that the cache answers; what stands below the whole does not."""
    from django.core.cache import cache

    whole, first, last = (f"django.middleware.cache.{name}CacheMiddleware" for name in ("", "Update", "FetchFrom"))
    seen = {}
    for name, middleware in {"one": (whole, f"{HERE}.A"), "two": (first, f"{HERE}.A", last)}.items():
        cache.clear()
        handler = handler_with(*middleware)
        get(handler, "/page/")
        get(handler, "/page/")
        seen[name] = [call for call in CALLS if call in ("A.request", "view")]
    cache.clear()
    TRUE["one_cache_class"] = seen == {"one": [], "two": ["A.request"]}


def of_waiting() -> None:
    """One thread waits for both; and a loop had to be started for it, because the chain is sync."""
    get(handler_with(), "/waiting/")
    TRUE["async_is_faster"] = CALLS[:5] == ["loop", "one begins", "two begins", "one ends", "two ends"]


def of_logging() -> None:
    import logging
    import pkgutil

    import django.middleware

    records: list[str] = []
    watcher = logging.Handler()
    watcher.emit = lambda record: records.append(record.name)  # type: ignore[method-assign]
    logging.getLogger("django.request").addHandler(watcher)
    get(handler_with(), "/nowhere/")
    modules = [module.name for module in pkgutil.iter_modules(django.middleware.__path__)]
    TRUE["logging_middleware"] = records == ["django.request"] and not [name for name in modules if "log" in name]


main()
