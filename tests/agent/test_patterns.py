"""URL patterns are numbered and described without running their code."""

from __future__ import annotations

import functools
from types import ModuleType

from django.http import HttpRequest, HttpResponse
from django.urls import URLResolver, include, path, re_path
from django.urls.resolvers import LocalePrefixPattern
from django.utils.functional import SimpleLazyObject, lazy, lazystr
from django.views import View

from reqtrace.agent.patterns import PatternNumbers, describe_pattern

HERE = __name__


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


class Page(View):
    pass


class CallableView:
    def __call__(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse()


def test_routes_of_every_sort() -> None:
    """Sort, text as written, name, and the dotted path of what is called."""
    assert describe_pattern(path("books/<int:pk>/", view, name="book")) == (
        "path",
        "books/<int:pk>/",
        "book",
        f"{HERE}.view",
    )
    assert describe_pattern(re_path(r"^y/(\d+)$", view)) == ("re_path", r"^y/(\d+)$", "", f"{HERE}.view")
    assert describe_pattern(path("", Page.as_view()))[3] == f"{HERE}.Page"
    assert describe_pattern(path("", functools.partial(functools.partial(view))))[3] == f"{HERE}.view"
    assert describe_pattern(path("", CallableView()))[3] == f"{HERE}.CallableView"


def test_includes() -> None:
    """A URLconf by its dotted path, whether given as text, module or list; with its namespace."""
    module = ModuleType("shop.urls")
    module.urlpatterns = [path("", view)]  # type: ignore[attr-defined]
    assert describe_pattern(path("shop/", include(module))) == ("include", "shop/", "", "shop.urls")
    inner = ([path("", view)], "shop")
    assert describe_pattern(path("a/", include(inner, namespace="one"))) == ("include", "a/", "one", "<list>")
    assert describe_pattern(path("b/", include(inner))) == ("include", "b/", "shop", "<list>")
    prefix = URLResolver(LocalePrefixPattern(), [path("x/", view)])
    assert describe_pattern(prefix)[:2] == ("i18n", "")


def test_translated_routes_are_not_looked_up() -> None:
    """Their text depends on the active language; asking would run the translation."""
    asked = []
    route = lazy(lambda: asked.append(1) or "bücher/", str)()  # type: ignore[func-returns-value]
    patterns = [path(route, view), re_path(route, view)]
    asked.clear()  # Django itself looks it up while building the pattern
    described = [describe_pattern(pattern)[:2] for pattern in patterns]
    assert described == [("path", "<translated>"), ("re_path", "<translated>")]
    assert asked == []
    assert describe_pattern(path("x/", view, name=lazystr("lazy")))[2] == ""  # type: ignore[arg-type]


def test_strange_objects_have_a_description() -> None:
    """A resolver of the application's own making is named by its type."""

    class Own:
        pattern = object()

    assert describe_pattern(Own())[0] == "path"
    assert describe_pattern(object()) == ("path", "<NoneType>", "", "")


def test_numbers_are_given_once() -> None:
    """The same pattern keeps its number, an equal one has its own, and each is introduced once."""
    numbers = PatternNumbers()
    first, second = path("a/", view), path("a/", view)
    assert numbers.numbers([first, second, first]) == (1, 2, 1)
    assert [number for number, *_rest in numbers.introductions()] == [1, 2]
    assert numbers.introductions() == []
    assert numbers.numbers([second]) == (2,)
    assert numbers.introductions() == []


def test_a_number_is_never_reused() -> None:
    """A pattern that was made for one request does not lend its number to the next that gets its address."""
    numbers = PatternNumbers()
    given = [numbers.numbers([path(f"{number}/", view)]) for number in range(200)]
    assert given == [(number,) for number in range(1, 201)]


def test_a_class_that_is_lazy_is_not_asked() -> None:
    """What stands in ``view.cls`` is the application's: it counts only if it is a class itself."""
    asked = []

    def lazy_view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    lazy_view.cls = SimpleLazyObject(lambda: asked.append("evaluated"))  # type: ignore[attr-defined]
    assert describe_pattern(path("", lazy_view))[3].endswith("lazy_view")
    assert asked == []
