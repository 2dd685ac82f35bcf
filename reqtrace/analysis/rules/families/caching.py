"""The cache of whole pages: what is stored, and under which key."""

from __future__ import annotations

from reqtrace.analysis.rules.names import CSRF, FETCH_FROM_CACHE, GZIP, LOCALE, SESSION_PROVIDER, UPDATE_CACHE
from reqtrace.analysis.rules.relations import Above, Below, Needs
from reqtrace.analysis.rules.rule import Condition, Rule, Selector, Severity, named
from reqtrace.analysis.rules.stack import Trait

__all__ = ["RULES"]

ORDERING = "Django documentation, ref/middleware, 'Middleware ordering', and topics/cache, 'Order of MIDDLEWARE'"
CACHE = "django.middleware.cache.CacheMiddleware"
UPDATE = named(UPDATE_CACHE, but=(CACHE,))
FETCH = named(FETCH_FROM_CACHE, but=(CACHE,))
STORING = named(UPDATE_CACHE, CACHE)
FILLING = named(FETCH_FROM_CACHE, CACHE)
WITH_I18N = Condition(words="USE_I18N is on", holds=lambda stack: bool(stack.setting("USE_I18N")))

RULES = (
    Rule(
        id="dj-updatecache-before-session",
        severity=Severity.ERROR,
        about=STORING,
        relation=Above(others=SESSION_PROVIDER, beside=FILLING),
        hook="process_response",
        consequence="Pages are stored before 'Vary: Cookie' is added, so what one visitor sees is served to everybody.",
        source=ORDERING,
        evidence=("docs", "measured"),
    ),
    Rule(
        id="dj-updatecache-before-csrf",
        severity=Severity.ERROR,
        about=STORING,
        relation=Above(others=named(CSRF), beside=FILLING),
        hook="process_response",
        consequence="Forms are stored with one visitor's token and served to others, whose POST is refused (403).",
        source="measured; django/middleware/csrf.py CsrfViewMiddleware.process_response",
        evidence=("measured",),
    ),
    Rule(
        id="dj-updatecache-first",
        severity=Severity.WARNING,
        about=STORING,
        relation=Above(
            others=Selector(
                but=(GZIP, LOCALE), traits=frozenset({Trait.SETS_VARY}), lacks=frozenset({Trait.EDITS_BODY})
            ),
            beside=FILLING,
        ),
        hook="process_response",
        consequence="Pages are stored before that layer says what they vary on: visitors may get each other's pages.",
        source="Django documentation, topics/cache; django/middleware/cache.py",
        evidence=("docs", "measured"),
        is_general=True,
    ),
    Rule(
        id="dj-updatecache-before-gzip",
        severity=Severity.INFO,
        about=UPDATE,
        relation=Above(others=named(GZIP), beside=FETCH),
        hook="process_response",
        consequence="Pages are stored before they are compressed, and compressed anew for each visitor.",
        source=ORDERING,
        evidence=("docs",),
    ),
    Rule(
        id="dj-updatecache-before-locale",
        severity=Severity.INFO,
        about=UPDATE,
        relation=Above(others=named(LOCALE), beside=FETCH),
        hook="process_response",
        consequence="The stored page lacks Content-Language. (Its key names the language, so it is the right one.)",
        source=f"{ORDERING}; django/utils/cache.py _i18n_cache_key_suffix",
        evidence=("docs", "code"),
    ),
    Rule(
        id="dj-cachemw-before-locale",
        severity=Severity.ERROR,
        about=named(CACHE),
        relation=Below(others=named(LOCALE)),
        when=WITH_I18N,
        hook="process_request",
        consequence="The key has the language in it, not known yet: visitors get pages in each other's language.",
        source="measured (the documentation asks for the opposite); django/utils/cache.py _i18n_cache_key_suffix",
        evidence=("measured",),
    ),
    Rule(
        id="dj-fetchcache-after-vary",
        severity=Severity.ERROR,
        about=FETCH,
        relation=Below(others=named(LOCALE)),
        when=WITH_I18N,
        hook="process_request",
        consequence="The key has the language in it, not known yet: visitors get pages in each other's language.",
        source=f"{ORDERING}; django/utils/cache.py _i18n_cache_key_suffix",
        evidence=("docs", "measured"),
    ),
    Rule(
        id="dj-fetchcache-last",
        severity=Severity.INFO,
        about=FETCH,
        relation=Below(others=SESSION_PROVIDER),
        hook="process_request",
        consequence="The layers below it are skipped when a page is found in the cache.",
        source="Django documentation, topics/cache; django/middleware/cache.py",
        evidence=("docs",),
    ),
    Rule(
        id="dj-cache-pair",
        severity=Severity.WARNING,
        about=UPDATE,
        relation=Needs(provider=named(FETCH_FROM_CACHE), is_anywhere=True, missing=Severity.WARNING),
        hook="process_request",
        consequence="Nothing is ever stored: FetchFromCacheMiddleware is the half that says what may be.",
        source="django/middleware/cache.py UpdateCacheMiddleware._should_update_cache",
        evidence=("measured",),
    ),
)
