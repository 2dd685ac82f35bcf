"""At the level ``deep`` each template tag and each variable with filters is told, in Django's order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reqtrace.events.kinds import (
    AgentWarned,
    ExceptionRaised,
    FiltersApplied,
    LevelChanged,
    Outcome,
    TagEntered,
    TagLeft,
    TemplateEntered,
    TemplateLeft,
)
from reqtrace.hub.hub import Hub

pytestmark = pytest.mark.slow

PAGES = {
    "base.html": "<html>{% block content %}{% endblock %}</html>",
    "page.html": '{% extends "base.html" %}\n{% block content %}{# nothing #}text\n'
    '{% for letter in who|slice:":2" %}{{ letter|upper|default:"s3cr3t" }}{{ who }}{% endfor %}'
    '{% include "part.html" %}{% endblock %}',
    "part.html": "<p>\n\n{% if who %}part{% endif %}</p>",
    "broken.html": '{% with other=1 %}\n{% include "deeper.html" %}{% endwith %}',
    "deeper.html": "{{ who }}\n{% if who %}{{ who|add:1|date:missing|slice:who }}{% cycle %}{% endif %}",
}
RAISING = {
    **PAGES,
    "page.html": "{% with x=1 %}\n{{ who|upper }}{% widthratio 1 who|length 1 as y %}{% url 'none' %}{% endwith %}",
}


def templates(pages: dict[str, str], **more: Any) -> dict[str, Any]:
    loader = ("django.template.loaders.locmem.Loader", pages)
    backend = "django.template.backends.django.DjangoTemplates"
    return {"TEMPLATES": [{"BACKEND": backend, "OPTIONS": {"loaders": [loader]}}], **more}


@pytest.fixture
def visit_deep(visit: Callable[..., Any], hub: Hub) -> Callable[..., Any]:
    """``visit`` at the level ``deep``."""
    hub.set_level("deep")
    return visit


@pytest.mark.parametrize("mode", ["wsgi", "asgi"])
def test_tags_are_told_where_they_stand(visit_deep: Callable[..., Any], mode: str) -> None:
    """By name, template and line, also in a parent and in a part; texts, comments and plain variables are not."""
    seen = visit_deep([], ["GET", "/page/"], mode=mode, settings=templates(PAGES))
    assert [(tag.name, tag.template, tag.line) for tag in seen.of(TagEntered)] == [
        ("extends", "page.html", 1),
        ("block", "base.html", 1),
        ("for", "page.html", 3),
        ("include", "page.html", 3),
        ("if", "part.html", 3),
    ]
    assert seen.of(AgentWarned) == []
    assert [event.level for event in seen.of(LevelChanged)] == ["deep"]


def test_tags_and_templates_nest(visit_deep: Callable[..., Any]) -> None:
    """Whatever is entered is left, the innermost first."""
    seen = visit_deep([], ["GET", "/page/"], settings=templates(PAGES))
    stack: list[type] = []
    deepest = 0
    for event in seen.of(TagEntered, TagLeft, TemplateEntered, TemplateLeft):
        match event:
            case TagEntered() | TemplateEntered():
                stack.append(type(event))
            case TagLeft():
                assert stack.pop() is TagEntered
                assert event.outcome == Outcome.none
            case TemplateLeft():
                assert stack.pop() is TemplateEntered
        deepest = max(deepest, len(stack))
    assert stack == []
    assert deepest == 7


def test_filters_are_told_as_written(visit_deep: Callable[..., Any]) -> None:
    """The expression, and the filters in the order they were applied; nothing of the values."""
    seen = visit_deep([], ["GET", "/page/"], settings=templates(PAGES))
    applied = seen.of(FiltersApplied)
    assert [(event.expression, event.filters) for event in applied] == [
        ('who|slice:":2"', ("slice",)),
        *[('letter|upper|default:"s3cr3t"', ("upper", "default"))] * 2,
    ]
    assert all(event.duration > 0 and event.error == "" for event in applied)
    assert "VI" not in "".join(map(repr, applied))


def test_a_tag_that_raises(visit_deep: Callable[..., Any]) -> None:
    """It and all around it are left by the exception, which is told once."""
    seen = visit_deep([], ["GET", "/page/"], settings=templates(RAISING))
    assert [tag.outcome for tag in seen.of(TagLeft)] == [Outcome.none, Outcome.raised, Outcome.raised]
    [raised] = seen.of(ExceptionRaised)
    assert raised.error.endswith("NoReverseMatch")


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("pages", [PAGES, RAISING], ids=["broken", "raising"])
@pytest.mark.parametrize("mode", ["wsgi", "asgi"])
def test_the_debug_page_shows_the_same_line(
    visit: Callable[..., Any], hub: Hub, debug: bool, pages: dict[str, str], mode: str
) -> None:
    """``template_debug`` with its lines around the error, the traceback, and the log records."""
    paths = [["GET", "/broken-template/"], ["GET", "/page/"], ["GET", "/template-response/"]]
    settings = templates(pages, DEBUG=debug)
    bare = visit(["AllHooks"], *paths, mode=mode, traced=False, settings=settings)
    hub.set_level("deep")
    deep = visit(["AllHooks"], *paths, mode=mode, settings=settings)
    assert deep.outcome == bare.outcome
    assert len(deep.of(TagEntered)) > 2


def test_at_path_no_tag_is_told(visit: Callable[..., Any]) -> None:
    """The level is ``path`` until somebody says otherwise."""
    seen = visit([], ["GET", "/page/"], settings=templates(PAGES))
    assert seen.of(TemplateEntered)
    assert seen.of(TagEntered, FiltersApplied, LevelChanged) == []
