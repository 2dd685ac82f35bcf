"""What the mode URLs shows: the tree, the walk of a path, or what ``reverse()`` says; each page keeps its cursor."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from reqtrace.analysis.url_match import UrlMatch
from reqtrace.analysis.url_reversal import Reversal
from reqtrace.analysis.url_tree import Place, UrlNode, UrlTree
from reqtrace.render.canvas import Phrase
from reqtrace.render.exhibit import Exhibit
from reqtrace.render.exhibit_tables import urls_exhibit
from reqtrace.render.labels import count, text
from reqtrace.render.sanitize import sanitize
from reqtrace.render.urls_reversal import call_text, reversal_lines, reversal_rows
from reqtrace.render.urls_rows import QUIET, UrlRow
from reqtrace.render.urls_tree import all_includes, find_patterns, tree_rows
from reqtrace.render.urls_walk import walk_rows
from reqtrace.render.urls_words import node_lines, step_lines

__all__ = ["Page", "UrlPages"]

FEW = 16
"""A tree of so many rows is shown open."""
NO_COUNTS: Mapping[Place, int] = {}


class Page(Enum):
    """Which of the three."""

    TREE = "tree"
    WALK = "walk"
    REVERSE = "reverse"


class UrlPages:
    """Rows, cursor and words of the page in front."""

    def __init__(self) -> None:
        self.page = Page.TREE
        self.tree: UrlTree | None = None
        self.match: UrlMatch | None = None
        self.reversal: Reversal | None = None
        self.words = ""
        """What is looked for in the tree."""
        self.total = 0
        """Patterns of the tree that lead to views."""
        self._counts: Mapping[Place, int] = NO_COUNTS
        self._opened: frozenset[Place] = frozenset()
        self._unfolded: frozenset[Place] = frozenset()
        self._cursors = dict.fromkeys(Page, 0)
        self._rows: tuple[UrlRow, ...] | None = None

    # --- what is known -----------------------------------------------------------------------------------------

    def take_tree(self, tree: UrlTree, counts: Mapping[Place, int]) -> None:
        """The tree, told anew; what was open stays open if it is the same URLconf."""
        before, self.tree, self._counts = self.tree, tree, counts
        self.total = sum(1 for node in tree.nodes() if not node.is_include)
        if before is None or (before.urlconf, before.is_whole) != (tree.urlconf, tree.is_whole):
            is_small = sum(1 for _ in tree.nodes()) <= FEW
            self._opened = all_includes(tree) if is_small else frozenset()
        self._change()

    def take_counts(self, counts: Mapping[Place, int]) -> None:
        """How many requests each pattern has matched by now."""
        if counts != self._counts:
            self._counts = counts
            self._change()

    def take_match(self, match: UrlMatch) -> None:
        """A path was matched: its walk, with the cursor where it ended or came nearest."""
        self.page, self.match, self._unfolded = Page.WALK, match, frozenset()
        self._change()
        end = match.matched or match.broken
        place = match.nearest_place if end is None else end.node.place
        near = next((step.node.place for step in match.steps if step.refused_value is not None), ())
        self.move_to(place or near)

    def take_reversal(self, reversal: Reversal) -> None:
        """A name was looked up."""
        self.page, self.reversal = Page.REVERSE, reversal
        self._cursors[Page.REVERSE] = 0
        self._change()

    def find(self, words: str) -> None:
        """Only patterns with these words; none for all."""
        if words != self.words:
            row = self.row
            self.words = words
            self._change()
            if row is not None:
                self.move_to(row.place)

    def back(self) -> bool:
        """From the other pages to the tree, from what was found to all of it; whether there was a way back."""
        if self.page is not Page.TREE:
            self.page = Page.TREE
            self._change()
            return True
        had_words = bool(self.words)
        self.find("")
        return had_words

    def _change(self) -> None:
        self._rows = None

    # --- rows ----------------------------------------------------------------------------------------------------

    @property
    def rows(self) -> tuple[UrlRow, ...]:
        """The rows of the page in front; the same object until something changes."""
        if self._rows is None:
            self._rows = self._made_rows()
        return self._rows

    def _made_rows(self) -> tuple[UrlRow, ...]:
        if self.page is Page.WALK and self.match is not None:
            return walk_rows(self.match, self._unfolded)
        if self.page is Page.REVERSE and self.reversal is not None:
            return reversal_rows(self.reversal)
        if self.tree is None:
            return ()
        found = find_patterns(self.tree, self.words) if self.words else None
        return tree_rows(self.tree, self._opened, self._counts, found)

    @property
    def cursor(self) -> int:
        """Number of the row under the cursor."""
        return max(min(self._cursors[self.page], len(self.rows) - 1), 0)

    @property
    def row(self) -> UrlRow | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if self.rows else None

    @property
    def node(self) -> UrlNode | None:
        """The pattern under the cursor, if the row is one."""
        row = self.row
        is_pattern = row is not None and not row.is_fold and self.tree is not None
        return self.tree.node(row.place) if is_pattern and self.tree is not None and row is not None else None

    def move(self, rows: int) -> None:
        """Up or down."""
        self._cursors[self.page] = max(min(self.cursor + rows, len(self.rows) - 1), 0)

    def move_to(self, place: Place) -> None:
        """To the row of a pattern, or to the first one."""
        found = (number for number, row in enumerate(self.rows) if row.place == place and not row.is_fold)
        self._cursors[self.page] = next(found, 0)

    def point(self, row: int) -> None:
        """To a row."""
        self.move(row - self.cursor)

    # --- opening -------------------------------------------------------------------------------------------------

    def toggle(self) -> bool:
        """Open or close the row under the cursor; whether there is something to open."""
        row = self.row
        if row is None or row.is_open is None or (self.page is Page.TREE and self.words):
            return False
        if row.is_fold:
            self._unfolded ^= {row.place}
        else:
            self._opened ^= {row.place}
        self._change()
        return True

    def go_in(self) -> None:
        """Open the include, or go to its first pattern."""
        row = self.row
        if row is not None and row.is_open is False:
            self.toggle()
        elif row is not None and row.is_open:
            self.move(1)

    def go_out(self) -> None:
        """Close the include, or go to the one around the pattern."""
        row = self.row
        if row is None:
            return
        if row.is_open and self.toggle():
            return
        if len(row.place) > 1:
            self.move_to(row.place[:-1])

    def open_everything(self) -> None:
        """Every include open; all closed if they are."""
        if self.tree is None or self.page is not Page.TREE:
            return
        row = self.row
        everything = all_includes(self.tree)
        self._opened = frozenset() if self._opened >= everything else everything
        self._change()
        if row is not None:
            shown = {one.place for one in self.rows}
            places = (row.place[:depth] for depth in range(len(row.place), 0, -1))
            self.move_to(next((place for place in places if place in shown), ()))

    def exhibit(self) -> Exhibit | None:
        """The page in front with all of its rows; nothing as long as there are none."""
        if not self.rows:
            return None
        subject = {Page.TREE: self.words, Page.WALK: self.match and self.match.path, Page.REVERSE: "reverse"}
        return urls_exhibit(
            self.rows,
            name=(subject[self.page] or "",),
            title=self.title(),
            remark=self.remark(),
            cursor=self.cursor,
            said=self.lines(),
        )

    # --- words ---------------------------------------------------------------------------------------------------

    def title(self) -> str:
        """What the page is about."""
        if self.page is Page.WALK and self.match is not None:
            urlconf = sanitize(self.match.urlconf)
            return text("urls.title.walk", path=sanitize(self.match.path), urlconf=urlconf)
        if self.page is Page.REVERSE and self.reversal is not None:
            return text("urls.title.reverse", call=call_text(self.reversal.call))
        if self.tree is None:
            return text("urls.title")
        if not self.tree.is_whole:
            return text("urls.title.seen")
        return text("urls.title.tree", urlconf=sanitize(self.tree.urlconf))

    def remark(self) -> str:
        """How many patterns there are, or were found."""
        if self.tree is None or self.page is Page.REVERSE:
            return ""
        if self.page is Page.TREE and self.words:
            return count("urls.found", sum(1 for row in self.rows if row.is_open is None), total=self.total)
        return count("urls.patterns" if self.tree.is_whole else "urls.patterns.seen", self.total)

    def lines(self) -> tuple[Phrase, ...]:
        """The sentences below the page."""
        row, node = self.row, self.node
        if self.page is Page.WALK and self.match is not None and row is not None:
            return step_lines(self.match, row)
        if self.page is Page.REVERSE and self.reversal is not None:
            return reversal_lines(self.reversal)
        if self.tree is None or node is None:
            return ()
        lines = node_lines(self.tree, node, self._counts)
        if not self.tree.is_whole:
            return (*lines, ((text("urls.recorded"), QUIET),))
        return (*lines, ((count("urls.untold", self.tree.untold), QUIET),)) if self.tree.untold else lines
