"""Draws which layer has which hook: a row a layer, a column a hook, and in each cell when it runs.

``▼3`` is the third to run on the way in, ``▲1`` the first on the way out; ``call`` is a layer's own code around
``get_response``, ``⇄`` a hook or a layer that Django put between sync and async.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.cells import cell_len

from reqtrace.analysis.hook_order import BACKWARDS, HookUse, hook_uses
from reqtrace.events.kinds import HOOKS
from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas, Phrase, phrase_width
from reqtrace.render.columns import short_name
from reqtrace.render.labels import text
from reqtrace.render.roles import INK, LIT, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.render.stack_arrows import ArrowLanes
from reqtrace.render.stack_loading import StackDrawing
from reqtrace.render.stack_window import Window, window
from reqtrace.render.stack_words import reason_words
from reqtrace.trace.site_model import Chain, Layer, LayerState

__all__ = ["draw_matrix"]

BOLD = Paint(bold=True)
QUIET = Paint(Role.SKIP)
IN = Paint(Role.DOWN, bold=True)
OUT = Paint(Role.UP, bold=True)
HEAD_HEIGHT = 2
TITLES: Mapping[str, tuple[str, str]] = {
    "process_request": ("request", ""),
    "process_view": ("view", ""),
    "process_exception": ("exception", ""),
    "process_template_response": ("template_", "response"),
    "process_response": ("response", ""),
}
"""The names of the hooks behind ``process_``, in two rows."""
WIDTHS: Mapping[str, int] = {
    "process_request": 9,
    "process_view": 7,
    "process_exception": 10,
    "process_template_response": 10,
    "process_response": 9,
}
NARROW = 74
"""Below this width the names of hooks are divided, and a star stands for ``call``."""
NARROW_TITLES: Mapping[str, tuple[str, str]] = {
    "process_request": ("re-", "quest"),
    "process_view": ("view", ""),
    "process_exception": ("excep-", "tion"),
    "process_template_response": ("temp-", "late_…"),
    "process_response": ("re-", "sponse"),
}
NARROW_WIDTHS: Mapping[str, int] = {
    "process_request": 6,
    "process_view": 6,
    "process_exception": 7,
    "process_template_response": 7,
    "process_response": 7,
}
NARROW_MODE = 6
MORE = 4
"""Cells a column is wider where there is room."""
MODE = 8
WIDE_MODE = 21
WIDE = 105
LEGEND_GAP = 3


def draw_matrix(
    chain: Chain,
    *,
    selected: int | None,
    width: int,
    height: int | None = None,
    lanes: ArrowLanes | None = None,
    foot: Sequence[Phrase] = (),
    ascii_only: bool = False,
) -> StackDrawing:
    """The hooks of every layer, the selected row lit, the findings of lint before the names, ``foot`` below all."""
    picture = MatrixPicture(chain, selected, width, height, lanes or ArrowLanes(), foot)
    drawing = picture.draw()
    return StackDrawing(canvas=drawing.canvas.to_ascii(), rows=drawing.rows) if ascii_only else drawing


class MatrixPicture:
    """Draws one chain."""

    def __init__(
        self,
        chain: Chain,
        selected: int | None,
        width: int,
        height: int | None,
        lanes: ArrowLanes,
        foot: Sequence[Phrase],
    ) -> None:
        self.chain = chain
        self.selected = selected
        self.canvas = Canvas(width, height or 0)
        self.height = height
        self.uses = hook_uses(chain)
        self.lanes = lanes
        self.foot = foot
        is_wide, is_narrow = width >= WIDE, width < NARROW
        self.is_narrow = is_narrow
        self.mode_width = WIDE_MODE if is_wide else NARROW_MODE if is_narrow else MODE
        self.titles = NARROW_TITLES if is_narrow else TITLES
        self.widths = NARROW_WIDTHS if is_narrow else WIDTHS
        self.columns = self.columns_for(width, MORE if is_wide else 0)
        self.first = self.columns[HOOKS[0]]
        self.is_wide = is_wide

    def draw(self) -> StackDrawing:
        """The whole picture."""
        self.put_head()
        count = len(self.chain.layers)
        room = count + self.lanes.extra if self.height is None else self.height - HEAD_HEIGHT - self.below
        shown = window(count, self.selected or 0, max(room - self.lanes.extra, 1))
        y = HEAD_HEIGHT
        rows: dict[int, int] = {}
        if shown.above:
            self.canvas.put(self.name, y, f"{symbols.FOLD_ABOVE} {text('stack.more_above', n=shown.above)}", QUIET)
            y += 1
        y = self.put_rows(shown, y, rows)
        if shown.below:
            self.canvas.put(self.name, y, f"{symbols.FOLD_BELOW} {text('stack.more_below', n=shown.below)}", QUIET)
            y += 1
        if not self.chain.layers:
            self.canvas.put(self.name, y, text("stack.empty"), QUIET)
            y += 1
        self.lanes.put_arrows(self.canvas, rows)
        self.put_foot(y)
        return StackDrawing(canvas=self.canvas, rows=rows)

    @property
    def name(self) -> int:
        """Where the names begin."""
        return self.lanes.width + 6

    @property
    def below(self) -> int:
        """Rows needed under the layers."""
        return len(self.foot) + len(self.legends())

    def put_rows(self, shown: Window, y: int, rows: dict[int, int]) -> int:
        for layer in self.chain.layers[shown.start : shown.end]:
            y = self.lanes.put_gaps(self.canvas, layer.index, y, is_above=True)
            rows[layer.index] = y
            self.put_layer(y, layer)
            y = self.lanes.put_gaps(self.canvas, layer.index, y + 1, is_above=False)
        return y

    def columns_for(self, width: int, more: int) -> dict[str, int]:
        """Where the column of each hook begins."""
        x = width - self.mode_width - sum(self.widths.values()) - more * len(HOOKS)
        columns = {}
        for hook in HOOKS:
            columns[hook] = x
            x += self.widths[hook] + more
        return columns

    def put_head(self) -> None:
        end = self.canvas.put(1, 0, text("stack.head.short"), BOLD)
        prefix = text("stack.hooks.prefix")
        if end + 2 + cell_len(prefix) <= self.first:
            self.canvas.put(self.first - cell_len(prefix) - 1, 0, prefix, QUIET)
        for hook, x in self.columns.items():
            for row, words in enumerate(self.titles[hook]):
                self.canvas.put(x, row, words, BOLD)
        self.canvas.put(self.canvas.width - self.mode_width, 0, text("stack.column.mode"), QUIET)

    # --- one layer ---------------------------------------------------------------------------------------------

    def put_layer(self, y: int, layer: Layer) -> None:
        canvas, is_here = self.canvas, layer.index == self.selected
        x = self.lanes.width
        number = str(layer.index + 1)
        canvas.put(x + 3 - len(number), y, number, BOLD if is_here else QUIET)
        self.lanes.put_mark(canvas, x + 4, y, layer.index)
        is_built = layer.state is LayerState.LOADED
        end = canvas.put(
            self.name - is_here,
            y,
            f" {short_name(layer)} " if is_here else short_name(layer),
            LIT if is_here else BOLD if is_built else QUIET,
            width=self.first - self.name - 1 + 2 * is_here,
        )
        if not is_built:
            canvas.put(max(end + 1, self.first), y, self.unbuilt_words(layer), Paint(Role.WARN))
            return
        for hook, x in self.columns.items():
            canvas.put_phrase(x, y, self.cell(hook, self.uses.get((layer.index, hook))))
        self.put_mode(y, layer)

    def cell(self, hook: str, use: HookUse | None) -> Phrase:
        if use is None:
            return ((symbols.DOT, QUIET),)
        is_out = hook in BACKWARDS
        words = f"{symbols.RESPONSE if is_out else symbols.REQUEST}{use.place}"
        cell: Phrase = ((words, OUT if is_out else IN),)
        if use.has_own_call:
            more = text("stack.hooks.both") if use.is_hook else f" {text('stack.hooks.call')}"
            cell = (*cell, (text("stack.hooks.star") if self.is_narrow else more, INK))
        if use.adaptation:
            cell = (*cell, (f" {symbols.HOP}", Paint(Role.WARN)))
        return cell

    def put_mode(self, y: int, layer: Layer) -> None:
        words = text(f"stack.mode.{'async' if layer.is_async else 'sync'}")
        paint = INK
        if layer.adapted:
            words = f"{words} {symbols.HOP}{f' {layer.adapted}' if self.is_wide else ''}"
            paint = Paint(Role.WARN)
        self.canvas.put(self.canvas.width - self.mode_width, y, words, paint)

    def unbuilt_words(self, layer: Layer) -> str:
        match layer.state:
            case LayerState.SKIPPED if layer.reason:
                return text("stack.hooks.unused", reason=sanitize(layer.reason))
            case LayerState.SKIPPED:
                return text("stack.hooks.unused.silent")
            case LayerState.FAILED:
                return f"{text('stack.hooks.failed')}: {reason_words(layer)}"
            case _:
                return text("stack.hooks.untried" if self.chain.error else "stack.hooks.untold")

    # --- below -------------------------------------------------------------------------------------------------

    def legends(self) -> list[Phrase]:
        """What the marks mean that are there, in as few rows as they fit into."""
        words = [
            text("stack.hooks.legend.in", mark=symbols.REQUEST),
            text("stack.hooks.legend.out", mark=symbols.RESPONSE),
        ]
        if any(use.has_own_call for use in self.uses.values()):
            words.append(text(f"stack.hooks.legend.{'star' if self.is_narrow else 'call'}"))
        is_adapted = any(use.adaptation for use in self.uses.values()) or any(la.adapted for la in self.chain.layers)
        if is_adapted:
            words.append(text("stack.hooks.legend.adapted", mark=symbols.HOP))
        rows: list[str] = []
        for piece in words:
            if rows and cell_len(rows[-1]) + LEGEND_GAP + cell_len(piece) <= self.canvas.width - 2:
                rows[-1] += " " * LEGEND_GAP + piece
            else:
                rows.append(piece)
        return [((row, QUIET),) for row in rows]

    def put_foot(self, y: int) -> None:
        phrases = [*self.legends(), *self.foot]
        if self.height is not None:
            y = min(y + 1, self.height - len(phrases))
        for row, phrase in enumerate(phrases, start=y):
            self.canvas.put_phrase(1, row, phrase, width=self.canvas.width - 2 if phrase_width(phrase) else None)
