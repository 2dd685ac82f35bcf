"""Sorts the list of requests into groups: by the process that answered, or by the client that asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from reqtrace.trace.model import RequestSummary

__all__ = ["Group", "Grouping", "grouped"]


class Grouping(Enum):
    """What the requests of a group have in common."""

    NONE = "none"
    PROCESS = "process"
    CLIENT = "client"

    @property
    def following(self) -> Grouping:
        """The next one, for a key that goes through them."""
        members = list(Grouping)
        return members[(members.index(self) + 1) % len(members)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Requests that belong together, oldest first."""

    grouping: Grouping
    process: int
    pid: int
    client: str
    """Of the first request; which of the three names the group, ``grouping`` says."""
    entry: str
    summaries: tuple[RequestSummary, ...]


def grouped(summaries: Sequence[RequestSummary], grouping: Grouping) -> tuple[Group, ...]:
    """The groups in the order in which they appeared; one nameless group if nothing is to be grouped."""
    together: dict[object, list[RequestSummary]] = {}
    for summary in summaries:
        together.setdefault(_belongs_to(summary, grouping), []).append(summary)
    return tuple(_group(members, grouping) for members in together.values())


def _belongs_to(summary: RequestSummary, grouping: Grouping) -> object:
    match grouping:
        case Grouping.PROCESS:
            return summary.key.process
        case Grouping.CLIENT:
            # Requests that were made inside others, by a test client, have no client of their own.
            return summary.client or summary.entry
        case Grouping.NONE:
            return None


def _group(members: Sequence[RequestSummary], grouping: Grouping) -> Group:
    first = members[0]
    return Group(
        grouping=grouping,
        process=first.key.process,
        pid=first.pid,
        client=first.client,
        entry=first.entry,
        summaries=tuple(members),
    )
