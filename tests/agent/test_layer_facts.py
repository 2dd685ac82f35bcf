"""What a middleware does with the request is read in its source: how certainly, where, and what it sets itself."""

from __future__ import annotations

import importlib.util
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from reqtrace.agent.layer_facts import build_layer, describe_layer

BEGINNING = """
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, MiddlewareNotUsed
from django.http import HttpResponse
from django.utils.deprecation import MiddlewareMixin
from django.utils.functional import SimpleLazyObject

class Base:
    def __init__(self, get_response):
        self.get_response = get_response

"""


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str], ModuleType]:
    """A module with this source."""

    def make(source: str) -> ModuleType:
        file = tmp_path / f"layers_{abs(hash(source))}.py"
        file.write_text(BEGINNING + textwrap.dedent(source), encoding="utf-8")
        spec = importlib.util.spec_from_file_location(file.stem, file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[file.stem] = module
        spec.loader.exec_module(module)
        return module

    return make


@pytest.fixture
def reads(load: Callable[[str], ModuleType]) -> Callable[[str], dict[str, str]]:
    """What a ``process_request`` with this body takes on the way in, and how certainly."""

    def make(body: str, *, hook: str = "process_request(self, request)") -> dict[str, str]:
        source = f"class Layer(MiddlewareMixin):\n    def {hook}:\n{textwrap.indent(textwrap.dedent(body), ' ' * 8)}\n"
        facts = describe_layer(load(source).Layer)
        return {read["attribute"]: read["certainty"] for read in facts["reads"] if read["phase"] == "in"}

    return make


@pytest.mark.parametrize(
    ("body", "certainty"),
    [
        ("x = request.user.pk", "always"),
        ("return request.user", "always"),
        ("if request.user.is_staff: pass", "always"),
        ("x = getattr(request, 'user')", "always"),
        ("with open('x') as f: request.user", "always"),
        ("if not hasattr(request, 'user'): raise ImproperlyConfigured('no')", "always"),
        ("assert hasattr(request, 'user')", "always"),
        ("if self.async_mode: return None\nrequest.user", "always"),
        ("if request.path == '/': request.user", "sometimes"),
        ("if request.path == '/': return None\nrequest.user", "sometimes"),
        ("x = request.GET and request.user", "sometimes"),
        ("name = request.path\nif name: request.user", "sometimes"),
        ("if settings.DEBUG: request.user", "maybe"),
        ("if self.on and request.path: request.user", "maybe"),
        ("for x in self.things: request.user", "maybe"),
        ("x = [request.user for x in self.things]", "maybe"),
        ("if hasattr(request, 'user'): request.user", "guarded"),
        ("x = getattr(request, 'user', None)", "guarded"),
        ("if getattr(request, 'user', None): request.user.pk", "guarded"),
        ("try:\n    request.user\nexcept AttributeError:\n    pass", "guarded"),
        ("try:\n    request.user\nexcept KeyError:\n    pass", "always"),
        ("request.user = 1\nrequest.user", None),
        ("x = lambda: request.user", None),
        ("request.x = SimpleLazyObject(lambda: request.user)", None),
        ("def later(): return request.user", None),
        ("x = request.path", None),
        ("x = other.user if (other := self) else None", None),
    ],
    ids=lambda value: str(value).replace("\n", " / ")[:60],
)
def test_certainty(body: str, certainty: str | None, reads: Callable[..., dict[str, str]]) -> None:
    """Unconditional, for some requests, behind any other condition, or looked for first."""
    assert reads(body).get("user") == certainty


@pytest.mark.parametrize(
    ("source", "is_in"),
    [
        ("def __call__(self, request):\n    request.user\n    return self.get_response(request)", True),
        ("def __call__(self, request):\n    r = self.get_response(request)\n    request.user\n    return r", False),
        ("def __call__(self, request):\n    return self.get_response(use(request))", False),
        ("def __call__(self, request):\n    help_out(request)\n    return self.get_response(request)", True),
        (
            "def __call__(self, request):\n    self.own(request)\n    return self.get_response(request)\n\n"
            "def own(self, visit):\n    visit.user",
            True,
        ),
        (
            "def __call__(self, request):\n    r = None\n    r = r or self.get_response(request)\n    request.user",
            False,
        ),
        ("async def __call__(self, request):\n    request.user\n    return await self.get_response(request)", True),
        ("def process_response(self, request, response):\n    request.user\n    return response", False),
        ("def process_view(self, request, view, args, kwargs):\n    request.user", False),
    ],
    ids=["before", "after", "not followed into", "helper", "method", "or", "async", "process_response", "process_view"],
)
def test_way_in(source: str, is_in: bool, load: Callable[[str], ModuleType]) -> None:
    """Only what runs before get_response needs something from the layers above."""
    helpers = "def help_out(visit):\n    return visit.user\n\ndef use(request):\n    return request\n\n"
    module = load(f"{helpers}class Layer(Base):\n{textwrap.indent(source, '    ')}\n")
    found = [read for read in describe_layer(module.Layer)["reads"] if read["attribute"] == "user"]
    assert any(read["phase"] == "in" for read in found) is is_in


def test_place_of_a_read(load: Callable[[str], ModuleType]) -> None:
    """File and line of the very expression are told, in a helper, too."""
    module = load(
        "def ask(request):\n    return request.user\n\nclass Layer(MiddlewareMixin):\n"
        "    def process_request(self, request):\n        ask(request)\n"
    )
    (read,) = describe_layer(module.Layer)["reads"]
    assert read["file"] == module.__file__
    lines = Path(str(module.__file__)).read_text(encoding="utf-8").splitlines()
    assert lines[read["line"] - 1].strip() == "return request.user"


@pytest.mark.parametrize(
    ("body", "is_answering"),
    [
        ("return None", False),
        ("return", False),
        ("if request.GET: return HttpResponse('no')", True),
        ("return HttpResponse('no')", True),
        ("pass", False),
    ],
)
def test_answers(body: str, is_answering: bool, load: Callable[[str], ModuleType]) -> None:
    """A layer that can return a response before get_response turns requests back."""
    module = load(f"class Layer(MiddlewareMixin):\n    def process_request(self, request):\n        {body}\n")
    assert ("answers" in describe_layer(module.Layer)["traits"]) is is_answering


def test_typing_casts_are_looked_through(load: Callable[[str], ModuleType]) -> None:
    """``cast`` does nothing when it runs, so a call of get_response in it is one."""
    module = load("""
        import typing
        from typing import cast

        class Layer(Base):
            def __call__(self, request):
                if settings.ASYNC:
                    return cast(Layer, self).__acall__(request)
                return typing.cast(HttpResponse, self.get_response(request))

            async def __acall__(self, request):
                return await cast(object, self.get_response)(request)
    """)
    facts = describe_layer(module.Layer)
    assert facts["is_source_known"]
    assert facts["traits"] == []


def test_function_with_an_async_twin(load: Callable[[str], ModuleType]) -> None:
    """A factory function is read through to the functions it returns, whichever of them."""
    module = load("""
        def layer(get_response):
            def note(request):
                request.seen = request.user
            if settings.DEBUG:
                async def middleware(request):
                    note(request)
                    return await get_response(request)
            else:
                def middleware(request):
                    note(request)
                    return get_response(request)
            return middleware
        layer.async_capable = True
    """)
    facts = describe_layer(module.layer)
    assert facts["is_source_known"]
    assert facts["is_async_capable"]
    assert facts["sets"] == ["seen"]
    assert [(read["phase"], read["attribute"], read["certainty"]) for read in facts["reads"]] == [
        ("in", "user", "always")
    ]


def test_function_under_another_name(load: Callable[[str], ModuleType]) -> None:
    """The function that is returned is found under the name it was given, or behind a condition."""
    module = load("""
        def renamed(get_response):
            def inner(request):
                request.seen = True
                return get_response(request)
            middleware = inner
            middleware.process_exception = lambda request, exception: None
            return middleware
        def chosen(get_response):
            def one(request): return get_response(request)
            def other(request):
                request.user
                return get_response(request)
            return one if settings.DEBUG else other
    """)
    assert describe_layer(module.renamed)["sets"] == ["seen"]
    assert [read["attribute"] for read in describe_layer(module.chosen)["reads"]] == ["user"]


def test_what_cannot_be_read_is_said_so(load: Callable[[str], ModuleType]) -> None:
    """A factory without source is not taken for one that needs nothing."""
    module = load(
        "import functools\nmade = functools.partial(print)\nclass Callable:\n    def __call__(self, x): ...\n"
        "thing = Callable()\n"
    )
    assert not describe_layer(module.made)["is_source_known"]
    assert not describe_layer(module.thing)["is_source_known"]


def test_source_of_any_depth_and_helpers_without_end(load: Callable[[str], ModuleType]) -> None:
    """An expression too deep to walk makes the source unknown; helpers that call each other come to an end."""
    sums = "+".join(["1"] * 600)
    deep = load(f"class Layer(MiddlewareMixin):\n    def process_request(self, request):\n        x = {sums}\n")
    assert not describe_layer(deep.Layer)["is_source_known"]
    calls = "\n".join(f"    {name}(r)" for name in "abc" for _ in range(12))
    helpers = "\n".join(f"def {name}(r):\n{calls}" for name in "abc")
    module = load(
        f"{helpers}\nclass Layer(MiddlewareMixin):\n    def process_request(self, request):\n        a(request)\n"
    )
    assert describe_layer(module.Layer)["is_source_known"]


def test_ancestors_are_told(load: Callable[[str], ModuleType]) -> None:
    """The dotted paths of a class and its ancestors, ``object`` left out."""
    from django.middleware.common import CommonMiddleware

    module = load("from django.middleware.common import CommonMiddleware\nclass Own(CommonMiddleware): pass\n")
    mro = describe_layer(module.Own)["mro"]
    assert mro[0].endswith(".Own")
    assert f"{CommonMiddleware.__module__}.CommonMiddleware" in mro
    assert "builtins.object" not in mro


@pytest.mark.parametrize("is_asgi", [False, True])
def test_building(is_asgi: bool, load: Callable[[str], ModuleType]) -> None:
    """A layer is built as Django builds it, and never called."""
    module = load("""
        class Unused:
            def __init__(self, get_response): raise MiddlewareNotUsed("not here")
        class Broken:
            def __init__(self, get_response): raise RuntimeError("no key")
        def nothing(get_response): return None
        class Fine(MiddlewareMixin):
            def process_request(self, request): raise SystemExit
    """)

    def built(factory: Any) -> dict[str, Any]:
        return build_layer(factory, is_asgi=is_asgi)

    assert built(module.Unused) == {"is_used": False, "remark": "not here"}
    assert built(module.Broken)["failure"]["message"] == "no key"
    assert "None" in built(module.nothing)["failure"]["message"]
    assert built(module.Fine) == {"hooks": ["process_request"], "fault": None}


def test_source_is_never_run(load: Callable[[str], ModuleType]) -> None:
    """Properties and descriptors of the class stay untouched."""
    module = load("""
        class Trap:
            def __get__(self, instance, owner): raise SystemExit("touched")
        class Layer(MiddlewareMixin):
            trap = Trap()
            def process_request(self, request):
                request.user
    """)
    assert describe_layer(module.Layer)["reads"]
