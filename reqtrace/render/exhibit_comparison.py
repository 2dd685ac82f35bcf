"""Two requests side by side as an exhibit."""

from __future__ import annotations

import json

from reqtrace.analysis.comparison_model import Comparison
from reqtrace.render.canvas import Canvas
from reqtrace.render.comparison_document import comparison_document
from reqtrace.render.comparison_page import draw_comparison
from reqtrace.render.comparison_words import NAMES
from reqtrace.render.exhibit import Exhibit, Look
from reqtrace.render.labels import text

__all__ = ["comparison_exhibit"]


def comparison_exhibit(
    comparison: Comparison, *, title: str = "", names: tuple[str, str] = NAMES, is_whole: bool = False
) -> Exhibit:
    """The page of a comparison; ``is_whole`` with every step that is the same."""

    def draw(look: Look) -> Canvas:
        return draw_comparison(
            comparison, width=look.width, names=names, is_whole=is_whole, ascii_only=look.ascii_only
        ).canvas

    numbers = comparison.a.summary.ordinal, comparison.b.summary.ordinal
    return Exhibit(
        name=("compare", *numbers),
        title=title or text("compare.title", a=numbers[0], b=numbers[1]),
        draw=draw,
        documents={"json": lambda: json.dumps(comparison_document(comparison), indent=2) + "\n"},
    )
