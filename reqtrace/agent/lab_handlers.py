"""The project's handler, and others beside it that are built with other lists of layers.

The project's application may be more than Django's handler (middleware of WSGI, a router of Channels). It stays as it
is: while an experiment runs, the one call of the handler inside it is led to another handler.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from reqtrace.agent.entering import describe_error
from reqtrace.agent.oneshot import Sender, asgi_application, asgi_sender, wsgi_application, wsgi_sender

__all__ = ["Handlers", "Unbuildable"]


class Unbuildable(Exception):
    """No handler can be built with a list of layers; ``facts`` say why."""

    def __init__(self, error: BaseException, stage: str) -> None:
        super().__init__(stage)
        self.facts = {"stage": stage, **describe_error(error)}


class Handlers:
    """What sends requests, for WSGI and ASGI each; made when it is needed first."""

    def __init__(self) -> None:
        from django.core.handlers.asgi import ASGIHandler
        from django.core.handlers.wsgi import WSGIHandler

        self._kinds: dict[bool, Any] = {False: WSGIHandler, True: ASGIHandler}
        self._stand_in: Any = None
        self._senders: dict[bool, Sender | Unbuildable] = {}
        self._models: dict[bool, Any] = {}
        """A handler of the project's own kind, from which the others are made."""
        lead_calls(WSGIHandler, self._leading)
        lead_async_calls(ASGIHandler, self._leading)

    def sender(self, is_asgi: bool) -> Sender:
        """Sends through the project's own application. Raises ``Unbuildable``."""
        if is_asgi not in self._senders:
            try:
                self._senders[is_asgi] = self._make_sender(is_asgi)
            except (Exception, SystemExit) as error:  # whatever the project's modules and factories raise
                self._senders[is_asgi] = Unbuildable(error, "handler")
        sender = self._senders[is_asgi]
        if isinstance(sender, Unbuildable):
            raise sender
        return sender

    @contextmanager
    def another(self, is_asgi: bool) -> Iterator[Sender]:
        """Sends through a handler built now, with MIDDLEWARE as the settings have it. Raises ``Unbuildable``."""
        try:
            sender = self.sender(is_asgi)
        except Unbuildable:
            sender = None  # the project's own list cannot be built: this one may
        handler = self._build(is_asgi)
        if sender is None:
            make = asgi_sender if is_asgi else wsgi_sender
            sender = make(handler)
        self._stand_in = handler
        try:
            yield sender
        finally:
            self._stand_in = None

    def _make_sender(self, is_asgi: bool) -> Sender:
        """The sender of the application, whose handler is noted as it loads its middleware."""
        from django.core.handlers import base

        handlers: Any = base.BaseHandler
        load, kind = handlers.load_middleware, self._kinds[is_asgi]

        def load_middleware(handler: Any, is_async: bool = False) -> None:
            load(handler, is_async)
            if isinstance(handler, kind):
                self._models[is_asgi] = handler

        handlers.load_middleware = load_middleware
        try:
            return asgi_sender(asgi_application()) if is_asgi else wsgi_sender(wsgi_application())
        finally:
            handlers.load_middleware = load

    def _build(self, is_asgi: bool) -> Any:
        kind = self._kinds[is_asgi]
        model = self._models.get(is_asgi)
        handler = kind.__new__(kind) if model is None else copy.copy(model)
        try:
            handler.load_middleware(is_async=is_asgi)
        except (Exception, SystemExit) as error:  # whatever a factory raises is what came of this list
            raise Unbuildable(error, "layers") from error
        return handler

    def _leading(self, handler: Any) -> Any:
        """The handler that answers in place of this one. The one of static files has no middleware and stays."""
        from django.contrib.staticfiles.handlers import StaticFilesHandlerMixin

        return handler if self._stand_in is None or isinstance(handler, StaticFilesHandlerMixin) else self._stand_in


def lead_calls(kind: Any, leading: Callable[[Any], Any]) -> None:
    call = kind.__call__

    def __call__(self: Any, environ: Any, start_response: Any) -> Any:
        return call(leading(self), environ, start_response)

    kind.__call__ = __call__


def lead_async_calls(kind: Any, leading: Callable[[Any], Any]) -> None:
    call = kind.__call__

    async def __call__(self: Any, scope: Any, receive: Any, send: Any) -> Any:
        return await call(leading(self), scope, receive, send)

    kind.__call__ = __call__
