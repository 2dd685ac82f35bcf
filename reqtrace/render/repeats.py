"""Puts repeated statements and templates of one place together, so that a loop takes one row and not fifty.

Django's loops repeat in turn (author, genres, reviews, author, …), so it is not enough to look at neighbours: within
a run of stops of one depth that have nothing inside them, equal ones are one group, at the place of the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from reqtrace.events.kinds import SqlExecuted, TemplateEntered
from reqtrace.trace.model import Stop

__all__ = ["Group", "grouped"]


class Group(NamedTuple):
    """Stops that share a row."""

    stop: Stop
    """The first, with the number and the duration of all."""
    members: tuple[Stop, ...]


def grouped(stops: Sequence[Stop]) -> Iterator[Group]:
    """The stops in order, equal ones of a run together."""
    run: list[Stop] = []
    for index, stop in enumerate(stops):
        following = stops[index + 1] if index + 1 < len(stops) else None
        is_leaf = _kind(stop) is not None and (following is None or following.depth <= stop.depth)
        if run and (not is_leaf or stop.depth != run[0].depth):
            yield from _merge(run)
            run = []
        if is_leaf:
            run.append(stop)
        else:
            yield Group(stop, (stop,))
    yield from _merge(run)


def _merge(run: list[Stop]) -> Iterator[Group]:
    equal: dict[tuple[str, ...] | None, list[Stop]] = {}
    for stop in run:
        equal.setdefault(_kind(stop), []).append(stop)
    for members in equal.values():
        durations = [stop.duration for stop in members if stop.duration is not None]
        merged = replace(
            members[0],
            repeat=sum(stop.repeat for stop in members),
            duration=sum(durations) if durations else None,
        )
        yield Group(merged, tuple(members))


def _kind(stop: Stop) -> tuple[str, ...] | None:
    """What makes two stops equal; ``None`` for stops that are never put together."""
    entered = stop.span.entered if stop.span is not None and stop.depth else None
    match entered:
        case SqlExecuted(error=error, sql=sql, alias=alias):
            return ("sql", alias, sql, error)
        case TemplateEntered(name=name):
            return ("template", name)
        case _:
            return None
