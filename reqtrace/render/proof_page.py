"""The proof of an order rule as a page: what is claimed, the funnels of both orders, and whether it is so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from reqtrace.analysis.experiment_changes import short_name
from reqtrace.analysis.experiments import Attempt, Outcome, outcome_of
from reqtrace.analysis.proving import Proved, shows
from reqtrace.analysis.rules.proofs import Proof, ProofVisit
from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas
from reqtrace.render.document import trace_document
from reqtrace.render.experiment_words import exception_words
from reqtrace.render.figures import status_mark
from reqtrace.render.labels import text
from reqtrace.render.lint_page import BOLD, MARKS, QUIET, put_words
from reqtrace.render.plain import request_block
from reqtrace.render.roles import Paint, Role

__all__ = ["draw_proof", "proof_document"]

PROOF_VERSION = 1
SHOWN_PAGE = 30
"""Bytes of a page that is short enough to be shown."""
GOOD = Paint(Role.OK, bold=True)
BAD = Paint(Role.BAD, bold=True)


def draw_proof(proved: Proved, *, width: int, ascii_only: bool = False) -> list[Canvas]:
    """The parts of the page, to be shown one under the other."""
    parts = [draw_claim(proved, width)]
    for is_bad, attempts in ((True, proved.bad), (False, proved.good)):
        parts.append(draw_order(proved, attempts, width, is_bad=is_bad))
        if (trace := attempts[-1].trace) is not None:
            parts.append(request_block(trace, width=width))
    parts.append(draw_verdict(proved, width))
    return [part.to_ascii() if ascii_only else part for part in parts]


def draw_claim(proved: Proved, width: int) -> Canvas:
    canvas, rule = Canvas(width), proved.rule
    x = canvas.put(0, 0, rule.id, BOLD)
    canvas.put(x + 1, 0, f"({text(f'lint.{rule.severity.word}')})", MARKS[rule.severity][1])
    y = put_words(canvas, 0, 1, [rule.consequence], Paint())
    if settings := settings_words(proved.proof):
        put_words(canvas, 0, y, [text("proof.settings", settings=settings)], QUIET)
    return canvas


def settings_words(proof: Proof) -> str:
    return ", ".join(f"{name} = {value!r}" for name, value in proof.settings.items())


def draw_order(proved: Proved, attempts: Sequence[Attempt], width: int, *, is_bad: bool) -> Canvas:
    """Which order, and what each request came to; the funnel of the last one follows."""
    canvas, proof = Canvas(width), proved.proof
    order = proof.bad if is_bad else proof.good
    title = text("proof.bad" if is_bad else "proof.good")
    canvas.fill(0, 0, width, QUIET, "─")
    x = canvas.put(0, 0, f"{title} ", BAD if is_bad else GOOD)
    y = put_words(canvas, x, 0, [f" {symbols.THEN} ".join(short_name(path) for path in order) + " "], BOLD)
    for number, (visit, attempt) in enumerate(zip(proof.visits, attempts, strict=True), start=1):
        y = put_words(canvas, 1, y, [visit_words(number, visit, attempt, len(attempts))], Paint())
    seen = shows(proof.sign, attempts)
    words = text(f"proof.seen.{proof.sign.kind.value}" if seen else "proof.not_seen", subject=proof.sign.subject)
    put_words(canvas, 1, y, [words], BAD if seen else GOOD)
    return canvas


def visit_words(number: int, visit: ProofVisit, attempt: Attempt, total: int) -> str:
    """One request of the proof and its answer."""
    who = text("proof.visitor", name=visit.visitor) if visit.visitor else ""
    sent = "  ".join(f"{name}: {value}" for name, value in visit.headers)
    request = " ".join(part for part in (who, visit.method, visit.url, f"({sent})" if sent else "") if part)
    page = attempt.body.decode("utf-8", "replace")
    shown = [text("proof.page", page=page)] if total > 1 and attempt.size <= SHOWN_PAGE else []
    outcome = ", ".join((status_mark(attempt.status), *shown, *notable_words(outcome_of(attempt))))
    return f"{number}/{total}  {request}: {outcome}" if total > 1 else f"{request}: {outcome}"


def notable_words(outcome: Outcome) -> Iterator[str]:
    """What a status alone does not say."""
    if outcome.exceptions:
        yield exception_words(outcome)
    if not outcome.view:
        yield text("lab.outcome.no_view")


def draw_verdict(proved: Proved, width: int) -> Canvas:
    canvas = Canvas(width)
    canvas.fill(0, 0, width, QUIET, "─")
    words = text("proof.proved" if proved.is_proved else "proof.not_proved", django=proved.django)
    put_words(canvas, 0, 1, [words], GOOD if proved.is_proved else BAD)
    return canvas


def proof_document(proved: Proved) -> dict[str, Any]:
    """The same as JSON (docs/lint-json.md)."""

    def order(middleware: Sequence[str], attempts: Sequence[Attempt]) -> dict[str, Any]:
        return {
            "middleware": list(middleware),
            "is_seen": shows(proved.proof.sign, attempts),
            "statuses": [attempt.status for attempt in attempts],
            "traces": [trace_document(attempt.trace) if attempt.trace else None for attempt in attempts],
        }

    return {
        "reqtrace_proof": PROOF_VERSION,
        "rule": proved.rule.id,
        "consequence": proved.rule.consequence,
        "sign": {"kind": proved.proof.sign.kind.value, "subject": proved.proof.sign.subject or None},
        "settings": dict(proved.proof.settings),
        "django": proved.django,
        "is_proved": proved.is_proved,
        "bad": order(proved.proof.bad, proved.bad),
        "good": order(proved.proof.good, proved.good),
    }
