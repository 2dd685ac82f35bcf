"""What comes out of the hub or a recording: lines, each with the process it is about.

Process 0 is the hub itself. Its records, and the ones it adds to the lines of an agent, are built here and described
in ``reqtrace.events.wire``.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from reqtrace.events.wire import FrameError, dump_record

__all__ = [
    "HUB",
    "RESERVED_RECORDS",
    "Arrival",
    "SitePhase",
    "SiteState",
    "bye_record",
    "dropped_record",
    "gap_record",
    "is_expendable",
    "note_record",
    "output_record",
    "process_record",
    "state_record",
]

HUB = 0
"""The process number of the hub's own records."""

RESERVED_RECORDS = frozenset(
    (
        "reqtrace",
        "welcome",
        "refused",
        "level",
        "holds",
        "step",
        "go",
        "ask",
        "process",
        "from",
        "output",
        "state",
        "gap",
        "dropped",
        "note",
    )
)
"""Records an agent may not send after its header: only the hub may say these things."""


class Arrival(NamedTuple):
    """One line, and whose it is."""

    process: int
    line: bytes


class SitePhase(Enum):
    """What the watched command is doing."""

    PREPARING = "preparing"
    """A command the project declared (``migrate``) runs before the site; ``detail`` says which."""
    STARTING = "starting"
    SERVING = "serving"
    """It answers at ``url``."""
    RELOADING = "reloading"
    """The autoreloader saw a change; the serving process is being replaced."""
    BROKEN = "broken"
    """The project does not start, and the autoreloader waits for a fix; ``detail`` is the project's own traceback."""
    FAILED = "failed"
    """It could not be started at all; ``detail`` says why."""
    EXITED = "exited"
    """It ended by itself with ``exit_code``; ``detail`` is the last thing it printed."""
    STOPPED = "stopped"
    """reqtrace ended it."""


ENDED = frozenset((SitePhase.FAILED, SitePhase.EXITED, SitePhase.STOPPED))


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteState:
    """The state of the watched command since ``unix_ns``."""

    phase: SitePhase
    url: str = ""
    command: tuple[str, ...] = ()
    exit_code: int | None = None
    """Only of ``EXITED``; negative if a signal ended it."""
    detail: str = ""
    unix_ns: int = field(default_factory=time.time_ns)

    @property
    def is_ended(self) -> bool:
        """Nothing runs any more."""
        return self.phase in ENDED

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any]) -> SiteState:
        """The state in a ``state`` record. Raises ``FrameError``."""
        try:
            exit_code = fields.get("exit_code")
            return cls(
                phase=SitePhase(fields["phase"]),
                url=str(fields.get("url", "")),
                command=tuple(str(word) for word in fields.get("command", ())),
                exit_code=None if exit_code is None else int(exit_code),
                detail=str(fields.get("detail", "")),
                unix_ns=int(fields.get("unix_ns", 0)),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise FrameError(f"not the state of a site: {error}") from None


def state_record(state: SiteState) -> bytes:
    """``["state", {…}]``"""
    fields = {
        "phase": state.phase.value,
        "url": state.url,
        "command": list(state.command),
        "exit_code": state.exit_code,
        "detail": state.detail,
        "unix_ns": state.unix_ns,
    }
    return dump_record(["state", fields])


def process_record(number: int, header: Mapping[str, Any]) -> bytes:
    """``["process", number, {…}]``; the token stays here."""
    return dump_record(["process", number, {name: value for name, value in header.items() if name != "token"}])


def bye_record(*, is_clean: bool) -> bytes:
    """``["bye", "clean"]`` if the process said so itself, else ``["bye", "lost"]``."""
    return dump_record(["bye", "clean" if is_clean else "lost"])


def gap_record(number: int, why: str) -> bytes:
    """``["gap", number, why]``"""
    return dump_record(["gap", number, why])


def dropped_record(count: int) -> bytes:
    """``["dropped", count]``"""
    return dump_record(["dropped", count])


def output_record(stream: str, text: str, unix_ns: int | None = None) -> bytes:
    """``["output", unix_ns, stream, text]``"""
    return dump_record(["output", time.time_ns() if unix_ns is None else unix_ns, stream, text])


def note_record(text: str) -> bytes:
    """``["note", unix_ns, text]``"""
    return dump_record(["note", time.time_ns(), text])


def is_expendable(arrival: Arrival) -> bool:
    """Whether later lines can be understood without this one, so that it may be dropped when nobody keeps up."""
    return arrival.line.startswith((b'["events"', b'["output"'))
