"""Draws the list that is to be tried in the lab: what is where, and what it was in MIDDLEWARE."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from reqtrace.analysis.lab_draft import Draft, DraftLayer
from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas, Phrase, clip_start
from reqtrace.render.labels import count, text
from reqtrace.render.roles import INK, LIT, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.render.stack_loading import StackDrawing
from reqtrace.render.stack_window import window

__all__ = ["draft_words", "draw_draft", "line_sentence", "line_words"]

BOLD = Paint(bold=True)
QUIET = Paint(Role.SKIP)
CHANGED = Paint(Role.WARN, bold=True)
OFF = Paint(Role.SKIP, strike=True)
MARK = 1
NUMBER = 5
NAME = 7
GAP = 3


def draw_draft(
    draft: Draft, *, selected: int, width: int, height: int, foot: Sequence[Phrase] = (), ascii_only: bool = False
) -> StackDrawing:
    """A row a line, the selected one lit, a mark and a remark where something is not as it was; ``foot`` below."""
    canvas = Canvas(width, height)
    canvas.put(1, 0, text("stack.lab.head"), BOLD)
    shown = window(len(draft.layers), selected, max(height - 2 - len(foot), 1))
    y, rows, numbers = 1, {}, numbers_of(draft)
    if shown.above:
        canvas.put(NAME, y, f"{symbols.FOLD_ABOVE} {text('stack.more_above', n=shown.above)}", QUIET)
        y += 1
    for place in range(shown.start, shown.end):
        rows[place] = y
        put_line(canvas, y, draft, place, numbers[place], is_here=place == selected)
        y += 1
    if shown.below:
        canvas.put(NAME, y, f"{symbols.FOLD_BELOW} {text('stack.more_below', n=shown.below)}", QUIET)
        y += 1
    for row, phrase in enumerate(foot, start=min(y + 1, height - len(foot))):
        canvas.put_phrase(1, row, phrase, width=width - 2)
    return StackDrawing(canvas=canvas.to_ascii() if ascii_only else canvas, rows=rows)


def numbers_of(draft: Draft) -> list[int]:
    """The number of each line in the list that Django would be given; 0 for those it would not."""
    numbers, number = [], 0
    for layer in draft.layers:
        number += not layer.is_off
        numbers.append(0 if layer.is_off else number)
    return numbers


def put_line(canvas: Canvas, y: int, draft: Draft, place: int, number: int, *, is_here: bool) -> None:
    layer = draft.layers[place]
    remark = line_words(draft, place)
    paint = OFF if layer.is_off else CHANGED if remark else INK
    canvas.put(MARK, y, symbols.ARROW if remark else " ", CHANGED)
    shown = str(number) if number else symbols.DASH
    canvas.put(NUMBER - len(shown), y, shown, BOLD if is_here else QUIET)
    name = name_of(layer)
    x = canvas.put(NAME - is_here, y, f" {name} " if is_here else name, LIT if is_here else paint)
    if remark:
        x = canvas.put(x + 2, y, remark, CHANGED)
    module = sanitize(layer.path.rpartition(".")[0])
    room = canvas.width - x - GAP - 1
    if room > GAP:
        module = clip_start(module, room)
        canvas.put(canvas.width - cell_len(module) - 1, y, module, QUIET)


def name_of(layer: DraftLayer) -> str:
    return sanitize(layer.path.rpartition(".")[2])


def line_words(draft: Draft, place: int) -> str:
    """What is not as it was about a line; empty if nothing is."""
    layer = draft.layers[place]
    if layer.origin is None:
        return text("stack.lab.added")
    if layer.is_off:
        return text("stack.lab.off")
    return text("stack.lab.was", number=layer.origin + 1) if place in draft.moved else ""


def line_sentence(draft: Draft, place: int) -> str:
    """The same as a sentence."""
    layer, name = draft.layers[place], name_of(draft.layers[place])
    if layer.origin is None:
        return text("stack.lab.line.added", layer=name)
    if layer.is_off:
        return text("stack.lab.line.off", layer=name)
    ending = ".was" if place in draft.moved else ""
    return text(f"stack.lab.line{ending}", layer=name, number=layer.origin + 1)


def draft_words(draft: Draft) -> str:
    """How much is changed."""
    if not draft.is_changed:
        return text("stack.lab.unchanged")
    changed = [line_words(draft, place) for place in range(len(draft.layers))]
    return count("stack.lab.changes", sum(bool(words) for words in changed))
