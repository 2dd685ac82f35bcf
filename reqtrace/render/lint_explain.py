"""A rule of ``reqtrace lint`` explained, for a terminal."""

from __future__ import annotations

from reqtrace.analysis.rules.rule import Rule
from reqtrace.render.canvas import Canvas
from reqtrace.render.labels import text
from reqtrace.render.lint_page import BOLD, MARKS, QUIET, put_words
from reqtrace.render.roles import Paint

__all__ = ["draw_rule"]


def draw_rule(rule: Rule, *, width: int, ascii_only: bool = False) -> Canvas:
    """What it demands, when, why, and who says so."""
    canvas = Canvas(width)
    paint = MARKS[rule.severity][1]
    x = canvas.put(0, 0, rule.id, BOLD)
    canvas.put(x + 1, 0, f"({text(f'lint.{rule.severity.word}')})", paint)
    y = put_words(canvas, 0, 1, [rule.statement], Paint())
    evidence = ", ".join(text(f"lint.evidence.{kind}") for kind in rule.evidence)
    parts = (
        ("why", rule.consequence),
        ("hook", rule.hook),
        ("source", rule.source),
        ("evidence", evidence),
    )
    for key, words in parts:
        if words:
            canvas.put(0, y + 1, text(f"lint.explain.{key}"), BOLD)
            y = put_words(canvas, 2, y + 2, [words], Paint())
    y = put_words(canvas, 0, y + 1, [text("lint.explain.quiet")], QUIET)
    canvas.put(2, y, "[tool.reqtrace.lint]", QUIET)
    canvas.put(2, y + 1, f'acknowledge = {{"{rule.id}" = "..."}}', QUIET)
    return canvas.to_ascii() if ascii_only else canvas
