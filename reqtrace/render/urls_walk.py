"""A path on its way through the URLconf as rows: what each pattern did with it; those that are far off are folded."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from reqtrace.analysis.patterns import Reason, Refusal
from reqtrace.analysis.url_match import Captured, StepOutcome, UrlMatch, UrlStep
from reqtrace.analysis.url_tree import Place
from reqtrace.render import symbols
from reqtrace.render.canvas import Phrase, Piece
from reqtrace.render.labels import count, text
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.render.urls_rows import QUIET, STRONG, UrlRow, pattern_phrase
from reqtrace.render.urls_tree import include_name, short_view

__all__ = ["quoted", "refusal_words", "walk_rows"]

FEW = 3
"""So many patterns in a row are not folded,"""
FEW_STEPS = 14
"""and none if there are no more than so many at all."""
MOST_NEAR = 5
"""Patterns of a level that stand for themselves because they fit in part."""
MATCHED: Piece = (symbols.MATCH, Paint(Role.OK, bold=True))
MISSED: Piece = (symbols.NO_MATCH, Paint(Role.BAD))
NEAR: Piece = (symbols.NO_MATCH, Paint(Role.WARN, bold=True))
ENDED: Piece = (symbols.STATUS_SERVER_ERROR, Paint(Role.BAD, bold=True))
FOUND = Paint(Role.OK, bold=True)
ALMOST = Paint(Role.WARN)


def walk_rows(match: UrlMatch, unfolded: Collection[Place]) -> tuple[UrlRow, ...]:
    """The rows of a walk; a fold stands open if the place of its first pattern is among ``unfolded``."""
    near, can_fold = near_places(match), len(match.steps) > FEW_STEPS
    rows: list[UrlRow] = []
    run: list[UrlStep] = []
    for step in match.steps:
        # Which language was asked for is worth a look, whatever the path begins with.
        is_shown = step.node.place in near or step.node.sort == "i18n"
        is_far = can_fold and step.outcome is StepOutcome.MISSED and not is_shown
        if run and (not is_far or step.node.place[:-1] != run[0].node.place[:-1]):
            rows += run_rows(run, unfolded)
            run = []
        if is_far:
            run.append(step)
        else:
            rows.append(step_row(step, is_near=step.node.place in near))
    return tuple(rows + run_rows(run, unfolded))


def near_places(match: UrlMatch) -> frozenset[Place]:
    """The pattern that the path almost matches, and of each level the few misses that fit the furthest."""
    levels: dict[Place, list[UrlStep]] = {}
    for step in match.steps:
        if step.outcome is StepOutcome.MISSED and nearness(step):
            levels.setdefault(step.node.place[:-1], []).append(step)
    best = (sorted(steps, key=nearness, reverse=True)[:MOST_NEAR] for steps in levels.values())
    return frozenset({match.nearest_place, *(step.node.place for steps in best for step in steps)})


def nearness(step: UrlStep) -> int:
    """How far a pattern fits; 0 if it does not fit from the beginning."""
    if step.refused_value is not None:
        return len(step.given) + 1
    refusal = step.refusal or Refusal(Reason.UNTOLD)
    return refusal.fitting + (refusal.reason in (Reason.CONVERTER, Reason.CUSTOM))


def run_rows(run: Sequence[UrlStep], unfolded: Collection[Place]) -> list[UrlRow]:
    """Patterns in a row that did not fit: one by one if they are few or wanted, else as one row."""
    if not run:
        return []
    first = run[0].node.place
    if len(run) <= FEW:
        return [step_row(step, is_near=False) for step in run]
    is_open = first in unfolded
    words = count("urls.row.more", len(run))
    fold = UrlRow(
        place=first,
        depth=len(first) - 1,
        mark=MISSED,
        pattern=((words, QUIET),),
        is_open=is_open,
        is_fold=True,
    )
    return [fold, *(step_row(step, is_near=False) for step in run)] if is_open else [fold]


def step_row(step: UrlStep, *, is_near: bool) -> UrlRow:
    """The row of one pattern."""
    is_missed = step.outcome is StepOutcome.MISSED
    return UrlRow(
        place=step.node.place,
        depth=step.depth,
        mark=mark_of(step, is_near),
        pattern=pattern_phrase(step.node, is_quiet=is_missed and not is_near),
        words=tuple(words_of(step, is_near)),
    )


def mark_of(step: UrlStep, is_near: bool) -> Piece:
    match step.outcome:
        case StepOutcome.MATCHED | StepOutcome.ENTERED:
            return MATCHED
        case StepOutcome.RAISED | StepOutcome.NOT_LOADED:
            return ENDED
        case StepOutcome.LEFT:
            return MISSED
    return NEAR if is_near else MISSED


def words_of(step: UrlStep, is_near: bool) -> Iterator[Piece]:
    """What it did with the path, in a few words."""
    target = include_name(step.node)
    match step.outcome:
        case StepOutcome.ENTERED:
            yield from captured_words(step.captured)
            yield (f"{symbols.ARROW} {text('urls.row.gets', target=target, rest=quoted(step.left))}", STRONG)
        case StepOutcome.LEFT:
            yield from captured_words(step.captured)
            yield (f"{symbols.ARROW} {text('urls.row.vain', target=target)}", INK)
        case StepOutcome.MATCHED:
            name = sanitize(step.node.name) or short_view(step.node)
            yield (f"{symbols.ARROW} {name}  ", FOUND)
            yield from captured_words(step.captured)
        case StepOutcome.RAISED:
            yield (text("urls.row.raised", error=sanitize(step.error)), Paint(Role.BAD, bold=True))
        case StepOutcome.NOT_LOADED:
            yield (text("urls.row.not_loaded", target=target), ALMOST)
        case StepOutcome.MISSED:
            yield (miss_words(step), ALMOST if is_near else QUIET)


def captured_words(captured: Sequence[Captured]) -> Phrase:
    """The arguments, each with what stood in the path if that looks different."""
    return tuple((f"{captured_text(one)}  ", Paint(Role.WARN, bold=True)) for one in captured)


def captured_text(one: Captured) -> str:
    is_same = one.value in (one.got, repr(one.got))
    key = "urls.row.captured" if is_same else "urls.row.converted"
    return text(key, parameter=sanitize(one.parameter), value=sanitize(one.value), got=quoted(one.got))


def miss_words(step: UrlStep) -> str:
    """Why it did not match."""
    refused = step.refused_value
    if refused is not None:
        return text("urls.row.refused", parameter=sanitize(refused.parameter), got=quoted(refused.got))
    return refusal_words(step.refusal or Refusal(Reason.UNTOLD))


def refusal_words(refusal: Refusal) -> str:
    """Why its text does not match, where the pattern itself stands beside the words."""
    is_literal = refusal.reason in (Reason.LITERAL, Reason.ENDED)
    wanted = quoted(refusal.wanted) if is_literal else sanitize(refusal.wanted)
    return text(f"urls.row.{refusal.reason.value}", wanted=wanted, got=quoted(refusal.got))


def quoted(words: str, most: int = 40) -> str:
    """A part of a path in quotes, cut if it is long."""
    if not words:
        return text("urls.nothing_left")
    return f"'{sanitize(words if len(words) <= most else words[:most] + symbols.ELLIPSIS)}'"
