"""Names the places of Django's own source that a request passes, the same in Django 5.2 to 6.1.

A place is a function in a file below the package ``django``; the line is the reader's to find, in the files of the
Django that ran.
"""

from __future__ import annotations

from enum import Enum

from reqtrace.trace.model import RequestTrace

__all__ = ["Code", "django_directory"]

BASE, WSGI, ASGI = "core/handlers/base.py", "core/handlers/wsgi.py", "core/handlers/asgi.py"
MIXIN, CONVERSION = "utils/deprecation.py", "core/handlers/exception.py"


class Code(Enum):
    """A function of Django: its file, its qualified name, and whether it is a coroutine function."""

    def __init__(self, file: str, function: str, is_async: bool = False) -> None:
        self.file = file
        self.function = function
        self.is_async = is_async

    # the server and the handler
    SERVER_REQUEST = "core/servers/basehttp.py", "WSGIRequestHandler.handle_one_request"
    WSGI_CALL = WSGI, "WSGIHandler.__call__"
    ASGI_CALL = ASGI, "ASGIHandler.__call__", True
    ASGI_HANDLE = ASGI, "ASGIHandler.handle", True
    ASGI_RUN = ASGI, "ASGIHandler.run_get_response", True
    ASGI_SEND = ASGI, "ASGIHandler.send_response", True
    STATIC = "contrib/staticfiles/handlers.py", "StaticFilesHandler.__call__"
    STATIC_ANSWER = "contrib/staticfiles/handlers.py", "StaticFilesHandlerMixin.get_response"
    CLIENT_CALL = "test/client.py", "ClientHandler.__call__"
    ASYNC_CLIENT_CALL = "test/client.py", "AsyncClientHandler.__call__", True
    GET_RESPONSE = BASE, "BaseHandler.get_response"
    GET_RESPONSE_ASYNC = BASE, "BaseHandler.get_response_async", True

    # the onion
    MIXIN_CALL = MIXIN, "MiddlewareMixin.__call__"
    MIXIN_ACALL = MIXIN, "MiddlewareMixin.__acall__", True
    FILM = CONVERSION, "convert_exception_to_response.inner"
    FILM_ASYNC = CONVERSION, "convert_exception_to_response.inner", True
    CONVERT = CONVERSION, "response_for_exception"

    # the core
    CORE = BASE, "BaseHandler._get_response"
    CORE_ASYNC = BASE, "BaseHandler._get_response_async", True
    RESOLVE = BASE, "BaseHandler.resolve_request"
    RESOLVER = "urls/resolvers.py", "URLResolver.resolve"
    CHECK_RESPONSE = BASE, "BaseHandler.check_response"
    ASK_EXCEPTION_HOOKS = BASE, "BaseHandler.process_exception_by_middleware"
    DISPATCH = "views/generic/base.py", "View.dispatch"
    AS_VIEW = "views/generic/base.py", "View.as_view.view"
    RENDER_RESPONSE = "template/response.py", "SimpleTemplateResponse.render"

    # what runs inside
    CURSOR = "db/backends/utils.py", "CursorWrapper._execute_with_wrappers"
    FETCH_ALL = "db/models/query.py", "QuerySet._fetch_all"
    TEMPLATE = "template/base.py", "Template._render"
    CONTEXT_PROCESSORS = "template/context.py", "RequestContext.bind_template"
    TAG = "template/base.py", "Node.render_annotated"
    FILTERS = "template/base.py", "FilterExpression.resolve"
    ATOMIC_ENTER = "db/transaction.py", "Atomic.__enter__"
    ATOMIC_EXIT = "db/transaction.py", "Atomic.__exit__"
    SIGNAL = "dispatch/dispatcher.py", "Signal.send"
    MAIL = "core/mail/message.py", "EmailMessage.send"
    CACHE = "core/cache/backends/base.py", "BaseCache.get"
    DECORATOR = "utils/decorators.py", "make_middleware_decorator"
    LOOK_UP = "urls/base.py", "resolve"
    LOG_RESPONSE = "utils/log.py", "log_response"

    # sending
    CLOSE = "http/response.py", "HttpResponseBase.close"
    STREAM = "http/response.py", "StreamingHttpResponse.__iter__"


def django_directory(trace: RequestTrace) -> str:
    """The directory of the package ``django`` of the process that ran the request; empty if no file of it was told.

    A middleware of Django's own says it: its dotted path is the end of its file's.
    """
    layers = trace.chain.layers if trace.chain is not None else tuple(one.layer for one in trace.passes)
    for layer in layers:
        if not layer.path.startswith("django."):
            continue
        ending = "/".join(layer.path.split(".")[1:-1]) + ".py"
        for file in (layer.file, *(hook.file for hook in layer.hooks)):
            path = file.replace("\\", "/")
            if path.endswith(f"/django/{ending}"):
                return path.removesuffix(f"/{ending}")
    return ""
