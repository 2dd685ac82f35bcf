"""What a layer changed, in words short enough for its row.

Every function gives variants, the longest first, and the row takes the first that fits.
"""

from __future__ import annotations

from collections.abc import Sequence

from reqtrace.events.kinds import Change
from reqtrace.render import symbols
from reqtrace.render.labels import count, text
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.model import SpanChange

__all__ = ["change_badges", "changes_text", "evaluations", "has_changed", "main_change"]

_RANK = {"status": 0, "object": 1, "body": 2, "attribute": 3, "header": 3, "cookie": 4, "META": 5}


def changes_text(changes: Sequence[SpanChange]) -> str:
    """All changes in full, for places with room."""
    return ", ".join(_variants(change)[0] for change in sorted(changes, key=_importance))


def main_change(changes: Sequence[SpanChange]) -> SpanChange:
    """The change that tells most."""
    return min(changes, key=_importance)


def _telling(changes: Sequence[SpanChange]) -> list[SpanChange]:
    """The changes without those that are only Django's own memory of having computed something."""
    return [change for change in changes if not (change.change.op == "." and change.change.name.startswith("_"))]


def has_changed(changes: Sequence[SpanChange]) -> bool:
    """Something was changed, and not only read."""
    return any(change.change.op != "." for change in changes)


def change_badges(changes: Sequence[SpanChange]) -> tuple[str, ...]:
    """Variants of a badge for the changes of one way through a layer; empty if there is nothing to tell."""
    ordered = sorted(_telling(changes), key=_importance)
    if not ordered:
        return ()
    if len(ordered) == 1:
        return _variants(ordered[0])
    first = _variants(ordered[0])
    alike = _alike(ordered)
    more = len(ordered) - 1
    if alike and ordered[0].target == "response":
        return (changes_text(ordered), alike)
    return (
        changes_text(ordered),
        *(count("badge.more", more, first=variant) for variant in first),
        text("badge.plus", first=first[-1], n=more),
        text("badge.plus", first=first[-1].replace("request.", ""), n=more),
        alike or count("badge.changes", len(ordered)),
    )


def _importance(span_change: SpanChange) -> tuple[int, bool, bool]:
    change = span_change.change
    return _RANK.get(change.part, 9), change.op == ".", change.name.startswith("_")


def _alike(changes: Sequence[SpanChange]) -> str:
    kinds = {(span_change.change.op, span_change.change.part) for span_change in changes}
    if len(kinds) != 1:
        return ""
    op, part = kinds.pop()
    if op not in "+-~" or part not in ("header", "cookie", "attribute"):
        return ""
    return op + count(f"badge.{part}", len(changes))


def _variants(span_change: SpanChange) -> tuple[str, ...]:
    change = span_change.change
    name = sanitize(change.name)
    if span_change.target == "request":
        return _request_variants(span_change, name)
    match change.part:
        case "status":
            return (f"{sanitize(change.before)} {symbols.ARROW} {sanitize(change.after)}",)
        case "object":
            return (text("badge.new_response"),)
        case "body":
            return (text("badge.body"),)
        case "cookie":
            return (text("badge.cookie_named", op=change.op, name=name), f"{change.op}{name}")
        case _:
            return (f"{change.op}{name}",)


def evaluations(changes: Sequence[SpanChange]) -> tuple[str, ...]:
    """Variants of what code evaluated of the request; empty if it evaluated nothing."""
    lazy = [change for change in changes if change.change.op == "!"]
    if not lazy:
        return ()
    names = [sanitize(change.change.name) for change in lazy]
    return (
        ", ".join(_variants(change)[0] for change in lazy),
        text("badge.evaluates", names=", ".join(f"request.{name}" for name in names)),
        text("badge.evaluates", names=", ".join(names)),
    )


def _evaluated_variants(span_change: SpanChange, name: str) -> tuple[str, ...]:
    full = text("badge.evaluated", name=f"request.{name}")
    short = text("badge.evaluated", name=name)
    if span_change.queries < 0:
        return (full, short)
    took = count("funnel.queries", span_change.queries)
    return (f"{full}: {took}", f"{short}: {took}", short)


def _request_variants(span_change: SpanChange, name: str) -> tuple[str, ...]:
    change: Change = span_change.change
    if change.part == "object":
        return (text("badge.new_request"),)
    if change.part == "META":
        return (f'{change.op}request.META["{name}"]', f"{change.op}{name}")
    if change.op == "!":
        return _evaluated_variants(span_change, name)
    if change.op == ".":
        return (text("badge.parsed", name=f"request.{name}"), text("badge.parsed", name=name))
    full = f"{change.op}request.{name}"
    if change.lazy:
        return (text("badge.lazy", name=full), full)
    return (full,)
