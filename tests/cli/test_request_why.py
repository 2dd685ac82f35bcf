"""``reqtrace request`` says of real requests through a real Django what did not run, and why."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from project_trees import write_tree

from reqtrace.cli.main import main

pytestmark = pytest.mark.slow

MANAGE = (
    "import os, sys\n"
    "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n"
    "from django.core.management import execute_from_command_line\n"
    "execute_from_command_line(sys.argv)\n"
)
SETTINGS = """
from pathlib import Path
HERE = Path(__file__).parent
DEBUG = True
SECRET_KEY = "x"
ROOT_URLCONF = "urls"
ALLOWED_HOSTS = ["shop.example"]
USE_TZ = True
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "layers.Asked",
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:", "ATOMIC_REQUESTS": True}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": HERE / "cache"}}
"""
SECURE = """
from settings import *
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
"""
CACHED = """
from settings import *
MIDDLEWARE = [
    "django.middleware.cache.UpdateCacheMiddleware", *MIDDLEWARE, "django.middleware.cache.FetchFromCacheMiddleware"
]
"""
LAYERS = """
class Asked:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        return None
"""
URLS = """
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.cache import cache_page

def page(request, **captured):
    return HttpResponse("page")

def nothing(request):
    return None

urlpatterns = [
    path("books/<int:pk>/", page),
    path("nothing/", nothing),
    path("kept/", cache_page(60)(page)),
    path("page/", page),
]
"""

Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def ask(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Send a request through the project; the trace as a document."""
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    files = {"manage.py": MANAGE, "settings.py": SETTINGS, "secure.py": SECURE, "cached.py": CACHED}
    write_tree(tmp_path, {**files, "layers.py": LAYERS, "urls.py": URLS})

    def send(*words: str) -> dict[str, Any]:
        main(["request", str(tmp_path), *words, "--output", "json"])
        out, err = capfd.readouterr()
        document: dict[str, Any] = json.loads(out) if out else pytest.fail(err)
        return document

    return send


def causes(document: dict[str, Any], question: str) -> list[str]:
    """What was answered to a question, whoever it was asked about."""
    return [one["answers"][0]["answer"] for one in document["why"] if one["question"] == question]


def decided(document: dict[str, Any]) -> dict[str, str]:
    """What each setting decided."""
    return {one["setting"]: one["decision"] for one in document["decisions"]}


def test_a_missing_slash(ask: Ask) -> None:
    """The pattern, the setting, and both statuses."""
    document = ask("http://shop.example/books/3")
    assert causes(document, "view_not_called") == ["url_unresolved"]
    assert document["urlconf"]["nearest"]["text"] == "almost books/<int:pk>/: missing slash"
    assert decided(document)["APPEND_SLASH"] == "slash_appended"
    (status,) = [one for one in document["why"] if one["question"] == "status"]
    assert [one["values"]["status"] for one in status["answers"]] == [404, 301]
    refusals = [one["text"] for one in document["urlconf"]["refusals"]]
    assert refusals[:2] == ["the path ends before '/'", "wants 'nothing/', the path has 'books/'"]


def test_a_host_that_is_not_allowed(ask: Ask) -> None:
    """Nothing below ``CommonMiddleware`` was entered, and nobody was asked about the exception."""
    document = ask("/page/", "--header", "Host: evil.example")
    assert decided(document)["ALLOWED_HOSTS"] == "host_refused"
    assert set(causes(document, "layer_not_entered")) == {"raised_above"}
    assert [step["step"] for step in document["walks"][0]] == ["raised_hook", "converted_layer"]


def test_a_redirect_to_https(ask: Ask) -> None:
    """Two settings, and the layer that answered."""
    document = ask("http://shop.example/page/", "--settings", "secure")
    assert decided(document)["SECURE_SSL_REDIRECT"] == "ssl_redirect"
    assert decided(document)["SECURE_PROXY_SSL_HEADER"] == "proxy_header_absent"
    assert causes(document, "view_not_called") == ["answered_above"]


def test_a_form_from_another_origin(ask: Ask) -> None:
    """``CsrfViewMiddleware`` answers in the place of the view."""
    document = ask("POST", "http://shop.example/page/", "--header", "Origin: https://other.example")
    assert decided(document)["CSRF_TRUSTED_ORIGINS"] == "origin_refused"
    assert causes(document, "view_not_called") == ["view_hook_answered"]


def test_a_view_that_returns_none(ask: Ask) -> None:
    """It is named, and why no ``process_exception`` was asked."""
    document = ask("http://shop.example/nothing/")
    assert causes(document, "process_exception_not_called") == ["view_returned_nothing"]
    assert causes(document, "broken") == ["broke_no_response_view"]
    assert decided(document)["DEBUG"] == "debug_page"


def test_a_transaction_around_the_view(ask: Ask) -> None:
    """``ATOMIC_REQUESTS``; and a request that went its way has nobody to blame."""
    document = ask("http://shop.example/page/")
    assert decided(document)["ATOMIC_REQUESTS"] in ("atomic", "atomic_ended")
    assert causes(document, "broken") == ["broke_nothing"]
    assert causes(document, "process_exception_not_called") == ["nothing_raised"]


def test_a_page_from_the_cache(ask: Ask) -> None:
    """By middleware, and by a decorator inside what Django calls the view."""
    assert causes(ask("http://shop.example/page/", "--settings", "cached"), "view_not_called") == []
    assert causes(ask("http://shop.example/page/", "--settings", "cached"), "view_not_called") == ["cache_hit"]
    assert causes(ask("http://shop.example/kept/"), "view_not_called") == []
    assert causes(ask("http://shop.example/kept/"), "view_not_called") == ["decorator_cache_hit"]
