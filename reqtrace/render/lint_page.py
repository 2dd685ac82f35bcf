"""A report of ``reqtrace lint`` as a page: the stack with arrows to where lines belong, then what was found."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len

from reqtrace.analysis.rules.engine import Finding, LintReport
from reqtrace.analysis.rules.moves import Move
from reqtrace.analysis.rules.rule import Severity
from reqtrace.analysis.rules.stack import Layer
from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas, clip_start
from reqtrace.render.labels import text
from reqtrace.render.lint_words import advice_words, concession_words, finding_words, place_words, total_words
from reqtrace.render.roles import Paint, Role

__all__ = [
    "LANE_WIDTH",
    "MARKS",
    "draw_report",
    "moves_worth_drawing",
    "put_arrow",
    "put_finding",
    "put_words",
    "worst_of_layers",
]

LANES = 3
"""Moves that are drawn at most; each has a line of its own beside the list."""
LANE_WIDTH = 2
INDENT = 2
BOLD = Paint(bold=True)
QUIET = Paint(Role.SKIP)
MARKS = {
    Severity.ERROR: (symbols.STATUS_SERVER_ERROR, Paint(Role.BAD, bold=True)),
    Severity.WARNING: (symbols.STATUS_CLIENT_ERROR, Paint(Role.WARN, bold=True)),
    Severity.INFO: (symbols.DOT, Paint(Role.SKIP)),
}


def draw_report(report: LintReport, *, title: str, width: int, root: str = "", ascii_only: bool = False) -> Canvas:
    """The whole page."""
    canvas = Canvas(width)
    canvas.put(0, 0, title, BOLD)
    # What is no list cannot be drawn as one, and the error below says what it is.
    y = StackPicture(report, canvas).draw(2) if report.stack.is_list else 1
    for finding in report.findings:
        y = put_finding(canvas, y + 1, finding, root)
    remarks = [concession_words(concession) for concession in report.concessions]
    remarks += [text("lint.unused_acknowledgement", rule=rule) for rule in report.unused_acknowledgements]
    for remark in remarks:
        y = put_words(canvas, 0, y + 1, [remark], QUIET)
    y = put_words(canvas, 0, y + 1, [total_words(report)], BOLD)
    if report.findings:
        put_words(canvas, 0, y, [text("lint.hint")], QUIET)
    return canvas.to_ascii() if ascii_only else canvas


class StackPicture:
    """The list as it is, and beside it an arrow from each line that must move to where it belongs."""

    def __init__(self, report: LintReport, canvas: Canvas) -> None:
        self.layers = report.stack.layers
        self.canvas = canvas
        self.marks = worst_of_layers(report.findings)
        self.moves = moves_worth_drawing(report.findings)
        self.left = len(self.moves) * LANE_WIDTH + 1
        self.rows: dict[int, int] = {}
        self.gaps: dict[int, int] = {}

    def draw(self, y: int) -> int:
        """Draw from row ``y`` on; the row after it."""
        if not self.layers:
            self.canvas.put(1, y, text("lint.empty"), QUIET)
            return y + 1
        for layer in self.layers:
            y = self.put_gaps(layer, y, is_above=True)
            self.rows[layer.index] = y
            self.put_layer(layer, y)
            y = self.put_gaps(layer, y + 1, is_above=False)
        for lane, (move, severity) in enumerate(self.moves):
            self.put_arrow(lane, move, MARKS[severity][1])
        return y

    def put_gaps(self, layer: Layer, y: int, *, is_above: bool) -> int:
        """A row for each line that belongs directly above, or below, a layer."""
        for lane, (move, severity) in enumerate(self.moves):
            if move.anchor is layer and move.is_above is is_above:
                self.gaps[lane] = y
                words = text("lint.goes_here", layer=move.layer.name)
                self.canvas.put(self.left + 4, y, words, MARKS[severity][1])
                y += 1
        return y

    def put_layer(self, layer: Layer, y: int) -> None:
        severity = self.marks.get(layer.index)
        paint = MARKS[severity][1] if severity is not None else Paint()
        if not layer.is_used:
            paint = QUIET
        x = self.canvas.put(self.left, y, f"{layer.number:>3} ", QUIET)
        x = self.canvas.put(x, y, layer.name, paint)
        if severity is not None:
            x = self.canvas.put(x + 1, y, f"{MARKS[severity][0]} {text(f'lint.{severity.word}')}", paint)
        remark = "" if layer.is_used else text("lint.unused")
        if layer.failure is not None:
            remark = text("lint.unanswering" if layer.failure.stage == "call" else "lint.broken")
        if remark:
            x = self.canvas.put(x + 1, y, f"({remark})", QUIET)
        package = layer.path.rpartition(".")[0]
        start = self.canvas.width - min(cell_len(package), max(self.canvas.width - x - 2, 0))
        if start < self.canvas.width:
            self.canvas.put(start, y, clip_start(package, self.canvas.width - start), QUIET)

    def put_arrow(self, lane: int, move: Move, paint: Paint) -> None:
        here, there = self.rows[move.layer.index], self.gaps[lane]
        put_arrow(self.canvas, lane, here, there, left=self.left, paint=paint)


def put_arrow(canvas: Canvas, lane: int, here: int, there: int, *, left: int, paint: Paint) -> None:
    """From a row, along its own lane, to the gap where it belongs; ``left`` is where the rows begin."""
    x = lane * LANE_WIDTH
    first, last = min(here, there), max(here, there)
    for y in range(first + 1, last):
        canvas.put(x, y, symbols.TREE_PAST, paint)
    canvas.put(x, first, "╭", paint)
    canvas.put(x, last, symbols.TURN_IN_LATER, paint)
    canvas.fill(x + 1, here, left, paint, symbols.RULE)
    canvas.fill(x + 1, there, left + 2, paint, symbols.RULE)
    canvas.put(left + 2, there, symbols.ARROW_IN, paint)


def worst_of_layers(findings: Iterable[Finding]) -> dict[int, Severity]:
    worst: dict[int, Severity] = {}
    for finding in findings:
        if finding.layer is not None and finding.acknowledged is None and finding.severity > Severity.INFO:
            worst[finding.layer.index] = max(finding.severity, worst.get(finding.layer.index, finding.severity))
    return worst


def moves_worth_drawing(findings: Sequence[Finding]) -> list[tuple[Move, Severity]]:
    """The moves of errors and warnings, each line once; of remarks only if there is nothing worse."""
    moving = [finding for finding in findings if finding.move is not None and finding.acknowledged is None]
    serious = [finding for finding in moving if finding.severity > Severity.INFO]
    drawn: dict[int, tuple[Move, Severity]] = {}
    for finding in serious or moving:
        assert finding.move is not None
        drawn.setdefault(finding.move.layer.index, (finding.move, finding.severity))
    return list(drawn.values())[:LANES]


def put_finding(canvas: Canvas, y: int, finding: Finding, root: str) -> int:
    """Its mark and rule, what is wrong, and what to do; the row after it."""
    mark, paint = MARKS[finding.severity]
    if finding.acknowledged is not None:
        paint = QUIET
    x = canvas.put(0, y, f"{mark} {text(f'lint.{finding.severity.word}')}", paint)
    x = canvas.put(x + 1, y, finding.id, paint)
    if finding.place is not None:
        place = clip_start(place_words(finding.place, root), max(canvas.width - x - 2, 0))
        canvas.put(canvas.width - cell_len(place), y, place, QUIET)
    y = put_words(canvas, INDENT, y + 1, finding_words(finding, root), Paint() if paint is not QUIET else QUIET)
    if finding.acknowledged is not None:
        return put_words(canvas, INDENT, y, [text("lint.acknowledged", reason=finding.acknowledged)], QUIET)
    for advice in advice_words(finding):
        canvas.put(INDENT, y, symbols.ARROW, BOLD)
        y = put_words(canvas, INDENT + 2, y, [advice], BOLD)
    return y


def put_words(canvas: Canvas, x: int, y: int, sentences: Sequence[str], paint: Paint) -> int:
    for line in wrapped(" ".join(sentences), canvas.width - x):
        canvas.put(x, y, line, paint)
        y += 1
    return y


def wrapped(words: str, width: int) -> Iterator[str]:
    yield from textwrap.wrap(words, max(width, 20), break_on_hyphens=False) or [""]
