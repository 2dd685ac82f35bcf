"""A site that does not start says why on its page, down to the entry of MIDDLEWARE."""

from __future__ import annotations

from dataclasses import replace

from scenarios import SCENARIOS, Scenario
from tui_driver import MemorySource, Opener

from reqtrace.events.kinds import ChainLoading, LayerFailed
from reqtrace.hub.arrival import SitePhase

AUTH = "django.contrib.auth.middleware.AuthenticationMiddleware"
GZIP = "django.middleware.gzip.GZipMiddleware"
WORDS = "django.core.exceptions.ImproperlyConfigured: WSGI application 'shop.wsgi.application' could not be loaded; no"


def failing_at(path: str) -> Scenario:
    """What a process says whose third entry does not load."""
    scenario = SCENARIOS["detail"]
    loading = next(event for event in scenario.loading if isinstance(event, ChainLoading))
    middleware = (*loading.middleware[:2], path, *loading.middleware[3:])
    failed = LayerFailed(
        time=1, request=0, thread=1, chain=loading.chain, layer=2, path=path, error="builtins.ImportError", message="no"
    )
    return replace(scenario, loading=(replace(loading, middleware=middleware), failed), request=())


async def crashed(opened: Opener, source: MemorySource, path: str) -> str:
    source.request(failing_at(path))
    async with opened(source, (80, 24)) as driver:
        source.site(SitePhase.BROKEN, detail=f"Traceback (most recent call last):\n{WORDS}")
        await driver.settle()
        return " ".join(driver.text.split())


async def test_the_entry_that_does_not_load_is_named(opened: Opener, source: MemorySource) -> None:
    """Below the last words, which stand there whole, although they are wider than the page."""
    page = await crashed(opened, source, "shop.Wrong")
    assert WORDS in page
    assert "Entry 3 of MIDDLEWARE, shop.Wrong, does not load: ImportError: no." in page
    assert "2 shows how far the loading came" in page


async def test_a_missing_comma_is_named(opened: Opener, source: MemorySource) -> None:
    """Both entries that have grown into one, in full."""
    assert f"Put a comma between {AUTH} and {GZIP}: without it" in await crashed(opened, source, AUTH + GZIP)
