"""Reads the URLconfs of the running project as Django has them, without changing what Django will do next.

Nothing is imported: a URLconf that Django has not loaded yet stays so, since the project's code would run at another
time and in another thread than without us, and an import that fails would fail differently the second time. Nothing is
put into Django's caches: ``URLResolver.url_patterns`` is read past its ``cached_property``. What a question needs of
the language, the script prefix or the database belongs to the thread of that question and ends with it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from reqtrace.agent.patterns import urlconf_name
from reqtrace.agent.questions import CannotAnswer
from reqtrace.agent.values import attributes_of, plain_text, shorten

__all__ = ["MAX_DEPTH", "NOT_LOADED", "asking", "is_include", "loaded_root", "patterns_of", "uses_language_prefix"]

MAX_DEPTH = 12
"""Includes in includes that are followed; a list of patterns may contain itself."""
NOT_LOADED = "{name} is not loaded yet: Django imports it with the first request"


def loaded_root(name: str) -> Any:
    """A root resolver of our own for a URLconf, ``ROOT_URLCONF`` if no name is given. Raises ``CannotAnswer``."""
    settings = sys.modules.get("django.conf")
    resolvers = sys.modules.get("django.urls.resolvers")
    if settings is None or resolvers is None:
        raise CannotAnswer("this process has not loaded Django's URLconfs yet")
    urlconf = name or settings.settings.ROOT_URLCONF
    # As django.urls.resolvers._get_cached_resolver makes it.
    root = resolvers.URLResolver(resolvers.RegexPattern(r"^/"), urlconf)
    if patterns_of(root) is None:
        raise CannotAnswer(NOT_LOADED.format(name=shorten(urlconf_name(urlconf))))
    return root


def is_include(pattern: Any) -> bool:
    """It is a ``URLResolver``, or something like it."""
    return "urlconf_name" in attributes_of(pattern)


def patterns_of(resolver: Any) -> Sequence[Any] | None:
    """What an include consists of; ``None`` if its URLconf is not loaded. Raises ``CannotAnswer`` if it is none."""
    from django.urls import URLResolver

    if type(resolver).url_patterns is not URLResolver.url_patterns:
        # A class of the project, which has its own way to them.
        return list(resolver.url_patterns)
    known = attributes_of(resolver)
    if "url_patterns" in known:
        return list(known["url_patterns"])
    urlconf = resolver.urlconf_name
    if isinstance(urlconf, str):
        urlconf = loaded_module(urlconf)
        if urlconf is None:
            return None
    patterns = getattr(urlconf, "urlpatterns", urlconf)
    try:
        return list(patterns)
    except TypeError:
        raise CannotAnswer(f"{shorten(urlconf_name(resolver.urlconf_name))} has no urlpatterns") from None


def loaded_module(name: str) -> Any:
    """The module, if it has been imported to its end."""
    module = sys.modules.get(plain_text(name))
    is_incomplete = getattr(getattr(module, "__spec__", None), "_initializing", False)
    return None if is_incomplete else module


def uses_language_prefix(root: Any) -> bool:
    """The URLconf contains ``i18n_patterns``, which Django allows at the top only."""
    return any(
        "prefix_default_language" in attributes_of(attributes_of(one).get("pattern")) for one in patterns_of(root) or ()
    )


@contextmanager
def asking(language: str) -> Iterator[None]:
    """Answer as if a request ran in this language, and leave nothing behind that belongs to this thread."""
    from django.conf import settings
    from django.urls import set_script_prefix
    from django.utils import translation

    if settings.FORCE_SCRIPT_NAME:
        set_script_prefix(settings.FORCE_SCRIPT_NAME)
    try:
        with translation.override(language):
            yield
    finally:
        database = sys.modules.get("django.db")
        if database is not None:
            # Those of this thread: a converter of the project may have asked the database.
            database.connections.close_all()


def language_for(root: Any, path: str) -> tuple[str, str]:
    """The language a visitor without cookie or ``Accept-Language`` gets, and what it was taken from."""
    from django.conf import settings
    from django.utils import translation

    has_middleware = any(plain_text(name).endswith("LocaleMiddleware") for name in settings.MIDDLEWARE)
    if settings.USE_I18N and has_middleware and uses_language_prefix(root):
        found = translation.get_language_from_path(path)
        if found:
            return found, "path"
    return settings.LANGUAGE_CODE, "LANGUAGE_CODE"
