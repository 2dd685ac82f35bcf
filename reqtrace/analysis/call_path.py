"""Says who called the code of a stop, and who called that, out to the server: the frames that Django's loop puts there.

Django's loop is the same for every request (``django.core.handlers.base``, ``django.utils.deprecation``), so the frames
follow from the spans around a stop. Frames of asgiref between the two modes, and those of code that is not told of
(decorators, ``render()``), are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reqtrace.analysis.django_code import Code
from reqtrace.analysis.surroundings import Surroundings
from reqtrace.events.kinds import (
    CORE_LAYER,
    HOOKS,
    CallEntered,
    DecoratorHookEntered,
    Hook,
    HookEntered,
    LayerEntered,
    SignalSent,
    TagEntered,
    TemplateEntered,
    TransactionStepped,
    UrlconfEntered,
    ViewEntered,
)
from reqtrace.trace.model import Layer, RequestTrace, Span, SpanOpening, Stop, StopSort

__all__ = ["Caller", "call_path"]

S = StopSort
FRAMELESS = (S.STARTED, S.BODY, S.CLOSED, S.ESCAPED, S.RECEIVED)
"""Stops outside of all layers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A function that was running while the stop happened, and waited for what it had called."""

    code: Code | None = None
    """A function of Django; ``None`` for code whose place the trace tells."""
    name: str = ""
    file: str = ""
    line: int = 0
    """Where the function begins, if it is none of Django's."""
    calls: str = ""
    """How the line begins that calls further in; empty if that is not known."""
    layer: str = ""
    """The middleware on whose behalf it runs."""


def call_path(trace: RequestTrace, stop: Stop) -> tuple[Caller, ...]:
    """The callers of a stop's own code, the innermost first."""
    here = Surroundings(trace, stop)
    if stop.sort in FRAMELESS:
        return tuple(outside_chain(here))
    spans = [*here.around]
    if stop.span is not None and (stop.sort is S.CONVERTED or not is_own_code(here)):
        spans.append(stop.span)
    return (*within(here, spans), *outside_chain(here))


def is_own_code(here: Surroundings) -> bool:
    """The stop's own span is what the source shows first, and no caller."""
    span = here.stop.span
    return span is not None and not isinstance(span.entered, LayerEntered | UrlconfEntered | TemplateEntered)


def within(here: Surroundings, spans: list[Span]) -> Iterator[Caller]:
    """The frames of spans, each of which stands inside the one before, from the innermost outwards."""
    stop = here.stop
    inner: Span | None = stop.span if stop.span is not None and is_own_code(here) else None
    for span in reversed(spans):
        yield from frames_of(here, span, inner)
        inner = span


def frames_of(here: Surroundings, span: Span, inner: Span | None) -> Iterator[Caller]:
    match span.entered:
        case LayerEntered(layer=layer) if layer == CORE_LAYER:
            yield from of_core(here, span, inner)
        case LayerEntered(layer=layer):
            yield from of_layer(here, span, inner, here.layer_at(layer))
        case HookEntered(layer=layer, hook=hook):
            yield from of_hook(here.layer_at(layer), hook)
        case ViewEntered() | CallEntered() | DecoratorHookEntered() | TransactionStepped() as told:
            yield from of_told(told)
        case other:
            yield from (caller for kind, caller in OF_DJANGO if isinstance(other, kind))


OF_DJANGO: tuple[tuple[type[SpanOpening], Caller], ...] = (
    (TemplateEntered, Caller(code=Code.TEMPLATE, calls="return self.nodelist.render(context)")),
    (TagEntered, Caller(code=Code.TAG, calls="return self.render(context)")),
    (SignalSent, Caller(code=Code.SIGNAL, calls="response = receiver(")),
    (UrlconfEntered, Caller(code=Code.RESOLVE, calls="resolver_match = resolver.resolve(")),
)
"""The one function of Django that is around whatever such a span has inside."""


def of_hook(layer: Layer | None, hook: int) -> Iterator[Caller]:
    """A hook that something else runs inside of."""
    if layer is None or not 0 <= hook < len(HOOKS):
        return
    source = layer.hook(HOOKS[hook])
    if source is not None:
        yield Caller(name=f"{layer.name}.{source.hook}", file=source.file, line=source.line, layer=layer.name)


def of_told(told: ViewEntered | CallEntered | DecoratorHookEntered | TransactionStepped) -> Iterator[Caller]:
    """Code whose place was told."""
    match told:
        case DecoratorHookEntered(hook=hook):
            name = HOOKS[hook] if 0 <= hook < len(HOOKS) else ""
        case TransactionStepped(function=name):
            pass
        case _:
            name = told.name
    if told.file:
        yield Caller(name=name, file=told.file, line=told.line)
    if isinstance(told, ViewEntered) and told.sort == "class":
        yield from of_class()


def of_class() -> Iterator[Caller]:
    """What Django puts around the method of a class-based view."""
    yield Caller(code=Code.DISPATCH, calls="return handler(request")
    yield Caller(code=Code.AS_VIEW, calls="return self.dispatch(")


# --- the core ----------------------------------------------------------------------------------------------------


def of_core(here: Surroundings, span: Span, inner: Span | None) -> Iterator[Caller]:
    """``_get_response`` at the line that leads to what is inside, and the film around it."""
    is_async = is_async_chain(here)
    core = Code.CORE_ASYNC if is_async else Code.CORE
    if here.stop.sort is S.CONVERTED and inner is None:
        yield from film(is_async, is_conversion=True)
        return
    match inner.entered if inner is not None else None:
        case ViewEntered(sort=sort):
            if here.stop.span is inner and sort == "class":
                yield from of_class()
            # An asynchronous chain has its call on several lines, and this is the first of them.
            yield Caller(code=core, calls="response = await wrapped_callback(" if is_async else VIEW_CALL)
        case UrlconfEntered():
            yield Caller(code=core, calls="callback, callback_args, callback_kwargs = self.resolve_request(")
        case HookEntered(hook=hook):
            yield from of_asking(core, hook, is_async=is_async)
        case TemplateEntered():
            yield Caller(code=Code.RENDER_RESPONSE, calls="self.content = self.rendered_content")
            yield Caller(code=core, calls="" if is_async else "response = response.render()")
        case _:
            yield Caller(code=core)
    yield from film(is_async, is_conversion=False)


VIEW_CALL = "response = wrapped_callback("


def of_asking(core: Code, hook: int, *, is_async: bool) -> Iterator[Caller]:
    """How the core comes to call one of the hooks it has lists of."""
    wait = "await " if is_async else ""
    if hook == Hook.process_exception:
        yield Caller(code=Code.ASK_EXCEPTION_HOOKS, calls="response = middleware_method(request, exception)")
        asks = "response = await sync_to_async(" if is_async else "response = self.process_exception_by_middleware("
        yield Caller(code=core, calls=asks)
    elif hook == Hook.process_view:
        yield Caller(code=core, calls=f"response = {wait}middleware_method(")
    else:
        yield Caller(code=core, calls=f"response = {wait}middleware_method(request, response)")


def film(is_async: bool, *, is_conversion: bool) -> Iterator[Caller]:
    """``convert_exception_to_response`` around a layer or the core."""
    code = Code.FILM_ASYNC if is_async else Code.FILM
    wait = "await " if is_async else ""
    if is_conversion:
        yield Caller(code=code, calls="response = await sync_to_async(" if is_async else "response = response_for_exc")
    else:
        yield Caller(code=code, calls=f"response = {wait}get_response(request)")


# --- layers ------------------------------------------------------------------------------------------------------


def of_layer(here: Surroundings, span: Span, inner: Span | None, layer: Layer | None) -> Iterator[Caller]:
    """The call of a layer, at the line that leads to what is inside, and the film around it."""
    if layer is None:
        return
    is_async = layer.is_async
    is_conversion = here.stop.sort is S.CONVERTED and inner is None
    if not is_conversion:
        yield from of_call(here, layer, inner)
    for caller in film(is_async, is_conversion=is_conversion):
        yield Caller(code=caller.code, calls=caller.calls, layer=layer.name)


def of_call(here: Surroundings, layer: Layer, inner: Span | None) -> Iterator[Caller]:
    if not layer.is_mixin_call:
        # Its own code is what the source shows of its own stops.
        if inner is not None or here.stop.sort not in (S.LAYER_IN, S.LAYER_OUT):
            yield Caller(name=layer.name, file=layer.file, line=layer.line, layer=layer.name)
        return
    code = Code.MIXIN_ACALL if layer.is_async else Code.MIXIN_CALL
    match inner.entered if inner is not None else None:
        case HookEntered(hook=hook) if 0 <= hook < len(HOOKS):
            calls = f"self.{HOOKS[hook]}," if layer.is_async else f"response = self.{HOOKS[hook]}("
        case _:
            wait = "await " if layer.is_async else ""
            calls = f"response = response or {wait}self.get_response(request)"
    yield Caller(code=code, calls=calls, layer=layer.name)


# --- outside -----------------------------------------------------------------------------------------------------


def is_async_chain(here: Surroundings) -> bool:
    return here.trace.chain is not None and here.trace.chain.is_async


def outside_chain(here: Surroundings) -> Iterator[Caller]:
    """From the handler's ``get_response`` to the server, as far as it is Django's code."""
    trace, sort = here.trace, here.stop.sort
    is_async = is_async_chain(here)
    in_chain = sort not in FRAMELESS
    if trace.summary.lane != "chain":
        yield from of_server(trace)
        return
    if sort is S.CLOSED:
        yield Caller(code=Code.CLOSE, calls="signals.request_finished.send(")
    if in_chain:
        code = Code.GET_RESPONSE_ASYNC if is_async else Code.GET_RESPONSE
        yield Caller(code=code, calls=f"response = {'await ' if is_async else ''}self._middleware_chain(request)")
    yield from of_handler(trace, sort, in_chain=in_chain)
    if sort is not S.CLOSED:
        yield from of_server(trace)


def of_handler(trace: RequestTrace, sort: StopSort, *, in_chain: bool) -> Iterator[Caller]:
    calls = "response = self.get_response(request)" if in_chain else ""
    match trace.summary.entry:
        case "wsgi" if sort not in (S.BODY, S.CLOSED):
            yield Caller(code=Code.WSGI_CALL, calls="start_response(status" if sort is S.STARTED else calls)
        case "asgi":
            if in_chain:
                yield Caller(code=Code.ASGI_RUN, calls="response = await self.get_response_async(request)")
            elif sort in (S.STARTED, S.BODY):
                yield Caller(code=Code.ASGI_SEND, calls="await send(")
            yield Caller(code=Code.ASGI_HANDLE, calls="response = await self.run_get_response(request)")
            yield Caller(code=Code.ASGI_CALL, calls="await self.handle(")
        case "client":
            is_async = trace.chain is not None and trace.chain.is_async
            yield Caller(
                code=Code.ASYNC_CLIENT_CALL if is_async else Code.CLIENT_CALL,
                calls=f"response = {'await ' if is_async else ''}self.get_response",
            )


def of_server(trace: RequestTrace) -> Iterator[Caller]:
    """runserver's own part; other servers are not Django's."""
    if trace.request_line is not None:
        yield Caller(code=Code.SERVER_REQUEST, calls="handler.run(")
