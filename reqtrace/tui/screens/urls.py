"""Mode 3: the URLconf as a tree; a path is matched level by level against the running site, a name looked up."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message

from reqtrace.analysis.url_match import UrlMatch
from reqtrace.analysis.url_reversal import Reversal, call_of
from reqtrace.analysis.url_tree import UrlTree, matches_of, seen_tree
from reqtrace.hub.arrival import SitePhase
from reqtrace.render.exhibit import Exhibit
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.url_sightings import UrlSightings
from reqtrace.tui.board import Board
from reqtrace.tui.bridge import Bridge
from reqtrace.tui.keys.urls import URLS_KEYS
from reqtrace.tui.narrative import notice_narrative
from reqtrace.tui.screens.mode import ModeScreen
from reqtrace.tui.situation import crash_notice, waiting_notice
from reqtrace.tui.stop_source import SourceLine
from reqtrace.tui.subject import Subject
from reqtrace.tui.typed_path import typed_path
from reqtrace.tui.url_desk import Told, UrlDesk
from reqtrace.tui.url_pages import Page, UrlPages
from reqtrace.tui.widgets.ground import Body
from reqtrace.tui.widgets.notice import Notice, NoticeText
from reqtrace.tui.widgets.query_bar import QueryBar
from reqtrace.tui.widgets.sentences import Sentences
from reqtrace.tui.widgets.source_pane import SourcePane
from reqtrace.tui.widgets.title_rule import TitleRule
from reqtrace.tui.widgets.url_bars import FindBar, NameBar, PathBar, name_completion
from reqtrace.tui.widgets.url_view import UrlView
from reqtrace.tui.words import word

__all__ = ["UrlsScreen"]

NOTICE = "-notice"
SOURCE_SWAPPED = "-swap-source"
REST = 40
"""How long counting pauses, as a multiple of what it has just taken."""
STARTING = (SitePhase.PREPARING, SitePhase.STARTING, SitePhase.RELOADING)
ANSWER = 6
"""Seconds a remark stays."""


class UrlsScreen(ModeScreen):
    """Owns the pages, and when the site is asked."""

    BINDINGS: ClassVar[list[BindingType]] = [*URLS_KEYS]
    HELP_TOPIC = "urls"

    class Answered(Message):
        """The site has answered, or could not."""

        def __init__(self, told: Told) -> None:
            super().__init__()
            self.told = told

    def __init__(self, bridge: Bridge, subject: Subject) -> None:
        super().__init__(bridge, subject)
        self._pages = UrlPages()
        self._desk = UrlDesk(bridge.source, lambda told: self.post_message(self.Answered(told)))
        self._asked_when: tuple[int, int] | None = None
        """Serving process and number of requests when the tree was asked for last."""
        self._urlconf = ""
        """Which URLconf is shown; empty for ``ROOT_URLCONF``."""
        self._others: tuple[str, ...] = ()
        """Other URLconfs that requests were given."""
        self._root = ""
        """Name of ``ROOT_URLCONF``."""
        self._failure = ""
        """Why the tree is not known."""
        self._counted = -1
        """Which requests the numbers of the tree are about."""
        self._rest_until = 0.0
        self._is_count_due = False
        """They will be counted once that is over."""
        self._title = TitleRule(id="urls-title")
        self._view = UrlView(id="urls")
        self._notice = Notice(id="urls-notice")
        self._source = SourcePane(id="urls-source")
        self._sentences = Sentences(id="urls-sentences")
        self._path_bar = PathBar(id="urls-path")
        self._name_bar = NameBar(id="urls-name")
        self._find_bar = FindBar(id="urls-find")

    def compose(self) -> ComposeResult:
        body = Body(self._view, self._notice, self._source, id="urls-body")
        yield from self.framed(self._title, body, self._sentences, self._path_bar, self._name_bar, self._find_bar)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without patterns there is nothing to look up or for, and no way back from the first page."""
        if action in ("path", "name", "find", "everything", "move", "unfold") and self._pages.tree is None:
            return None
        if action == "urlconf":
            return True if self._others else None
        if action == "everything":
            return None if self._pages.page is not Page.TREE else True
        if action == "back":
            is_first = self._pages.page is Page.TREE and not self._pages.words
            return None if is_first and not self.has_class(SOURCE_SWAPPED) and self._open_bar is None else True
        return True

    # --- showing -----------------------------------------------------------------------------------------------

    def look_again(self, before: Board) -> None:
        """Perhaps the tree is to be asked for, or other requests to be counted."""
        was_known = self._pages.tree is not None
        if self._bridge.source.is_live:
            self._ask_tree()
        self._count()
        self._show_page()
        if not was_known and self._pages.tree is not None:
            self.refresh_bindings()

    def _ask_tree(self) -> None:
        """Ask for the tree if another process serves, or none was known and requests have come since."""
        process = self._serving_process()
        when = (process, self._board.total)
        is_new = self._asked_when is None or process != self._asked_when[0]
        if process and not self._desk.is_asking and (is_new or (self._failure and when != self._asked_when)):
            self._asked_when = when
            self._desk.ask_tree(self._urlconf, process)

    def _serving_process(self) -> int:
        """The one that told the tree; when that is gone, that of the newest request, or the newest; 0 if none lives."""
        alive = [process.number for process in self._bridge.store.processes() if process.is_alive]
        tree = self._pages.tree
        if tree is not None and tree.process in alive:
            return tree.process
        newest = self._board.summaries[-1].key.process if self._board.summaries else 0
        return newest if newest in alive else max(alive, default=0)

    def _count(self) -> None:
        """Put the requests into the tree; of a recording they are the tree."""
        version, now = self._bridge.store.url_version, time.monotonic()
        if version == self._counted or self._is_count_due:
            return
        if now < self._rest_until:
            self._is_count_due = True
            self.set_timer(self._rest_until - now, self._count_again)
            return
        self._counted = version
        self._recount()
        self._rest_until = now + REST * (time.monotonic() - now)

    def _count_again(self) -> None:
        self._is_count_due = False
        self.look_again(self._board)

    def _recount(self) -> None:
        sightings = self._bridge.store.url_sightings()
        pages = self._pages
        self._know_others(sightings)
        if not self._bridge.source.is_live:
            tree = seen_tree(sightings)
            pages.take_tree(tree, matches_of(tree, sightings))
        elif pages.tree is not None:
            pages.take_counts(matches_of(pages.tree, sightings))

    def _know_others(self, sightings: Iterable[UrlSightings]) -> None:
        """A middleware may give requests another URLconf than ``ROOT_URLCONF``."""
        tree = self._pages.tree
        if tree is None or not tree.is_whole:
            return
        if not tree.asked:
            self._root = tree.urlconf
        names = dict.fromkeys(name for seen in sightings for name in seen.urlconfs if "<" not in name)
        others = tuple(name for name in names if name != self._root)
        if bool(others) != bool(self._others):
            self.call_after_refresh(self.refresh_bindings)
        self._others = others

    def _show_page(self) -> None:
        pages = self._pages
        notice = self._notice_text()
        self.set_class(notice is not None, NOTICE)
        self._title.show(pages.title(), pages.remark())
        self._sentences.show(*(pages.lines() if notice is None else notice_narrative(notice)))
        if notice is not None:
            self._notice.show(notice)
            return
        self._view.show(pages.rows, pages.cursor)
        node = pages.node
        self._source.show(SourceLine(node.file, node.line or 1) if node is not None and node.file else None)

    def _notice_text(self) -> NoticeText | None:
        """What stands in the place of the rows if there are none."""
        pages, is_live = self._pages, self._bridge.source.is_live
        if pages.page is not Page.TREE or pages.rows:
            return None
        if pages.words:
            title = word("urls.nothing_found", words=sanitize(pages.words))
            return NoticeText(title=title, hints=(word("urls.nothing_found.hint"),))
        if not is_live:
            return NoticeText(title=word("urls.none.recording", title=sanitize(self._board.title)))
        if pages.tree is not None:
            return NoticeText(title=word("urls.empty", urlconf=sanitize(pages.tree.urlconf)))
        board = self._board
        if board.is_down and board.site is not None:
            return crash_notice(board.site, self._bridge.output(), self._bridge.store.processes())
        if self._desk.is_asking:
            return NoticeText(title=word("urls.asking"))
        if board.phase in STARTING:
            return waiting_notice(board)
        lines = (f"{sanitize(self._failure)}.",) if self._failure else ()
        return NoticeText(title=word("urls.none"), lines=lines, hints=(word("urls.none.hint"),))

    def exhibit(self) -> Exhibit | None:
        """The page in front."""
        return self._pages.exhibit()

    # --- answers -----------------------------------------------------------------------------------------------

    def on_urls_screen_answered(self, message: Answered) -> None:
        """Show what the site has said."""
        told, pages = message.told, self._pages
        match told:
            case UrlTree():
                self._failure = ""
                self._urlconf = told.asked
                sightings = self._bridge.store.url_sightings()
                pages.take_tree(told, matches_of(told, sightings))
                self._know_others(sightings)
            case UrlMatch():
                pages.take_match(told)
            case Reversal():
                pages.take_reversal(told)
            case str():
                self._fail(told)
        self._show_page()
        self.refresh_bindings()

    def _fail(self, why: str) -> None:
        if self._pages.tree is None:
            self._failure = why
        else:
            self._remark(word("urls.failed", why=sanitize(why)))

    def _remark(self, words: str) -> None:
        self.notify(words, timeout=ANSWER, markup=False)

    # --- typing ------------------------------------------------------------------------------------------------

    @property
    def _open_bar(self) -> QueryBar | None:
        return next((bar for bar in (self._path_bar, self._name_bar, self._find_bar) if bar.is_open), None)

    def action_path(self) -> None:
        """Type a path."""
        self._type(self._path_bar)

    def action_name(self) -> None:
        """Type a name and arguments."""
        self._type(self._name_bar)

    def action_find(self) -> None:
        """Type words to look for, in the tree."""
        if self._pages.page is not Page.TREE:
            self._pages.back()
            self._show_page()
        self._type(self._find_bar)

    def _type(self, bar: QueryBar) -> None:
        if bar is not self._find_bar and not self._bridge.source.is_live:
            self._remark(word("urls.not_live"))
            return
        if bar is self._path_bar:
            self._path_bar.open_with(self._path_of_request())
        else:
            bar.open()

    def _path_of_request(self) -> str:
        """The path of the request that the person looks at, or of the newest one."""
        summaries = self._board.summaries
        looked_at = (one.path for one in summaries if one.key == self._subject.key)
        return next(looked_at, summaries[-1].path if summaries else "")

    def on_query_bar_changed(self, event: QueryBar.Changed) -> None:
        event.stop()
        if event.bar is self._find_bar:
            self._pages.find(event.text.strip())
            self._find_bar.show_count(self._pages.remark() if self._pages.words else "")
            self._show_page()
        elif event.bar is self._name_bar and self._pages.tree is not None:
            tree = self._pages.tree
            names = filter(None, (tree.full_name(node.place) for node in tree.nodes()))
            self._name_bar.show_completion(name_completion(names, event.text, event.cursor))

    def on_query_bar_submitted(self, event: QueryBar.Submitted) -> None:
        event.stop()
        tree = self._pages.tree
        if event.bar is self._path_bar and tree is not None:
            self._desk.ask_path(tree, typed_path(event.text))
        elif event.bar is self._name_bar and tree is not None:
            call = call_of(event.text)
            if call is None:
                self._remark(word("urls.no_name"))
                return
            self._desk.ask_name(tree, call)
        event.bar.close()
        self.refresh_bindings()

    # --- moving ------------------------------------------------------------------------------------------------

    def on_url_view_pointed(self, event: UrlView.Pointed) -> None:
        """A click moves the cursor; on the row of the cursor it opens."""
        if event.row == self._pages.cursor:
            self._pages.toggle()
        self._pages.point(event.row)
        self._show_page()

    def action_move(self, rows: int) -> None:
        """Rows up or down."""
        self._pages.move(rows)
        self._show_page()

    def action_page(self, direction: int) -> None:
        """Pages up or down."""
        self.action_move(direction * max(self._view.scrollable_content_region.height - 1, 1))

    def action_first(self) -> None:
        """The first row."""
        self.action_move(-len(self._pages.rows))

    def action_last(self) -> None:
        """The last row."""
        self.action_move(len(self._pages.rows))

    def action_go_in(self) -> None:
        """Into the include."""
        self._pages.go_in()
        self._show_page()

    def action_go_out(self) -> None:
        """Out of the include."""
        self._pages.go_out()
        self._show_page()

    def action_unfold(self) -> None:
        """Open or close; a path that ``reverse()`` gave is matched."""
        pages = self._pages
        reversal = pages.reversal if pages.page is Page.REVERSE else None
        if reversal is not None and reversal.path and pages.tree is not None:
            self._desk.ask_path(pages.tree, typed_path(reversal.path))
        pages.toggle()
        self._show_page()

    def action_everything(self) -> None:
        """Open every include, or close them all."""
        self._pages.open_everything()
        self._show_page()

    def action_urlconf(self) -> None:
        """The next URLconf that requests were given."""
        if self._pages.page is not Page.TREE:
            self._pages.back()
        names = ("", *self._others)
        self._urlconf = names[(names.index(self._urlconf) + 1) % len(names)] if self._urlconf in names else ""
        self._desk.ask_tree(self._urlconf, self._serving_process())

    def action_source(self) -> None:
        """The source of the view over the rows, and back."""
        self.toggle_class(SOURCE_SWAPPED)
        self.refresh_bindings()

    def action_back(self) -> None:
        """Out of the line, from the source, from another page, from what was found: one thing at a time."""
        bar = self._open_bar
        if bar is not None:
            bar.close()
            self._pages.find("" if bar is self._find_bar else self._pages.words)
            self._find_bar.clear()
        elif self.has_class(SOURCE_SWAPPED):
            self.remove_class(SOURCE_SWAPPED)
        elif self._pages.back():
            self._find_bar.clear()
        self._show_page()
        self.refresh_bindings()
