"""The sentences about a finding of ``reqtrace lint``, the same on a page, in an annotation and in SARIF."""

from __future__ import annotations

import os

from reqtrace.analysis.rules.engine import Concession, Finding, LintReport
from reqtrace.analysis.rules.rule import Severity
from reqtrace.analysis.rules.stack import Layer, Place
from reqtrace.render.labels import count, text

__all__ = [
    "advice_words",
    "concession_words",
    "finding_words",
    "move_words",
    "near_words",
    "place_words",
    "total_words",
]


def place_words(place: Place, root: str = "") -> str:
    """File and line, the file relative to the project where it lies in it."""
    return f"{relative(place.file, root)}:{place.line}"


def relative(file: str, root: str) -> str:
    inside = root and file.startswith(root.rstrip(os.sep) + os.sep)
    return os.path.relpath(file, root).replace(os.sep, "/") if inside else file


def problem_words(finding: Finding) -> str:
    """What is where."""
    if finding.layer is None:
        return text("lint.fault.list", problem=sentence(finding.problem))
    number, layer = finding.layer.number, finding.layer.name
    if finding.problem:
        return text("lint.fault", number=number, layer=layer, problem=finding.problem)
    return text(
        "lint.above" if finding.is_above else "lint.below", number=number, layer=layer, others=listed(finding.others)
    )


def sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def listed(layers: tuple[Layer, ...]) -> str:
    return ", ".join(text("lint.other", number=layer.number, layer=layer.name) for layer in layers)


def finding_words(finding: Finding, root: str = "") -> list[str]:
    """What is found and what comes of it, sentence by sentence."""
    sentences = [problem_words(finding), finding.consequence]
    if (read := finding.read) is not None:
        key = f"lint.read.{read.certainty.value}"
        sentences.insert(1, text(key, attribute=read.attribute, place=place_words(read.place, root)))
    if finding.also:
        sentences.append(text("lint.also", rules=", ".join(finding.also)))
    return sentences


def advice_words(finding: Finding) -> list[str]:
    """What to do."""
    advice = [finding.advice] if finding.advice else []
    if finding.move is not None:
        advice.append(move_words(finding))
    if finding.near:
        advice.append(near_words(finding))
    return advice


def move_words(finding: Finding) -> str:
    move = finding.move
    assert move is not None
    key = "lint.move.above" if move.is_above else "lint.move.below"
    return text(key, number=move.layer.number, anchor=move.anchor.number)


def near_words(finding: Finding) -> str:
    return text("lint.near", names=", ".join(finding.near))


def concession_words(concession: Concession) -> str:
    return text(
        "lint.conflict",
        weaker=concession.rule.id,
        upper=concession.order.upper.number,
        lower=concession.order.lower.number,
        stronger=", ".join(rule.id for rule in concession.to),
    )


def total_words(report: LintReport) -> str:
    """The last line: how much was found."""
    parts = [
        count(f"lint.{severity.word}s", number)
        for severity in sorted(Severity, reverse=True)
        if (number := report.count(severity))
    ]
    if known := sum(finding.acknowledged is not None for finding in report.findings):
        parts.append(count("lint.acknowledgements", known))
    worst = report.worst
    if worst is None or worst is Severity.INFO:
        clean = text("lint.clean") if worst is None else text("lint.clean.info")
        return f"{clean} ({', '.join(parts)})" if parts else clean
    return f"{', '.join(parts)}."
