"""The words of experiments: the change, the outcome, and what the isolation has to say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reqtrace.analysis.experiment_changes import Change, ChangeKind, find_layer, short_name
from reqtrace.analysis.experiments import Experiment, Outcome, Remark
from reqtrace.errors import UsageError
from reqtrace.render import symbols
from reqtrace.render.labels import count, text

__all__ = [
    "change_words",
    "difference_words",
    "exception_words",
    "outcome_words",
    "position_words",
    "question_words",
    "remark_words",
    "verdict_words",
]

SHOWN_NAMES = 3
SHOWN_VALUE = 60
UNSPOKEN = frozenset(("content-length", "etag"))
"""Headers that differ whenever the body does."""


def question_words(changes: Sequence[Change], middleware: Sequence[str]) -> str:
    """What is tried, as one question; the list itself if no single changes were asked for."""
    words = [change_words(change, middleware) for change in changes] or [text("lab.list")]
    return text("lab.what_if", changes=text("lab.join").join(words))


def change_words(change: Change, middleware: Sequence[str]) -> str:
    place = f".{change.place.value}" if change.place is not None and change.kind is not ChangeKind.DUPLICATE else ""
    return text(
        f"lab.{change.kind.value}{place}",
        layer=full_name(change.layer, middleware),
        anchor=full_name(change.anchor, middleware) if change.anchor else "",
    )


def full_name(name: str, middleware: Sequence[str]) -> str:
    """The class that is meant by a short name or a number; what was only added is named as it was."""
    try:
        return short_name(middleware[find_layer(middleware, name)])
    except UsageError:
        return short_name(name)


def remark_words(remark: Remark) -> str:
    return text(f"lab.remark.{remark.id.key}", **dict(remark.values))


def verdict_words(experiment: Experiment) -> Iterator[str]:
    """What a comparison of the two traces does not say."""
    original, changed = experiment.original, experiment.changed
    if changed.failure:
        yield f"{text('lab.failure')} {changed.failure}"
    elif original.failure:
        yield f"{text('lab.failure.original')} {original.failure}"
    elif original.trace is None or changed.trace is None:
        yield text("lab.untraced")
    elif experiment.is_same:
        yield text("lab.same")
    elif "body" in experiment.differences:
        yield text("lab.body", a=original.size, b=changed.size)


# --- outcomes ----------------------------------------------------------------------------------------------------


def outcome_words(outcome: Outcome) -> str:
    """What came of an attempt, in one line."""
    if outcome.failure:
        return text("lab.outcome.failure", failure=outcome.failure)
    parts = [text("lab.outcome.status", status=outcome.status)]
    if outcome.exceptions:
        parts.append(exception_words(outcome))
    parts.append(view_words(outcome))
    parts.append(count("lab.outcome.queries", outcome.queries))
    return ", ".join(parts)


def difference_words(original: Outcome, other: Outcome) -> Iterator[str]:
    """What is different in the second, one phrase each, the most telling first."""
    if other.failure:
        yield text("lab.outcome.failure", failure=other.failure)
        return
    if other.status != original.status:
        yield text("lab.outcome.status", status=other.status)
    if other.exceptions != original.exceptions:
        yield exception_words(other)
    if other.view != original.view:
        yield view_words(other)
    if other.unreached != original.unreached:
        yield unreached_words(other)
    if other.queries != original.queries:
        yield count("lab.outcome.queries", other.queries)
    yield from header_words(original, other)
    if other.body != original.body and other.status == original.status:
        yield text("lab.outcome.body")


def header_words(original: Outcome, other: Outcome) -> Iterator[str]:
    before, after = headers_by_name(original), headers_by_name(other)
    for name in sorted(before.keys() | after.keys()):
        if name in UNSPOKEN or before.get(name) == after.get(name):
            continue
        if name not in after:
            yield text("lab.outcome.no_header", name=name.title())
        else:
            yield text("lab.outcome.header", name=name.title(), value=shortened("; ".join(after[name])))


def headers_by_name(outcome: Outcome) -> dict[str, tuple[str, ...]]:
    known: dict[str, tuple[str, ...]] = {}
    for name, value in outcome.headers:
        known[name] = (*known.get(name, ()), value)
    return known


def shortened(value: str) -> str:
    return value if len(value) <= SHOWN_VALUE else f"{value[: SHOWN_VALUE - 1]}…"


def exception_words(outcome: Outcome) -> str:
    if not outcome.exceptions:
        return text("lab.outcome.no_exceptions")
    return text("lab.outcome.exceptions", names=", ".join(outcome.exceptions))


def view_words(outcome: Outcome) -> str:
    return text("lab.outcome.view", view=outcome.view) if outcome.view else text("lab.outcome.no_view")


def unreached_words(outcome: Outcome) -> str:
    names = outcome.unreached
    if not names:
        return text("lab.outcome.reached")
    shown = ", ".join(names[:SHOWN_NAMES]) + (" …" if len(names) > SHOWN_NAMES else "")
    return count("lab.outcome.unreached", len(names), names=shown)


def position_words(positions: Iterable[int]) -> str:
    """``1–4, 6, 9–16``."""
    runs: list[list[int]] = []
    for position in positions:
        if runs and runs[-1][-1] == position - 1:
            runs[-1].append(position)
        else:
            runs.append([position])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}{symbols.TO}{run[-1]}" for run in runs)
