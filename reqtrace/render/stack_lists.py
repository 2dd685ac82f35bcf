"""What ``load_middleware`` has in hand: the handler built so far, and the three lists of hooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.cells import cell_len

from reqtrace.analysis.loading import COLLECTED, LoadSort, LoadStep
from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas, Phrase, phrase_width
from reqtrace.render.columns import short_name
from reqtrace.render.labels import text
from reqtrace.render.roles import INK, LIT, Paint, Role
from reqtrace.trace.site_model import Layer

__all__ = ["LISTS_HEIGHT", "core_name", "put_lists"]

LISTS_HEIGHT = 4
NAMES: Mapping[str, str] = {
    "process_view": "_view_middleware",
    "process_template_response": "_template_response_middleware",
    "process_exception": "_exception_middleware",
}
METHODS: Mapping[str, str] = {
    "process_view": "insert(0)",
    "process_template_response": "append",
    "process_exception": "append",
}
PAINTS: Mapping[str, Paint] = {
    "process_view": Paint(Role.DOWN),
    "process_template_response": Paint(Role.UP),
    "process_exception": Paint(Role.UP),
}
"""Blue runs from the top of MIDDLEWARE down, orange from the bottom up."""
METHOD = 31
ITEMS = 41
BOLD = Paint(bold=True)
QUIET = Paint(Role.SKIP)
Layers = Mapping[int, Layer]


def core_name(is_async: bool) -> str:
    """What the innermost handler is called in Django."""
    return "_get_response_async" if is_async else "_get_response"


def put_lists(canvas: Canvas, y: int, step: LoadStep, layers: Layers, *, is_async: bool) -> None:
    """The handler in one row, and each list in one below."""
    x = canvas.put(1, y, "_middleware_chain" if step.sort is LoadSort.DONE else "handler", BOLD)
    is_new = step.sort is LoadSort.WRAP
    canvas.put_phrase(x + 1, y, handler_phrase(step, layers, canvas.width - x - 2, is_new, core_name(is_async)))
    for row, hook in enumerate(COLLECTED, start=y + 1):
        is_lit = step.sort is LoadSort.COLLECT and step.hook == hook
        canvas.put(1, row, NAMES[hook], BOLD, width=METHOD - 2)
        canvas.put(METHOD, row, METHODS[hook], PAINTS[hook] if is_lit else QUIET)
        lit = step.layer.index if is_lit and step.layer is not None else None
        phrase = list_phrase(step.lists.of(hook), layers, canvas.width - ITEMS, lit, PAINTS[hook])
        canvas.put_phrase(ITEMS, row, phrase)


def handler_phrase(step: LoadStep, layers: Layers, width: int, is_new: bool, core: str) -> Phrase:
    """``4 CsrfView(5 Authentication(… _get_response))``, the middle left out where it does not fit."""
    depth = len(step.handler)
    for shown in (depth, *range(depth - 1, -1, -1)):
        names = [name_of(index, layers) for index in step.handler[:shown]]
        inner = core if shown == depth else f"{symbols.ELLIPSIS} {core}"
        rest = "".join(f"({name}" for name in names[1:]) + (f"({inner}" if names else "") + ")" * len(names)
        first = names[0] if names else inner
        if cell_len("= " + first + rest) <= width or shown <= 1:
            lit = LIT if is_new else INK
            return (("= ", QUIET), (first, lit), (rest, QUIET))
    return ()


def list_phrase(order: Sequence[int], layers: Layers, width: int, lit: int | None, paint: Paint) -> Phrase:
    """The layers of a list by name if they fit, else by number."""
    if not order:
        return ((text("stack.list.none"), QUIET),)
    phrase: Phrase = ()
    for names in ([name_of(index, layers) for index in order], [str(index + 1) for index in order]):
        pieces = [
            piece
            for index, name in zip(order, names, strict=True)
            for piece in ((name, LIT if index == lit else paint), ("  " if names[0] != str(order[0] + 1) else " ", INK))
        ]
        phrase = tuple(pieces[:-1])
        if phrase_width(phrase) <= width:
            break
    return phrase


def name_of(index: int, layers: Layers) -> str:
    """Number and short name."""
    layer = layers.get(index)
    return f"{index + 1} {short_name(layer)}" if layer is not None else f"{index + 1}"
