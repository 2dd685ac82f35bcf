"""Draws the loading of a chain at one step: MIDDLEWARE, the nest built so far, and the lists of hooks.

``number mark lanes name  what happens  import __init__ mode``; a lane begins at each layer that is wrapped and
runs down to ``_get_response``, so that the funnel of a request is seen while it grows from its inside out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rich.cells import cell_len

from reqtrace.analysis.loading import LoadSort, LoadStep, loading_steps
from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas
from reqtrace.render.columns import short_name
from reqtrace.render.figures import format_duration
from reqtrace.render.labels import text
from reqtrace.render.roles import INK, LIT, Paint, Role, Surface
from reqtrace.render.sanitize import sanitize
from reqtrace.render.stack_lists import LISTS_HEIGHT, core_name, put_lists
from reqtrace.render.stack_window import Window, window
from reqtrace.render.stack_words import reason_words
from reqtrace.trace.site_model import Chain, Layer, LayerState

__all__ = ["StackDrawing", "draw_loading"]

BOLD = Paint(bold=True)
QUIET = Paint(Role.SKIP)
BAD = Paint(Role.BAD, bold=True, reverse=True)
MARK = 4
LANES = 6
TIME = 9
MODE = 9
WIDE_MODE = 23
WIDE = 100
NAME = 22
"""Cells a name should have beside the lanes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackDrawing:
    """A picture with a row for each layer."""

    canvas: Canvas
    rows: Mapping[int, int] = field(default_factory=dict)
    """The row of each layer that is shown, by its place in MIDDLEWARE."""

    def layer_at(self, y: int) -> int | None:
        """The layer of a row."""
        return next((index for index, row in self.rows.items() if row == y), None)


def draw_loading(
    chain: Chain, *, step: int | None, width: int, height: int | None = None, ascii_only: bool = False
) -> StackDrawing:
    """The chain after a step, or after the last one; in ``height`` rows as many layers as fit around the step's."""
    steps = loading_steps(chain)
    current = steps[-1 if step is None else min(step, len(steps) - 1)]
    drawing = LoadingPicture(chain, steps, current, width, height).draw()
    if not ascii_only:
        return drawing
    return StackDrawing(canvas=drawing.canvas.to_ascii(), rows=drawing.rows)


def depths_of(chain: Chain) -> dict[int, int]:
    """How many layers are around each entry of MIDDLEWARE; one that is not used has a depth, but is around nothing."""
    depths, depth = {}, 0
    for layer in chain.layers:
        depths[layer.index] = depth
        depth += layer.state in (LayerState.LOADED, LayerState.UNKNOWN)
    return depths


def insertion(hook: str) -> str:
    """How a hook goes into its list."""
    return f"insert(0, {hook})" if hook == "process_view" else f"append({hook})"


class LoadingPicture:
    """Draws one step."""

    def __init__(
        self, chain: Chain, steps: tuple[LoadStep, ...], current: LoadStep, width: int, height: int | None
    ) -> None:
        self.chain = chain
        self.current = current
        self.canvas = Canvas(width, height or 0)
        self.ends = {step.layer.index: step.index for step in steps if step.layer is not None}
        self.layers = {layer.index: layer for layer in chain.layers}
        self.depths = depths_of(chain)
        nest = max(self.depths.values(), default=0) + 1
        self.mode_width = WIDE_MODE if width >= WIDE else MODE
        self.times = width - self.mode_width - 2 * TIME - 1
        room = len(chain.layers) if height is None else max(height - LISTS_HEIGHT - 3, 1)
        self.window = window(len(chain.layers), self._focus, room)
        self.inset = min(max(self.times - LANES - NAME, 1) / nest, 1.0)
        """Cells each layer is set in from the one around it."""

    @property
    def _focus(self) -> int:
        if self.current.layer is not None:
            return self.current.layer.index
        return 0 if self.current.sort is LoadSort.DONE else len(self.chain.layers) - 1

    def draw(self) -> StackDrawing:
        """The whole picture."""
        self.put_head()
        rows = self.put_layers(self.window)
        y = max(rows.values(), default=1 if not self.chain.layers else 0) + 1 + (self.window.below > 0)
        self.put_core(y)
        y += 1
        self.canvas.fill(0, y, self.canvas.width, Paint(Role.RULE), symbols.RULE)
        put_lists(self.canvas, y + 1, self.current, self.layers, is_async=self.chain.is_async)
        return StackDrawing(canvas=self.canvas, rows=rows)

    def put_head(self) -> None:
        canvas = self.canvas
        head = text("stack.head")
        if cell_len(head) + 3 > self.times:
            head = text("stack.head.short")
        x = canvas.put(1, 0, head, BOLD)
        canvas.put(x + 1, 0, symbols.RESPONSE, Paint(Role.UP, bold=True))
        self.put_right(0, self.times + TIME, text("stack.column.import"), QUIET)
        self.put_right(0, self.times + 2 * TIME, "__init__", QUIET)
        canvas.put(self.times + 2 * TIME + 2, 0, text("stack.column.mode"), QUIET)

    def put_right(self, y: int, end: int, words: str, paint: Paint) -> None:
        self.canvas.put(end - cell_len(words), y, words, paint)

    def put_layers(self, shown: Window) -> dict[int, int]:
        """The rows of the layers; where each of them is."""
        y, rows = 1, {}
        if not self.chain.layers:
            self.canvas.put(LANES, y, text("stack.empty"), QUIET)
        if shown.above:
            self.put_fold(y, text("stack.more_above", n=shown.above), symbols.FOLD_ABOVE, shown.start)
            y += 1
        for layer in self.chain.layers[shown.start : shown.end]:
            rows[layer.index] = y
            self.put_layer(y, layer)
            y += 1
        if shown.below:
            self.put_fold(y, text("stack.more_below", n=shown.below), symbols.FOLD_BELOW, shown.end)
        return rows

    def put_fold(self, y: int, words: str, mark: str, first: int) -> None:
        end = self.put_lanes(y, first)
        self.canvas.put(max(end + 1, LANES + 1), y, f"{mark} {words}", QUIET)

    # --- one layer ---------------------------------------------------------------------------------------------

    def lane(self, index: int) -> int:
        """The column of a layer's lane."""
        return LANES + int(self.depths[index] * self.inset)

    def put_lanes(self, y: int, above: int) -> int:
        """The lanes of the wrapped layers above a place in MIDDLEWARE; the column after the last one."""
        end = LANES
        for index in self.current.handler:
            if index < above:
                self.canvas.put(self.lane(index), y, symbols.LANE_DONE, INK)
                end = max(end, self.lane(index) + 1)
        return end

    def put_layer(self, y: int, layer: Layer) -> None:
        canvas, current = self.canvas, self.current
        is_here = current.layer is not None and current.layer.index == layer.index
        is_wrapped = layer.index in current.handler
        is_past = self.ends.get(layer.index, len(self.ends) * 9) <= current.index
        ground = Surface.BLOCK if is_wrapped else Surface.PAGE
        self.put_lanes(y, layer.index)
        x = self.lane(layer.index)
        if is_wrapped:
            canvas.fill(x, y, canvas.width, Paint(surface=ground))
            canvas.put(x, y, symbols.NEST_BEGINS, Paint(surface=ground))
        self.put_right(y, MARK - 1, str(layer.index + 1), BOLD if is_here else QUIET)
        mark, paint = self.mark_of(layer, is_here=is_here, is_past=is_past)
        canvas.put(MARK, y, mark, paint)
        name_paint = LIT if is_here else Paint(surface=ground, bold=True) if is_wrapped else QUIET
        name = f" {short_name(layer)} " if is_here else short_name(layer)
        end = canvas.put(x + 1 + (not is_here), y, name, name_paint, width=self.times - x - 2)
        if is_past and layer.state in (LayerState.SKIPPED, LayerState.FAILED):
            self.put_reason(y, end + 2, layer)
            return
        if is_here:
            self.put_verb(y, end + 1, ground)
        if layer.state is LayerState.LOADED and (is_here or is_past):
            self.put_facts(y, layer, ground, is_past=is_past)

    def mark_of(self, layer: Layer, *, is_here: bool, is_past: bool) -> tuple[str, Paint]:
        if is_past and layer.state is LayerState.FAILED:
            return symbols.STATUS_SERVER_ERROR, Paint(Role.BAD, bold=True)
        if is_past and layer.state is LayerState.SKIPPED:
            return symbols.NO_MATCH, Paint(Role.WARN)
        if is_here:
            return symbols.NODE_HERE, BOLD
        if is_past and layer.state is LayerState.LOADED:
            return symbols.NODE_DONE, INK
        return symbols.NODE_LATER, QUIET

    def put_reason(self, y: int, x: int, layer: Layer) -> None:
        reason = reason_words(layer)
        if layer.state is LayerState.SKIPPED:
            words = f"MiddlewareNotUsed: {reason}" if reason else "MiddlewareNotUsed"
            self.canvas.put(x, y, words, Paint(Role.WARN))
        else:
            self.canvas.put(x, y, f" {reason} ", BAD)

    def put_verb(self, y: int, x: int, ground: Surface) -> None:
        """What happens to the layer at this step, if there is room to say it."""
        step = self.current
        call = "__init__" if step.layer is None or step.layer.shape == "class" else step.layer.name
        words = text(
            f"stack.verb.{step.sort.value}",
            adaptation=step.adaptation,
            call=sanitize(call),
            method=insertion(step.hook),
        )
        words = f"{symbols.HERE} {words}"
        if cell_len(words) <= self.times - x:
            self.canvas.put(x, y, words, BOLD.on(ground))

    def put_facts(self, y: int, layer: Layer, ground: Surface, *, is_past: bool) -> None:
        """Times and mode, as far as the step has come to them."""
        sort = self.current.sort
        is_built = is_past or sort not in (LoadSort.IMPORT, LoadSort.ADAPT)
        paint = Paint(surface=ground)
        self.put_right(
            y, self.times + TIME, format_duration(layer.import_time), self.lit_if(sort is LoadSort.IMPORT, layer, paint)
        )
        if is_built:
            lit = self.lit_if(sort is LoadSort.BUILD, layer, paint)
            self.put_right(y, self.times + 2 * TIME, format_duration(layer.init_time), lit)
        words = text(f"stack.mode.{'async' if layer.is_async else 'sync'}")
        if layer.adapted:
            more = layer.adapted if self.mode_width == WIDE_MODE else ""
            words = f"{words} {symbols.HOP} {more}".rstrip()
        paint = self.lit_if(sort is LoadSort.ADAPT, layer, Paint(Role.WARN, ground) if layer.adapted else paint)
        self.canvas.put(self.times + 2 * TIME + 2, y, words, paint)

    def lit_if(self, is_lit: bool, layer: Layer, paint: Paint) -> Paint:
        here = self.current.layer
        return LIT if is_lit and here is not None and here.index == layer.index else paint

    def put_core(self, y: int) -> None:
        """``_get_response``, which all lanes end at."""
        x = max(self.put_lanes(y, len(self.chain.layers)), LANES)
        is_here = self.current.sort is LoadSort.BEGIN
        self.canvas.put(MARK, y, symbols.NODE_HERE if is_here else symbols.NODE_DONE, BOLD if is_here else INK)
        name = core_name(self.chain.is_async)
        self.canvas.fill(x, y, self.canvas.width, Paint(surface=Surface.BAR))
        self.canvas.put(x + 1, y, f" {name} ", LIT if is_here else BOLD.on(Surface.BAR))
