"""Rows as exhibits: the patterns of a URLconf and the walk of a path, and the tables of the mode Time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from reqtrace.render.canvas import Canvas, Phrase
from reqtrace.render.exhibit import Exhibit
from reqtrace.render.framed import framed_exhibit
from reqtrace.render.labels import text
from reqtrace.render.table import TableDrawing, draw_empty
from reqtrace.render.urls_rows import UrlRow, draw_rows

__all__ = ["DrawTable", "table_exhibit", "urls_exhibit"]

NOWHERE = -1
"""No row is chosen."""

Drawn = TypeVar("Drawn", contravariant=True)
Row = TypeVar("Row")


class DrawTable(Protocol[Drawn]):
    """Draws rows of which one is selected."""

    def __call__(
        self, rows: Sequence[Drawn], *, selected: int, is_front: bool, width: int, height: int | None
    ) -> TableDrawing:
        """A pure function of all of them; without a height as high as it takes."""


def urls_exhibit(
    rows: Sequence[UrlRow],
    *,
    name: tuple[object, ...] = (),
    title: str,
    remark: str = "",
    cursor: int = NOWHERE,
    said: Sequence[Phrase] = (),
) -> Exhibit:
    """Patterns, all that are open, and what is said about the one under the cursor."""

    def draw(width: int) -> Canvas:
        return draw_rows(rows, start=0, height=len(rows), width=width, cursor=cursor)

    return framed_exhibit(draw, name=("urls", *name), title=title, remark=remark, said=said)


def table_exhibit(
    rows: Sequence[Row],
    draw_table: DrawTable[Row],
    *,
    name: tuple[object, ...],
    title: str,
    empty: str,
    remark: str = "",
    selected: int = NOWHERE,
    said: Sequence[Phrase] = (),
) -> Exhibit:
    """A whole table, its chosen row marked; ``empty`` is the key of what is said without rows."""

    def draw(width: int) -> Canvas:
        if not rows:
            return draw_empty(text(empty), width=width, height=1).canvas
        return draw_table(rows, selected=selected, is_front=selected != NOWHERE, width=width, height=None).canvas

    return framed_exhibit(draw, name=name, title=title, remark=remark, said=said)
