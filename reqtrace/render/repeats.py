"""Puts repeated statements, templates and the like of one place together, so that a loop takes a row and not fifty.

Django's loops repeat in turn (author, genres, reviews, author, …), and what repeats may have something inside it (an
included template its query). So it is not enough to look at neighbours: whatever is equal among all that ran in the
same code is one group, at the place of the first, and what ran inside its members is grouped in turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from reqtrace.events.kinds import (
    CacheCalled,
    CallEntered,
    ContextProcessorsRan,
    DecoratorHookEntered,
    FiltersApplied,
    HttpCalled,
    LogRecorded,
    SignalSent,
    SqlExecuted,
    TagEntered,
    TemplateEntered,
    ThreadHopped,
    TransactionStepped,
    UrlLookedUp,
)
from reqtrace.trace.model import Stop

__all__ = ["Group", "grouped"]

Key = tuple[str | int | tuple[str, ...], ...]


class Group(NamedTuple):
    """Stops that share a row."""

    stop: Stop
    """The first, with the number and the duration of all."""
    members: tuple[Stop, ...]


@dataclass(slots=True)
class _Node:
    """Equal stops, and what ran inside any of them."""

    members: list[Stop]
    children: list[_Node] = field(default_factory=list)


def grouped(stops: Sequence[Stop]) -> Iterator[Group]:
    """The stops in order, equal ones of the same code together."""
    yield from _walk(_merged(_tree(stops)))


def _tree(stops: Sequence[Stop]) -> list[_Node]:
    roots: list[_Node] = []
    around: list[_Node] = []
    for stop in stops:
        node = _Node([stop])
        while around and around[-1].members[0].depth >= stop.depth:
            around.pop()
        (around[-1].children if around else roots).append(node)
        around.append(node)
    return roots


def _merged(nodes: Sequence[_Node]) -> list[_Node]:
    equal: dict[Key, _Node] = {}
    merged: list[_Node] = []
    for node in nodes:
        key = _key(node.members[0])
        known = equal.get(key) if key is not None else None
        if known is not None and known is not merged[-1] and isinstance(_entered(node), DecoratorHookEntered):
            # Its hooks before the view and after it are two things.
            known = None
        if known is not None:
            known.members += node.members
            known.children += node.children
            continue
        merged.append(node)
        if key is not None:
            equal[key] = node
    return merged


def _walk(nodes: Sequence[_Node]) -> Iterator[Group]:
    for node in nodes:
        yield _group(tuple(node.members))
        yield from _walk(_merged(node.children))


def _group(members: tuple[Stop, ...]) -> Group:
    if len(members) == 1:
        return Group(members[0], members)
    durations = [stop.duration for stop in members if stop.duration is not None]
    together = replace(
        members[0],
        repeat=sum(stop.repeat for stop in members),
        duration=sum(durations) if durations else None,
    )
    return Group(together, members)


def _entered(node: _Node) -> object:
    span = node.members[0].span
    return span.entered if span is not None else None


def _key(stop: Stop) -> Key | None:
    """What makes two stops equal; ``None`` for stops that are never put together."""
    entered = stop.span.entered if stop.span is not None else None
    if isinstance(entered, DecoratorHookEntered):
        return ("decorator", entered.middleware)
    return _key_inside(entered) if stop.depth else None


def _key_inside(entered: object) -> Key | None:
    match entered:
        case SqlExecuted():
            return ("sql", entered.alias, entered.sql, entered.error, entered.file, entered.line)
        case TemplateEntered(name=name):
            return ("template", name)
        case TransactionStepped():
            return ("transaction", entered.alias, entered.action, entered.error, entered.file, entered.line)
        case CacheCalled():
            return ("cache", entered.alias, entered.operation, entered.key, entered.hits, entered.error)
        case HttpCalled():
            return ("http", entered.method, entered.url, entered.status, entered.error)
        case UrlLookedUp():
            return ("look-up", entered.path, entered.error, entered.file, entered.line)
        case _:
            return _key_of_detail(entered)


def _key_of_detail(entered: object) -> Key | None:
    match entered:
        case ContextProcessorsRan(processors=processors, names=names):
            return ("processors", processors, names)
        case ThreadHopped(direction=direction, target=target):
            return ("hop", direction, target)
        case SignalSent():
            return ("signal", entered.signal, entered.sender, entered.receivers, entered.error)
        case LogRecorded():
            return ("log", entered.logger, entered.level, entered.message)
        case TagEntered(name=name, template=template, line=line):
            return ("tag", name, template, line)
        case FiltersApplied(expression=expression, error=error):
            return ("filters", expression, error)
        case CallEntered(name=name, file=file, line=line):
            return ("call", name, file, line)
    return None
