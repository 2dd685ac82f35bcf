"""Mode 2: how Django loaded the chain of middleware, which hooks it has, and what lint finds in it."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.message import Message

from reqtrace.render.canvas import Canvas
from reqtrace.render.stack_arrows import arrow_lanes
from reqtrace.render.stack_findings import draw_findings
from reqtrace.render.stack_loading import StackDrawing, draw_loading
from reqtrace.render.stack_matrix import draw_matrix
from reqtrace.render.stack_words import numbered_name
from reqtrace.tui.board import Board
from reqtrace.tui.bridge import Bridge
from reqtrace.tui.keys.stack import STACK_KEYS
from reqtrace.tui.linting import LintDesk, LintState
from reqtrace.tui.narrative import notice_narrative
from reqtrace.tui.screens.findings import FindingsScreen
from reqtrace.tui.screens.mode import ModeScreen
from reqtrace.tui.situation import crash_notice
from reqtrace.tui.stack_narrative import (
    chain_title,
    foot,
    hooks_narrative,
    lint_remark,
    no_chain_notice,
    source_line,
    step_narrative,
)
from reqtrace.tui.stack_position import ChainPlace, StackPosition, chain_places, chosen_place
from reqtrace.tui.subject import Subject
from reqtrace.tui.widgets.key_bar import KeyBar
from reqtrace.tui.widgets.narration import Narration
from reqtrace.tui.widgets.notice import Notice, NoticeText
from reqtrace.tui.widgets.source_pane import SourcePane
from reqtrace.tui.widgets.stack_view import StackView
from reqtrace.tui.widgets.status_bar import StatusBar
from reqtrace.tui.widgets.title_rule import TitleRule
from reqtrace.tui.words import word

__all__ = ["StackScreen"]

NOTICE = "-notice"
SOURCE_SWAPPED = "-swap-source"
NEEDS_CHAIN = ("step", "first", "last", "layer", "findings", "lint")


class StackScreen(ModeScreen):
    """Owns which chain is shown, and the position in it."""

    BINDINGS: ClassVar[list[BindingType]] = [*STACK_KEYS]
    HELP_TOPIC = "stack"

    class Linted(Message):
        """The project has answered, or could not."""

    def __init__(self, bridge: Bridge, subject: Subject) -> None:
        super().__init__(bridge, subject)
        self._board = Board()
        self._places: list[ChainPlace] = []
        self._place: ChainPlace | None = None
        self._chosen: tuple[int, int] | None = None
        """The chain the person has chosen; without a choice the newest one is shown."""
        self._position = StackPosition()
        self._is_loading = True
        """The replay is shown, not the hooks."""
        self._lint = LintDesk()
        self._status = StatusBar()
        self._title = TitleRule(id="stack-title")
        self._picture = StackView(id="stack")
        self._notice = Notice(id="stack-notice")
        self._source = SourcePane(id="stack-source")
        self._narration = Narration()

    def compose(self) -> ComposeResult:
        yield self._status
        yield self._title
        with Container(id="stack-body"):
            yield self._picture
            yield self._notice
            yield self._source
        yield self._narration
        yield KeyBar()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a chain there is nothing to step through, and only one of several can be chosen."""
        if action in NEEDS_CHAIN and self._place is None:
            return None
        if action == "step" and not self._is_loading:
            return None
        return None if action == "chain" and len(self._places) < 2 else True

    # --- showing -----------------------------------------------------------------------------------------------

    def show(self, board: Board) -> None:
        """Another moment; while it is paused only the top row changes."""
        was_paused = self._board.is_paused
        self._board = board
        self._status.show(board)
        if not (board.is_paused and was_paused):
            self._look_again()

    def _look_again(self) -> None:
        before = self._place is None, len(self._places)
        self._places = chain_places(self._bridge.store.processes())
        key = self._subject.key
        self._place = chosen_place(self._places, self._chosen, None if key is None else key.process)
        if before != (self._place is None, len(self._places)):
            self.refresh_bindings()
        self.go(self._position)

    def go(self, position: StackPosition) -> None:
        """Show everything as it is at a position."""
        place = self._place
        self.set_class(place is None, NOTICE)
        if place is None:
            self._position = position
            self._show_notice()
            return
        self._position = position = position.settled(place.chain)
        lint = self._lint.state(place.chain, place.process)
        self._show_title(place, lint)
        if self._is_loading:
            self._show_loading(place)
        else:
            self._show_hooks(place, lint)

    def _show_notice(self) -> None:
        board = self._board
        notice: NoticeText = no_chain_notice(board)
        if board.is_down and board.site is not None:
            notice = crash_notice(board.site, self._bridge.output())
        self._title.show(word("stack.title"), "")
        self._notice.show(notice)
        self._narration.show(*notice_narrative(notice))
        self._source.show(None)

    def _show_title(self, place: ChainPlace, lint: LintState) -> None:
        number, total = self._places.index(place) + 1, len(self._places)
        is_live = self._board.is_live
        title = chain_title(place, number, total, is_loading=self._is_loading, is_live=is_live)
        self._title.show(title, lint_remark(lint))

    def _show_loading(self, place: ChainPlace) -> None:
        step = self._position.current(place.chain)

        def draw(width: int, height: int) -> StackDrawing:
            return draw_loading(place.chain, step=step.index, width=width, height=height)

        self._picture.show(draw, ("loading", place.chain, step.index))
        self._narration.show(*step_narrative(place.chain, step))
        self._source.show(source_line(place.chain, self._position.layer, step))

    def _show_hooks(self, place: ChainPlace, lint: LintState) -> None:
        layer, below = self._position.layer, foot(lint, can_ask=self._bridge.source.project is not None)

        def draw(width: int, height: int) -> StackDrawing:
            lanes = arrow_lanes(lint.report)
            return draw_matrix(place.chain, selected=layer, width=width, height=height, lanes=lanes, foot=below)

        self._picture.show(draw, ("hooks", place.chain, layer, lint.report, below))
        self._narration.show(*hooks_narrative(place.chain, layer, lint))
        self._source.show(source_line(place.chain, layer, None))

    # --- moving ------------------------------------------------------------------------------------------------

    def action_step(self, direction: int) -> None:
        """One step of loading back or on."""
        if self._place is not None:
            self.go(self._position.by_steps(self._place.chain, direction))

    def action_first(self) -> None:
        """The beginning of loading; in the hooks the first layer."""
        if self._place is not None:
            chain = self._place.chain
            self.go(self._position.at_step(chain, 0) if self._is_loading else self._position.at_layer(chain, 0))

    def action_last(self) -> None:
        """The end of loading; in the hooks the last layer."""
        if self._place is not None:
            chain = self._place.chain
            last = len(chain.layers) - 1
            self.go(StackPosition(layer=0) if self._is_loading else self._position.at_layer(chain, last))

    def action_layer(self, distance: int) -> None:
        """The layer above or below."""
        if self._place is not None:
            chain, position = self._place.chain, self._position
            moved = position.by_layers(chain, distance)
            self.go(moved if self._is_loading else position.at_layer(chain, position.layer + distance))

    def on_stack_view_pointed(self, message: StackView.Pointed) -> None:
        if self._place is not None:
            self.go(self._position.at_layer(self._place.chain, message.layer))

    def action_view(self) -> None:
        """Loading, or the hooks."""
        self._is_loading = not self._is_loading
        self.refresh_bindings()
        self.go(self._position)

    def action_chain(self, direction: int) -> None:
        """Another chain, of this process or another."""
        if self._place is not None:
            place = self._places[(self._places.index(self._place) + direction) % len(self._places)]
            self._chosen = place.key
            self._place = place
            self.go(StackPosition(layer=self._position.layer))

    # --- panes -------------------------------------------------------------------------------------------------

    def action_source(self) -> None:
        """Narrow: source in the place of the picture; wider: with or without the source."""
        self.toggle_class(SOURCE_SWAPPED)

    def action_back(self) -> None:
        """Back to the picture."""
        if self.has_class("-narrow"):
            self.remove_class(SOURCE_SWAPPED)

    # --- lint --------------------------------------------------------------------------------------------------

    def action_lint(self) -> None:
        """Ask the project's own Python about its middleware, and show the hooks with what is found."""
        place, project = self._place, self._bridge.source.project
        if place is None:
            return
        self._is_loading = False
        self.refresh_bindings()
        if project is None:
            told = "stack.lint.nowhere" if self._board.is_live else "stack.lint.recording"
            self.notify(word(told), timeout=5, markup=False)
        else:
            done = partial(self.post_message, self.Linted())
            self._lint.ask(project, is_asgi=place.chain.is_async, done=done)
        self.go(self._position)

    def on_stack_screen_linted(self) -> None:
        self.go(self._position)

    def action_findings(self) -> None:
        """Everything that is found about the selected layer."""
        place = self._place
        if place is None or not place.chain.layers:
            return
        lint = self._lint.state(place.chain, place.process)
        layer = self._position.layer
        project = self._bridge.source.project
        remark = word("stack.lint.how.surveyed" if lint.is_surveyed else "stack.lint.how.known")
        root = "" if project is None else str(project.root)

        def draw(width: int) -> Canvas:
            return draw_findings(lint.report, layer, remark=remark, width=width, root=root)

        title = word("stack.lint.title", layer=numbered_name(place.chain.layers[layer]))
        self.app.push_screen(FindingsScreen(title, draw))
