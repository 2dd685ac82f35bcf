"""A middleware is said to fail every request exactly where it does in Django."""

from __future__ import annotations

import importlib.util
import sys
import textwrap
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import path

from reqtrace.agent.layer_facts import build_layer

if not settings.configured:
    settings.configure(ALLOWED_HOSTS=["*"])

BEGINNING = """
from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpResponse
from django.utils.decorators import async_only_middleware, sync_and_async_middleware
from django.utils.deprecation import MiddlewareMixin

class Base:
    def __init__(self, get_response):
        self.get_response = get_response

def returning(function):
    def decorated(self, request):
        function(self, request)
        return self.get_response(request)
    return decorated

"""
FAILING = {
    "a function without return": (
        "no-return",
        """
        def layer(get_response):
            def middleware(request):
                get_response(request)
            return middleware
        """,
    ),
    "a bare return": (
        "no-return",
        """
        class layer(Base):
            def __call__(self, request):
                self.get_response(request)
                return
        """,
    ),
    "process_response without return": (
        "no-return",
        """
        class layer(MiddlewareMixin):
            def process_response(self, request, response):
                response["X-Shop"] = "1"
        """,
    ),
    "only hooks": (
        "no-call",
        """
        class layer(Base):
            def process_view(self, request, view, args, kwargs):
                return None
        """,
    ),
    "an async call that says nothing": (
        "async",
        """
        class layer(Base):
            async def __call__(self, request):
                return await self.get_response(request)
        """,
    ),
    "an async function that says nothing": (
        "async",
        """
        def layer(get_response):
            async def middleware(request):
                return await get_response(request)
            return middleware
        """,
    ),
}
WORKING = {
    "an async call that Django happens to await": """
        class layer(Base):
            async_capable, sync_capable = True, False
            async def __call__(self, request):
                return await self.get_response(request)
        """,
    "a function": """
        def layer(get_response):
            def middleware(request):
                return get_response(request)
            return middleware
        """,
    "a bound method": """
        def layer(get_response):
            return get_response
        """,
    "a way without return that is not taken": """
        class layer(Base):
            def __call__(self, request):
                if request.path == "/":
                    return self.get_response(request)
        """,
    "a decorator that returns": """
        class layer(Base):
            @returning
            def __call__(self, request):
                request.seen = True
        """,
    "process_response of its own that Django does not call": """
        class layer(Base):
            def __call__(self, request):
                return self.get_response(request)
            def process_response(self, request, response):
                pass
        """,
    "a mixin": """
        class layer(MiddlewareMixin):
            def process_request(self, request):
                request.seen = True
        """,
    "both ways": """
        @sync_and_async_middleware
        def layer(get_response):
            if iscoroutinefunction(get_response):
                async def middleware(request):
                    return await get_response(request)
            else:
                def middleware(request):
                    return get_response(request)
            return middleware
        """,
    "async only": """
        @async_only_middleware
        def layer(get_response):
            async def middleware(request):
                return await get_response(request)
            return middleware
        """,
    "async only and marked": """
        class layer(Base):
            async_capable, sync_capable = True, False
            def __init__(self, get_response):
                super().__init__(get_response)
                markcoroutinefunction(self)
            async def __call__(self, request):
                return await self.get_response(request)
        """,
}


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("page")


urlpatterns = [path("", page)]


@pytest.fixture
def layers(tmp_path: Path) -> Iterator[Callable[[str], ModuleType]]:
    """A module with this source, importable by its name."""
    names: list[str] = []

    def make(source: str) -> ModuleType:
        file = tmp_path / "called_layers.py"
        file.write_text(BEGINNING + textwrap.dedent(source), encoding="utf-8")
        spec = importlib.util.spec_from_file_location(file.stem, file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[file.stem] = module
        names.append(file.stem)
        spec.loader.exec_module(module)
        return module

    yield make
    for name in names:
        del sys.modules[name]


def is_answered() -> bool:
    """Whether Django answers a request through this one layer."""
    handler = BaseHandler()
    urlconf = sys.modules[__name__]
    with (
        warnings.catch_warnings(),
        override_settings(MIDDLEWARE=["called_layers.layer"], ROOT_URLCONF=urlconf, DEBUG_PROPAGATE_EXCEPTIONS=True),
    ):
        warnings.simplefilter("ignore")  # of coroutines that nobody awaits
        handler.load_middleware()
        try:
            response = handler.get_response(RequestFactory().get("/"))
        except (AttributeError, TypeError):  # of None, of a coroutine, of what cannot be called
            return False
        return response.status_code == 200


@pytest.mark.parametrize("name", FAILING)
def test_what_fails_every_request(name: str, layers: Callable[[str], ModuleType]) -> None:
    """Each is told with its sort, and Django agrees."""
    sort, source = FAILING[name]
    fault = build_layer(layers(source).layer, is_asgi=False)["fault"]
    assert fault["sort"] == sort
    assert not is_answered()


@pytest.mark.parametrize("name", WORKING)
def test_what_answers(name: str, layers: Callable[[str], ModuleType]) -> None:
    """Nothing is said against it, and Django agrees."""
    assert build_layer(layers(WORKING[name]).layer, is_asgi=False)["fault"] is None
    assert is_answered()


def test_the_place_of_the_missing_return(layers: Callable[[str], ModuleType]) -> None:
    """The file and line of the function that lacks it."""
    module = layers(FAILING["a function without return"][1])
    fault = build_layer(module.layer, is_asgi=False)["fault"]
    assert (fault["file"], fault["name"]) == (module.__file__, "middleware")
    assert "def middleware" in Path(fault["file"]).read_text().splitlines()[fault["line"] - 1]
