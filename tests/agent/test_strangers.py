"""Other tools put their own middleware around each of the project's; the chain is told as the settings have it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from reqtrace.events.kinds import HOOKS, AgentWarned, HookEntered, LayerLoaded

STRANGER_SITE = """
import json, sys

def wrap_every_middleware():
    from django.core.handlers import base

    original = base.import_string

    def import_string(dotted_path):
        factory = original(dotted_path)

        class Wrapping:
            async_capable = False

            def __init__(self, get_response):
                self.inner = factory(get_response)

            def __getattr__(self, name):
                return getattr(self.inner, name)

            def __call__(self, request):
                return self.inner(request)

        return Wrapping

    base.import_string = import_string

if sys.argv[1] == "last":
    from reqtrace.agent import install

    install.installed.undo()
    install.installed = None
    wrap_every_middleware()
    install.install()
else:
    wrap_every_middleware()

import django
from django.conf import settings

MIDDLEWARE = ["django.middleware.common.CommonMiddleware", "django.middleware.clickjacking.XFrameOptionsMiddleware"]
settings.configure(ROOT_URLCONF=__name__, MIDDLEWARE=MIDDLEWARE, ALLOWED_HOSTS=["*"], LOGGING_CONFIG=None)
django.setup()
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path
from django.core.handlers.wsgi import WSGIHandler

urlpatterns = [path("", lambda request: HttpResponse("here"))]
started = []
response = WSGIHandler()(RequestFactory()._base_environ(), lambda status, headers: started.append(status))
response.close()
print(json.dumps({"status": started[0], "body": response.content.decode()}))
"""


@pytest.mark.slow
@pytest.mark.parametrize("reqtrace", ["first", "last"])
def test_a_wrapped_middleware_is_told_by_its_own_name_file_and_hooks(
    run_child: Callable[..., Any], reqtrace: str
) -> None:
    """Whichever of the two was there first, as with sentry-sdk."""
    seen = run_child("-c", STRANGER_SITE, reqtrace)
    assert seen.outcome == {"status": "200 OK", "body": "here"}, json.dumps(seen.outcome)
    layers = {event.layer: event for event in seen.of(LayerLoaded)}
    assert [layers[number].name for number in (0, 1)] == ["CommonMiddleware", "XFrameOptionsMiddleware"]
    assert layers[0].file.endswith("django/middleware/common.py")
    assert layers[1].file.endswith(("django/middleware/clickjacking.py", "django/utils/deprecation.py"))
    hooks = [(event.layer, HOOKS[event.hook]) for event in seen.of(HookEntered)]
    assert hooks == [(0, "process_request"), (1, "process_response"), (0, "process_response")]


IMPORTING_SITE = """
import json, sys, types
from django.conf import settings

source = types.ModuleType("importing_middleware")
sys.modules["importing_middleware"] = source
exec('''
from django.utils.module_loading import import_string

import_string("django.http.HttpResponse")

class Importing:
    def __init__(self, get_response):
        self.response = import_string("django.http.HttpResponse")
    def __call__(self, request):
        return self.response("here")
''', vars(source))
from django.core.handlers.wsgi import WSGIHandler
from django.core.handlers import base
from django.utils.module_loading import import_string

class Handler(WSGIHandler):
    def adapt_method_mode(self, *args, **kwargs):
        found.append(import_string("django.http.HttpResponse").__name__)
        return super().adapt_method_mode(*args, **kwargs)

found, urlpatterns = [], []
MIDDLEWARE = ["importing_middleware.Importing"]
settings.configure(ROOT_URLCONF=__name__, MIDDLEWARE=MIDDLEWARE, ALLOWED_HOSTS=["*"], LOGGING_CONFIG=None)
import django
django.setup()
from django.test import RequestFactory

response = Handler()(RequestFactory()._base_environ(), lambda status, headers: None)
response.close()
print(json.dumps({"found": sorted(set(found)), "body": response.content.decode()}))
"""


@pytest.mark.slow
def test_what_else_is_imported_while_a_chain_is_loaded_is_no_layer(run_child: Callable[..., Any]) -> None:
    """A handler and a middleware may use ``import_string`` themselves, before and after the layer's factory came."""
    seen = run_child("-c", IMPORTING_SITE)
    assert seen.outcome == {"found": ["HttpResponse"], "body": "here"}
    assert [event.name for event in seen.of(LayerLoaded)] == ["Importing"]
    assert seen.of(AgentWarned) == []
