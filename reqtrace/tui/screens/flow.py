"""Mode 1: the requests, the path of one of them, and the source of its current step."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from reqtrace.analysis.filtering import matching
from reqtrace.analysis.interest import is_static
from reqtrace.render.labels import count
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.model import RequestState, RequestSummary, RequestTrace
from reqtrace.tui.actions.asking import AskActions
from reqtrace.tui.actions.comparing import CompareActions
from reqtrace.tui.actions.exporting import ExportActions
from reqtrace.tui.actions.filtering import FilterActions
from reqtrace.tui.actions.grouping import GroupActions
from reqtrace.tui.actions.hold_writing import HoldWritingActions
from reqtrace.tui.actions.holding import HoldActions
from reqtrace.tui.actions.moving import MoveActions
from reqtrace.tui.actions.picturing import PictureActions
from reqtrace.tui.actions.playing import PlayActions
from reqtrace.tui.actions.searching import SearchActions
from reqtrace.tui.actions.sending import SendActions
from reqtrace.tui.actions.sourcing import SOURCE_SWAPPED
from reqtrace.tui.board import Board
from reqtrace.tui.bridge import Bridge
from reqtrace.tui.keys.flow import FLOW_KEYS
from reqtrace.tui.narrative import happened, narrative, notice_narrative
from reqtrace.tui.position import Position
from reqtrace.tui.situation import crash_notice, filtered_notice, out_of_reach_notice, waiting_notice
from reqtrace.tui.subject import Subject
from reqtrace.tui.widgets.happened import Happened
from reqtrace.tui.widgets.key_bar import KeyBar
from reqtrace.tui.widgets.narration import Narration
from reqtrace.tui.widgets.notice import Notice, NoticeText
from reqtrace.tui.widgets.picture import PictureView
from reqtrace.tui.widgets.query_bar import QueryBar
from reqtrace.tui.widgets.request_list import RequestList
from reqtrace.tui.widgets.scrolling import entitle
from reqtrace.tui.widgets.title_rule import TitleRule
from reqtrace.tui.words import word

__all__ = ["FlowScreen"]

LIST_OPEN = "-list"
NOTICE = "-notice"
RECENT = 100
"""Requests among which it is seen whether several processes answer."""


class FlowScreen(
    SearchActions,
    PlayActions,
    MoveActions,
    PictureActions,
    FilterActions,
    GroupActions,
    HoldActions,
    HoldWritingActions,
    SendActions,
    AskActions,
    ExportActions,
    CompareActions,
):
    """Owns the position; its widgets are handed what to draw."""

    BINDINGS: ClassVar[list[BindingType]] = [*FLOW_KEYS]
    HELP_TOPIC = "flow"

    def __init__(self, bridge: Bridge, subject: Subject) -> None:
        super().__init__(bridge, subject)
        self._requests = RequestList(id="requests")
        self._title = TitleRule(id="title")
        self._picture = PictureView(id="picture", picture=subject.picture)
        self._notice = Notice(id="notice")
        self._happened = Happened(id="happened")
        self._narration = Narration()

    def compose(self) -> ComposeResult:
        yield self._status
        with self._body:
            yield self._requests
            yield self._title
            yield self._picture
            yield self._notice
            yield self._happened
            yield self._reading
            yield self._source
        yield self._filter
        yield self._hold_bar
        yield self._find_bar
        yield self._narration
        yield KeyBar()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only a request that is held can be let go; the help names the keys all the same."""
        return None if action in ("step_held", "let_go") and not self._board.waiting else True

    @property
    def position(self) -> Position:
        """Where the person is."""
        return self._position

    # --- showing -----------------------------------------------------------------------------------------------

    def show(self, board: Board) -> None:
        """Another moment; while it is paused only the top row changes."""
        was_paused, was_waiting = self._board.is_paused, self._board.waiting
        self._board = board
        if bool(board.waiting) != bool(was_waiting):
            self.refresh_bindings()
        self.take_asked()
        if not (board.is_paused and was_paused):
            self.list_anew()
            if board.waiting and not was_waiting:
                self.show_held()
        self._show_status()

    def list_anew(self) -> None:
        """Show the list as it is now."""
        self._shown = matching(self._board.summaries, self._wanted)
        self.put_in_groups()
        self.count_filtered()
        self.go(self._position.settled(self._shown))

    def go(self, position: Position) -> None:
        """Show everything as it is at a position."""
        self._position = position
        self._subject.key, self._subject.stop = position.selected, position.stop
        self._subject.is_following = position.is_following
        summary = self.summary()
        self._trace = self._fetch(summary)
        self._requests.mark(self.marked_key)
        self._requests.show(self._rows, position.selected)
        notice = self._notice_for(summary)
        self._body.set_class(notice is not None, NOTICE)
        if notice is not None:
            self._notice.show(notice)
        self._show_trace(notice)
        self._entitle(summary if notice is None else None)
        self.count_mentions()
        self._show_status()

    def _fetch(self, summary: RequestSummary | None) -> RequestTrace | None:
        if summary is None:
            return None
        trace = self._trace
        if trace is not None and trace.summary.key == summary.key:
            is_settled = summary == trace.summary and summary.state is not RequestState.OPEN
            if is_settled or self._board.is_paused:
                return trace
        return self._bridge.trace(summary.key)

    def _show_trace(self, notice: NoticeText | None) -> None:
        trace, stop = self._trace, self._position.stop
        self._picture.show(trace, stop, self._board.holds)
        self._narration.show(*(narrative(trace, stop) if notice is None else notice_narrative(notice)))
        self._happened.show(happened(trace, stop))
        self.show_source()
        self.show_reading()

    def _notice_for(self, summary: RequestSummary | None) -> NoticeText | None:
        board = self._board
        if board.is_down and board.site is not None and (self._position.is_following or not self._shown):
            return crash_notice(board.site, self._bridge.output(), self._bridge.store.processes())
        if summary is not None:
            return None if self._trace is not None else out_of_reach_notice(summary)
        if self._wanted.text and board.summaries:
            return filtered_notice(len(board.summaries), self._wanted.text)
        return waiting_notice(board)

    def _picture_title(self, summary: RequestSummary) -> str:
        """Which request, and of which process if there are several."""
        title = word(f"flow.title.{self._picture.picture}", n=summary.ordinal)
        recent = self._board.summaries[-RECENT:]
        is_one_of_many = any(other.pid != summary.pid for other in recent if other.pid)
        return word("flow.title.process", title=title, pid=summary.pid) if is_one_of_many and summary.pid else title

    def _entitle(self, summary: RequestSummary | None) -> None:
        title = word("flow.untitled") if summary is None else self._picture_title(summary)
        remark = self._following_words()
        entitle(self._picture, title, self.play_words())
        entitle(self._requests, self._list_title(), remark)
        # On a narrow screen the list is one row without a border.
        words = self._list_title() if self._wanted.text or self.is_grouped else remark
        self._title.show(title, self.play_words() or words)

    def _list_title(self) -> str:
        if not self._wanted.text:
            return word(f"list.title.{self._grouping.value}")
        total = len(self._board.summaries)
        return word("list.filtered", n=len(self._shown), total=total, words=sanitize(self._wanted.text))

    def _following_words(self) -> str:
        newer = self._position.newer(self._shown)
        if self._position.is_following:
            has_files = newer and all(map(is_static, self._shown[-newer:]))
            return count("list.following.static", newer) if has_files else word("list.following")
        return word("list.newer", n=newer) if newer and self._board.is_live else ""

    def _show_status(self) -> None:
        newer = self._position.newer(self._shown)
        place = len(self._shown) - newer if self._position.selected is not None else 0
        self._status.show(self._board, (place, len(self._shown)), mark=self.marked_number)

    # --- what the widgets say --------------------------------------------------------------------------------------

    def on_request_list_chosen(self, message: RequestList.Chosen) -> None:
        self._body.remove_class(LIST_OPEN)
        self.go(self._position.at_request(message.key))

    def on_picture_view_pointed(self, message: PictureView.Pointed) -> None:
        if self._trace is not None:
            self.go(self._position.at_stop(self._trace, message.index))

    def on_query_bar_changed(self, message: QueryBar.Changed) -> None:
        if message.bar is self._filter:
            self.type_filter(message.text, message.cursor)
        elif message.bar is self._hold_bar:
            self.type_hold(message.text, message.cursor)
        elif message.bar is self._find_bar:
            self.type_search(message.text)

    def on_query_bar_submitted(self, message: QueryBar.Submitted) -> None:
        if message.bar is self._filter:
            self.keep_filter(message.text)
        elif message.bar is self._hold_bar:
            self.set_written_holds(message.text)
        elif message.bar is self._find_bar:
            self.keep_search(message.text)

    # --- panes -------------------------------------------------------------------------------------------------

    def action_open(self) -> None:
        """Narrow: the list in the place of the picture, and back with the chosen request."""
        self._body.toggle_class(LIST_OPEN)

    def action_back(self) -> None:
        """Close what is open; with nothing open, clear the filter."""
        if self.close_hold_bar() or self.close_search():
            return
        if self._body.has_class(LIST_OPEN) and not self._filter.is_open:
            self._body.remove_class(LIST_OPEN)
            return
        if self.close_reading():
            return
        if not self.clear_filter() and self.has_class("-narrow"):
            self._body.remove_class(SOURCE_SWAPPED)

    def action_scroll(self, direction: int) -> None:
        """A page of what is read, of the picture, or of the source in its place."""
        panes = (self._reading, self._picture, self._source)
        pane = next((pane for pane in panes if pane.display), self._source)
        pane.scroll_rows(direction * max(pane.scrollable_content_region.height - 2, 1))
