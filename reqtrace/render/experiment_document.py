"""Experiments as JSON; described in docs/whatif-json.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reqtrace.analysis.experiment_bisect import Bisection
from reqtrace.analysis.experiment_series import PositionTable
from reqtrace.analysis.experiments import Attempt, Experiment, Outcome, Remark, outcome_of
from reqtrace.hub.visit import Visit
from reqtrace.render.document import trace_document

__all__ = ["bisection_document", "experiment_document", "positions_document"]

VERSION = 1


def experiment_document(experiment: Experiment, remarks: tuple[Remark, ...] = ()) -> dict[str, Any]:
    """One experiment, with both traces; ``remarks`` are those about the project as a whole."""
    return {
        **heading("experiment", experiment.visit),
        "original": attempt_document(experiment.original, experiment.volatile),
        "changed": attempt_document(experiment.changed, experiment.volatile),
        "differences": list(experiment.differences),
        "volatile": sorted(experiment.volatile),
        "remarks": remark_documents((*remarks, *experiment.original.remarks, *experiment.changed.remarks)),
    }


def positions_document(table: PositionTable, remarks: tuple[Remark, ...] = ()) -> dict[str, Any]:
    """A layer at every position."""
    return {
        **heading("positions", table.visit),
        "middleware": list(table.original.middleware),
        "layer": table.layer + 1,
        "groups": [
            {"positions": list(group.positions), "outcome": outcome_document(group.outcome)} for group in table.groups
        ],
        "volatile": sorted(table.volatile),
        "remarks": remark_documents((*remarks, *(one for group in table.groups for one in group.attempt.remarks))),
    }


def bisection_document(found: Bisection, remarks: tuple[Remark, ...] = ()) -> dict[str, Any]:
    """The cause of a symptom."""
    return {
        **heading("bisect", found.visit),
        "middleware": list(found.middleware),
        "symptom": found.symptom.words,
        "causes": [[index + 1 for index in cause.layers] for cause in found.causes],
        "is_fewest": found.is_fewest,
        "breaking": [
            {"layer": cause.layers[0] + 1, "outcome": outcome_document(outcome_of(cause.attempt))}
            for cause in found.breaking
        ],
        "is_elsewhere": found.is_elsewhere,
        "attempts": found.attempts,
        "remarks": remark_documents((*remarks, *found.original.remarks)),
    }


def heading(kind: str, visit: Visit) -> dict[str, Any]:
    return {
        "reqtrace_whatif": VERSION,
        "kind": kind,
        "request": {"method": visit.method, "url": visit.url, "asgi": visit.is_asgi, "user": visit.username},
    }


def attempt_document(attempt: Attempt, volatile: frozenset[str]) -> Mapping[str, Any]:
    return {
        "middleware": list(attempt.middleware),
        "failure": attempt.failure or None,
        "outcome": outcome_document(outcome_of(attempt, volatile)),
        "bytes": attempt.size,
        "escaped": attempt.escaped or None,
        "trace": trace_document(attempt.trace) if attempt.trace is not None else None,
    }


def outcome_document(outcome: Outcome) -> Mapping[str, Any]:
    """What was compared; a part that differs by itself is empty."""
    return {
        "status": outcome.status,
        "failure": outcome.failure or None,
        "exceptions": list(outcome.exceptions),
        "view": outcome.view or None,
        "unreached": list(outcome.unreached),
        "queries": outcome.queries,
        "headers": [list(header) for header in outcome.headers],
        "body": outcome.body or None,
    }


def remark_documents(remarks: tuple[Remark, ...]) -> list[dict[str, Any]]:
    return [
        {"id": remark.id.key, "is_leak": remark.id.is_leak, **dict(remark.values)} for remark in dict.fromkeys(remarks)
    ]
