"""A table of the mode Time: its rows, the chosen one of them, how they are drawn, and what is said about it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import Generic, TypeVar

from reqtrace.render.canvas import Phrase
from reqtrace.render.exhibit import Exhibit
from reqtrace.render.exhibit_tables import DrawTable, table_exhibit
from reqtrace.render.roles import INK
from reqtrace.render.table import draw_empty
from reqtrace.tui.chosen_rows import ChosenRows
from reqtrace.tui.widgets.table_view import Draw, TableView
from reqtrace.tui.words import word

__all__ = ["TablePane"]

Row = TypeVar("Row")


class TablePane(Generic[Row]):
    """Rows, and the widget that shows them."""

    def __init__(
        self,
        name: str,
        *,
        identity: Callable[[Row], Hashable],
        draw: DrawTable[Row],
        say: Callable[[Row], tuple[Phrase, ...]],
        empty: str,
    ) -> None:
        """``empty`` is the key of what is said without rows."""
        self.name = name
        self.rows = ChosenRows[Row](identity)
        self.view = TableView(id=f"time-{name}")
        self._draw = draw
        self._say = say
        self._empty = empty

    def show(self, *, is_front: bool) -> None:
        """The rows as they are now; ``is_front`` if keys go to this table."""
        rows = self.rows
        table: Draw = partial(self._draw, rows.rows, selected=rows.at, is_front=is_front)
        empty: Draw = partial(draw_empty, word(self._empty))
        self.view.show(table if rows.rows else empty, (rows.rows, rows.at, is_front))

    def said(self) -> tuple[Phrase, ...]:
        """Two lines about the chosen row."""
        row = self.rows.row
        return (((word(self._empty), INK),),) if row is None else self._say(row)

    def exhibit(self, name: tuple[object, ...], *, title: str, remark: str) -> Exhibit:
        """All rows, and what is said about the chosen one."""
        return table_exhibit(
            self.rows.rows,
            self._draw,
            name=name,
            title=title,
            remark=remark,
            empty=self._empty,
            selected=self.rows.at,
            said=self.said() if self.rows.rows else (),
        )
