"""What came of a try in the lab, as one page: the verdict, both paths side by side, the list, what was isolated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reqtrace.analysis.comparison import compare
from reqtrace.analysis.experiment_bisect import Bisection
from reqtrace.analysis.experiment_series import PositionTable
from reqtrace.analysis.experiments import Experiment, Remark, outcome_of
from reqtrace.analysis.lab_draft import Draft, changes_of
from reqtrace.analysis.proving import Proved
from reqtrace.errors import ReqtraceError
from reqtrace.render.canvas import Canvas
from reqtrace.render.comparison_page import draw_comparison
from reqtrace.render.experiment_page import draw_bisection, draw_list, draw_positions, draw_remarks
from reqtrace.render.experiment_words import difference_words, question_words, verdict_words
from reqtrace.render.labels import text
from reqtrace.render.lint_page import put_words
from reqtrace.render.proof_page import draw_proof
from reqtrace.render.roles import Paint, Role
from reqtrace.render.sanitize import sanitize

__all__ = [
    "draft_question",
    "draw_bisected",
    "draw_experiment",
    "draw_proved",
    "draw_refusal",
    "draw_table",
    "outcome_line",
]

BOLD = Paint(bold=True)
BAD = Paint(Role.BAD, bold=True)
MOST_TOLD = 4
"""Differences that are said in one line."""
OUTPUT = 20
"""Lines of what the project printed."""
MOST_CHANGES = 2
"""Changes that are named in the question; more of them are a list."""


def draft_question(draft: Draft) -> str:
    """``What if Csrf stood above Session?``"""
    changes = changes_of(draft)
    return question_words(changes if len(changes) <= MOST_CHANGES else (), draft.original)


def outcome_line(experiment: Experiment) -> str:
    """What the change did, in one line."""
    if experiment.changed.failure:
        return text("lab.outcome.failure", failure=experiment.changed.failure)
    before = outcome_of(experiment.original, experiment.volatile)
    after = outcome_of(experiment.changed, experiment.volatile)
    told = list(difference_words(before, after))
    words = ", ".join(told[:MOST_TOLD])
    if len(told) > MOST_TOLD:
        words = text("stack.lab.more", first=words, n=len(told) - MOST_TOLD)
    return words or text("lab.same")


def draw_experiment(experiment: Experiment, draft: Draft, remarks: Sequence[Remark], *, width: int) -> Canvas:
    """One try: the most telling first."""
    pages = [paragraphs([outcome_line(experiment), *verdict_words(experiment)], width)]
    a, b = experiment.original.trace, experiment.changed.trace
    if a is not None and b is not None:
        names = (text("lab.original"), text("lab.changed"))
        pages.append(draw_comparison(compare(a, b, draft.touched), names=names, width=width).canvas)
    tried, moved = text("stack.lab.tried"), draft.touched
    pages.append(draw_list(tried, draft.original, draft.middleware, moved=moved, width=width, ascii_only=False))
    told = (*remarks, *experiment.original.remarks, *experiment.changed.remarks)
    pages.append(draw_remarks(told, width=width, ascii_only=False))
    return stacked(pages, width)


def draw_table(table: PositionTable, remarks: Sequence[Remark], *, width: int) -> Canvas:
    """One layer at every position."""
    told = (*remarks, *(remark for group in table.groups for remark in group.attempt.remarks))
    pages = [
        draw_positions(table, width=width, ascii_only=False),
        draw_remarks(told, width=width, ascii_only=False),
    ]
    return stacked(pages, width)


def draw_bisected(found: Bisection, remarks: Sequence[Remark], *, width: int) -> Canvas:
    """The layers that cause something."""
    told = (*remarks, *found.original.remarks)
    pages = [
        draw_bisection(found, width=width, ascii_only=False),
        draw_remarks(told, width=width, ascii_only=False),
    ]
    return stacked(pages, width)


def draw_proved(proved: Proved, *, width: int) -> Canvas:
    """Both orders of a rule, and what came of them."""
    return stacked(draw_proof(proved, width=width), width)


def draw_refusal(error: ReqtraceError, *, width: int) -> Canvas:
    """Why nothing could be tried, and what to do."""
    canvas = Canvas(width)
    y = put_words(canvas, 1, 0, [sanitize(error.message)], BAD)
    for line in error.hint.splitlines():
        y = put_words(canvas, 1, y, [sanitize(line)], Paint())
    output = getattr(error, "output", "")
    for row, line in enumerate(output.splitlines()[-OUTPUT:], start=y + 1):
        canvas.put(1, row, sanitize(line))
    return canvas


def paragraphs(sentences: Iterable[str], width: int) -> Canvas:
    canvas, y = Canvas(width), 0
    for sentence in dict.fromkeys(sanitize(words) for words in sentences):
        y = put_words(canvas, 1, y, [f"{sentence[:1].upper()}{sentence[1:].rstrip('.')}."], BOLD)
    return canvas


def stacked(pages: Sequence[Canvas], width: int) -> Canvas:
    """One below the other, with an empty row between them."""
    canvas, y = Canvas(width), 0
    for page in pages:
        for runs in page.rows():
            canvas.put_phrase(0, y, runs)
            y += 1
        y += 1
    return canvas
