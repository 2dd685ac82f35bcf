"""A site that uses caches; run only in child processes, or imported by those that use other things.

``python uses_site.py SITUATION``: each function sets up one situation and returns what a user of the site can notice,
printed as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import traceback
import warnings
from types import ModuleType

from trap_site import call, configure, converse, wsgi


def site(*views):
    """Each view at its own name."""
    from django.urls import path

    urls = ModuleType("uses_urls")
    urls.urlpatterns = [path(f"{view.__name__}/", view) for view in views]
    sys.modules["uses_urls"] = urls


def prepare(**settings):
    configure(**{"MIDDLEWARE": [], "ROOT_URLCONF": "uses_urls", **settings})


def answer(*parts):
    from django.http import HttpResponse

    return HttpResponse(repr(parts))


def trace_of(error):
    """Where it passed, without what differs between processes."""
    return [(frame.filename, frame.name, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]


class Untouchable:
    """A value or key that must not be looked at."""

    def fail(self, *args):
        raise AssertionError("somebody looked at a value")

    __bool__ = __len__ = __eq__ = __iter__ = __getattr__ = fail
    __hash__ = object.__hash__

    def __repr__(self):
        return self.fail()

    def __str__(self):
        return "a-key"

    def __reduce__(self):
        return (Untouchable, ())


def failure(action):
    """What an action raises, and where that passed."""
    try:
        return repr(action())
    except Exception as error:
        return [type(error).__name__, trace_of(error), type(error.__context__).__name__]


def no_wrapper_is_left(*owners):
    """Take the agent out; whatever it wrapped is as it was."""
    install = sys.modules.get("reqtrace.agent.install")
    if install is not None:
        install.uninstall()
    return [
        f"{owner.__name__}.{name}"
        for owner in owners
        for name, thing in vars(owner).items()
        if "reqtrace" in str(getattr(getattr(thing, "__code__", None), "co_filename", ""))
    ]


# --- caches ------------------------------------------------------------------------------------------------------

SETTINGS = {
    "CACHES": {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "one"},
        "other": {"BACKEND": "uses_site.OwnCache", "LOCATION": "two"},
    }
}


def every_operation(request):
    """The sync methods, each outcome."""
    from django.core.cache import cache, caches

    sentinel = object()
    seen = [cache.get("missing"), cache.get("missing", sentinel) is sentinel, cache.get("missing", 0)]
    seen += [cache.set("a", 1), cache.get("a"), cache.get("a", default=sentinel), cache.add("a", 2), cache.add("b", 2)]
    seen += [
        cache.get_many(["a", "b", "c"]),
        cache.get_many(key for key in ("a", "z")),
        cache.set_many({"d": 1, "e": 2}),
    ]
    seen += [cache.get_or_set("a", lambda: 5), cache.get_or_set("new", lambda: cache.get("b")), cache.incr("a")]
    seen += [cache.decr("a", delta=2), "a" in cache, cache.has_key("q"), cache.touch("a"), cache.touch("q")]
    seen += [cache.delete("a"), cache.delete("a"), cache.delete_many(["b", "c", "d", "e", "f"])]
    try:
        cache.incr("missing")
    except ValueError as error:
        seen += [str(error), trace_of(error)]
    seen += [cache.incr_version("new"), cache.clear(), caches["other"].get("k", version=2), caches["other"].set("k", 1)]
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        cache.get("with space")
    seen += [[str(warning.message), warning.filename, warning.lineno] for warning in warned]
    cache.set("user:5:auth_token", "s3cr3t-value")
    cache.get(f"prefix.{'0z' * 16}")
    return answer(*seen)


def untouched_values(request):
    """Keys and values that object to being looked at."""
    from django.core.cache import cache

    key, value = Untouchable(), Untouchable()
    cache.set(key, value)
    found = cache.get(key, value)
    return answer(type(found).__name__, found is value, cache.get_or_set("x", value) is value)


async def async_operations(request):
    from django.core.cache import cache, caches

    async def compute(key):
        return await cache.aget(key)

    seen = [await cache.aset("a", 1), await cache.aget("a"), await cache.aget("q"), await cache.aget_many(["a", "b"])]
    seen += [await cache.aget_or_set("a", 5), await cache.aget_or_set("n", lambda: cache.get("a"))]
    seen += await asyncio.gather(*(compute(key) for key in ("a", "b")))
    seen += [await cache.ahas_key("a"), await cache.aincr("a"), await cache.adelete("a")]
    await caches["other"].aset("k", 1)
    return answer(*seen)


def own_cache():
    from django.core.cache.backends.locmem import LocMemCache

    class OwnCache(LocMemCache):
        """Overrides, calls its parent, and keeps a parent's method."""

        get_many = LocMemCache.get_many

        def get(self, key, default=None, version=None):
            return super().get(key, default, version)

        def set(self, *args, **kwargs):
            return super().set(*args, **kwargs)

    return OwnCache


def __getattr__(name):
    if name == "OwnCache":
        globals()[name] = own_cache()
        return globals()[name]
    raise AttributeError(name)


def caches():
    """Each operation, and what keys and values may be."""
    site(every_operation, untouched_values)
    sys.modules["uses_site"] = sys.modules["__main__"]
    prepare(**SETTINGS)
    handler = wsgi()
    return [call(handler, path)["body"] for path in ("/every_operation/", "/untouched_values/")]


def async_caches():
    site(async_operations)
    sys.modules["uses_site"] = sys.modules["__main__"]
    prepare(**SETTINGS)
    from django.core.handlers.asgi import ASGIHandler

    hops = count_hops()
    return [asyncio.run(converse(ASGIHandler(), "/async_operations/"))[1]["body"].decode(), hops]


def count_hops():
    from asgiref.sync import SyncToAsync

    hops = {"sync_to_async": 0}
    original = SyncToAsync.__call__

    def counted(self, *args, **kwargs):
        hops["sync_to_async"] += 1
        return original(self, *args, **kwargs)

    SyncToAsync.__call__ = counted
    return hops


def cached_site():
    """Session, template tag and decorator that use the cache, each twice."""
    prepare(
        SESSION_ENGINE="django.contrib.sessions.backends.cache",
        MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
    )
    from django.http import HttpResponse
    from django.template import engines
    from django.views.decorators.cache import cache_page

    def visits(request):
        request.session["visits"] = request.session.get("visits", 0) + 1
        return HttpResponse(str(request.session["visits"]))

    def fragment(request):
        page = "{% load cache %}{% cache 60 shelf who %}{{ who }}{% endcache %}"
        return HttpResponse(engines["django"].from_string(page).render({"who": "Ada"}, request))

    @cache_page(60)
    def page(request):
        return HttpResponse("a page")

    site(visits, fragment, page)
    handler = wsgi()
    cookie = call(handler, "/visits/")["headers"]["Set-Cookie"].partition(";")[0]
    paths = ("visits", "fragment", "fragment", "page", "page")
    return [call(handler, f"/{path}/", cookie=cookie)["body"] for path in paths]


def mocked_cache():
    """Tests replace the methods of a class, and find them as they were."""
    site(mocked)
    prepare()
    from unittest import mock

    from django.core.cache import cache
    from django.core.cache.backends.base import BaseCache
    from django.core.cache.backends.locmem import LocMemCache

    cache.get("first")
    before = LocMemCache.add
    with mock.patch("django.core.cache.backends.locmem.LocMemCache.add", return_value=True) as add:
        body = call(wsgi(), "/mocked/")["body"]
    same = cache.get_many.__func__ is BaseCache.get_many
    return [
        body,
        add.call_count,
        LocMemCache.add is before,
        same,
        vars(type(cache._connections["default"])).keys() >= {"add"},
    ]


def mocked(request):
    from django.core.cache import cache

    return answer(cache.get_or_set("m", 3))


def caches_uninstalled():
    site(every_operation)
    sys.modules["uses_site"] = sys.modules["__main__"]
    prepare(**SETTINGS)
    handler = wsgi()
    call(handler, "/every_operation/")
    from django.core.cache import CacheHandler
    from django.core.cache import caches as handlers

    kinds = [owner for alias in SETTINGS["CACHES"] for owner in type(handlers[alias]).__mro__]
    return [no_wrapper_is_left(CacheHandler, *kinds), call(handler, "/every_operation/")["body"]]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(globals()[sys.argv[1]](), default=str))
