"""Django's request loop in plain Python, telling what an agent would tell.

``Journey`` walks a chain the way ``BaseHandler`` and ``MiddlewareMixin`` do, appends the events to a tape, and keeps
``calls``: the order of hook calls, written down by the loop itself and not derived from the events. What a middleware
or a view does is a callable that gets the journey; it returns a status, ``None``, or raises ``Raised``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from reqtrace.events import kinds as k
from reqtrace.events.kinds import CORE_LAYER, Change, Event, Hook, HookSource, Outcome

Act = Callable[["Journey"], "int | None"]
"""What a hook, a layer or a view does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What a URL resolves to."""

    view: str
    line: int
    route: str
    view_name: str
    tried: tuple[tuple[int, ...], ...]
    matched: tuple[int, ...]
    arguments: tuple[tuple[str, str], ...] = ()
    decorators: tuple[str, ...] = ()
    is_async: bool = False
    atomic: tuple[str, ...] = ()
    """Databases with ATOMIC_REQUESTS."""


DETAIL = Match(
    view="shop.views.detail",
    line=24,
    route="books/<int:pk>/",
    view_name="shop:detail",
    tried=((1,), (2,), (3, 4)),
    matched=(3, 5),
    arguments=(("pk", "3"),),
)

NOTHING = -1
"""What a view act returns to make the view return ``None``."""

VENV = "/srv/bookshop/.venv/lib/python3.11/site-packages/django"


class Raised(Exception):
    """An exception of the modelled project, and the status ``response_for_exception`` gives it."""

    def __init__(self, error: str, message: str = "", status: int = 500) -> None:
        super().__init__(message)
        self.error, self.message, self.status = error, message, status
        self.was_seen = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Middleware:
    """One entry of MIDDLEWARE and what it is made of."""

    path: str
    file: str = "/srv/bookshop/shop/middleware.py"
    line: int = 1
    hooks: Mapping[str, int] = field(default_factory=dict)
    """Line of each hook."""
    sort: str = "mixin"
    """``mixin``; ``call``: a class with its own ``__call__``; ``super``: one that calls ``super().__call__``;
    ``function``."""
    reason: str | None = None
    """It raised ``MiddlewareNotUsed`` with this text."""

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]


def django(path: str, file: str, line: int, **hooks: int) -> Middleware:
    """A middleware of Django 5.2."""
    return Middleware(path=path, file=f"{VENV}/{file}", line=line, hooks=hooks)


SECURITY = django(
    "django.middleware.security.SecurityMiddleware",
    "middleware/security.py",
    8,
    process_request=21,
    process_response=33,
)
SESSION = django(
    "django.contrib.sessions.middleware.SessionMiddleware",
    "contrib/sessions/middleware.py",
    12,
    process_request=18,
    process_response=22,
)
COMMON = django(
    "django.middleware.common.CommonMiddleware",
    "middleware/common.py",
    13,
    process_request=34,
    process_response=100,
)
CSRF = django(
    "django.middleware.csrf.CsrfViewMiddleware",
    "middleware/csrf.py",
    165,
    process_request=401,
    process_view=414,
    process_response=471,
)
AUTH = django(
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "contrib/auth/middleware.py",
    30,
    process_request=31,
)
MESSAGES = django(
    "django.contrib.messages.middleware.MessageMiddleware",
    "contrib/messages/middleware.py",
    6,
    process_request=11,
    process_response=14,
)
XFRAME = django(
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "middleware/clickjacking.py",
    12,
    process_response=25,
)
STARTPROJECT = (SECURITY, SESSION, COMMON, CSRF, AUTH, MESSAGES, XFRAME)


class Tape:
    """Events with a clock that only moves forward, a few microseconds an event."""

    def __init__(self, *, start: int = 1_000_000_000, step: int = 4_000) -> None:
        self.events: list[Event] = []
        self.now = start
        self.step = step

    def tell(self, kind: type[Event], **fields: Any) -> None:
        """Append an event of ``kind`` at the next moment."""
        self.now += self.step
        self.events.append(kind(**{"time": self.now, "thread": 1, "request": 0} | fields))

    def wait(self, microseconds: int) -> None:
        """Let time pass."""
        self.now += microseconds * 1_000


def load(tape: Tape, chain: Sequence[Middleware], *, number: int = 1, handler: str = "WSGIHandler") -> None:
    """``BaseHandler.load_middleware``: from the bottom of MIDDLEWARE to the top."""
    paths = tuple(middleware.path for middleware in chain)
    tape.tell(k.ChainLoading, chain=number, handler=handler, is_async=handler.startswith("ASGI"), middleware=paths)
    for index, middleware in reversed(list(enumerate(chain))):
        if middleware.reason is not None:
            tape.tell(k.LayerSkipped, chain=number, layer=index, path=middleware.path, reason=middleware.reason)
            continue
        tape.tell(k.LayerLoaded, chain=number, layer=index, **facts_of(middleware))
    having = {
        hook: tuple(index for index, one in enumerate(chain) if hook.name in one.hooks and one.reason is None)
        for hook in Hook
    }
    tape.tell(
        k.ChainLoaded,
        chain=number,
        view_middleware=having[Hook.process_view],
        template_response_middleware=having[Hook.process_template_response][::-1],
        exception_middleware=having[Hook.process_exception][::-1],
    )


def facts_of(middleware: Middleware) -> dict[str, Any]:
    """The fields of ``LayerLoaded`` that describe a middleware."""
    return {
        "path": middleware.path,
        "name": middleware.name,
        "shape": "function" if middleware.sort == "function" else "class",
        "file": middleware.file,
        "line": middleware.line,
        "hooks": tuple(HookSource(name, middleware.file, line, False) for name, line in middleware.hooks.items()),
        "sync_capable": True,
        "async_capable": middleware.sort == "mixin",
        "is_async": False,
        "adapted": "",
        "import_time": 90_000,
        "init_time": 6_000,
        "is_mixin_call": middleware.sort == "mixin",
    }


class Journey:
    """One request through a chain."""

    def __init__(
        self,
        tape: Tape,
        chain: Sequence[Middleware],
        acts: Mapping[str, Act],
        *,
        request: int = 1,
        match: Match | None = DETAIL,
        around_hook: Callable[[Journey, str], AbstractContextManager[None]] = lambda *_: nullcontext(),
    ) -> None:
        self.around_hook = around_hook
        """What the handler does to call a hook: under ASGI it changes the thread."""
        self.tape, self.chain, self.request = tape, tuple(chain), request
        self.acts = acts
        """By ``Name.hook``, ``Name.before``, ``Name.after``, ``Name.call``, ``view``, ``render`` and ``body``."""
        self.match = match
        """``None``: no pattern matches the URL."""
        self.calls: list[str] = []
        self.is_unrendered = False
        """The response is a TemplateResponse whose ``render`` act is still to come."""

    # --- what acts may do ---

    def tell(self, kind: type[Event], **fields: Any) -> None:
        """An event about this request."""
        self.tape.tell(kind, request=self.request, **fields)

    def change_request(self, name: str, after: str = "str", *, op: str = "+", lazy: bool = False) -> None:
        """Set an attribute of the request."""
        self.tell(k.RequestChanged, changes=(Change(op, "attribute", name, "", after, lazy),))

    def change_headers(self, **headers: str) -> None:
        """Set headers of the response."""
        changes = tuple(
            Change("+", "header", name.replace("_", "-"), "", text, False) for name, text in headers.items()
        )
        self.tell(k.ResponseChanged, changes=changes)

    def change_status(self, before: int, after: int) -> None:
        """Replace the response by one with another status."""
        self.tell(
            k.ResponseChanged,
            changes=(
                Change("~", "object", "", "HttpResponse", "HttpResponse", False),
                Change("~", "status", "", str(before), str(after), False),
            ),
        )

    def sql(self, sql: str, *parameters: str, microseconds: int = 180, line: int = 30) -> None:
        """Execute a statement."""
        self.tape.now += self.tape.step
        start = self.tape.now
        self.tape.wait(microseconds)
        self.tell(
            k.SqlExecuted,
            time=start,
            alias="default",
            vendor="sqlite",
            sql=sql,
            parameters=parameters,
            many=False,
            duration=microseconds * 1_000,
            error="",
            file="/srv/bookshop/shop/views.py",
            line=line,
            function="detail",
        )

    @contextmanager
    def template(self, name: str) -> Iterator[None]:
        """Render a template around the block."""
        self.tell(k.TemplateEntered, name=name, file=f"/srv/bookshop/templates/{name}")
        self.tape.wait(200)
        try:
            yield
        except Raised as error:
            self.see(error)
            self.tell(k.TemplateLeft, outcome=Outcome.raised)
            raise
        self.tell(k.TemplateLeft, outcome=Outcome.none)

    def see(self, error: Raised) -> None:
        """Tell of an exception the first time it leaves something."""
        if not error.was_seen:
            error.was_seen = True
            file = "/srv/bookshop/shop/views.py"
            self.tell(k.ExceptionRaised, error=error.error, message=error.message, file=file, line=88, function="boom")

    def get_response(self, index: int) -> int | None:
        """What the layer ``index`` calls to go on inwards."""
        inner = next(
            (number for number in range(index + 1, len(self.chain)) if self.chain[number].reason is None),
            CORE_LAYER,
        )
        return self.layer(inner)

    # --- Django's loop ---

    def layer(self, index: int) -> int | None:
        """A layer and the film of ``convert_exception_to_response`` around it."""
        self.tell(k.LayerEntered, layer=index)
        try:
            status = self.core() if index == CORE_LAYER else self.call(index)
        except Raised as error:
            self.see(error)
            self.act("error_page")
            self.tell(k.ExceptionConverted, layer=index, error=error.error, status=error.status)
            status = error.status
        self.tell(k.LayerLeft, layer=index, outcome=outcome_of(status), status=status or 0)
        return status

    def call(self, index: int) -> int | None:
        """The layer's own ``__call__``."""
        middleware = self.chain[index]
        if middleware.sort == "mixin":
            return self.mixin_call(index)
        self.calls.append(f"{middleware.name}.call")
        if f"{middleware.name}.call" in self.acts:
            return self.acts[f"{middleware.name}.call"](self)
        self.act(f"{middleware.name}.before")
        status = self.mixin_call(index) if middleware.sort == "super" else self.get_response(index)
        self.act(f"{middleware.name}.after")
        return status

    def mixin_call(self, index: int) -> int | None:
        """``MiddlewareMixin.__call__``."""
        status = self.hook(index, Hook.process_request) if self.has(index, Hook.process_request) else None
        status = status or self.get_response(index)
        if self.has(index, Hook.process_response):
            status = self.hook(index, Hook.process_response, status) or status
        return status

    def core(self) -> int | None:
        """``BaseHandler._get_response``."""
        self.resolve()
        status = None
        for index in self.having(Hook.process_view):
            status = self.hook(index, Hook.process_view)
            if status:
                break
        if status is None:
            try:
                status = self.view()
            except Raised as error:
                status = self.offer(error)
            if status is None:
                raise Raised("builtins.ValueError", "The view didn't return an HttpResponse object.")
        if self.is_unrendered:
            status = self.late_render(status)
        return status

    def resolve(self) -> None:
        """``resolve_request``."""
        self.tell(k.UrlconfEntered, urlconf="bookshop.urls", source="ROOT_URLCONF")
        self.tape.wait(30)
        match = self.match
        if match is None:
            self.see(error := Raised("django.urls.exceptions.Resolver404", "no match", 404))
            tried = ((1,), (2,), (3, 4), (3, 5))
            self.tell(k.UrlUnresolved, tried=tried, error=error.error)
            raise error
        self.tell(
            k.UrlResolved,
            tried=match.tried,
            matched=match.matched,
            route=match.route,
            view_name=match.view_name,
            namespaces=("shop",) if ":" in match.view_name else (),
            arguments=match.arguments,
        )

    def view(self) -> int | None:
        """The view, inside whatever ``make_view_atomic`` made of it."""
        assert self.match is not None
        self.calls.append("VIEW")
        file = "/srv/bookshop/shop/views.py"
        self.tell(
            k.ViewEntered,
            name=self.match.view,
            sort="function",
            method="",
            file=file,
            line=self.match.line,
            decorators=self.match.decorators,
            is_async=self.match.is_async,
            atomic=self.match.atomic,
        )
        self.tape.wait(350)
        try:
            status = self.act("view", default=200)
        except Raised as error:
            self.see(error)
            self.tell(k.ViewLeft, outcome=Outcome.raised, status=0, is_unrendered=False)
            raise
        if status == NOTHING:
            status = None
        self.is_unrendered = "render" in self.acts
        self.tell(k.ViewLeft, outcome=outcome_of(status), status=status or 0, is_unrendered=self.is_unrendered)
        return status

    def offer(self, error: Raised) -> int:
        """``process_exception_by_middleware``."""
        for index in self.having(Hook.process_exception)[::-1]:
            status = self.hook(index, Hook.process_exception)
            if status:
                return status
        raise error

    def late_render(self, status: int) -> int:
        """The hooks for a TemplateResponse, and its rendering."""
        for index in self.having(Hook.process_template_response)[::-1]:
            status = self.hook(index, Hook.process_template_response, status) or status
        try:
            self.act("render")
        except Raised as error:
            return self.offer(error)
        return status

    def hook(self, index: int, hook: Hook, default: int | None = None) -> int | None:
        """One hook of one layer."""
        name = f"{self.chain[index].name}.{hook.name}"
        with self.around_hook(self, name):
            return self.hook_itself(index, hook, name, default)

    def hook_itself(self, index: int, hook: Hook, name: str, default: int | None) -> int | None:
        self.calls.append(name)
        self.tell(k.HookEntered, layer=index, hook=hook)
        self.tape.wait(6)
        try:
            status = self.act(name, default=default)
        except Raised as error:
            self.see(error)
            self.tell(k.HookLeft, layer=index, hook=hook, outcome=Outcome.raised, status=0)
            raise
        self.tell(k.HookLeft, layer=index, hook=hook, outcome=outcome_of(status), status=status or 0)
        return status

    def act(self, name: str, *, default: int | None = None) -> int | None:
        """What the modelled code of that name does."""
        act = self.acts.get(name)
        if act is None:
            return default
        status = act(self)
        return default if status is None else status

    def has(self, index: int, hook: Hook) -> bool:
        return hook.name in self.chain[index].hooks

    def having(self, hook: Hook) -> list[int]:
        """The layers with a hook, in settings order."""
        return [index for index, one in enumerate(self.chain) if hook.name in one.hooks and one.reason is None]


def outcome_of(status: int | None) -> Outcome:
    return Outcome.none if status is None else Outcome.response
