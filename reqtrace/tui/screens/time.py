"""Mode 4: where the time of one request went, its SQL, and the slowest middleware and views of all requests."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from reqtrace.analysis.interest import newest
from reqtrace.analysis.statements import Statement, statements
from reqtrace.analysis.timing import LayerTotal, ViewTotal
from reqtrace.render.canvas import Phrase
from reqtrace.render.exhibit import Exhibit
from reqtrace.render.exhibit_request import request_exhibit
from reqtrace.render.labels import count
from reqtrace.render.notes import notes_of
from reqtrace.render.roles import INK
from reqtrace.render.time_tables import draw_layers, draw_statements, draw_views
from reqtrace.render.time_words import layer_narrative, sql_total, statement_narrative, view_narrative
from reqtrace.trace.model import RequestKey, RequestTrace
from reqtrace.tui.board import Board
from reqtrace.tui.bridge import Bridge
from reqtrace.tui.keys.time import TIME_KEYS
from reqtrace.tui.narrative import narrative, notice_narrative
from reqtrace.tui.screens.mode import ModeScreen
from reqtrace.tui.situation import crash_notice, waiting_notice
from reqtrace.tui.subject import Subject
from reqtrace.tui.table_pane import TablePane
from reqtrace.tui.timing_desk import TimingDesk
from reqtrace.tui.widgets.ground import Body
from reqtrace.tui.widgets.narration import Narration
from reqtrace.tui.widgets.notice import Notice, NoticeText
from reqtrace.tui.widgets.picture import PictureView
from reqtrace.tui.widgets.scrolling import entitle
from reqtrace.tui.widgets.table_view import TableView
from reqtrace.tui.widgets.title_rule import TitleRule
from reqtrace.tui.words import word

__all__ = ["TimeScreen"]

WATERFALL, SQL, LAYERS, VIEWS = PANES = ("waterfall", "sql", "layers", "views")
NOTICE = "-notice"
REPEATS = "queries"
WORTH_SEEING = {REPEATS, "slow"}
"""Flags of requests that n goes to."""
ANSWER = 4
"""Seconds a remark stays."""
BUDGET = 0.008
"""Seconds at once that go into reading requests, so that keys are answered in between."""
PAUSE = 0.005


class TimeScreen(ModeScreen):
    """Owns which pane is chosen, which row of each, and which request."""

    BINDINGS: ClassVar[list[BindingType]] = [*TIME_KEYS]
    HELP_TOPIC = "time"

    def __init__(self, bridge: Bridge, subject: Subject) -> None:
        super().__init__(bridge, subject)
        self._pane = WATERFALL
        self._key: RequestKey | None = None
        self._asked: RequestKey | None = None
        """The request the mode Flow was last seen at."""
        self._trace: RequestTrace | None = None
        self._desk = TimingDesk()
        self._is_reading = False
        self._statements = TablePane[Statement](
            SQL,
            identity=lambda row: (row.alias, row.sql),
            draw=draw_statements,
            say=statement_narrative,
            empty="time.sql.none",
        )
        self._layers = TablePane[LayerTotal](
            LAYERS,
            identity=lambda row: (row.index, row.path),
            draw=draw_layers,
            say=lambda row: layer_narrative(row, self._desk.ordinal(row.longest.key)),
            empty="time.layers.none",
        )
        self._views = TablePane[ViewTotal](
            VIEWS,
            identity=lambda row: (row.view, row.lane),
            draw=draw_views,
            say=lambda row: view_narrative(row, self._desk.ordinal(row.longest.key)),
            empty="time.none",
        )
        self._tables: dict[str, TablePane[Any]] = {
            table.name: table for table in (self._statements, self._layers, self._views)
        }
        self._title = TitleRule(id="time-title")
        self._picture = PictureView(id="time-waterfall", picture=WATERFALL)
        self._notice = Notice(id="time-notice")
        self._narration = Narration()

    def compose(self) -> ComposeResult:
        body = Body(self._picture, *(table.view for table in self._tables.values()), self._notice, id="time-body")
        yield from self.framed(self._title, body, self._narration)

    def on_mount(self) -> None:
        self._choose_pane(self._pane)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without requests there is nothing to choose."""
        return None if action in ("row", "first_row", "last_row", "open", "interesting") and self._key is None else True

    # --- showing -----------------------------------------------------------------------------------------------

    def look_again(self, before: Board) -> None:
        """Other requests, and what they add to the sums."""
        at_newest = newest(before.summaries).key if before.summaries else None
        self._settle(was_at_newest=self._key in (None, at_newest))
        if bool(before.summaries) is not bool(self._board.summaries):
            self.refresh_bindings()
        self._catch_up()

    def _settle(self, *, was_at_newest: bool) -> None:
        """The request of the mode Flow if it is another one by now; the newest if that was shown."""
        summaries, subject = self._board.summaries, self._subject
        followed = newest(summaries).key if summaries else None
        if subject.key is not None and subject.key != self._asked:
            self._asked = subject.key
            # Flow may not have come to the newest request yet that it follows.
            self._key = followed if subject.is_following else subject.key
        elif was_at_newest:
            self._key = followed

    def _catch_up(self) -> None:
        """Count what is new, and show it; if it is much, show what there is, and read on in slices."""
        if not self._is_reading and self._desk.catch_up(self._bridge.store, BUDGET):
            self._is_reading = True
            self.set_timer(PAUSE, self._read_on)
        self._show_all()

    def _read_on(self) -> None:
        """Keys are answered between two slices; the tables are drawn when all is counted."""
        if self._desk.catch_up(self._bridge.store, BUDGET):
            self.set_timer(PAUSE, self._read_on)
            return
        self._is_reading = False
        self._show_all()

    def _show_all(self) -> None:
        trace = self._bridge.trace(self._key)
        if trace is not self._trace:
            self._trace = trace
            self._statements.rows.take(() if trace is None else statements(trace))
        notice = self._notice_text()
        self.set_class(notice is not None, NOTICE)
        if notice is not None:
            self._title.show(word("time.title.none"), "")
            self._notice.show(notice)
            self._narration.show(*notice_narrative(notice))
            return
        self._picture.show(trace, self._stop)
        self._layers.rows.take(self._desk.layers)
        self._views.rows.take(self._desk.views)
        self._show_rows()

    def _notice_text(self) -> NoticeText | None:
        board = self._board
        if board.is_down and board.site is not None and not board.summaries:
            return crash_notice(board.site, self._bridge.output(), self._bridge.store.processes())
        return waiting_notice(board) if self._trace is None and not self._desk.views else None

    def _show_rows(self) -> None:
        """The tables with their chosen rows, the titles, and what is said."""
        for table in self._tables.values():
            table.show(is_front=table.name == self._pane)
        self._entitle()
        self._narration.show(*self._said())

    @property
    def _stop(self) -> int | None:
        return self._subject.stop if self._subject.key == self._key else None

    # --- words -------------------------------------------------------------------------------------------------

    def _entitle(self) -> None:
        entitle(self._picture, self._pane_title(WATERFALL))
        for pane, table in self._tables.items():
            entitle(table.view, self._pane_title(pane), self._remark(pane))
        place = word("time.pane", n=PANES.index(self._pane) + 1, total=len(PANES))
        remark = self._remark(self._pane)
        self._title.show(self._pane_title(self._pane), f"{remark}  {place}" if remark else place)

    def _pane_title(self, pane: str) -> str:
        if pane in (LAYERS, VIEWS):
            return count(f"time.title.{pane}", self._desk.requests)
        ordinal = self._trace.summary.ordinal if self._trace is not None else 0
        return word(f"time.title.{pane}", n=ordinal) if ordinal else word("time.title.none")

    def _remark(self, pane: str) -> str:
        if pane == SQL and self._trace is not None:
            return sql_total(self._statements.rows.rows, self._trace.summary.duration)
        return word("time.reading") if self._is_reading and pane in (LAYERS, VIEWS) else ""

    def _said(self) -> Sequence[Phrase]:
        table = self._tables.get(self._pane)
        if table is not None:
            hint: Phrase = ((word("time.sql.none.hint"), INK),)
            return (*table.said(), hint) if self._pane == SQL and not table.rows.rows else table.said()
        said, trace = narrative(self._trace, self._stop), self._trace
        if trace is None or self._stop is not None or notes_of(trace):
            return said
        # What the mode Flow says of the arrow keys is not true here.
        return *said[:1], ((word("time.say.request"), INK),)

    def exhibit(self) -> Exhibit | None:
        """The pane that the keys go to."""
        table, trace = self._tables.get(self._pane), self._trace
        if trace is None:
            return None
        if table is None:
            return request_exhibit(trace, WATERFALL, self._stop)
        name = (trace.summary.ordinal, SQL) if self._pane == SQL else ("slowest", self._pane)
        return table.exhibit(name, title=self._pane_title(self._pane), remark=self._remark(self._pane))

    # --- moving ------------------------------------------------------------------------------------------------

    def action_pane(self, direction: int) -> None:
        """The next pane, or the one before."""
        self._choose_pane(PANES[(PANES.index(self._pane) + direction) % len(PANES)])

    def _choose_pane(self, pane: str) -> None:
        self._pane = pane
        for one in PANES:
            self.set_class(one == pane, f"-pane-{one}")
        if self._key is not None:
            self._show_rows()

    def action_row(self, distance: int) -> None:
        """The row above or below; in the picture, the request above or below."""
        table = self._tables.get(self._pane)
        if table is None:
            places = [summary.key for summary in self._board.summaries]
            at = places.index(self._key) if self._key in places else len(places) - 1
            self._show_request(at + distance)
        else:
            self._choose_row(table, table.rows.at + distance)

    def action_first_row(self) -> None:
        """The first row, or request."""
        self._go_to(0)

    def action_last_row(self) -> None:
        """The last row, or the newest request."""
        self._go_to(sys.maxsize)

    def _go_to(self, place: int) -> None:
        table = self._tables.get(self._pane)
        if table is None:
            self._show_request(place)
        else:
            self._choose_row(table, place)

    def _choose_row(self, table: TablePane[Any], place: int) -> None:
        table.rows.choose(place)
        self._show_rows()

    def _show_request(self, place: int) -> None:
        summaries = self._board.summaries
        if summaries:
            self._key = summaries[min(max(place, 0), len(summaries) - 1)].key
            self._show_all()

    def action_interesting(self, direction: int) -> None:
        """The next request that was slow or repeats its SQL, or the one before; its SQL if that is the reason."""
        summaries = self._board.summaries
        places = [summary.key for summary in summaries]
        here = places.index(self._key) if self._key in places else len(places)
        wanted = range(here + 1, len(places)) if direction > 0 else range(here - 1, -1, -1)
        place = next((place for place in wanted if WORTH_SEEING & set(summaries[place].flags)), None)
        if place is None:
            told = "next" if direction > 0 else "previous"
            self.notify(word(f"time.no_interesting.{told}"), timeout=ANSWER, markup=False)
            return
        self._choose_pane(SQL if REPEATS in summaries[place].flags else WATERFALL)
        self._show_request(place)

    def on_table_view_wheeled(self, message: TableView.Wheeled) -> None:
        table = next(table for table in self._tables.values() if table.view is message.view)
        self._choose_pane(table.name)
        self._choose_row(table, table.rows.at + message.rows)

    def on_table_view_pointed(self, message: TableView.Pointed) -> None:
        table = next(table for table in self._tables.values() if table.view is message.view)
        self._choose_pane(table.name)
        self._choose_row(table, message.entry)

    # --- to the mode Flow --------------------------------------------------------------------------------------

    def on_picture_view_pointed(self, message: PictureView.Pointed) -> None:
        self._open(self._key, message.index)

    def action_open(self) -> None:
        """Show the chosen thing in the mode Flow."""
        statement, layer, view = self._statements.rows.row, self._layers.rows.row, self._views.rows.row
        if self._pane == SQL and statement is not None:
            self._open(self._key, statement.stop)
        elif self._pane == LAYERS and layer is not None:
            self._open(layer.longest.key, self._stop_of(layer))
        elif self._pane == VIEWS and view is not None:
            self._open(view.longest.key, None)
        else:
            self._open(self._key, self._stop)

    def _stop_of(self, layer: LayerTotal) -> int | None:
        """The step at which the layer is entered in the request in which it took longest."""
        trace = self._bridge.trace(layer.longest.key)
        rows = trace.passes if trace is not None else ()
        return next((row.way_in.stop for row in rows if row.layer.index == layer.index), None)

    def _open(self, key: RequestKey | None, stop: int | None) -> None:
        if key is not None:
            self._subject.key, self._subject.stop = key, stop
            self._asked = self._key = key
            self.app.call_later(self.app.run_action, "mode('flow')")
