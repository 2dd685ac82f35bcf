"""Experiments as pages: a changed list, a table of positions, what was found to cause a symptom, what got out."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Sequence

from reqtrace.analysis.comparison_align import common
from reqtrace.analysis.experiment_bisect import Bisection
from reqtrace.analysis.experiment_changes import short_name
from reqtrace.analysis.experiment_series import PositionTable
from reqtrace.analysis.experiments import Remark, outcome_of
from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas
from reqtrace.render.experiment_words import difference_words, outcome_words, position_words, remark_words
from reqtrace.render.figures import status_mark
from reqtrace.render.labels import count, text
from reqtrace.render.roles import INK, Paint, Role

__all__ = ["draw_bisection", "draw_list", "draw_positions", "draw_remarks", "draw_sentence"]

BOLD = Paint(bold=True)
QUIET = Paint(Role.SKIP)
GOOD = Paint(Role.OK)
BAD = Paint(Role.BAD, bold=True)
CHANGED = Paint(Role.WARN, bold=True)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def put_words(canvas: Canvas, x: int, y: int, words: str, paint: Paint = INK) -> int:
    """A paragraph; the row after it."""
    for line in textwrap.wrap(words, max(canvas.width - x, 20), break_on_hyphens=False) or [""]:
        canvas.put(x, y, line, paint)
        y += 1
    return y


def draw_sentence(words: str, *, width: int, ascii_only: bool) -> Canvas:
    """A remark between two pictures."""
    canvas = Canvas(width)
    put_words(canvas, 1, 0, words)
    return finished(canvas, ascii_only)


def finished(canvas: Canvas, ascii_only: bool) -> Canvas:
    return canvas.to_ascii() if ascii_only else canvas


# --- one experiment ----------------------------------------------------------------------------------------------


def draw_list(
    question: str,
    before: Sequence[str],
    after: Sequence[str],
    *,
    moved: Collection[str],
    width: int,
    ascii_only: bool,
) -> Canvas:
    """The question, and below it the changed list with a remark where a line is not what it was.

    ``moved`` are the paths of the lines that somebody moved, which is not told as moving those that they passed.
    """
    canvas = Canvas(width)
    y = put_words(canvas, 1, 0, question, BOLD)
    if tuple(before) == tuple(after):
        put_words(canvas, 1, y, text("lab.same_list"), QUIET)
        return finished(canvas, ascii_only)
    came_from = origins(before, after)
    unmoved = steadfast(came_from, {index for index, path in enumerate(before) if path in moved})
    for number, path in enumerate(after, start=1):
        was = came_from[number - 1]
        remark = text("lab.list.new") if was is None else ""
        if was is not None and was not in unmoved:
            remark = text("lab.list.was", number=was + 1)
        x = canvas.put(1, y, f"{symbols.ARROW if remark else ' '} {number:>2} ", CHANGED if remark else QUIET)
        x = canvas.put(x, y, short_name(path), CHANGED if remark else INK)
        if remark:
            canvas.put(x + 1, y, f"({remark})", CHANGED)
        y += 1
    gone = [short_name(path) for index, path in enumerate(before) if index not in came_from]
    if gone:
        put_words(canvas, 1, y, text("lab.list.gone", names=", ".join(gone)), CHANGED)
    return finished(canvas, ascii_only)


def origins(before: Sequence[str], after: Sequence[str]) -> list[int | None]:
    """For each line of the new list the index of the old one that it was; each old line is used once."""
    waiting: dict[str, list[int]] = {}
    for index, path in enumerate(before):
        waiting.setdefault(path, []).append(index)
    return [waiting[path].pop(0) if waiting.get(path) else None for path in after]


def steadfast(came_from: Sequence[int | None], moved: Collection[int] = ()) -> frozenset[int]:
    """The lines that kept their order among each other, as many as possible: the others are those that moved."""
    known = [index for index in came_from if index is not None]
    in_order = sorted(known)
    return frozenset(in_order[at] for at, _ in common(in_order, known, moved))


def draw_remarks(remarks: Iterable[Remark], *, width: int, ascii_only: bool) -> Canvas:
    """What was kept from having effects, and what was not."""
    canvas, y = Canvas(width), 0
    known = list(dict.fromkeys(remarks))
    for is_leak, title in ((True, "lab.leaks"), (False, "lab.isolated")):
        chosen = [remark for remark in known if remark.id.is_leak is is_leak]
        if chosen:
            y = put_words(canvas, 1, y, text(title), BAD if is_leak else BOLD)
        for remark in chosen:
            mark = symbols.STATUS_SERVER_ERROR if is_leak else symbols.STATUS_OK
            canvas.put(1, y, mark, BAD if is_leak else GOOD)
            y = put_words(canvas, 3, y, remark_words(remark))
    if not any(remark.id.is_leak for remark in known):
        put_words(canvas, 1, y, text("lab.nothing_to_say"), QUIET)
    return finished(canvas, ascii_only)


# --- every position ----------------------------------------------------------------------------------------------


def draw_positions(table: PositionTable, *, width: int, ascii_only: bool) -> Canvas:
    """The list with a letter at each position, and below it what each letter means."""
    canvas = Canvas(width)
    middleware = table.original.middleware
    words = text(
        "lab.positions.title",
        layer=short_name(middleware[table.layer]),
        n=len(middleware),
        method=table.visit.method,
        url=table.visit.url,
    )
    y = put_words(canvas, 1, 0, words, BOLD) + 1
    rest = [path for index, path in enumerate(middleware) if index != table.layer]
    for position, path in enumerate([*rest, ""], start=1):
        put_position(canvas, y, table, position, path)
        y += 1
    y += 1
    for index, group in enumerate(table.groups):
        paint = group_paint(index)
        canvas.put(1, y, letter(index), paint)
        told = [outcome_words(group.outcome)] if index == 0 else list(difference_words(table.outcome, group.outcome))
        place = text("lab.position.at", positions=position_words(group.positions))
        y = put_words(canvas, 3, y, f"{place}: {', '.join(told)}.")
    if table.is_same_everywhere:
        y = put_words(canvas, 1, y, text("lab.positions.same"), BOLD)
    if table.volatile:
        names = ", ".join(sorted(name.removeprefix("header ") for name in table.volatile))
        put_words(canvas, 1, y, text("lab.positions.volatile", names=names), QUIET)
    return finished(canvas, ascii_only)


def put_position(canvas: Canvas, y: int, table: PositionTable, position: int, path: str) -> None:
    """A place of the list: the letter of what comes out if the layer stands there, above ``path``."""
    index = table.group_at(position)
    attempt = table.groups[index].attempt
    paint = BAD if attempt.is_server_error and index else group_paint(index)
    x = canvas.put(1, y, f"{position:>2}  ", QUIET)
    x = canvas.put(x, y, f"{letter(index)} {status_mark(attempt.status) if attempt.status else '   –'}", paint)
    words = text("lab.position.above", layer=short_name(path)) if path else text("lab.position.last")
    x = canvas.put(x + 2, y, words)
    if position == table.layer + 1:
        canvas.put(x + 1, y, f"({text('lab.positions.now')})", BOLD)


def letter(index: int) -> str:
    return LETTERS[index] if index < len(LETTERS) else str(index + 1)


def group_paint(index: int) -> Paint:
    return GOOD if index == 0 else CHANGED


# --- bisect ------------------------------------------------------------------------------------------------------


def draw_bisection(found: Bisection, *, width: int, ascii_only: bool) -> Canvas:
    """The answer in a sentence, the layers it is about, and what kind of an answer it is."""
    canvas = Canvas(width)
    title = text("lab.bisect.title", symptom=found.symptom.words, method=found.visit.method, url=found.visit.url)
    y = put_words(canvas, 1, 0, title, BOLD) + 1
    y = put_words(canvas, 1, y, answer_words(found), BOLD)
    if len(found.causes) > 1 or (found.causes and len(found.causes[0].layers) > 1):
        shown = found.causes if len(found.causes[0].layers) == 1 else found.causes[:1]
        for index in (index for cause in shown for index in cause.layers):
            y = put_layer(canvas, y, found, index, "")
    if found.causes and not found.is_fewest:
        y = put_words(canvas, 1, y, text("lab.bisect.not_fewest"), QUIET)
    if found.breaking:
        y = put_words(canvas, 1, y, text("lab.bisect.breaking"))
        for cause in found.breaking:
            y = put_layer(canvas, y, found, cause.layers[0], outcome_words(outcome_of(cause.attempt)))
    put_words(canvas, 1, y, count("lab.bisect.attempts", found.attempts), QUIET)
    return finished(canvas, ascii_only)


def answer_words(found: Bisection) -> str:
    lack = ".lack" if found.symptom.is_absence else ""
    if found.is_elsewhere:
        return text(f"lab.bisect.elsewhere{lack}")
    if not found.causes:
        return text("lab.bisect.unknown")
    first = found.causes[0].layers
    if len(first) == 1:
        layer = short_name(found.middleware[first[0]])
        alone = len(found.causes) == 1
        return text(f"lab.bisect.single{lack}", layer=layer) if alone else text(f"lab.bisect.any{lack}")
    if len(found.causes) > 1:
        return text(f"lab.bisect.choices{lack}", n=len(first), m=len(found.causes))
    return text(f"lab.bisect.several{lack}", n=len(first))


def put_layer(canvas: Canvas, y: int, found: Bisection, index: int, remark: str) -> int:
    x = canvas.put(1, y, f"  {index + 1:>2} ", QUIET)
    words = short_name(found.middleware[index])
    return put_words(canvas, x, y, text("lab.bisect.breaks", layer=words, outcome=remark) if remark else words)
