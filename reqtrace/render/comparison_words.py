"""Puts what two requests differ in into words: sentences, counts, and phrases for each side."""

from __future__ import annotations

from reqtrace.analysis.comparison_model import (
    IGNORED,
    Aspect,
    Circumstance,
    CircumstanceId,
    Comparison,
    Difference,
    DifferenceId,
    Value,
)
from reqtrace.render.labels import count, has, text
from reqtrace.render.sanitize import sanitize
from reqtrace.render.sql_text import short_sql

__all__ = [
    "NAMES",
    "circumstance_words",
    "difference_words",
    "ignored_words",
    "side_words",
    "subject_words",
    "total_words",
]

NAMES = ("A", "B")
"""What the two are called if nothing better is known."""
COUNTED = frozenset(
    {
        DifferenceId.QUERY,
        DifferenceId.TRANSACTION,
        DifferenceId.TEMPLATE,
        DifferenceId.DECORATOR_HOOK,
        DifferenceId.CACHE,
        DifferenceId.HTTP,
        DifferenceId.MAIL,
        DifferenceId.LAYER_CALLS,
    }
)
"""Their values are numbers of times; they share their phrases."""
LANES = ("chain", "static", "server")
YES_OR_NO = frozenset({CircumstanceId.INCOMPLETE, CircumstanceId.NO_HEADERS})


def difference_words(difference: Difference, names: tuple[str, str] = NAMES) -> str:
    """One sentence."""
    both = text(
        "comparison.both",
        a=side_words(difference, difference.a),
        b=side_words(difference, difference.b),
        A=names[0],
        B=names[1],
    )
    key = f"comparison.{difference.id.key}"
    if not difference.subject and has(f"{key}.core"):
        key = f"{key}.core"
    return text(key, subject=subject_words(difference), both=both)


def subject_words(difference: Difference) -> str:
    """What it is about, on one line; a statement is shortened."""
    if difference.id is DifferenceId.QUERY:
        return short_sql(difference.subject)
    return sanitize(difference.subject)


def side_words(difference: Difference, value: Value | None) -> str:
    """What is true of one side."""
    key = "comparison.query" if difference.id in COUNTED else f"comparison.{difference.id.key}"
    if value is None:
        return text(f"{key}.none" if has(f"{key}.none") else "comparison.unset")
    if difference.id in COUNTED and value == 1:
        return text("comparison.query.once")
    if difference.id is DifferenceId.HOOK_ENDED and value == "" and difference.subject.endswith(".__call__"):
        return text("comparison.hook_ended.call")
    if value == "":
        return text(f"{key}.silent" if has(f"{key}.silent") else "comparison.unset")
    if difference.id is DifferenceId.LANE and value in LANES:
        return text(f"comparison.lane.{value}")
    if isinstance(value, str) and has(f"{key}.error"):
        return text(f"{key}.error", value=sanitize(value))
    return text(f"{key}.value", value=sanitize(str(value)))


def total_words(comparison: Comparison) -> str:
    """How many differences there are, and about what."""
    counts = {aspect: len(comparison.about(aspect)) for aspect in Aspect}
    parts = [count(f"comparison.aspect.{aspect.value}", number) for aspect, number in counts.items() if number]
    return count("comparison.total", len(comparison.differences), parts=", ".join(parts))


def circumstance_words(circumstance: Circumstance, value: Value | None) -> str:
    """``Django 5.2.19``, of one side."""
    subject = text(f"comparison.given.{circumstance.id.value}", subject=sanitize(circumstance.subject))
    return f"{subject} {given_value(circumstance, value)}"


def given_value(circumstance: Circumstance, value: Value | None) -> str:
    if circumstance.id in YES_OR_NO:
        return text("comparison.given.yes" if value else "comparison.given.no")
    return text("comparison.unset") if value is None else sanitize(str(value))


def ignored_words() -> str:
    """What is left out of every comparison."""
    return text("comparison.ignored", parts=", ".join(text(f"comparison.ignored.{key}") for key in IGNORED))
