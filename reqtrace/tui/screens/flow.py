"""Mode 1: the requests, the path of one of them, and the source of its current step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.screen import Screen

from reqtrace.render.sanitize import sanitize
from reqtrace.render.why_sections import why_sections
from reqtrace.trace.model import RequestKey, RequestState, RequestSummary, RequestTrace
from reqtrace.tui.board import Board
from reqtrace.tui.bridge import Bridge
from reqtrace.tui.holding import hold_at, place_words, toggled
from reqtrace.tui.keys import FLOW_KEYS
from reqtrace.tui.matching import matching
from reqtrace.tui.narrative import happened, narrative, notice_narrative, shown_stop, telling_stop, why_title
from reqtrace.tui.position import Position
from reqtrace.tui.screens.why import WhyScreen
from reqtrace.tui.situation import crash_notice, filtered_notice, out_of_reach_notice, waiting_notice
from reqtrace.tui.stop_source import source_of
from reqtrace.tui.widgets.filter_bar import FilterBar
from reqtrace.tui.widgets.funnel import FunnelView
from reqtrace.tui.widgets.happened import Happened
from reqtrace.tui.widgets.key_bar import KeyBar
from reqtrace.tui.widgets.narration import Narration
from reqtrace.tui.widgets.notice import Notice, NoticeText
from reqtrace.tui.widgets.request_list import RequestList
from reqtrace.tui.widgets.scrolling import entitle
from reqtrace.tui.widgets.source_pane import SourcePane
from reqtrace.tui.widgets.status_bar import StatusBar
from reqtrace.tui.widgets.title_rule import TitleRule
from reqtrace.tui.words import word

__all__ = ["FlowScreen"]

LIST_OPEN = "-list"
SOURCE_SWAPPED = "-swap-source"
NOTICE = "-notice"


class FlowScreen(Screen[None]):
    """Owns the position; its widgets are handed what to draw."""

    BINDINGS: ClassVar[list[BindingType]] = [*FLOW_KEYS]
    AUTO_FOCUS = ""
    HELP_TOPIC = "flow"

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._board = Board()
        self._words = ""
        self._shown: Sequence[RequestSummary] = ()
        self._position = Position(is_following=bridge.source.is_live)
        self._trace: RequestTrace | None = None
        self._status = StatusBar()
        self._requests = RequestList(id="requests")
        self._title = TitleRule(id="title")
        self._picture = FunnelView(id="picture")
        self._notice = Notice(id="notice")
        self._happened = Happened(id="happened")
        self._source = SourcePane(id="source")
        self._filter = FilterBar()
        self._narration = Narration()

    def compose(self) -> ComposeResult:
        yield self._status
        with Container(id="body"):
            yield self._requests
            yield self._title
            yield self._picture
            yield self._notice
            yield self._happened
            yield self._source
        yield self._filter
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

    def on_screen_resume(self) -> None:
        # Textual 8.2 gives the classes of a breakpoint only to the screen that was in front when the size changed.
        self.post_message(events.Resize(self.app.size, self.app.size))

    def show(self, board: Board) -> None:
        """Another moment; while it is paused only the top row changes."""
        was_paused, was_waiting = self._board.is_paused, self._board.waiting
        self._board = board
        if bool(board.waiting) != bool(was_waiting):
            self.refresh_bindings()
        if not (board.is_paused and was_paused):
            self._list_anew()
            if board.waiting and not was_waiting:
                self._show_held()
        self._show_status()

    def _list_anew(self) -> None:
        self._shown = matching(self._board.summaries, self._words)
        self._go(self._position.settled(self._shown))

    def _go(self, position: Position) -> None:
        """Show everything as it is at a position."""
        self._position = position
        summary = self._summary()
        self._trace = self._fetch(summary)
        self._requests.show(self._shown, position.selected)
        notice = self._notice_for(summary)
        self.set_class(notice is not None, NOTICE)
        if notice is not None:
            self._notice.show(notice)
        self._show_trace(notice)
        self._entitle(summary if notice is None else None)
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
        self._picture.show(trace, stop)
        self._narration.show(*(narrative(trace, stop) if notice is None else notice_narrative(notice)))
        self._happened.show(happened(trace, stop))
        if trace is None:
            self._source.show(None)
            return
        current = shown_stop(trace, stop) or telling_stop(trace)
        place = None if current is None else source_of(trace, current)
        self._source.show(place, trace.summary.unix_time)

    def _notice_for(self, summary: RequestSummary | None) -> NoticeText | None:
        board = self._board
        if board.is_down and board.site is not None and (self._position.is_following or not self._shown):
            return crash_notice(board.site, self._bridge.output())
        if summary is not None:
            return None if self._trace is not None else out_of_reach_notice(summary)
        if self._words and board.summaries:
            return filtered_notice(len(board.summaries), self._words)
        return waiting_notice(board)

    def _entitle(self, summary: RequestSummary | None) -> None:
        title = word("flow.untitled") if summary is None else word("flow.title", n=summary.ordinal)
        remark = self._following_words()
        entitle(self._picture, title)
        entitle(self._requests, self._list_title(), remark)
        # On a narrow screen the list is one row without a border.
        words = self._list_title() if self._words else remark
        self._title.show(title, words)

    def _list_title(self) -> str:
        if not self._words:
            return word("list.title")
        total = len(self._board.summaries)
        return word("list.filtered", n=len(self._shown), total=total, words=sanitize(self._words))

    def _following_words(self) -> str:
        if self._position.is_following:
            return word("list.following")
        newer = self._position.newer(self._shown)
        return word("list.newer", n=newer) if newer and self._board.is_live else ""

    def _show_status(self) -> None:
        newer = self._position.newer(self._shown)
        place = len(self._shown) - newer if self._position.selected is not None else 0
        self._status.show(self._board, (place, len(self._shown)))

    def _summary(self) -> RequestSummary | None:
        key, shown = self._position.selected, self._shown
        if key is None or not shown:
            return None
        if shown[-1].key == key:
            return shown[-1]
        return next((summary for summary in shown if summary.key == key), None)

    # --- moving ------------------------------------------------------------------------------------------------

    def action_step(self, direction: int) -> None:
        """One stop back or on."""
        if self._trace is not None:
            move = self._position.forward if direction > 0 else self._position.back
            self._go(move(self._trace))

    def action_first_step(self) -> None:
        """The first stop."""
        if self._trace is not None:
            self._go(self._position.first(self._trace))

    def action_last_step(self) -> None:
        """The last stop, and from there the newest request."""
        self._go(self._position.end(self._trace, self._shown))

    def action_request(self, distance: int) -> None:
        """The request above or below."""
        self._go(self._position.by_requests(self._shown, distance))

    def action_follow(self) -> None:
        """The newest request, from now on."""
        self._go(self._position.follow(self._shown))

    def action_interesting(self, direction: int) -> None:
        """The next request worth a look."""
        position = self._position.to_interesting(self._shown, direction)
        if position is None:
            self.notify(word("interesting.none"), timeout=3)
        else:
            self._go(position)

    def on_request_list_chosen(self, message: RequestList.Chosen) -> None:
        self.remove_class(LIST_OPEN)
        self._go(self._position.at_request(message.key))

    def on_funnel_view_pointed(self, message: FunnelView.Pointed) -> None:
        if self._trace is not None:
            self._go(self._position.at_stop(self._trace, message.index))

    # --- holding -----------------------------------------------------------------------------------------------

    def action_hold(self) -> None:
        """Hold live requests at this step, or no longer."""
        source, trace = self._bridge.source, self._trace
        hold = hold_at(trace, shown_stop(trace, self._position.stop) if trace is not None else None)
        if not source.is_live:
            self.notify(word("hold.recording"), timeout=3)
        elif hold is None:
            self.notify(word("hold.nowhere"), timeout=3)
        else:
            before = source.holds
            source.set_holds(toggled(before, hold))
            key = "hold.set" if len(source.holds) > len(before) else "hold.lifted"
            self.notify(word(key, place=place_words(hold, trace)), timeout=5)

    def action_step_held(self) -> None:
        """Let the held request do one step, and follow it."""
        self._answer_held(self._bridge.source.step_held)

    def action_let_go(self) -> None:
        """Let the held request go on."""
        self._answer_held(self._bridge.source.let_go)

    def _answer_held(self, answer: Callable[[RequestKey], None]) -> None:
        summary = self._held()
        if summary is not None:
            answer(summary.key)
            self._go(replace(self._position, selected=summary.key, stop=None))

    def _show_held(self) -> None:
        """A request was caught, which is what the person waits for."""
        summary = self._held()
        if summary is not None and summary.key != self._position.selected:
            self._go(replace(self._position, selected=summary.key, stop=None))

    def _held(self) -> RequestSummary | None:
        """The selected request if it is held, else the newest one that is."""
        selected = self._summary()
        if selected is not None and selected.is_held:
            return selected
        return next((summary for summary in reversed(self._shown) if summary.is_held), None)

    # --- panes -------------------------------------------------------------------------------------------------

    def action_source(self) -> None:
        """Narrow: source in the place of the picture; wider: with or without the source."""
        self.toggle_class(SOURCE_SWAPPED)

    def action_why(self) -> None:
        """What did not run here, and why, over everything."""
        trace = self._trace
        if trace is None:
            self.notify(word("why.none"), timeout=3)
            return
        current = shown_stop(trace, self._position.stop)
        self.app.push_screen(WhyScreen(why_title(trace, current), why_sections(trace, current)))

    def action_open(self) -> None:
        """Narrow: the list in the place of the picture, and back with the chosen request."""
        self.toggle_class(LIST_OPEN)

    def action_back(self) -> None:
        """Close what is open; with nothing open, clear the filter."""
        if self.has_class(LIST_OPEN) and not self._filter.is_open:
            self.remove_class(LIST_OPEN)
            return
        if self._filter.is_open or self._words:
            self._filter.clear()
            self._filter.close()
            self._apply_filter("")
        elif self.has_class("-narrow"):
            self.remove_class(SOURCE_SWAPPED)

    def action_scroll(self, direction: int) -> None:
        """A page of the picture, or of the source in its place."""
        pane = self._picture if self._picture.display else self._source
        pane.scroll_rows(direction * max(pane.scrollable_content_region.height - 2, 1))

    def action_scroll_source(self, rows: int) -> None:
        """Lines of the source."""
        self._source.scroll_rows(rows)

    # --- filter ------------------------------------------------------------------------------------------------

    def action_filter(self) -> None:
        """Type words."""
        self._filter.open()

    def on_filter_bar_changed(self, message: FilterBar.Changed) -> None:
        self._apply_filter(message.words)

    def _apply_filter(self, words: str) -> None:
        if words != self._words:
            self._words = words
            self._list_anew()
