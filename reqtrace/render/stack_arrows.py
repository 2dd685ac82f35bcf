"""What lint has found, beside the rows of a stack: a mark on a line, and an arrow to where it belongs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reqtrace.analysis.rules.engine import LintReport
from reqtrace.analysis.rules.moves import Move
from reqtrace.analysis.rules.rule import Severity
from reqtrace.render.canvas import Canvas
from reqtrace.render.labels import text
from reqtrace.render.lint_page import LANE_WIDTH, MARKS, moves_worth_drawing, put_arrow, worst_of_layers

__all__ = ["ArrowLanes", "arrow_lanes"]


@dataclass(slots=True, kw_only=True)
class ArrowLanes:
    """Empty where nothing is found, and then it takes no room."""

    marks: Mapping[int, Severity] = field(default_factory=dict)
    moves: tuple[tuple[Move, Severity], ...] = ()
    gaps: dict[int, int] = field(default_factory=dict)
    """The row each move leads to, as soon as it is drawn."""

    @property
    def width(self) -> int:
        """Cells at the left."""
        return len(self.moves) * LANE_WIDTH + 1

    @property
    def extra(self) -> int:
        """Rows between the layers."""
        return len(self.moves)

    def put_mark(self, canvas: Canvas, x: int, y: int, layer: int) -> None:
        """How bad the worst is that is found about a layer."""
        if (severity := self.marks.get(layer)) is not None:
            mark, paint = MARKS[severity]
            canvas.put(x, y, mark, paint)

    def put_gaps(self, canvas: Canvas, layer: int, y: int, *, is_above: bool) -> int:
        """A row for each line that belongs directly above, or below, a layer; the row after them."""
        for lane, (move, severity) in enumerate(self.moves):
            if move.anchor.index == layer and move.is_above is is_above:
                self.gaps[lane] = y
                words = text("lint.goes_here", layer=move.layer.name)
                canvas.put(self.width + 5, y, words, MARKS[severity][1])
                y += 1
        return y

    def put_arrows(self, canvas: Canvas, rows: Mapping[int, int]) -> None:
        """From each line that must move, along a lane of its own, to its gap; none to or from a row that is folded."""
        for lane, (move, severity) in enumerate(self.moves):
            here, there = rows.get(move.layer.index), self.gaps.get(lane)
            if here is not None and there is not None:
                put_arrow(canvas, lane, here, there, left=self.width, paint=MARKS[severity][1])


def arrow_lanes(report: LintReport) -> ArrowLanes:
    """What to draw of a report."""
    return ArrowLanes(marks=worst_of_layers(report.findings), moves=tuple(moves_worth_drawing(report.findings)))
