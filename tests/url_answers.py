"""What a small project answers to questions about its URLconf, as JSON brings it: for tests of the watching side."""

from __future__ import annotations

from typing import Any

INT = ["django.urls.converters.IntConverter", "[0-9]+"]
SLUG = ["django.urls.converters.SlugConverter", "[-a-zA-Z0-9_]+"]
ISBN = ["shop.converters.IsbnConverter", "97[89][0-9]{10}"]


def view(text: str, name: str, target: str, *converters: list[str], sort: str = "path", **facts: Any) -> dict[str, Any]:
    """A pattern that leads to a view."""
    known = {"sort": sort, "text": text, "name": name, "target": target, "converters": list(converters)}
    place = {"kind": "function", "file": "/site/shop/views.py", "line": 12, "decorators": [], "arguments": []}
    return {**known, **place, **facts}


def included(text: str, target: str, *children: Any, sort: str = "path", **facts: Any) -> dict[str, Any]:
    """A pattern that leads to others."""
    known = {"sort": sort, "text": text, "name": "", "target": target, "converters": [], "arguments": []}
    return {**known, "app_name": "", "namespace": "", "children": list(children), **facts}


def a_tree(*children: Any, **facts: Any) -> dict[str, Any]:
    """The answer to ``urls.tree``."""
    return {
        "urlconf": "bookshop.urls",
        "language": "en",
        "patterns": 0,
        "untold": 0,
        "children": list(children),
        **facts,
    }


SHOP = included(
    "books/",
    "shop.urls",
    view("", "book_list", "shop.views.book_list"),
    view("<int:pk>/", "book_detail", "shop.views.book_detail", ["pk", *INT], line=20, decorators=["login_required"]),
    view("<int:pk>/review/", "review", "shop.views.Review", ["pk", *INT], kind="class", line=44),
    view("isbn/<isbn:isbn>/", "by_isbn", "shop.views.by_isbn", ["isbn", *ISBN], arguments=[["page", "1"]]),
    app_name="shop",
    namespace="shop",
)
BOOKSHOP = a_tree(
    view("", "start", "site.views.start"),
    SHOP,
    view("authors/<slug:slug>/", "author", "site.views.author", ["slug", *SLUG]),
    view("^published/(?P<year>[0-9]{4})/$", "published", "site.views.published", sort="re_path"),
    included("en/", "<list>", view("about/", "about", "site.views.about"), sort="i18n"),
    included("later/", "site.later", children=None),
)
"""A root URLconf with an application, a language prefix and an include that is not loaded."""


def step(at: list[int], outcome: str, rest: int, *values: dict[str, str], **facts: Any) -> dict[str, Any]:
    """One step of the answer to ``urls.match``."""
    return {"at": at, "outcome": outcome, "rest": rest, "values": list(values), **facts}


def value(name: str, got: str, value: str, error: str = "") -> dict[str, str]:
    """A part of the path that a converter was given."""
    return {"name": name, "got": got, "value": value, "error": error}


def a_match(*steps: dict[str, Any], match: dict[str, Any] | None = None, **facts: Any) -> dict[str, Any]:
    """The answer to ``urls.match``."""
    known = {"urlconf": "bookshop.urls", "language": "en", "language_from": "LANGUAGE_CODE", "is_cut": False}
    return {**known, "steps": list(steps), "match": match, **facts}


FOUND = a_match(
    step([0], "missed", 8),
    step([1], "entered", 2),
    step([1, 0], "missed", 2),
    step([1, 1], "matched", 0, value("pk", "3", "3")),
    match={
        "arguments": [["pk", "3"]],
        "view_name": "shop:book_detail",
        "app_names": ["shop"],
        "route": "books/<int:pk>/",
    },
)
"""``/books/3/``"""
LOST = a_match(
    step([0], "missed", 9),
    step([1], "left", 3),
    step([1, 0], "missed", 3),
    step([1, 1], "missed", 3),
    step([1, 2], "missed", 3),
    step([1, 3], "missed", 3),
    step([2], "missed", 9),
    step([3], "missed", 9),
    step([4], "missed", 9),
)
"""``/books/abc`` up to the language prefix; ``later/`` was never asked, which Django would not leave out."""
REFUSED = a_match(
    step([0], "missed", 25),
    step([1], "left", 19),
    step([1, 0], "missed", 19),
    step([1, 1], "missed", 19),
    step([1, 2], "missed", 19),
    step([1, 3], "missed", 19, value("isbn", "9781234567890", "", "ValueError: the check digit is wrong")),
    step([2], "missed", 25),
    step([3], "missed", 25),
    step([4], "missed", 25),
    step([5], "missed", 25),
)
"""``/books/isbn/9781234567890/``, which the project's own converter refuses."""
