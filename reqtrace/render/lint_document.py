"""A report of ``reqtrace lint`` for programs: our own JSON (docs/lint-json.md), GitHub's annotations, SARIF 2.1.0."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from reqtrace.analysis.rules.engine import Concession, Finding, LintReport
from reqtrace.analysis.rules.moves import Move
from reqtrace.analysis.rules.rule import Severity
from reqtrace.analysis.rules.stack import Layer, Place, Read
from reqtrace.render.lint_words import advice_words, concession_words, finding_words, relative
from reqtrace.render.sanitize import sanitize

__all__ = ["SCHEMA_VERSION", "github_annotations", "lint_document", "sarif_document"]

SCHEMA_VERSION = 1
"""Of the JSON document: raised when a field changes its meaning or goes; new fields may appear without."""
ANNOTATION = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
SARIF_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
HOME = "https://docs.djangoproject.com/en/stable/ref/middleware/#middleware-ordering"


# --- our own -----------------------------------------------------------------------------------------------------


def lint_document(report: LintReport, *, project: str, settings: str | None) -> dict[str, Any]:
    """The versioned document."""
    stack = report.stack
    return {
        "reqtrace_lint": SCHEMA_VERSION,
        "project": project,
        "settings": settings,
        "django": ".".join(map(str, stack.django)),
        "asgi": stack.is_asgi,
        "layers": [layer_fields(layer) for layer in stack.layers],
        "findings": [finding_fields(finding) for finding in report.findings],
        "conflicts": [conflict_fields(concession) for concession in report.concessions],
        "fixed": list(report.fixed),
        "unused_acknowledgements": list(report.unused_acknowledgements),
        "counts": {severity.word: report.count(severity) for severity in sorted(Severity, reverse=True)},
    }


def layer_fields(layer: Layer) -> dict[str, Any]:
    return {
        "line": layer.number,
        "path": layer.path,
        "hooks": list(layer.hooks),
        "sync": layer.is_sync_capable,
        "async": layer.is_async_capable,
        "used": layer.is_used,
        "sets": sorted(layer.sets),
        "reads": [read_fields(read) for read in layer.reads],
        "traits": sorted(trait.value for trait in layer.traits),
        "error": layer.failure.cause if layer.failure is not None else None,
        "place": place_fields(layer.place),
    }


def finding_fields(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.id,
        "severity": finding.severity.word,
        "line": finding.layer.number if finding.layer is not None else None,
        "others": [layer.number for layer in finding.others],
        "message": " ".join(finding_words(finding)),
        "advice": advice_words(finding),
        "move": move_fields(finding.move),
        "read": read_fields(finding.read) if finding.read is not None else None,
        "also": list(finding.also),
        "place": place_fields(finding.place),
        "acknowledged": finding.acknowledged,
        "source": finding.rule.source if finding.rule is not None else None,
    }


def move_fields(move: Move | None) -> dict[str, Any] | None:
    if move is None:
        return None
    return {"line": move.layer.number, "above" if move.is_above else "below": move.anchor.number}


def read_fields(read: Read) -> dict[str, Any]:
    return {
        "attribute": read.attribute,
        "on_way_in": read.is_on_way_in,
        "certainty": read.certainty.value,
        "place": place_fields(read.place),
    }


def place_fields(place: Place | None) -> dict[str, Any] | None:
    return {"file": place.file, "line": place.line} if place is not None else None


def conflict_fields(concession: Concession) -> dict[str, Any]:
    return {
        "rule": concession.rule.id,
        "upper": concession.order.upper.number,
        "lower": concession.order.lower.number,
        "gives_way_to": [rule.id for rule in concession.to],
        "message": concession_words(concession),
    }


# --- GitHub ------------------------------------------------------------------------------------------------------


def github_annotations(report: LintReport, root: str) -> Iterator[str]:
    """Workflow commands, one a finding that nobody has acknowledged."""
    for finding in report.findings:
        if finding.acknowledged is None:
            place = finding.place or report.stack.place
            where = f"file={escaped(relative(place.file, root), ':,')},line={place.line}," if place is not None else ""
            words = escaped(" ".join([*finding_words(finding, root), *advice_words(finding)]))
            yield f"::{ANNOTATION[finding.severity]} {where}title=reqtrace {finding.id}::{words}"


def escaped(words: str, more: str = "") -> str:
    """As workflow commands want it; nothing in it can begin a command of its own."""
    for character in ("%", "\r", "\n", *more):
        words = words.replace(character, f"%{ord(character):02X}")
    return sanitize(words)


# --- SARIF -------------------------------------------------------------------------------------------------------


def sarif_document(report: LintReport, *, version: str, root: str) -> dict[str, Any]:
    """SARIF 2.1.0, one run; acknowledged findings are suppressed results."""
    ids = list(dict.fromkeys(finding.id for finding in report.findings))
    return {
        "$schema": SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "reqtrace lint",
                        "version": version,
                        "informationUri": HOME,
                        "rules": [sarif_rule(rule_id, report) for rule_id in ids],
                    }
                },
                "originalUriBaseIds": {"PROJECT": {"uri": Path(root).absolute().as_uri() + "/"}},
                "columnKind": "unicodeCodePoints",
                "results": [sarif_result(finding, report, ids, root) for finding in report.findings],
            }
        ],
    }


def sarif_rule(rule_id: str, report: LintReport) -> dict[str, Any]:
    finding = next(finding for finding in report.findings if finding.id == rule_id)
    rule = finding.rule
    statement = rule.statement if rule is not None else finding.consequence
    severity = rule.severity if rule is not None else finding.severity
    return {
        "id": rule_id,
        "shortDescription": {"text": statement},
        "fullDescription": {"text": finding.consequence},
        "help": {"text": f"{finding.consequence} Source: {rule.source}" if rule is not None else finding.consequence},
        "defaultConfiguration": {"level": SARIF_LEVEL[severity]},
    }


def sarif_result(finding: Finding, report: LintReport, ids: list[str], root: str) -> dict[str, Any]:
    words = " ".join([*finding_words(finding, root), *advice_words(finding)])
    result: dict[str, Any] = {
        "ruleId": finding.id,
        "ruleIndex": ids.index(finding.id),
        "level": SARIF_LEVEL[finding.severity],
        "message": {"text": words},
        "partialFingerprints": {"reqtrace/v1": f"{finding.id}:{finding.layer.path if finding.layer else ''}"},
    }
    if (place := finding.place or report.stack.place) is not None:
        result["locations"] = [{"physicalLocation": sarif_location(place, root)}]
    if finding.read is not None:
        message = {"text": f"request.{finding.read.attribute} is read here"}
        location = {"id": 0, "physicalLocation": sarif_location(finding.read.place, root), "message": message}
        result["relatedLocations"] = [location]
    if finding.acknowledged is not None:
        result["suppressions"] = [{"kind": "external", "justification": finding.acknowledged}]
    return result


def sarif_location(place: Place, root: str) -> dict[str, Any]:
    file = relative(place.file, root)
    artifact = {"uri": Path(file).as_uri()} if os.path.isabs(file) else {"uri": quote(file), "uriBaseId": "PROJECT"}
    return {"artifactLocation": artifact, "region": {"startLine": max(place.line, 1)}}
