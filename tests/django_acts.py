"""What the modelled project does besides statements and templates: the facts that other probes tell.

Each function is an act (it gets the journey), or tells one fact on a journey. Something that is told in one event is
told when it is over, as the agent does: what ran inside it comes before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django_model import VENV, Journey, Raised

from reqtrace.events import kinds as k
from reqtrace.events.kinds import Change, Event, Hook, Outcome

VIEWS = "/srv/bookshop/shop/views.py"
HERE: dict[str, Any] = {"file": VIEWS, "line": 30, "function": "detail"}
NOWHERE: dict[str, Any] = {"file": "", "line": 0, "function": ""}
STOCK = 'UPDATE "shop_book" SET "stock" = "shop_book"."stock" - %s WHERE "shop_book"."id" = %s'
USER = 'SELECT "auth_user"."id", "auth_user"."username" FROM "auth_user" WHERE "auth_user"."id" = %s LIMIT 21'
DJANGO_SESSION = (
    'SELECT "django_session"."session_data" FROM "django_session" WHERE "django_session"."session_key" = %s'
)
PROCESSORS = (
    "django.template.context_processors.csrf",
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
)
VARIABLES = ("csrf_token", "request", "user", "perms", "messages", "DEFAULT_MESSAGE_LEVELS")


@contextmanager
def over(journey: Journey, kind: type[Event], microseconds: int, **fields: Any) -> Iterator[None]:
    """Tell something in one event when the block is over."""
    journey.tape.now += journey.tape.step
    start = journey.tape.now
    yield
    journey.tape.wait(microseconds)
    duration = {} if kind is k.LogRecorded else {"duration": journey.tape.now - start}
    journey.tell(kind, time=start, **duration, **fields)


def tell_over(journey: Journey, kind: type[Event], microseconds: int, **fields: Any) -> None:
    """The same with nothing inside."""
    with over(journey, kind, microseconds, **fields):
        pass


# --- transactions ------------------------------------------------------------------------------------------------


def step(journey: Journey, action: str, sql: str = "", *, place: dict[str, Any] | None = None, error: str = "") -> None:
    """A transaction steps, with the statement that makes it do so."""
    with over(journey, k.TransactionStepped, 20, alias="default", action=action, error=error, **(place or HERE)):
        if sql:
            journey.sql(sql, microseconds=12)


@contextmanager
def atomic(journey: Journey, *, place: dict[str, Any] | None = None) -> Iterator[None]:
    """The outermost ``atomic``."""
    step(journey, "begin", "BEGIN", place=place)
    try:
        yield
    except Raised:
        step(journey, "rollback", place=place)
        raise
    step(journey, "commit", place=place)


@contextmanager
def savepoint(journey: Journey, name: str = "s1_x1") -> Iterator[None]:
    """``atomic`` inside ``atomic``; what goes wrong in it is taken back, and goes no further."""
    step(journey, "savepoint", f'SAVEPOINT "{name}"')
    try:
        yield
    except Raised:
        step(journey, "savepoint rollback", f'ROLLBACK TO SAVEPOINT "{name}"')
    step(journey, "savepoint commit", f'RELEASE SAVEPOINT "{name}"')


def an_order(journey: Journey) -> int:
    """A view in ``atomic`` with a savepoint that is rolled back to."""
    with atomic(journey):
        journey.sql(STOCK, "1", "3")
        with savepoint(journey):
            journey.sql(STOCK, "9", "4")
            raise Raised("django.db.utils.IntegrityError", "CHECK constraint failed: stock")
        tell_over(
            journey,
            k.MailSent,
            900,
            backend="django.core.mail.backends.console.EmailBackend",
            subject="Your order",
            recipients=2,
            error="",
            **HERE,
        )
    return 302


def an_order_that_fails(journey: Journey) -> int:
    """ATOMIC_REQUESTS: what Django began around the view, it takes back."""
    with atomic(journey, place=NOWHERE):
        journey.sql(STOCK, "1", "3")
        raise Raised("shop.stock.SoldOut", "Emma is sold out", 500)


# --- templates with their context --------------------------------------------------------------------------------


def context_processors(journey: Journey, *queries: str) -> None:
    with over(journey, k.ContextProcessorsRan, 60, processors=PROCESSORS, names=VARIABLES):
        for query in queries:
            journey.sql(query, "1")


def tag(journey: Journey, name: str, line: int) -> None:
    journey.tell(k.TagEntered, name=name, template="shop/detail.html", line=line)
    journey.tape.wait(9)
    journey.tell(k.TagLeft, outcome=Outcome.none)


# --- whole views -------------------------------------------------------------------------------------------------


def a_page_asking_others(journey: Journey) -> None:
    """A cache that misses and is filled, another server, a template with its context."""
    cache = {"alias": "default", "backend": "django.core.cache.backends.locmem.LocMemCache", "error": "", **HERE}
    tell_over(journey, k.CacheCalled, 15, operation="get", key="book:3", hits=0, keys=1, **cache)
    journey.sql('SELECT "shop_book"."id" FROM "shop_book" WHERE "shop_book"."id" = %s', "3")
    tell_over(journey, k.CacheCalled, 18, operation="set", key="book:3", hits=-1, keys=1, **cache)
    tell_over(
        journey,
        k.HttpCalled,
        41_000,
        library="urllib3",
        method="GET",
        url="https://covers.example.org/isbn/9780141040035",
        status=200,
        error="",
        **HERE,
    )
    tell_over(journey, k.CacheCalled, 22, operation="get_many", key="stars:3, stars:4", hits=1, keys=2, **cache)
    context_processors(journey, USER)
    with journey.template("shop/detail.html"), journey.template("base.html"):
        journey.tape.wait(300)


def a_deep_page(journey: Journey) -> None:
    """The level ``deep``: calls, signals, log records, tags and filters."""
    journey.tell(k.CallEntered, name="get_book", file="/srv/bookshop/shop/books.py", line=12)
    journey.sql('SELECT "shop_book"."id" FROM "shop_book" WHERE "shop_book"."id" = %s', "3")
    with over(
        journey,
        k.SignalSent,
        30,
        signal="django.db.models.signals.post_init",
        sender="shop.models.Book",
        receivers=("shop.signals.count_reads", "shop.signals.warm_cover"),
        error="",
    ):
        journey.sql(STOCK, "0", "3")
    journey.tell(k.CallLeft, name="get_book", outcome=Outcome.other)
    journey.tell(k.LogRecorded, logger="shop", level="WARNING", message="only 2 left of %s", file=VIEWS, line=33)
    context_processors(journey)
    with journey.template("shop/detail.html"), journey.template("base.html"):
        for line in range(3, 13):
            tag(journey, "url", line)
            tell_over(journey, k.FiltersApplied, 7, expression=f"book.title_{line}|upper", filters=("upper",), error="")


def a_page_with_includes(journey: Journey) -> None:
    """An N+1 that is not consecutive: each included template asks for its author."""
    journey.sql('SELECT "shop_book"."id" FROM "shop_book"')
    with journey.template("shop/list.html"):
        for number in range(8):
            with journey.template("shop/_row.html"):
                journey.sql('SELECT "shop_author"."name" FROM "shop_author" WHERE "shop_author"."id" = %s', str(number))


def a_protected_page(journey: Journey) -> None:
    """``csrf_protect`` around a view: hooks of a middleware that is in no chain."""
    csrf = "django.middleware.csrf.CsrfViewMiddleware"
    decorator_hook(journey, csrf, Hook.process_request)
    decorator_hook(journey, csrf, Hook.process_view)
    with journey.template("shop/home.html"):
        journey.tape.wait(100)
    decorator_hook(journey, csrf, Hook.process_response, 200)


def decorator_hook(journey: Journey, middleware: str, hook: Hook, status: int = 0) -> None:
    journey.tell(k.DecoratorHookEntered, middleware=middleware, hook=hook, file=f"{VENV}/middleware/csrf.py", line=414)
    journey.tape.wait(8)
    outcome = Outcome.response if status else Outcome.none
    journey.tell(k.DecoratorHookLeft, middleware=middleware, hook=hook, outcome=outcome, status=status)


def an_error_page(journey: Journey) -> None:
    """The default error page is decorated with ``requires_csrf_token``, in debug it looks the URL up again."""
    token = "django.views.decorators.csrf._EnsureCsrfToken"
    decorator_hook(journey, token, Hook.process_request)
    decorator_hook(journey, token, Hook.process_view)
    with journey.template("404.html"):
        journey.tape.wait(90)
    decorator_hook(journey, token, Hook.process_response, 404)


def a_debug_page(journey: Journey) -> None:
    look_up(journey, "/nothing/", f"{VENV}/views/debug.py", "technical_404_response")
    with journey.template("<string>"):
        journey.tape.wait(900)


def look_up(journey: Journey, path: str, file: str, function: str, view_name: str = "") -> None:
    tell_over(
        journey,
        k.UrlLookedUp,
        40,
        path=path,
        urlconf="bookshop.urls",
        view_name=view_name,
        error="" if view_name else "django.urls.exceptions.Resolver404",
        file=file,
        line=90,
        function=function,
    )


# --- layers ------------------------------------------------------------------------------------------------------


def append_slash_asking(journey: Journey) -> int:
    """``CommonMiddleware`` asks whether the URL exists with a slash before it redirects."""
    file = f"{VENV}/middleware/common.py"
    look_up(journey, "/books", file, "should_redirect_with_slash")
    look_up(journey, "/books/", file, "should_redirect_with_slash", "shop:list")
    journey.change_status(404, 301)
    return 301


def session_saved(journey: Journey) -> None:
    """``SessionMiddleware.process_response`` saves the session in a transaction."""
    with atomic(journey, place=NOWHERE):
        journey.sql('UPDATE "django_session" SET "session_data" = %s WHERE "django_session"."session_key" = %s')


def user_evaluated(journey: Journey) -> None:
    """A hook looks at ``request.user``, which asks for the session and for the user."""
    journey.sql(DJANGO_SESSION, "…")
    journey.sql(USER, "1")
    journey.tell(k.RequestChanged, changes=(Change("!", "attribute", "user", "SimpleLazyObject", "User", False),))


@contextmanager
def hop(journey: Journey, direction: str, target: str, cost: int = 70) -> Iterator[None]:
    """asgiref runs the block in the other mode."""
    start = journey.tape.now
    journey.tape.wait(cost)
    began = journey.tape.now
    yield
    ran = journey.tape.now - began
    journey.tape.wait(cost // 2)
    journey.tell(
        k.ThreadHopped,
        time=start,
        direction=direction,
        target=target,
        wait=cost * 1_000,
        ran=ran,
        duration=journey.tape.now - start,
    )


def an_async_page(journey: Journey) -> None:
    """A coroutine that asks the database in a thread."""
    with hop(journey, "sync_to_async", "shop.books.get_book"):
        journey.sql('SELECT "shop_book"."id" FROM "shop_book" WHERE "shop_book"."id" = %s', "3")
    with journey.template("shop/detail.html"):
        journey.tape.wait(50)
