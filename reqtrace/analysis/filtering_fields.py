"""The fields a filter can ask for, and what each of them reads from the line of a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from reqtrace.analysis.interest import is_interesting
from reqtrace.trace.model import RequestState, RequestSummary

__all__ = ["FIELDS", "STATES", "Field", "FieldSort", "field_named"]

Texts = Callable[[RequestSummary], tuple[str, ...]]
Numbers = Callable[[RequestSummary], tuple[int, ...]]


class FieldSort(Enum):
    """What the values of a field are."""

    TEXT = "text"
    """``:`` and ``~`` ask for a part of it, ``=`` for all of it."""
    CHOICE = "choice"
    """``:`` asks for all of it."""
    NUMBER = "number"
    STATUS = "status"
    """A number, or a class of them: ``4xx``."""
    TIME = "time"
    """``50ms``, ``1.5s``; milliseconds without a unit."""
    STATE = "state"
    """A word of ``STATES``."""

    @property
    def operators(self) -> tuple[str, ...]:
        """What may stand behind the name."""
        match self:
            case FieldSort.TEXT | FieldSort.CHOICE:
                return (":", "~", "=", "!=", "!~")
            case FieldSort.STATE:
                return (":", "=", "!=")
            case _:
                return (":", "=", "!=", ">=", "<=", ">", "<")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field; ``texts`` or ``numbers`` says what it is of a request, any of which may fit."""

    name: str
    sort: FieldSort
    usual: str
    """The operator that is offered with the name."""
    aliases: tuple[str, ...] = ()
    texts: Texts = lambda _: ()
    numbers: Numbers = lambda _: ()


def _status(summary: RequestSummary) -> tuple[int, ...]:
    return (summary.status,) if summary.status else ()


def _duration(summary: RequestSummary) -> tuple[int, ...]:
    return () if summary.duration is None else (summary.duration,)


def _target(summary: RequestSummary) -> tuple[str, ...]:
    return (f"{summary.path}?{summary.query}" if summary.query else summary.path,)


def _view(summary: RequestSummary) -> tuple[str, ...]:
    return summary.view, summary.url_name


def _process(summary: RequestSummary) -> tuple[int, ...]:
    return summary.key.process, summary.pid


ALL = (
    Field(name="path", sort=FieldSort.TEXT, usual="~", texts=lambda summary: (summary.path,)),
    Field(name="status", sort=FieldSort.STATUS, usual=":", numbers=_status),
    Field(name="method", sort=FieldSort.CHOICE, usual=":", texts=lambda summary: (summary.method,)),
    Field(name="mw", sort=FieldSort.TEXT, usual=":", aliases=("middleware", "layer"), texts=lambda one: one.layers),
    Field(name="view", sort=FieldSort.TEXT, usual=":", texts=_view),
    Field(name="is", sort=FieldSort.STATE, usual=":"),
    Field(name="time", sort=FieldSort.TIME, usual=">", aliases=("slow", "duration", "took"), numbers=_duration),
    Field(name="queries", sort=FieldSort.NUMBER, usual=">", aliases=("sql",), numbers=lambda one: (one.queries,)),
    Field(name="answered", sort=FieldSort.TEXT, usual=":", aliases=("by",), texts=lambda one: (one.answered_by,)),
    Field(name="error", sort=FieldSort.TEXT, usual=":", aliases=("exception",), texts=lambda one: one.errors),
    Field(name="client", sort=FieldSort.TEXT, usual=":", texts=lambda summary: (summary.client,)),
    Field(name="process", sort=FieldSort.NUMBER, usual=":", aliases=("pid",), numbers=_process),
    Field(name="request", sort=FieldSort.NUMBER, usual=":", aliases=("n",), numbers=lambda one: (one.ordinal,)),
    Field(name="url", sort=FieldSort.TEXT, usual="~", texts=_target),
    Field(name="entry", sort=FieldSort.CHOICE, usual=":", texts=lambda summary: (summary.entry,)),
)
FIELDS: Mapping[str, Field] = {field.name: field for field in ALL}
"""By name, the most asked for first."""
_BY_ANY_NAME: Mapping[str, Field] = {name: field for field in ALL for name in (field.name, *field.aliases)}


def field_named(name: str) -> Field | None:
    """The field of that name or other name, whatever its case."""
    return _BY_ANY_NAME.get(name.casefold())


def _has_flag(flag: str) -> Callable[[RequestSummary], bool]:
    return lambda summary: flag in summary.flags


STATES: Mapping[str, Callable[[RequestSummary], bool]] = {
    "short-circuit": _has_flag("short-circuit"),
    "exception": _has_flag("exception"),
    "queries": _has_flag("queries"),
    "slow": _has_flag("slow"),
    "held": lambda summary: summary.is_held,
    "static": lambda summary: summary.lane == "static",
    "interesting": is_interesting,
    "open": lambda summary: summary.state is RequestState.OPEN,
    "lost": lambda summary: summary.state is RequestState.LOST,
    "dropped": _has_flag("dropped"),
    "inner": lambda summary: summary.parent is not None,
}
"""What a request can be; the words of ``is:``."""
