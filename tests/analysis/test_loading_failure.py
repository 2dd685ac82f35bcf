"""A site that does not start because of an entry of MIDDLEWARE is told which, and what is wrong with it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scenarios import HEADER, SCENARIOS

from reqtrace.analysis.loading_failure import failed_entry, grown_together
from reqtrace.events.kinds import ChainLoading, LayerFailed
from reqtrace.trace.chains import ProcessRecord
from reqtrace.trace.model import ProcessFacts

AUTH = "django.contrib.auth.middleware.AuthenticationMiddleware"
MESSAGES = "django.contrib.messages.middleware.MessageMiddleware"


def process_with(*middleware: str, failing: int | None = None, number: int = 1) -> ProcessFacts:
    record = ProcessRecord(number, HEADER)
    values = {"time": 1, "request": 0, "thread": 1, "chain": 1}
    record.take(ChainLoading(**values, handler="WSGIHandler", is_async=False, middleware=middleware))  # type: ignore[arg-type]
    if failing is not None:
        path, error = middleware[failing], "builtins.ImportError"
        record.take(LayerFailed(**values, layer=failing, path=path, error=error, message="no"))  # type: ignore[arg-type]
    return record.facts()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (AUTH, MESSAGES),
        ("shop.middleware.Prices", "django.middleware.gzip.GZipMiddleware"),
        (MESSAGES, "shop.middleware.Prices"),
        ("shop.layers.timing_middleware", "shop.middleware.Prices"),
        ("whitenoise.middleware.WhiteNoiseMiddleware", "corsheaders.middleware.CorsMiddleware"),
    ],
)
def test_a_missing_comma_is_seen(first: str, second: str) -> None:
    """Python joins two texts that stand side by side into one that names no module."""
    others = ["corsheaders.middleware.Other", "shop.middleware.Greeting"]
    assert grown_together(first + second, others) == (first, second)


@pytest.mark.parametrize(
    "path",
    [AUTH, "django.middlewares.gzip.GZipMiddleware", "shop.mydjango.middleware.Prices", "Shop", "", "shop.Django.x"],
)
def test_an_entry_that_is_only_misspelt_is_none(path: str) -> None:
    """A package named inside of another name is no second entry."""
    assert grown_together(path, [MESSAGES, "shop.middleware.Prices"]) is None


def test_the_entry_that_failed_is_named() -> None:
    """With its number in MIDDLEWARE, as lint counts."""
    failed = failed_entry([process_with(AUTH, "shop.middleware.Wrong", failing=1)])
    assert failed is not None
    assert (failed.number, failed.path, failed.reason) == (2, "shop.middleware.Wrong", "builtins.ImportError: no")
    assert failed.parts is None


def test_both_entries_of_a_missing_comma_are_named() -> None:
    """What else stands in the list tells which packages there are."""
    failed = failed_entry([process_with("shop.a.B", AUTH + MESSAGES, failing=1)])
    assert failed is not None
    assert failed.parts == (AUTH, MESSAGES)


def test_only_the_newest_loading_counts() -> None:
    """After a correction and a reload nothing is held against the site any more."""
    broken = process_with("shop.a.B", failing=0)
    idle = replace(broken, number=3, chains=())
    assert failed_entry([broken, process_with("shop.a.B", number=2)]) is None
    assert failed_entry([process_with("shop.a.B"), broken, idle]) is not None
    assert failed_entry([]) is None


def test_a_chain_that_loaded_has_no_failure() -> None:
    """``MiddlewareNotUsed`` is none."""
    scenario = SCENARIOS["not_used"]
    record = ProcessRecord(1, scenario.header)
    for event in scenario.loading:
        record.take(event)
    assert failed_entry([record.facts()]) is None
