"""The sentences about an entry of MIDDLEWARE that keeps a site from starting."""

from __future__ import annotations

from collections.abc import Sequence

from reqtrace.analysis.loading_failure import FailedEntry, failed_entry
from reqtrace.render.labels import text
from reqtrace.render.sanitize import sanitize
from reqtrace.render.stack_words import without_module
from reqtrace.trace.model import ProcessFacts

__all__ = ["failed_entry_words", "failure_advice", "loading_story"]


def loading_story(processes: Sequence[ProcessFacts], detail: str) -> str:
    """What MIDDLEWARE has to do with a site that does not run; empty if nothing. ``detail`` is what it said last."""
    failed = failed_entry(processes)
    if failed is not None:
        return f"{failed_entry_words(failed)} {failure_advice(failed)}"
    # A system check that misses an entry ends the site before anything of the list is loaded.
    return text("loading.checks") if "MIDDLEWARE" in detail else ""


def failed_entry_words(failed: FailedEntry) -> str:
    """Which entry it is, and why it does not load."""
    reason = without_module(failed.reason).rstrip(".")
    return text("loading.failed", number=failed.number, path=sanitize(failed.path), reason=reason)


def failure_advice(failed: FailedEntry) -> str:
    """What to do about it."""
    if failed.parts is None:
        return text("loading.lint")
    first, second = map(sanitize, failed.parts)
    return text("loading.comma", first=first, second=second)
