"""Facts about what happens inside the layers: URLconf, view, SQL, templates, and detours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from reqtrace.events.base import Event, Interned

__all__ = [
    "ContextProcessorsRan",
    "DecoratorHookEntered",
    "DecoratorHookLeft",
    "PatternSeen",
    "SqlExecuted",
    "TemplateEntered",
    "TemplateLeft",
    "ThreadHopped",
    "TransactionStepped",
    "UrlLookedUp",
    "UrlResolved",
    "UrlUnresolved",
    "UrlconfEntered",
    "ViewEntered",
    "ViewLeft",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlconfEntered(Event):
    """``resolve_request`` began."""

    KIND: ClassVar[str] = "urlconf.entered"
    urlconf: Interned
    source: Interned
    """``ROOT_URLCONF`` or ``request.urlconf``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternSeen(Event):
    """A URL pattern got its number in this process, before its first use."""

    KIND: ClassVar[str] = "pattern.seen"
    pattern: int
    sort: Interned
    """``path``, ``re_path``, ``include`` or ``i18n``."""
    text: str
    """The route or regular expression as written; empty for an i18n prefix."""
    name: str
    """Name of the pattern, or the namespace of an include."""
    target: str
    """Dotted path of the view or of the included URLconf; empty if unknown without running code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlResolved(Event):
    """The URL matched."""

    KIND: ClassVar[str] = "url.resolved"
    tried: tuple[tuple[int, ...], ...]
    """Paths of pattern numbers (outermost include first) that were tried before the match, in order."""
    matched: tuple[int, ...]
    """The path of pattern numbers that matched; empty if it could not be told."""
    route: str
    view_name: str
    namespaces: tuple[str, ...]
    arguments: tuple[tuple[str, str], ...]
    """Captured arguments: name (empty if positional) and short description."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlUnresolved(Event):
    """``Resolver404``: nothing matched, or resolving raised something else."""

    KIND: ClassVar[str] = "url.unresolved"
    tried: tuple[tuple[int, ...], ...]
    error: Interned


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewEntered(Event):
    """The view was called."""

    KIND: ClassVar[str] = "view.entered"
    name: Interned
    """Dotted path of the function, or of the class behind ``as_view()``."""
    sort: Interned
    """``function``, ``class``, ``partial`` or ``object``."""
    method: Interned
    """The handler method of a class-based view (``get``), or empty."""
    file: Interned
    line: int
    decorators: tuple[str, ...]
    """Outermost first, as far as ``__wrapped__`` tells."""
    is_async: bool
    atomic: tuple[str, ...]
    """Database aliases whose transaction Django opened around the view (ATOMIC_REQUESTS)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewLeft(Event):
    """The view returned or raised."""

    KIND: ClassVar[str] = "view.left"
    outcome: int
    status: int
    is_unrendered: bool
    """It returned a ``TemplateResponse`` that is not rendered yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlExecuted(Event):
    """A statement was executed; ``time`` is its start."""

    KIND: ClassVar[str] = "sql.executed"
    alias: Interned
    vendor: Interned
    sql: Interned
    parameters: tuple[str, ...]
    """Short redacted descriptions."""
    many: bool
    duration: int
    error: str
    file: Interned
    line: int
    function: Interned
    """The nearest line of the project that caused it; empty if there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateEntered(Event):
    """A template began to render; a parent of ``{% extends %}`` is a template inside its child."""

    KIND: ClassVar[str] = "template.entered"
    name: Interned
    """Name of the template, or ``<string>``."""
    file: Interned


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateLeft(Event):
    """A template was rendered, or raised."""

    KIND: ClassVar[str] = "template.left"
    outcome: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DecoratorHookEntered(Event):
    """A hook of a middleware that is in no chain was called: ``decorator_from_middleware`` made one around a function.

    ``csrf_protect`` and ``cache_page`` are such decorators; so is ``requires_csrf_token`` of every default error page.
    """

    KIND: ClassVar[str] = "decorator_hook.entered"
    middleware: Interned
    """Dotted path of the middleware's class."""
    hook: int
    """A ``Hook``."""
    file: Interned
    line: int
    """Where the hook is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecoratorHookLeft(Event):
    """The hook of a decorator's middleware returned or raised."""

    KIND: ClassVar[str] = "decorator_hook.left"
    middleware: Interned
    hook: int
    outcome: int
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlLookedUp(Event):
    """A path was looked up in a URLconf, and it was not the resolution of the request (``django.urls.resolve``).

    ``CommonMiddleware``, ``LocaleMiddleware``, the debug page of a 404 and the admin do so. ``time`` is its start.
    """

    KIND: ClassVar[str] = "url.looked_up"
    path: str
    urlconf: Interned
    view_name: str
    """Name of the view that was found; empty if none was."""
    error: Interned
    """Type of what was raised (``Resolver404``); empty if a view was found."""
    duration: int
    file: Interned
    line: int
    function: Interned
    """Who asked: the nearest caller outside ``django.urls``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionStepped(Event):
    """A transaction began or ended, or a savepoint was set or left. ``time`` is its start."""

    KIND: ClassVar[str] = "transaction.stepped"
    alias: Interned
    action: Interned
    """``begin``, ``commit``, ``rollback``, ``savepoint``, ``savepoint commit`` or ``savepoint rollback``."""
    duration: int
    error: str
    file: Interned
    line: int
    function: Interned
    """The nearest line of the project that caused it; empty if there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextProcessorsRan(Event):
    """``RequestContext.bind_template`` called the context processors. ``time`` is its start."""

    KIND: ClassVar[str] = "context_processors.ran"
    processors: tuple[str, ...]
    """Their dotted paths, in the order they were called."""
    names: tuple[str, ...]
    """The variables they added, without values."""
    duration: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadHopped(Event):
    """asgiref ran a function in the other mode: ``sync_to_async`` in a thread, ``async_to_sync`` in an event loop.

    ``time`` is the moment of the call; what ran inside has events of its own in between.
    """

    KIND: ClassVar[str] = "thread.hopped"
    direction: Interned
    """``sync_to_async`` or ``async_to_sync``."""
    target: Interned
    """Dotted name of the function."""
    wait: int
    """Nanoseconds from the call until the function began; -1 if unknown."""
    ran: int
    """Nanoseconds the function ran; -1 if unknown."""
    duration: int
    """Nanoseconds from the call until the caller went on."""
