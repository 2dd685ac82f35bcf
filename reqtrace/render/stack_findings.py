"""What lint has found about one layer, in full; and in one line, for the foot of the stack."""

from __future__ import annotations

from reqtrace.analysis.rules.engine import Finding, LintReport
from reqtrace.analysis.rules.rule import Severity
from reqtrace.render.canvas import Canvas, Phrase
from reqtrace.render.labels import count, text
from reqtrace.render.lint_page import MARKS, put_finding, put_words
from reqtrace.render.lint_words import concession_words, problem_words
from reqtrace.render.roles import INK, Paint, Role

__all__ = [
    "count_words",
    "draw_findings",
    "finding_phrase",
    "findings_about",
    "layers_with_findings",
    "total_phrase",
]

QUIET = Paint(Role.SKIP)


def findings_about(report: LintReport, layer: int | None) -> list[Finding]:
    """The findings whose line, or whose line to move, it is; all of them without a layer."""
    if layer is None:
        return list(report.findings)
    return [
        finding
        for finding in report.findings
        if (finding.layer is not None and finding.layer.index == layer)
        or (finding.move is not None and finding.move.layer.index == layer)
    ]


def layers_with_findings(report: LintReport) -> list[int]:
    """The lines to look at, the worst finding's first; what is acknowledged is none."""
    open_findings = [finding for finding in report.findings if finding.acknowledged is None]
    worst_first = sorted(open_findings, key=lambda finding: -finding.severity)
    lines = (finding.layer or (finding.move.layer if finding.move else None) for finding in worst_first)
    return list(dict.fromkeys(line.index for line in lines if line is not None))


def draw_findings(report: LintReport, layer: int | None, *, remark: str, width: int, root: str = "") -> Canvas:
    """The findings one below the other, then what gave way to what, and how all this is known."""
    canvas = Canvas(width)
    y = 0
    findings = findings_about(report, layer)
    for finding in findings:
        y = put_finding(canvas, y, finding, root) + 1
    if not findings and layer is not None:
        name = report.stack.layers[layer].name
        y = put_words(canvas, 0, y, [text("stack.lint.nothing", layer=f"{layer + 1} {name}")], INK) + 1
        y = _put_elsewhere(canvas, y, report)
    for words in [concession_words(concession) for concession in report.concessions]:
        y = put_words(canvas, 0, y, [words], QUIET)
    put_words(canvas, 0, y, [remark], QUIET)
    return canvas


def _put_elsewhere(canvas: Canvas, y: int, report: LintReport) -> int:
    """Where something is found, if it is not here."""
    lines = [report.stack.layers[layer] for layer in layers_with_findings(report)]
    if not lines:
        return y
    y = put_words(canvas, 0, y, [text("stack.lint.elsewhere", total=count_words(report))], INK)
    for line in lines:
        y = put_words(canvas, 2, y, [f"{line.number} {line.name}"], INK)
    return y + 1


def finding_phrase(finding: Finding) -> Phrase:
    """A finding in one line: its mark, how bad it is, and what is where."""
    mark, paint = MARKS[finding.severity]
    if finding.acknowledged is not None:
        paint = QUIET
    return (
        (f"{mark} {text(f'lint.{finding.severity.word}')}", paint),
        ("  ", INK),
        (problem_words(finding), INK),
    )


def count_words(report: LintReport) -> str:
    """``1 error, 2 remarks``; empty if nothing is found that nobody has acknowledged."""
    found = ((severity, report.count(severity)) for severity in sorted(Severity, reverse=True))
    return ", ".join(count(f"lint.{severity.word}s", number) for severity, number in found if number)


def total_phrase(report: LintReport, *, is_surveyed: bool) -> Phrase:
    """How much was found, and by what."""
    # Names alone are no proof that an order is right.
    clean = text("stack.lint.clean" if is_surveyed else "stack.lint.none")
    words = text(f"stack.lint.{'surveyed' if is_surveyed else 'known'}", total=count_words(report) or clean)
    worst = report.worst
    return ((words, INK if worst is None else MARKS[worst][1]),)
