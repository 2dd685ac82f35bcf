"""Mode 5: what the site prints, line by line with the request each is about, and the settings that matter."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from reqtrace.analysis.interest import newest
from reqtrace.render import symbols
from reqtrace.render.exhibit import Exhibit
from reqtrace.render.exhibit_log import log_exhibit
from reqtrace.render.labels import count
from reqtrace.render.roles import Paint
from reqtrace.render.sanitize import sanitize
from reqtrace.render.settings_page import settings_exhibit
from reqtrace.trace.model import RequestKey, RequestSummary
from reqtrace.tui.board import Board
from reqtrace.tui.bridge import Bridge
from reqtrace.tui.keys.log import LOG_KEYS
from reqtrace.tui.log_desk import LogDesk
from reqtrace.tui.log_narrative import log_narrative, log_notice
from reqtrace.tui.narrative import notice_narrative
from reqtrace.tui.screens.mode import ModeScreen
from reqtrace.tui.subject import Subject
from reqtrace.tui.widgets.ground import Body
from reqtrace.tui.widgets.log_bar import LogBar, field_completion
from reqtrace.tui.widgets.log_view import LogView
from reqtrace.tui.widgets.narration import Narration
from reqtrace.tui.widgets.notice import Notice
from reqtrace.tui.widgets.query_bar import QueryBar
from reqtrace.tui.widgets.scrolling import entitle
from reqtrace.tui.widgets.settings_view import SettingsView
from reqtrace.tui.widgets.title_rule import TitleRule
from reqtrace.tui.words import word

__all__ = ["LogScreen"]

FULL = "-settings"
NOTICE = "-notice"


class LogScreen(ModeScreen):
    """Output and settings; on a narrow screen ``s`` swaps them."""

    BINDINGS: ClassVar[list[BindingType]] = [*LOG_KEYS]
    HELP_TOPIC = "log"

    def __init__(self, bridge: Bridge, subject: Subject) -> None:
        super().__init__(bridge, subject)
        self._desk = LogDesk()
        self._asked: RequestKey | None = None
        """The request that the mode Flow was last seen at."""
        self._rule = TitleRule(id="log-title")
        self._output = LogView(id="output")
        self._notice = Notice(id="log-notice")
        self._settings = SettingsView(id="settings")
        self._bar = LogBar(id="log-find")
        self._narration = Narration()

    def compose(self) -> ComposeResult:
        body = Body(self._output, self._notice, self._settings, id="body")
        yield from self.framed(self._rule, body, self._bar, self._narration)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Over the settings only scrolling works, and what leads out of them."""
        if self.has_class(FULL):
            return None if action in ("open", "find", "problem", "only", "unfold", "everything") else True
        return True

    # --- showing -----------------------------------------------------------------------------------------------

    def look_again(self, before: Board) -> None:
        """What the site has printed since, and the requests it belongs to."""
        self._desk.take(self._bridge.output(), self._bridge.store.printed, self._board.summaries)
        if self._board.is_down:
            self._desk.unfold_last()
        self._settings.show(self._bridge.process_with_settings())
        self._go_to_request()
        self._show_lines()

    def _go_to_request(self) -> None:
        """Whoever comes from one request finds its lines; who has followed the newest goes on following."""
        key = self._subject.key
        if key is None or key == self._asked:
            return
        self._asked = key
        summary = self._desk.summary(key)
        if summary is None or self._subject.is_following:
            return
        place = self._desk.first_about(summary)
        if place is not None:
            self._desk.choose(place)

    def _show_lines(self) -> None:
        desk, notice = self._desk, log_notice(self._desk, self._board)
        self.set_class(notice is not None, NOTICE)
        if notice is not None:
            self._notice.show(notice)
            self._narration.show(*notice_narrative(notice))
            entitle(self._notice, self._title())
            self._rule.show(self._title(), "")
            return
        mine = self._mine
        self._output.mark((None if mine is None else mine.key), partial(desk.is_about, summary=mine))
        self._output.show(desk.shown, desk.at, desk.opened, is_following=desk.is_following)
        self._narration.show(*log_narrative(desk))
        self._entitle(mine)

    @property
    def _mine(self) -> RequestSummary | None:
        """The request that the mode Flow shows, or will show when it is in front again."""
        summaries = self._board.summaries
        if self._subject.is_following and summaries:
            return newest(summaries)
        return self._desk.summary(self._subject.key)

    def _title(self) -> str:
        desk = self._desk
        if not desk.words:
            return word("log.title")
        return word("log.title.found", n=len(desk.shown), total=desk.total, words=sanitize(desk.words))

    def _entitle(self, mine: RequestSummary | None) -> None:
        below = self._output.below
        behind = count("log.behind", below) if below and not self._desk.is_following else ""
        remark = behind or (word("log.following") if self._board.is_live else "")
        marks = "" if mine is None else word("log.mine", mark=symbols.TOO_SHORT, n=mine.ordinal)
        more = " · ".join(filter(None, (remark, marks)))
        entitle(self._output, " · ".join(filter(None, (self._title(), more))))
        self._rule.show(self._title(), more)

    def exhibit(self) -> Exhibit:
        """All lines that are shown, or the settings if they lie over them."""
        if self.has_class(FULL):
            return settings_exhibit(self._bridge.process_with_settings())
        desk = self._desk
        marked = desk.numbers_about(self._mine)
        return log_exhibit(desk.shown, title=self._title(), opened=desk.opened, marked=marked)

    def on_log_view_scrolled(self, message: LogView.Scrolled) -> None:
        """The wheel ends following; at the end it begins again."""
        if message.is_at_end:
            self._desk.choose(len(self._desk.shown) - 1)
        else:
            self._desk.stay()
        self._entitle(self._mine)

    # --- moving ------------------------------------------------------------------------------------------------

    def action_move(self, lines: int) -> None:
        """Lines up or down, through all rows of what is higher than the screen; the settings scroll."""
        if self.has_class(FULL):
            self._settings.move(lines)
        elif self._output.move(lines):
            self._desk.stay()
            self._entitle(self._mine)
        else:
            before = self._desk.at
            self._desk.choose(before + lines)
            if self._desk.at != before and self._output.is_high(self._desk.at):
                # Its end would be shown, and what is above it passed over.
                self._desk.stay()
            self._show_lines()

    def action_page(self, direction: int) -> None:
        """Pages up or down."""
        if self.has_class(FULL):
            self._settings.move(direction * max(self._settings.scrollable_content_region.height - 1, 1))
            return
        number = self._output.page(direction)
        if number is not None:
            self._choose(self._desk.place_of(number))

    def action_top(self) -> None:
        """The oldest line."""
        if self.has_class(FULL):
            self._settings.move(-self._settings.virtual_size.height)
        else:
            self._choose(0)

    def action_follow(self) -> None:
        """The newest line."""
        self.remove_class(FULL)
        self.refresh_bindings()
        self._choose(len(self._desk.shown) - 1)

    def action_problem(self, direction: int) -> None:
        """The next warning or error, or the one before."""
        place = self._desk.next_problem(direction)
        if place is None:
            self._answer(word("log.no_problem.below" if direction > 0 else "log.no_problem.above"))
        else:
            self._choose(place)

    def _choose(self, place: int) -> None:
        self._desk.choose(place)
        self._show_lines()

    def on_log_view_pointed(self, message: LogView.Pointed) -> None:
        """A click chooses a line; a traceback that is chosen already is opened, or folded."""
        desk = self._desk
        if desk.entry is not None and desk.entry.number == message.number:
            desk.unfold(is_open=message.number not in desk.opened)
        self._choose(desk.place_of(message.number))

    def action_unfold(self, is_open: bool) -> None:
        """The whole traceback, or only what was raised."""
        self._desk.unfold(is_open=is_open)
        self._show_lines()

    def action_everything(self) -> None:
        """All tracebacks whole, or folded."""
        self._desk.unfold_everything()
        self._show_lines()

    # --- requests ----------------------------------------------------------------------------------------------

    def action_open(self) -> None:
        """Show the request that the line is about in the mode Flow."""
        entry = self._desk.entry
        summary = None if entry is None else self._desk.request(entry).summary
        if summary is None:
            self._answer(word("log.no_request"))
            return
        self._subject.key, self._subject.stop = summary.key, None
        self._asked = summary.key
        self.app.call_later(self.app.run_action, "mode('flow')")

    def action_only(self) -> None:
        """Only the lines about the request of the mode Flow; once more, all of them."""
        summary = self._mine
        if summary is None:
            self._answer(word("log.no_selected"))
            return
        words = f"request:{summary.ordinal}"
        words = "" if self._desk.words == words else words
        self._bar.fill(words)
        self._find(words)

    def _answer(self, words: str) -> None:
        """Say it in the place of the second sentence, until something else is shown."""
        self._narration.show(*log_narrative(self._desk)[:1], ((words, Paint(bold=True)),))

    # --- finding -----------------------------------------------------------------------------------------------

    def action_find(self) -> None:
        """Type what to find."""
        self._bar.open()

    def on_query_bar_changed(self, event: QueryBar.Changed) -> None:
        event.stop()
        if event.text.strip() != self._desk.words:
            self._find(event.text)
        self._bar.show_completion(field_completion(event.text, event.cursor))
        self._bar.show_count(word("log.found", n=len(self._desk.shown), total=self._desk.total) if event.text else "")

    def on_query_bar_submitted(self, event: QueryBar.Submitted) -> None:
        event.stop()
        event.bar.close()
        self.refresh_bindings()

    def _find(self, words: str) -> None:
        self._desk.find(words)
        self._show_lines()

    # --- panes -------------------------------------------------------------------------------------------------

    def action_settings(self) -> None:
        """Settings over everything, and back."""
        self.toggle_class(FULL)
        self.refresh_bindings()

    def action_back(self) -> None:
        """Out of the settings; all lines again."""
        if self.has_class(FULL) and not self._bar.is_open:
            self.action_settings()
            return
        self._bar.close()
        self._bar.clear()
        self._find("")
