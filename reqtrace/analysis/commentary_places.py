"""Which functions of Django, settings and pages of its documentation a stop is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reqtrace.analysis.django_code import Code
from reqtrace.analysis.known_layers import KnownLayer
from reqtrace.analysis.pages import Page
from reqtrace.analysis.surroundings import Surroundings
from reqtrace.events.kinds import ViewEntered
from reqtrace.trace.model import StopSort

__all__ = ["pages_of", "places_of", "settings_of"]

S = StopSort
SYNC: Mapping[StopSort, tuple[Code, ...]] = {
    S.RECEIVED: (Code.WSGI_CALL, Code.GET_RESPONSE),
    S.LAYER_IN: (Code.MIXIN_CALL,),
    S.RESOLVED: (Code.RESOLVE, Code.RESOLVER),
    S.VIEW_HOOK: (Code.CORE,),
    S.VIEW: (Code.CORE, Code.CHECK_RESPONSE),
    S.SQL: (Code.CURSOR, Code.FETCH_ALL),
    S.TEMPLATE: (Code.TEMPLATE,),
    S.EXCEPTION_HOOK: (Code.ASK_EXCEPTION_HOOKS,),
    S.DECORATOR_HOOK: (Code.DECORATOR,),
    S.LOOKUP: (Code.LOOK_UP,),
    S.TRANSACTION: (Code.ATOMIC_ENTER, Code.ATOMIC_EXIT),
    S.CONTEXT_PROCESSORS: (Code.CONTEXT_PROCESSORS,),
    S.HOP: (),
    S.CACHE: (Code.CACHE,),
    S.HTTP: (),
    S.MAIL: (Code.MAIL,),
    S.SIGNAL: (Code.SIGNAL,),
    S.LOG: (Code.LOG_RESPONSE,),
    S.TAG: (Code.TAG,),
    S.FILTERS: (Code.FILTERS,),
    S.CALL: (),
    S.CONVERTED: (Code.FILM, Code.CONVERT),
    S.TEMPLATE_RESPONSE_HOOK: (Code.CORE, Code.RENDER_RESPONSE),
    S.LAYER_OUT: (Code.MIXIN_CALL,),
    S.STARTED: (Code.WSGI_CALL,),
    S.BODY: (Code.STREAM,),
    S.ESCAPED: (Code.FILM,),
    S.CLOSED: (Code.CLOSE,),
}
ASYNC: Mapping[Code, Code] = {
    Code.WSGI_CALL: Code.ASGI_HANDLE,
    Code.GET_RESPONSE: Code.GET_RESPONSE_ASYNC,
    Code.MIXIN_CALL: Code.MIXIN_ACALL,
    Code.CORE: Code.CORE_ASYNC,
    Code.FILM: Code.FILM_ASYNC,
}
"""What runs in the place of a function where the chain is asynchronous."""
PAGES: Mapping[StopSort, tuple[Page, ...]] = {
    S.RECEIVED: (Page.REQUEST_RESPONSE, Page.MIDDLEWARE),
    S.LAYER_IN: (Page.MIDDLEWARE,),
    S.RESOLVED: (Page.URLS,),
    S.VIEW_HOOK: (Page.MIDDLEWARE,),
    S.VIEW: (Page.VIEWS,),
    S.SQL: (Page.QUERIES, Page.OPTIMIZATION),
    S.TEMPLATE: (Page.TEMPLATES,),
    S.EXCEPTION_HOOK: (Page.MIDDLEWARE,),
    S.DECORATOR_HOOK: (Page.DECORATORS,),
    S.LOOKUP: (Page.URL_UTILITIES,),
    S.TRANSACTION: (Page.TRANSACTIONS,),
    S.CONTEXT_PROCESSORS: (Page.TEMPLATE_API,),
    S.HOP: (Page.ASYNC,),
    S.CACHE: (Page.CACHE,),
    S.HTTP: (Page.OPTIMIZATION,),
    S.MAIL: (Page.EMAIL,),
    S.SIGNAL: (Page.SIGNALS,),
    S.LOG: (Page.LOGGING,),
    S.TAG: (Page.BUILTINS,),
    S.FILTERS: (Page.BUILTINS,),
    S.CALL: (Page.VIEWS,),
    S.CONVERTED: (Page.MIDDLEWARE, Page.EXCEPTIONS),
    S.TEMPLATE_RESPONSE_HOOK: (Page.TEMPLATE_RESPONSE,),
    S.LAYER_OUT: (Page.MIDDLEWARE,),
    S.STARTED: (Page.REQUEST_RESPONSE,),
    S.BODY: (Page.REQUEST_RESPONSE,),
    S.ESCAPED: (Page.ERROR_REPORTING,),
    S.CLOSED: (Page.REQUEST_RESPONSE,),
}
SETTINGS: Mapping[StopSort, tuple[str, ...]] = {
    S.RESOLVED: ("ROOT_URLCONF",),
    S.CONVERTED: ("DEBUG", "DEBUG_PROPAGATE_EXCEPTIONS"),
    S.ESCAPED: ("DEBUG_PROPAGATE_EXCEPTIONS",),
    S.LOOKUP: ("APPEND_SLASH",),
}
"""Where no middleware of Django's has settings of its own: those whose values are short enough to be read."""


def places_of(here: Surroundings) -> Iterator[Code]:
    """Where Django's code for a stop is written, the most telling first."""
    trace, stop = here.trace, here.stop
    if trace.summary.lane == "server":
        yield Code.SERVER_REQUEST
        return
    if trace.summary.lane == "static":
        yield from (Code.STATIC, Code.STATIC_ANSWER) if stop.sort is S.RECEIVED else SYNC[stop.sort]
        return
    if stop.sort in (S.LAYER_IN, S.LAYER_OUT):
        yield from of_layer(here)
        return
    is_async = trace.chain is not None and trace.chain.is_async
    if trace.summary.entry == "client" and stop.sort is S.RECEIVED:
        yield Code.ASYNC_CLIENT_CALL if is_async else Code.CLIENT_CALL
        return
    if is_async and stop.sort is S.STARTED:
        yield Code.ASGI_SEND
        return
    if stop.span is not None and isinstance(stop.span.entered, ViewEntered) and stop.span.entered.sort == "class":
        yield Code.DISPATCH
    for code in SYNC[stop.sort]:
        yield ASYNC.get(code, code) if is_async else code


def of_layer(here: Surroundings) -> Iterator[Code]:
    """A layer of hooks is called by the mixin; any other is the film's business only."""
    layer = here.layer_at(here.stop.layer)
    is_async = layer is not None and layer.is_async
    if layer is None or layer.is_mixin_call:
        yield Code.MIXIN_ACALL if is_async else Code.MIXIN_CALL
    else:
        yield Code.FILM_ASYNC if is_async else Code.FILM


def pages_of(sort: StopSort, known: KnownLayer | None) -> tuple[Page, ...]:
    """The page on the layer, if it is Django's, and the pages on such a stop."""
    own = (known.page,) if known is not None else ()
    return tuple(dict.fromkeys((*own, *PAGES[sort])))


def settings_of(sort: StopSort, known: KnownLayer | None) -> tuple[str, ...]:
    """The settings that steer the layer, or such a stop."""
    return known.settings if known is not None else SETTINGS.get(sort, ())
