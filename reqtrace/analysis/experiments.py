"""What an experiment is: one request, sent through MIDDLEWARE as it is and through a changed list of it.

``reqtrace.analysis.lab`` makes experiments; here is what they consist of, and what came out of each attempt.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from reqtrace.analysis.evidence import walk
from reqtrace.events.kinds import SqlExecuted, ViewEntered
from reqtrace.hub.visit import Visit
from reqtrace.trace.model import RequestTrace, Span, WayState

__all__ = ["Attempt", "Experiment", "LabFacts", "Outcome", "Remark", "RemarkId", "outcome_of"]


class RemarkId(Enum):
    """Everything the lab can say of its isolation: a key of words, and whether something got out all the same."""

    def __init__(self, key: str, is_leak: bool) -> None:
        self.key = key
        self.is_leak = is_leak

    MAIL = "mail", False
    """A message (``subject``) to so many (``recipients``) was not sent."""
    CONNECTION = "connection", False
    """A connection to an ``address`` was refused."""
    ON_COMMIT = "on_commit", False
    """``count`` functions that wait for the commit of ``alias`` did not run, since there is none."""
    STATEMENT = "statement", False
    """A ``statement`` that would have ended the transaction of ``alias`` was refused."""
    SESSION_STORE = "session_store", False
    """Sessions (``engine``) begin empty."""
    CACHE = "cache", False
    """The cache ``alias`` is a memory cache instead of ``backend``, whose own methods are missing."""
    NO_DATABASE = "no_database", False
    """The database ``alias`` cannot be reached (``cause``)."""
    DATABASE = "database", True
    """What is written to ``alias`` (``cause``) cannot be rolled back."""
    COMMITTED = "committed", True
    """Code has committed to ``alias`` past Django."""
    SEQUENCE = "sequence", True
    """Numbers that ``alias`` gave to new rows stay used."""
    FILE = "file", True
    """A file (``path``) was written, moved or removed."""
    PROGRAM = "program", True
    """Another program (``path``) was started."""
    DATABASE_FILE = "database_file", True
    """Code opened a SQLite database (``path``) past Django."""
    THREAD = "thread", True
    """A thread (``name``) goes on after the response."""


SERVER_ERROR = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing to say about the isolation of an attempt, or of the project as a whole."""

    id: RemarkId
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LabFacts:
    """What the lab found when it brought the project up."""

    python: str
    django: str
    middleware: tuple[str, ...]
    """MIDDLEWARE as it is."""
    remarks: tuple[Remark, ...]
    """What holds for every experiment with this project."""
    failure: str = ""
    """Why the project's own list cannot be built, in one sentence; experiments with other lists are possible."""

    @property
    def reasons_to_ask(self) -> tuple[Remark, ...]:
        """What a person must agree to before anything is sent."""
        return tuple(remark for remark in self.remarks if remark.id is RemarkId.DATABASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """The request sent through one list of layers, and what the client got."""

    middleware: tuple[str, ...]
    trace: RequestTrace | None
    """``None`` if no handler was reached."""
    status: int
    headers: tuple[tuple[str, str], ...]
    """Redacted as those of a trace."""
    size: int
    digest: str
    """Equal for equal bodies."""
    escaped: str
    """Traceback of an exception that left the handler."""
    failure: str
    """Why the handler could not be built with this list, in one sentence; nothing was sent then."""
    remarks: tuple[Remark, ...]
    output: str
    """What the project printed meanwhile."""
    body: bytes = b""
    """Its beginning."""

    @property
    def is_server_error(self) -> bool:
        return self.status >= SERVER_ERROR or bool(self.escaped or self.failure)


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """The same request through the original list and through a changed one."""

    visit: Visit
    original: Attempt
    changed: Attempt
    volatile: frozenset[str]
    """What differs between two attempts with one and the same list: names of ``Outcome.parts()``."""

    @property
    def differences(self) -> tuple[str, ...]:
        """The parts of the outcome that the change made different, by name."""
        before = outcome_of(self.original, self.volatile).parts()
        after = outcome_of(self.changed, self.volatile).parts()
        return tuple(name for name in dict.fromkeys((*before, *after)) if before.get(name) != after.get(name))

    @property
    def is_same(self) -> bool:
        return not self.differences


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an attempt, without what differs from one to the next by itself; equal outcomes are equal."""

    status: int
    failure: str
    exceptions: tuple[str, ...]
    """Type names, in the order in which they were raised; what left the handler is among them."""
    view: str
    """The view that was called; empty if none was."""
    unreached: tuple[str, ...]
    """Names of the layers that the request never met, in the order of the alphabet: another list has another one."""
    queries: int
    headers: tuple[tuple[str, str], ...]
    """By lower-cased name, sorted; a ``Set-Cookie`` without its value."""
    body: str
    """Its digest; empty for the page about an exception."""

    def parts(self) -> dict[str, object]:
        """By name: what can be volatile, and what can be compared one by one."""
        known: dict[str, object] = {
            "status": self.status,
            "failure": self.failure,
            "exceptions": self.exceptions,
            "view": self.view,
            "unreached": self.unreached,
            "queries": self.queries,
            "body": self.body,
        }
        for name, value in self.headers:
            key = f"header {name}"
            known[key] = f"{known[key]}\n{value}" if key in known else value
        return known


def outcome_of(attempt: Attempt, volatile: frozenset[str] = frozenset()) -> Outcome:
    """The outcome; what is volatile is left out."""
    trace = attempt.trace
    spans = list(walk(trace.root)) if trace is not None else []
    headers = sorted(settled(name.lower(), value) for name, value in attempt.headers)
    exceptions = exceptions_of(trace, spans)
    if exceptions and attempt.status >= SERVER_ERROR:
        # Django's debug page lists the settings, and so the very list that was changed.
        volatile |= {"body", "header content-length"}
    return Outcome(
        status=0 if "status" in volatile else attempt.status,
        failure=attempt.failure,
        exceptions=() if "exceptions" in volatile else exceptions,
        view=view_of(trace),
        unreached=() if "unreached" in volatile else unreached_layers(trace),
        queries=0 if "queries" in volatile else sum(isinstance(span.entered, SqlExecuted) for span in spans),
        headers=tuple((name, value) for name, value in headers if f"header {name}" not in volatile),
        body="" if "body" in volatile else attempt.digest,
    )


def settled(name: str, value: str) -> tuple[str, str]:
    """A header without the moment at which a cookie ends, which comes of the moment it was set and ``Max-Age``."""
    if name == "set-cookie":
        parts = [part.strip() for part in value.split(";")]
        value = "; ".join(part for part in parts if not part.lower().startswith("expires="))
    return name, value


def exceptions_of(trace: RequestTrace | None, spans: list[Span]) -> tuple[str, ...]:
    raised = [span.raised.error.rpartition(".")[2] for span in spans if span.raised is not None]
    if trace is not None and trace.escaped is not None:
        raised.append(trace.escaped.error.rpartition(".")[2])
    return tuple(dict.fromkeys(raised))


def view_of(trace: RequestTrace | None) -> str:
    view = trace.view.entered if trace is not None and trace.view is not None else None
    return view.name if isinstance(view, ViewEntered) else ""


def unreached_layers(trace: RequestTrace | None) -> tuple[str, ...]:
    if trace is None:
        return ()
    unreached = (one.layer.name for one in trace.passes if one.way_in.state is WayState.NEVER_REACHED)
    return tuple(sorted(unreached))
