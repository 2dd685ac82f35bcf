"""Context processors are told once for each binding of a template, with the names of what they add and no value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reqtrace.events.kinds import (
    ContextProcessorsRan,
    RequestStarted,
    SqlExecuted,
    TemplateEntered,
)

pytestmark = pytest.mark.slow

PAGES = {
    "base.html": "<html>{{ shop }}{% block content %}{% endblock %}</html>",
    "page.html": '{% extends "base.html" %}{% block content %}{% include "part.html" %}{{ who }}{% endblock %}',
    "part.html": "<p>{{ shop }}</p>",
}
SETTINGS = {
    "ROOT_URLCONF": "detour_urls",
    "TEMPLATES": [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [["django.template.loaders.locmem.Loader", PAGES]],
                "context_processors": [
                    "django.template.context_processors.request",
                    "detour_urls.shop",
                    "detour_urls.fragile",
                ],
            },
        }
    ],
}
PATHS = [["GET", f"/{name}/"] for name in ("page", "page-fails", "page-none", "own-processor", "plain", "bound-twice")]


@pytest.mark.parametrize("mode", ["wsgi", "asgi"])
@pytest.mark.parametrize("debug", [False, True])
def test_the_site_does_not_notice(unnoticed: Callable[..., Any], mode: str, debug: bool) -> None:
    """Pages, processors that raise or give no dictionary, tracebacks, debug pages; no value is asked for anything."""
    unnoticed(*PATHS, mode=mode, settings={**SETTINGS, "DEBUG": debug})


def test_processors_and_names(visit: Callable[..., Any]) -> None:
    """In the order they were called; parents and parts of the page bind nothing again; no value leaves the process."""
    seen = visit([], ["GET", "/page/"], settings=SETTINGS)
    [ran] = seen.of(ContextProcessorsRan)
    assert ran.processors == (
        "django.template.context_processors.csrf",
        "django.template.context_processors.request",
        "detour_urls.shop",
        "detour_urls.fragile",
    )
    assert ran.names == ("csrf_token", "request", "shop", "touchy")
    assert len(seen.of(TemplateEntered)) == 3
    assert "a secret" in seen.outcome["answers"][0]["body"]
    assert "a secret" not in repr(seen.events)


def test_what_processors_do_is_within_their_time(visit: Callable[..., Any]) -> None:
    """A query of a processor is told in front of them, within their time, and before the template begins."""
    seen = visit([], ["GET", "/page/"], settings=SETTINGS)
    statement, ran, first, *_ = seen.of(SqlExecuted, ContextProcessorsRan, TemplateEntered)
    assert isinstance(statement, SqlExecuted)
    assert isinstance(first, TemplateEntered)
    assert ran.time <= statement.time
    assert statement.time + statement.duration <= ran.time + ran.duration <= first.time


def test_processors_of_one_context(visit: Callable[..., Any]) -> None:
    """Those given to a ``RequestContext`` come behind the engine's, and the context is left as ever."""
    seen = visit([], ["GET", "/own-processor/"], settings=SETTINGS)
    assert seen.outcome["answers"][0]["body"] == "1 a secret None {}"
    [ran] = seen.of(ContextProcessorsRan)
    assert ran.processors[-2:] == ("detour_urls.fragile", "detour_urls.own")
    assert ran.names[-1] == "own"


def test_processors_that_fail_are_told_by_their_exception(visit: Callable[..., Any]) -> None:
    """Which of them were called is then in the traceback."""
    seen = visit([], ["GET", "/page-fails/"], ["GET", "/plain/"], settings=SETTINGS)
    assert seen.of(ContextProcessorsRan) == []
    assert len(seen.of(RequestStarted)) == 2
