"""Mode 2: how Django loaded the chain of middleware, which hooks it has, what lint finds in it, and the lab."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from reqtrace.render.stack_arrows import arrow_lanes
from reqtrace.render.stack_lab import draw_draft
from reqtrace.render.stack_loading import StackDrawing, draw_loading
from reqtrace.render.stack_matrix import draw_matrix
from reqtrace.tui.actions.stack_exporting import StackExportActions
from reqtrace.tui.actions.stack_findings import FindingActions
from reqtrace.tui.actions.stack_lab import LabActions
from reqtrace.tui.actions.stack_parts import StackPicture
from reqtrace.tui.actions.stack_playing import StackPlayActions
from reqtrace.tui.board import Board
from reqtrace.tui.bridge import Bridge
from reqtrace.tui.keys.stack import STACK_KEYS
from reqtrace.tui.linting import LintState
from reqtrace.tui.narrative import notice_narrative
from reqtrace.tui.situation import crash_notice
from reqtrace.tui.stack_narrative import (
    chain_title,
    foot,
    hooks_narrative,
    lab_foot,
    lab_narrative,
    lint_remark,
    no_chain_notice,
    request_words,
    source_line,
    step_narrative,
)
from reqtrace.tui.stack_position import ChainPlace, StackPosition, chain_places, chosen_place
from reqtrace.tui.subject import Subject
from reqtrace.tui.widgets.ground import Body
from reqtrace.tui.widgets.narration import Narration
from reqtrace.tui.widgets.notice import Notice, NoticeText
from reqtrace.tui.widgets.source_pane import SourcePane
from reqtrace.tui.widgets.stack_view import StackView
from reqtrace.tui.widgets.title_rule import TitleRule
from reqtrace.tui.words import word

__all__ = ["StackScreen"]

NOTICE = "-notice"
SOURCE_SWAPPED = "-swap-source"
IN_LAB = ("move", "switch", "duplicate", "add", "undo", "try", "positions", "symptom")
OUTSIDE_LAB = ("lint", "findings", "finding")
NEEDS_CHAIN = ("step", "play", "speed", "first", "last", "layer", *IN_LAB, *OUTSIDE_LAB)


class StackScreen(StackPlayActions, StackExportActions, LabActions, FindingActions):
    """Owns which chain is shown, and the position in it."""

    BINDINGS: ClassVar[list[BindingType]] = [*STACK_KEYS]
    HELP_TOPIC = "stack"

    def __init__(self, bridge: Bridge, subject: Subject) -> None:
        super().__init__(bridge, subject)
        self._chosen: tuple[int, int] | None = None
        """The chain the person has chosen; without a choice the newest one is shown."""
        self._title = TitleRule(id="stack-title")
        self._picture = StackView(id="stack")
        self._notice = Notice(id="stack-notice")
        self._source = SourcePane(id="stack-source")
        self._narration = Narration()

    def compose(self) -> ComposeResult:
        body = Body(self._picture, self._notice, self._source, id="stack-body")
        yield from self.framed(self._title, body, self._add, self._symptom, self._narration)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that do nothing here are only in the help."""
        is_lab = self._shown is StackPicture.LAB
        is_useless = (
            (action in NEEDS_CHAIN and self._place is None)
            or (action in ("step", "play", "speed") and self._shown is not StackPicture.LOADING)
            or (action in IN_LAB and not is_lab)
            or (action in OUTSIDE_LAB and is_lab)
            or (action == "chain" and len(self._places) < 2)
        )
        return None if is_useless else True

    # --- showing -----------------------------------------------------------------------------------------------

    def look_again(self, before: Board) -> None:
        """Perhaps there are other chains."""
        known = self._place is None, len(self._places)
        self._places = chain_places(self._bridge.store.processes())
        key = self._subject.key
        self._place = chosen_place(self._places, self._chosen, None if key is None else key.process)
        if known != (self._place is None, len(self._places)):
            self.refresh_bindings()
        self.go(self._position)

    def go(self, position: StackPosition) -> None:
        """Show everything as it is at a position."""
        place = self._place
        self.set_class(place is None, NOTICE)
        self.settle_draft()
        if place is None:
            self._position = position
            self._show_notice()
            return
        self._position = position.settled(place.chain)
        lint = self._lint.state(place.chain, place.process)
        self._show_title(place, lint)
        match self._shown:
            case StackPicture.LOADING:
                self._show_loading(place)
            case StackPicture.HOOKS:
                self._show_hooks(place, lint)
            case StackPicture.LAB:
                self._show_lab(place)

    def _show_notice(self) -> None:
        board = self._board
        notice: NoticeText = no_chain_notice(board)
        if board.is_down and board.site is not None:
            notice = crash_notice(board.site, self._bridge.output(), self._bridge.store.processes())
        self._title.show(word("stack.title"), "")
        self._notice.show(notice)
        self._narration.show(*notice_narrative(notice))
        self._source.show(None)

    def _show_title(self, place: ChainPlace, lint: LintState) -> None:
        number, total = self._places.index(place) + 1, len(self._places)
        picture, is_live = self._shown.value, self._board.is_live
        title = chain_title(place, number, total, picture=picture, is_live=is_live)
        short = chain_title(place, number, total, picture=f"{picture}.short", is_live=is_live)
        self._title.show(title, self.play_words() or lint_remark(lint), short)

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

    def _show_lab(self, place: ChainPlace) -> None:
        draft, line = self._draft, self._line
        below = lab_foot(draft, request_words(self._request()), self._progress, self._verdict)

        def draw(width: int, height: int) -> StackDrawing:
            return draw_draft(draft, selected=line, width=width, height=height, foot=below)

        self._picture.show(draw, ("lab", draft, line, below))
        self._narration.show(*lab_narrative(draft, line))
        origin = draft.layers[line].origin if draft.layers else None
        self._source.show(None if origin is None else source_line(place.chain, origin, None))

    # --- moving ------------------------------------------------------------------------------------------------

    def action_step(self, direction: int) -> None:
        """One step of loading back or on."""
        if self._place is not None:
            self.go(self._position.by_steps(self._place.chain, direction))

    def action_first(self) -> None:
        """The beginning of loading; elsewhere the first layer."""
        if self._shown is StackPicture.LOADING and self._place is not None:
            self.go(self._position.at_step(self._place.chain, 0))
        else:
            self._to_row(0)

    def action_last(self) -> None:
        """The end of loading; elsewhere the last layer."""
        if self._shown is StackPicture.LOADING:
            self.go(StackPosition(layer=0))
        else:
            self._to_row(self._last_row)

    def action_layer(self, distance: int) -> None:
        """The layer above or below."""
        if self._place is None:
            return
        if self._shown is StackPicture.LOADING:
            self.go(self._position.by_layers(self._place.chain, distance))
        else:
            row = self._line if self._shown is StackPicture.LAB else self._position.layer
            self._to_row(row + distance)

    @property
    def _last_row(self) -> int:
        layers = 0 if self._place is None else len(self._place.chain.layers)
        return (len(self._draft.layers) if self._shown is StackPicture.LAB else layers) - 1

    def _to_row(self, row: int) -> None:
        """A row of the hooks, or a line of the lab's list."""
        if self._place is None:
            return
        if self._shown is StackPicture.LAB:
            self._line = min(max(row, 0), max(self._last_row, 0))
            self.go(self._position)
        else:
            self.go(self._position.at_layer(self._place.chain, row))

    def on_stack_view_pointed(self, message: StackView.Pointed) -> None:
        self._to_row(message.layer)

    def on_stack_view_wheeled(self, message: StackView.Wheeled) -> None:
        self.action_layer(message.rows)

    def action_view(self) -> None:
        """Loading, the hooks, or the lab; the selected layer stays selected."""
        if self._shown is StackPicture.HOOKS and self._place is not None:
            self._line = self._draft.place_of(self._position.layer)
        self.show_picture(self._shown.next)

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
        """Close what is open."""
        bar = next((bar for bar in (self._add, self._symptom) if bar.is_open), None)
        if bar is not None:
            bar.clear()
            bar.close()
        elif self.has_class("-narrow"):
            self.remove_class(SOURCE_SWAPPED)
