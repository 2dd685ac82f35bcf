"""Named requests as lists of events, for every test that needs a trace to fold, explain or draw.

``SCENARIOS["home"]`` is a request; ``.events`` are the facts of loading and of the request, ``.arrivals()`` the same as
a hub hands them on, ``.upto(n)`` the same request while it is still under way. They come from a plain model of
Django's loop (``django_model``); ``calls`` is the order of hooks and view that the model itself went through.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from django_acts import (
    a_debug_page,
    a_deep_page,
    a_page_asking_others,
    a_page_with_includes,
    a_protected_page,
    an_async_page,
    an_error_page,
    an_order,
    an_order_that_fails,
    append_slash_asking,
    hop,
    session_saved,
    user_evaluated,
)
from django_model import (
    AUTH,
    COMMON,
    CSRF,
    DETAIL,
    MESSAGES,
    SECURITY,
    SESSION,
    STARTPROJECT,
    XFRAME,
    Act,
    Journey,
    Match,
    Middleware,
    Raised,
    Tape,
    load,
)

from reqtrace.events import kinds as k
from reqtrace.events.kinds import Change, Event
from reqtrace.events.wire import Encoder, dump_record, kind_numbers
from reqtrace.trace.chains import ProcessRecord
from reqtrace.trace.fold import fold
from reqtrace.trace.model import Chain, RequestTrace

HEADER: dict[str, Any] = {
    "reqtrace": "0.1.0",
    "pid": 4321,
    "argv": ["manage.py", "runserver"],
    "python": "3.11.9",
    "django": "5.2.19",
    "clock": {"monotonic_ns": 1_000_000_000, "unix_ns": 1_750_000_000_000_000_000},
    "kinds": [kind.KIND for kind in k.EVENT_KINDS],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One request of one process, with the loading of its chain."""

    name: str
    header: Mapping[str, Any]
    loading: tuple[Event, ...]
    """What the process told before the request."""
    request: tuple[Event, ...]
    calls: tuple[str, ...]
    """Hooks and view in the order the model called them."""

    @property
    def events(self) -> tuple[Event, ...]:
        """Loading and request."""
        return self.loading + self.request

    def process(self) -> ProcessRecord:
        """What is known of the process once the chain is loaded."""
        process = ProcessRecord(1, self.header)
        for event in self.loading:
            process.take(event)
        return process

    @property
    def chain(self) -> Chain:
        """The chain that was loaded."""
        return self.process().facts().chains[0]

    def trace(self, *, is_alive: bool = True) -> RequestTrace:
        """The request, folded as the store would."""
        process = self.process()
        if not is_alive:
            process.end()
        return fold(self.request, process.facts())

    def upto(self, count: int) -> Scenario:
        """The same after its first ``count`` events: a request under way."""
        return replace(self, request=self.request[:count])

    def lines(self, process: int = 1) -> list[bytes]:
        """The process' records as the hub hands them on."""
        header = dump_record(["process", process, dict(self.header)])
        return [header, *Encoder().encode([row_of(event) for event in self.events])]

    def arrivals(self, process: int = 1) -> list[tuple[int, bytes]]:
        """``(process, line)`` pairs, as a hub hands them on."""
        return [(process, line) for line in self.lines(process)]


def row_of(event: Event) -> list[Any]:
    """An event as the row that is encoded for it."""
    return [kind_numbers()[event.KIND], *(getattr(event, field.name) for field in fields(event))]


# --- what the middleware of Django do ----------------------------------------------------------------------------


def session_in(journey: Journey) -> None:
    journey.change_request("session", "SessionStore")


def auth_in(journey: Journey) -> None:
    journey.change_request("user", "SimpleLazyObject", lazy=True)
    journey.change_request("auser", "partial")


def messages_in(journey: Journey) -> None:
    journey.change_request("_messages", "FallbackStorage")


def security_out(journey: Journey) -> None:
    journey.change_headers(
        **{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"},
    )


def common_out(journey: Journey) -> None:
    journey.change_headers(Content_Length="1834")


def xframe_out(journey: Journey) -> None:
    journey.change_headers(X_Frame_Options="DENY")


USUAL: dict[str, Act] = {
    "SessionMiddleware.process_request": session_in,
    "AuthenticationMiddleware.process_request": auth_in,
    "MessageMiddleware.process_request": messages_in,
    "SecurityMiddleware.process_response": security_out,
    "CommonMiddleware.process_response": common_out,
    "XFrameOptionsMiddleware.process_response": xframe_out,
}

BOOK = 'SELECT "shop_book"."id", "shop_book"."title" FROM "shop_book" WHERE "shop_book"."id" = %s LIMIT 21'
AUTHOR = 'SELECT "shop_author"."id", "shop_author"."name" FROM "shop_author" WHERE "shop_author"."id" = %s'


def page(name: str, line: int, pattern: int) -> Match:
    """A URL without arguments."""
    tried = tuple((number,) for number in (1, 2, 6, 7, 8, 9, 10, 11, 12) if number < pattern)
    return Match(
        view=f"shop.views.{name}",
        line=line,
        route="" if name == "home" else f"{name}/",
        view_name=name,
        tried=tried,
        matched=(pattern,),
    )


HOME = page("home", 12, 2)
BOOK_LIST = Match(
    view="shop.views.book_list",
    line=18,
    route="books/",
    view_name="shop:list",
    tried=((1,), (2,)),
    matched=(3, 4),
)


def a_page(journey: Journey) -> None:
    with journey.template("shop/home.html"), journey.template("base.html"):
        journey.tape.wait(300)


def a_detail_page(journey: Journey) -> None:
    journey.sql(BOOK, "3")
    with journey.template("shop/detail.html"), journey.template("base.html"):
        journey.sql('SELECT "shop_review"."stars" FROM "shop_review" WHERE "shop_review"."book_id" = %s', "3")
        with journey.template("shop/_stars.html"):
            journey.tape.wait(40)


def a_page_with_many_queries(journey: Journey) -> None:
    journey.sql('SELECT "shop_book"."id", "shop_book"."author_id" FROM "shop_book"')
    with journey.template("shop/list.html"):
        for number in range(12):
            journey.sql(AUTHOR, str(number))


def rejected(journey: Journey) -> int:
    with journey.template("403_csrf.html"):
        journey.tape.wait(90)
    return 403


def stream(journey: Journey) -> None:
    for number in range(3):
        journey.sql('SELECT "shop_order"."id" FROM "shop_order" LIMIT 100 OFFSET %s', str(number * 100))
        journey.tell(k.BodySent, chunks=number + 1, bytes=(number + 1) * 4_096)


def boom(journey: Journey) -> int:
    journey.sql(BOOK, "3")
    raise Raised("builtins.ZeroDivisionError", "division by zero")


def technical_page(journey: Journey) -> None:
    with journey.template("<string>"):
        journey.tape.wait(900)


def append_slash(journey: Journey) -> int:
    journey.change_status(404, 301)
    return 301


# --- a whole request ---------------------------------------------------------------------------------------------


def make(
    name: str,
    chain: Sequence[Middleware] = STARTPROJECT,
    acts: Mapping[str, Act] | None = None,
    *,
    method: str = "GET",
    path: str = "/books/3/",
    query: str = "",
    match: Match | None = DETAIL,
    streaming: bool = False,
    number: int = 1,
    handler: str = "WSGIHandler",
    parent: int = 0,
    chains: int = 1,
) -> Scenario:
    """A request that runserver receives and answers, in the last of the process' ``chains``."""
    tape = Tape()
    for one in range(1, chains + 1):
        load(tape, chain, number=one, handler=handler if one == chains else "WSGIHandler")
    show_patterns(tape)
    tape.tell(
        k.ConnectionOpened,
        connection=1,
        client="127.0.0.1:53122",
        thread_name="Thread-1 (process_request_thread)",
        server="WSGIServer",
    )
    loading = tuple(tape.events)
    is_async = handler.startswith("ASGI")
    journey = Journey(tape, chain, {**USUAL, **(acts or {})}, request=number, match=match)
    if is_async:
        journey.around_hook = lambda journey, name: hop(journey, "sync_to_async", f"shop.middleware.{name}")
    journey.tell(k.RequestLineReceived, connection=1, sequence=1, line=f"{method} {path} HTTP/1.1")
    entry = "asgi" if is_async else "client" if handler == "ClientHandler" else "wsgi"
    start(journey, method, path, query, chain=chains, handler=handler, entry=entry, parent=parent)
    status = journey.get_response(-1)
    if status is None:
        journey.tell(k.RequestEscaped, error="builtins.AttributeError", message="'NoneType' object has …")
    else:
        finish(journey, status, streaming=streaming)
    journey.tell(k.RequestFinished)
    return Scenario(
        name=name,
        header=HEADER,
        loading=loading,
        request=tuple(tape.events[len(loading) :]),
        calls=tuple(journey.calls),
    )


def show_patterns(tape: Tape) -> None:
    """The URL patterns ``Journey.resolve`` speaks of."""
    for number, sort, text, name, target in [
        (1, "include", "admin/", "admin", "django.contrib.admin.sites.urls"),
        (2, "path", "", "home", "shop.views.home"),
        (3, "include", "books/", "shop", "shop.urls"),
        (4, "path", "", "list", "shop.views.book_list"),
        (5, "path", "<int:pk>/", "detail", "shop.views.detail"),
        (6, "path", "boom/", "boom", "shop.views.boom"),
        (7, "path", "friendly/", "friendly", "shop.views.friendly"),
        (8, "path", "about/", "about", "shop.views.about"),
        (9, "path", "export/", "export", "shop.views.export"),
        (10, "path", "文章/起動流程/", "article", "shop.views.article"),
    ]:
        tape.tell(k.PatternSeen, pattern=number, sort=sort, text=text, name=name, target=target)


def start(journey: Journey, method: str, path: str, query: str, **other: Any) -> None:
    """The handler is called."""
    headers = (("Host", "127.0.0.1:8000"), ("Accept", "text/html"), ("Cookie", "[redacted]"))
    journey.tell(
        k.RequestStarted,
        **{
            "parent": 0,
            "entry": "wsgi",
            "handler": "WSGIHandler",
            "chain": 1,
            "method": method,
            "path": path,
            "query": query,
            "protocol": "HTTP/1.1",
            "client": "127.0.0.1:53122",
            "headers": headers,
            "unix_time": HEADER["clock"]["unix_ns"] + journey.tape.now,
        }
        | other,
    )


def finish(journey: Journey, status: int, *, streaming: bool = False, is_file: bool = False) -> None:
    """``start_response``, the body, the log line, ``close``."""
    reasons = {
        200: "OK",
        301: "Moved Permanently",
        302: "Found",
        403: "Forbidden",
        400: "Bad Request",
        404: "Not Found",
        503: "Service Unavailable",
    }
    journey.tell(
        k.ResponseStarted,
        status=status,
        reason=reasons.get(status, "Internal Server Error" if status >= 500 else ""),
        headers=(("Content-Type", "text/html; charset=utf-8"), ("X-Frame-Options", "DENY")),
        streaming=streaming,
        file=is_file,
    )
    if streaming:
        journey.act("body")
    else:
        journey.tell(k.BodySent, chunks=1, bytes=1834)
    journey.tell(k.RequestLogged, text=f'"GET / HTTP/1.1" {status} 1834')
    journey.tell(k.ResponseClosed)


def make_static(name: str) -> Scenario:
    """A static file under runserver: ``StaticFilesHandler`` answers before the chain."""
    tape = Tape()
    load(tape, STARTPROJECT)
    loading = tuple(tape.events)
    journey = Journey(tape, (), {})
    journey.tell(k.RequestLineReceived, connection=1, sequence=1, line="GET /static/shop.css HTTP/1.1")
    start(journey, "GET", "/static/shop.css", "", handler="StaticFilesHandler", chain=0)
    tape.wait(700)
    finish(journey, 200, streaming=True, is_file=True)
    journey.tell(k.RequestFinished)
    return Scenario(name=name, header=HEADER, loading=loading, request=tuple(tape.events[len(loading) :]), calls=())


def make_server_lane(name: str) -> Scenario:
    """A request line that runserver refuses: Django never hears of it."""
    tape = Tape()
    load(tape, STARTPROJECT)
    loading = tuple(tape.events)
    tape.tell(k.RequestLineReceived, request=1, connection=1, sequence=1, line="GET /" + "a" * 80)
    tape.tell(k.RequestRefused, request=1, status=431, reason="Too many headers", detail="got more than 100 headers")
    tape.tell(k.RequestFinished, request=1)
    return Scenario(name=name, header=HEADER, loading=loading, request=tuple(tape.events[len(loading) :]), calls=())


# --- the project's own middleware --------------------------------------------------------------------------------

TIMING = Middleware(path="shop.middleware.timing", line=12, sort="function")
MAINTENANCE = Middleware(path="shop.middleware.MaintenanceMiddleware", line=30, sort="call")
FRIENDLY = Middleware(
    path="shop.middleware.FriendlyErrors",
    line=50,
    hooks={"process_exception": 58, "process_template_response": 66},
)
SUPER = Middleware(
    path="shop.middleware.LocaleAndTiming",
    line=80,
    hooks={"process_request": 90, "process_response": 96},
    sort="super",
)
UNUSED = Middleware(path="shop.middleware.ProfilerMiddleware", line=110, sort="call", reason="PROFILER is not set")
FRESH = Middleware(path="shop.middleware.FreshRequestMiddleware", line=130, sort="call")
RETRY = Middleware(path="shop.middleware.RetryMiddleware", line=140, sort="call")
QUIET = Middleware(path="shop.middleware.QuietErrors", line=150, hooks={"process_exception": 152})
THIRTY = (
    *STARTPROJECT[:-1],
    *(
        Middleware(
            path=f"shop.layers.Layer{number:02}Middleware",
            line=10 * number,
            hooks={"process_request": 10 * number + 2} if number % 3 else {"process_response": 10 * number + 4},
        )
        for number in range(8, 31)
    ),
    XFRAME,
)


def function_out(journey: Journey) -> None:
    journey.change_headers(Server_Timing="app;dur=1.2")


def build() -> Iterable[Scenario]:
    """All scenarios."""
    yield make("home", acts={"view": a_page}, path="/", match=HOME)
    yield make("detail", acts={"view": a_detail_page}, query="from=home")
    yield make("n_plus_one", acts={"view": a_page_with_many_queries}, path="/books/", match=BOOK_LIST)
    yield make("csrf_403", acts={"CsrfViewMiddleware.process_view": rejected}, method="POST")
    yield make("short_circuit_301", acts={"CommonMiddleware.process_request": lambda _: 301}, path="/books")
    yield make("append_slash", acts={"CommonMiddleware.process_response": append_slash}, match=None)
    yield make("not_found_404", acts={"error_page": technical_page}, path="/nothing/", match=None)
    yield make(
        "view_raises_500", acts={"view": boom, "error_page": technical_page}, path="/boom/", match=page("boom", 86, 6)
    )
    friendly = (*STARTPROJECT, FRIENDLY)
    yield make(
        "process_exception_answers",
        friendly,
        {"view": boom, "FriendlyErrors.process_exception": lambda _: 200},
        path="/friendly/",
        match=page("friendly", 92, 7),
    )
    yield make("process_exception_passes", friendly, {"view": boom, "error_page": technical_page})
    yield make("template_response", friendly, {"render": a_page}, path="/about/", match=page("about", 98, 8))
    yield make("streaming", acts={"body": stream}, path="/export/", match=page("export", 104, 9), streaming=True)
    yield make_static("static")
    yield make_server_lane("refused_line")
    yield make("thirty_layers", THIRTY, {"view": a_page})
    with_function = (SECURITY, TIMING, SESSION, COMMON, CSRF, AUTH, MESSAGES, XFRAME)
    yield make("function_middleware", with_function, {"view": a_page, "timing.after": function_out})
    own_call = (SECURITY, MAINTENANCE, SESSION, COMMON)
    yield make("own_call_answers", own_call, {"MaintenanceMiddleware.call": lambda _: 503})
    yield make("super_call", (SECURITY, SUPER, SESSION), {"view": a_page})
    yield make("request_hook_raises", acts={"CommonMiddleware.process_request": disallowed})
    article = replace(page("article", 110, 10), route="文章/起動流程/")
    protected = replace(HOME, decorators=("csrf_protect",))
    yield make("csrf_protect", acts={"view": a_protected_page}, path="/", match=protected)
    yield make("error_page", acts={"error_page": an_error_page}, path="/nothing/", match=None)
    yield make(
        "append_slash_asking",
        acts={"CommonMiddleware.process_response": append_slash_asking, "error_page": a_debug_page},
        path="/books",
        match=None,
    )
    yield make("transaction", acts={"view": an_order, "SessionMiddleware.process_response": session_saved})
    atomic = replace(DETAIL, atomic=("default",))
    yield make("atomic_requests", acts={"view": an_order_that_fails, "error_page": technical_page}, match=atomic)
    yield make("asking_others", acts={"view": a_page_asking_others})
    yield make("deep", acts={"view": a_deep_page})
    yield make("n_plus_one_included", acts={"view": a_page_with_includes}, path="/books/", match=BOOK_LIST)
    yield make("user_evaluated", acts={"MessageMiddleware.process_request": user_evaluated, "view": a_page})
    coroutine = replace(DETAIL, is_async=True)
    yield make("asgi", acts={"view": an_async_page}, match=coroutine, handler="ASGIHandler")
    yield make("inside_another", acts={"view": a_page}, handler="ClientHandler", number=2, parent=1, chains=3)
    yield from build_odd_layers()
    yield make("cjk_path", acts={"view": a_page}, path="/文章/起動流程/", match=article)


def build_odd_layers() -> Iterable[Scenario]:
    """Layers that do what few do."""
    yield make("not_used", (SECURITY, UNUSED, SESSION, COMMON), {"view": a_page})
    replaced = {"view": a_page, "FreshRequestMiddleware.before": another_request}
    yield make("request_replaced", (SECURITY, FRESH, SESSION, COMMON), replaced)
    yield make("called_twice", (SECURITY, RETRY, SESSION), {"view": a_page, "RetryMiddleware.call": called_twice})
    failing = {"view": a_page, "CommonMiddleware.process_response": key_error, "error_page": technical_page}
    yield make("response_hook_raises", acts=failing)
    walk = {"view": boom, "FriendlyErrors.process_exception": lambda _: 503}
    yield make("exception_walk", (*STARTPROJECT, FRIENDLY, QUIET), walk)


def another_request(journey: Journey) -> None:
    journey.tell(k.RequestChanged, changes=(Change("~", "object", "", "WSGIRequest", "FreshRequest", False),))


def called_twice(journey: Journey) -> int | None:
    journey.get_response(1)
    return journey.get_response(1)


def key_error(journey: Journey) -> int:
    raise Raised("builtins.KeyError", "'csp'")


def disallowed(journey: Journey) -> int:
    raise Raised("django.core.exceptions.DisallowedHost", "Invalid HTTP_HOST header", 400)


SCENARIOS: dict[str, Scenario] = {scenario.name: scenario for scenario in build()}
